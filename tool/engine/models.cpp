#include "tool/engine/models.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>

#include "ninja-gen/error.h"
#include "tool/engine/providers.h"
#include "tool/inference/model_list.h"
#include "tool/settings/settings.h"

namespace aibuild {

namespace asio = boost::asio;
namespace bj = boost::json;
using Clock = std::chrono::steady_clock;

namespace {

std::chrono::milliseconds since(Clock::time_point begun) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
}

class Stopwatch : public CallWatch {
  public:
    void sent(int /*number*/) override {
        begun_ = Clock::now();
        first_.reset();
    }
    void received(std::size_t /*bytes*/) override {
        if (!first_) first_ = since(begun_);
    }
    void speaks(const Dialect& dialect) override { dialect_ = dialect; }
    const Dialect& dialect() const { return dialect_; }
    std::optional<std::chrono::milliseconds> first() const { return first_; }

  private:
    Clock::time_point begun_ = Clock::now();
    std::optional<std::chrono::milliseconds> first_;
    Dialect dialect_;
};

bool is_what_was_wanted(const Response& response) {
    boost::system::error_code failed;
    const bj::value value = bj::parse(response.text, failed);
    const bj::object* object = !failed ? value.if_object() : nullptr;
    const bj::value* word = object != nullptr ? object->if_contains("word") : nullptr;
    return response.outcome == Outcome::complete && word != nullptr && word->is_string() &&
           object->size() == 1;
}

}  // namespace

ModelServer model_server(const ToolSettings& settings, const TakenKeys& keys,
                         const std::filesystem::path& root, std::string name) {
    if (name.empty()) {
        const std::vector<std::string> providers = settings.list("provider");
        const auto asks = std::ranges::find_if(
            providers, [](const std::string& each) { return each != "builtin" && each != "replay"; });
        name = asks != providers.end() ? *asks : "openai";
    }
    if (settings.flag("frozen")) {
        throw Error(Exit::policy, "provider.frozen", "models", "Nobody may be asked (frozen).",
                    "Run the same command without --frozen, where that is allowed.");
    }
    if (settings.flag("offline")) {
        throw Error(Exit::policy, "provider.offline", "offline",
                    "No socket may be opened, and a server is asked for its models through one.",
                    "Leave --offline out, or what else says it: `aibuild-gen config explain offline`.");
    }
    ModelServer out{server_settings(settings, keys, root, name, true), name, ""};
    const std::vector<std::string> models = models_for(settings, name);
    if (!models.empty()) out.model = models.front();
    return out;
}

Request test_request(const std::string& model) {
    Request request;
    request.stage = "test";
    request.subject = "models test";
    request.template_version = "1";
    request.model = model;
    request.messages = {{"system", "Answer with one JSON object and nothing else: {\"word\": TEXT}."},
                        {"user", "Which word is the opposite of \"closed\"?"}};
    request.schema = bj::parse(R"({"type":"object","properties":{"word":{"type":"string"}},)"
                               R"("required":["word"],"additionalProperties":false})");
    request.limits.max_output_tokens = 1000;  // thinking models think first
    return request;
}

std::vector<std::string> models_of(const OpenAiSettings& settings) {
    asio::io_context loop(1);
    auto listed = asio::co_spawn(loop, list_models(loop.get_executor(), settings), asio::use_future);
    loop.run();
    return listed.get();
}

ModelTest test_model(const OpenAiSettings& settings, const Request& request) {
    asio::io_context loop(1);
    const std::unique_ptr<Provider> provider = openai(loop.get_executor(), settings);
    Stopwatch watch;
    const auto begun = Clock::now();
    auto answer = asio::co_spawn(loop, provider->answer(request, &watch), asio::use_future);
    loop.run();
    ModelTest out;
    out.response = answer.get();
    out.total = since(begun);
    out.first_event = watch.first();
    out.valid = is_what_was_wanted(out.response);
    out.dialect = watch.dialect();
    return out;
}

}  // namespace aibuild
