#include "client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>

namespace aibuild {

namespace asio = boost::asio;
namespace bj = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

OpenAiSettings settings(const ServerProcess& server) {
    OpenAiSettings out;
    out.base_url = server.base_url();
    out.key = key;
    out.connect_timeout = 2000ms;
    out.first_byte_timeout = 2000ms;
    out.idle_timeout = 2000ms;
    out.total_timeout = 5000ms;
    out.backoff = 5ms;
    return out;
}

Request file_request(const std::string& prompt) {
    Request out;
    out.stage = "file";
    out.subject = "src/main.cpp";
    out.model = "some-model";
    out.messages = {{"system", "You write."}, {"user", prompt}};
    return out;
}

Request plan_request() {
    Request out = file_request();
    out.stage = "plan";
    out.schema = bj::parse(R"({"type":"object"})");
    return out;
}

Response ask(const OpenAiSettings& with, const Request& request, CallWatch* watch) {
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), with);
    auto future = asio::co_spawn(loop, provider->answer(request, watch), asio::use_future);
    loop.run();
    return future.get();
}

Error error_of(const OpenAiSettings& with, const Request& request) {
    try {
        const Response response = ask(with, request);
        ADD_FAILURE() << "answered, outcome " << static_cast<int>(response.outcome) << ": " << response.text;
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), Not(HasSubstr(key)));
        EXPECT_THAT(error.what(), HasSubstr(with.base_url));
        return error;
    }
    return {Exit::ok, "none", "", "", ""};
}

bj::array once(const bj::object& answer) {
    return {answer};
}

bj::array always(bj::object answer) {
    answer["times"] = 0;
    return {answer};
}

bj::array faulty_once(std::string_view fault) {
    return {bj::object{{"text", long_text}, {"fault", fault}}, bj::object{{"text", long_text}}};
}

}  // namespace aibuild
