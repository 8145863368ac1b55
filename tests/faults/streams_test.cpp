// Streams that break, end without a reason, do not end, or keep one waiting.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

namespace aibuild {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::HasSubstr;

class Broken : public testing::TestWithParam<const char*> {};

TEST_P(Broken, IsTriedOnceMore) {
    const ModelServer server(faulty_once(GetParam()));
    const Response response = ask(settings(server), file_request());
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_EQ(response.text, long_text);
    EXPECT_EQ(response.attempts, 2);
}

TEST_P(Broken, IsThenIncomplete) {
    const ModelServer server(always({{"text", long_text}, {"fault", GetParam()}}));
    const Response response = ask(settings(server), file_request());
    EXPECT_EQ(response.outcome, Outcome::incomplete);
    EXPECT_TRUE(long_text.starts_with(response.text));
    EXPECT_EQ(server.requests().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Stream, Broken, testing::Values("truncate", "cut", "reset"));

TEST(Stream, WithoutAReasonToStopIsIncomplete) {
    const ModelServer server(always({{"text", long_text}, {"finish", nullptr}}));
    EXPECT_EQ(ask(settings(server), file_request()).outcome, Outcome::incomplete);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Stream, CutByItsLengthIsNotRepeated) {
    const ModelServer server(always({{"text", long_text}, {"finish", "length"}}));
    EXPECT_EQ(ask(settings(server), file_request()).outcome, Outcome::cut);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Stream, RefusedAndFiltered) {
    const ModelServer server({bj::object{{"refusal", "I can't help with that."}},
                              bj::object{{"text", "x"}, {"finish", "content_filter"}}});
    const Response refused = ask(settings(server), file_request());
    EXPECT_EQ(refused.outcome, Outcome::refused);
    EXPECT_EQ(refused.text, "I can't help with that.");
    EXPECT_EQ(ask(settings(server), file_request()).outcome, Outcome::filtered);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Stream, AnErrorInTheMiddleIsOne) {
    const ModelServer server(always({{"text", long_text}, {"fault", "error"}}));
    const Error error = error_of(settings(server), file_request());
    EXPECT_EQ(error.rule(), "provider.failed");
    EXPECT_THAT(error.why(), HasSubstr("the model crashed"));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Stream, ThatSaysNothingIsTriedOnceMore) {
    const ModelServer server(always({{"text", ""}, {"thinking", "hm"}}));
    const Error error = error_of(settings(server), file_request());
    EXPECT_EQ(error.rule(), "provider.empty");
    EXPECT_THAT(error.why(), HasSubstr("only thought"));
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Stream, WithoutEndIsCutAtTheTextsLimit) {
    const ModelServer server(always({{"text", long_text}, {"fault", "endless"}}));
    Request request = file_request();
    request.limits.max_bytes = 50'000;
    const Response response = ask(settings(server), request);
    EXPECT_EQ(response.outcome, Outcome::cut);
    EXPECT_EQ(response.text.size(), 50'000U);
    EXPECT_EQ(server.requests().size(), 1U);
    EXPECT_TRUE(server.saw_hang_up());
}

TEST(Stream, WithoutEndIsCutAtTheBodysLimit) {
    const ModelServer server(always({{"text", long_text}, {"fault", "endless"}}));
    auto with = settings(server);
    with.max_body = 50'000;
    EXPECT_EQ(error_of(with, file_request()).rule(), "provider.too-large");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Stream, OfWhiteSpaceIsCutAndAskedForWithoutAGrammar) {
    const ModelServer server({bj::object{{"text", R"({"a": 1})"}, {"fault", "blank"}, {"chunk", 5}},
                              bj::object{{"text", R"({"a": 1})"}}});
    const Response response = ask(settings(server), plan_request());
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_EQ(server.requests().at(1).at("body").at("response_format").at("type").as_string(), "json_object");
    EXPECT_TRUE(server.saw_hang_up());
}

TEST(Stream, OfWhiteSpaceOnlyIsIncomplete) {
    const ModelServer server(always({{"text", R"({"a": 1})"}, {"fault", "blank"}, {"chunk", 5}}));
    EXPECT_EQ(ask(settings(server), plan_request()).outcome, Outcome::incomplete);
    EXPECT_EQ(server.requests().size(), 2U);
}

// Clocks

void expect_timeout(const OpenAiSettings& with, milliseconds limit, const char* rule, const char* why) {
    std::string said;
    const auto time = time_of([&] {
        const Error error = error_of(with, file_request());
        EXPECT_EQ(error.rule(), rule);
        said = error.why();
    });
    EXPECT_THAT(said, HasSubstr(why));
    EXPECT_GE(time, limit);
    EXPECT_LT(time, limit + 250ms);
}

TEST(Clock, OfTheFirstByte) {
    for (const std::string fault : {"silence", "headers"}) {
        const ModelServer server(always({{"fault", fault}}));
        auto with = settings(server);
        with.attempts = 1;
        with.first_byte_timeout = 150ms;
        expect_timeout(with, 150ms,
                       fault == "silence" ? "provider.first-byte-timeout" : "provider.idle-timeout",
                       "no answer began within 0.15 seconds");
        EXPECT_TRUE(server.saw_hang_up());
    }
}

TEST(Clock, OfTheFirstByteIsWorthARetry) {
    const ModelServer server(faulty_once("silence"));
    auto with = settings(server);
    with.first_byte_timeout = 300ms;
    EXPECT_EQ(ask(with, file_request()).text, long_text);
}

TEST(Clock, OfProgressIsNotResetByCommentsOrEmptyDeltas) {
    const ModelServer server(always({{"text", long_text}, {"fault", "stall"}}));
    auto with = settings(server);
    with.idle_timeout = 150ms;
    expect_timeout(with, 2 * 150ms, "provider.idle-timeout", "nothing more of it came within 0.15 seconds");
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Clock, OfAllOfIt) {
    const ModelServer server(always({{"text", long_text}, {"fault", "endless"}, {"delay", 0.02}}));
    auto with = settings(server);
    with.total_timeout = 300ms;
    expect_timeout(with, 300ms, "provider.total-timeout", "not complete within 0.3 seconds");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Clock, OfTheConnection) {
    // A listener whose queue is full: the kernel drops further attempts to connect, as a firewall does.
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(listen(listener, 0), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    std::vector<int> sockets{listener};
    for (int i = 0; i < 4; ++i) {
        sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        // In progress, or refused at once: either way the queue fills.
        static_cast<void>(connect(sockets.back(), reinterpret_cast<sockaddr*>(&address), size));
    }
    OpenAiSettings with;
    with.base_url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/v1";
    with.attempts = 1;
    with.connect_timeout = 150ms;
    expect_timeout(with, 150ms, "provider.connect-timeout", "no connection within 0.15 seconds");
    for (const int socket : sockets) close(socket);
}

}  // namespace
}  // namespace aibuild
