// Connections that are kept for the next call, and what must not be left on them.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>

#include "client.h"
#include "fault_server.h"
#include "rows.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
namespace bj = boost::json;
using namespace std::chrono_literals;

// Its length is told, so the connection stays.
Step kept(std::string_view more = "") {
    return send(whole(good_stream, "200 OK", "text/event-stream") + std::string(more));
}

// One provider, asked several times.
class Client {
  public:
    explicit Client(const OpenAiSettings& with) : provider_(openai(loop_.get_executor(), with)) {}

    Response ask() {
        const Request request = file_request();
        auto answer = asio::co_spawn(loop_, provider_->answer(request), asio::use_future);
        loop_.run();
        loop_.restart();
        return answer.get();
    }

  private:
    asio::io_context loop_;
    std::unique_ptr<Provider> provider_;
};

OpenAiSettings one_attempt(const FaultServer& server) {
    auto with = settings(server);
    with.attempts = 1;
    return with;
}

TEST(TableB, Row13_TheFirstRetryOnAReusedConnectionIsFree) {
    const FaultServer server({Steps{read_request, kept(), read_request, reset}, good()});
    Client client(one_attempt(server));
    EXPECT_EQ(client.ask().text, good_text);
    const Response second = client.ask();
    EXPECT_EQ(second.text, good_text);
    EXPECT_EQ(second.attempts, 1);
    EXPECT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(server.connections().size(), 2U);
}

TEST(TableB, Row23_NothingIsTakenFromASecondAnswer) {
    const std::string other = whole(delta("other") + finish() + done, "200 OK", "text/event-stream");
    const FaultServer server({Steps{read_request, kept(other), read_request, silence}, good()});
    Client client(one_attempt(server));
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_EQ(server.connections().size(), 2U);
}

TEST(TableB, Row39_DataAfterDoneIsIgnoredAndTheConnectionClosed) {
    const std::string body = good_stream + delta("other") + good_stream;
    const FaultServer server(
        {Steps{read_request, send(whole(body, "200 OK", "text/event-stream")), read_request, silence},
         good()});
    Client client(one_attempt(server));
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_EQ(server.connections().size(), 2U);
}

TEST(TableB, Row39_AlsoWhereItComesLater) {
    const FaultServer server(
        {Steps{read_request, send(head("200 OK", "text/event-stream", chunked)), send(chunk(good_stream)),
               Step{{"wait", 0.05}}, send(chunk(delta("x"))), send(chunk("")), read_request, silence},
         good()});
    Client client(one_attempt(server));
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_EQ(server.connections().size(), 2U);
}

TEST(TableB, Row53_AConnectionClosedWhileIdleIsNoFailure) {
    for (const auto& close : {fin, reset}) {
        const FaultServer server({Steps{read_request, kept(), Step{{"wait", 0.05}}, close}, good()});
        Client client(one_attempt(server));
        EXPECT_EQ(client.ask().text, good_text);
        std::this_thread::sleep_for(100ms);
        const Response second = client.ask();
        EXPECT_EQ(second.text, good_text);
        EXPECT_EQ(second.attempts, 1);
        EXPECT_EQ(server.requests().size(), 2U);
    }
}

TEST(TableB, Row53_OnceAByteCameARetryIsCounted) {
    const FaultServer server(
        {Steps{read_request, kept(), read_request, send(head() + delta("some")), reset}, good()});
    Client client(one_attempt(server));
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_EQ(client.ask().outcome, Outcome::incomplete);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(TableB, Row53_ConnectionsThatAreClosedAgainAndAgainAreAnError) {
    const FaultServer server({Steps{read_request, kept(), read_request, reset}, answer({reset})});
    Client client(one_attempt(server));
    EXPECT_EQ(client.ask().text, good_text);
    EXPECT_THROW(client.ask(), Error);
    EXPECT_EQ(server.requests().size(), 3U);
}

}  // namespace
}  // namespace aibuild
