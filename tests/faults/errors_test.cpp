// Answers with an error: those that end it at once, after one request, and those that may pass.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

namespace aibuild {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

struct Refusal {
    const char* name;
    int status;
    const char* body;
    const char* rule;
    Exit exit;
};

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, AfterOneRequest) {
    const ModelServer server(always({{"status", GetParam().status}, {"body", GetParam().body}}));
    const Error error = error_of(settings(server), plan_request());
    EXPECT_EQ(error.rule(), GetParam().rule);
    EXPECT_EQ(error.exit(), GetParam().exit);
    EXPECT_EQ(server.requests().size(), 1U);
}

const Refusal refusals[] = {
    {"WrongKey", 401, R"({"error":{"message":"Incorrect API key provided: sk-test-0123456789."}})",
     "key.refused", Exit::key},
    {"Forbidden", 403, R"({"error":"no"})", "key.refused", Exit::key},
    {"NoCredit", 402, R"({"error":{"code":402,"message":"Insufficient credits"}})", "provider.payment",
     Exit::provider},
    {"NoSuchModel", 404, R"({"error":{"message":"no such model"}})", "provider.not-found", Exit::provider},
    {"TooLarge", 413, "<html><title>413 Payload Too Large</title></html>", "provider.request-too-large",
     Exit::provider},
    {"NoQuota", 429, R"({"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}})",
     "provider.quota", Exit::provider},
    {"BadRequest", 400, R"({"error":{"message":"temperature"}})", "provider.bad-request", Exit::provider},
    {"Unprocessable", 422, R"({"detail":[{"loc":["body"],"msg":"bad"}]})", "provider.bad-request",
     Exit::provider},
    {"LoginPage", 200, "<html><title>Log in</title></html>", "provider.protocol", Exit::provider},
    {"ErrorWith200", 200, R"({"error":{"message":"no"}})", "provider.failed", Exit::provider},
};

INSTANTIATE_TEST_SUITE_P(Status, Refused, testing::ValuesIn(refusals),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Refused, WithoutAKeyItIsMissing) {
    const ModelServer server(always({{"status", 401}}));
    auto with = settings(server);
    with.key.clear();
    EXPECT_EQ(error_of(with, file_request()).rule(), "key.missing");
}

TEST(Refused, NoRedirectIsFollowed) {
    const ModelServer other(always({{"text", "stolen"}}));
    const ModelServer server(
        always({{"status", 302}, {"headers", {{"Location", other.base_url() + "/chat/completions"}}}}));
    const Error error = error_of(settings(server), file_request());
    EXPECT_EQ(error.rule(), "provider.redirect");
    EXPECT_THAT(error.why(), HasSubstr(other.base_url()));
    EXPECT_EQ(other.requests().size(), 0U);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Refused, WhatIsNoHttp) {
    const ModelServer server(always({{"fault", "garbage"}}));
    EXPECT_EQ(error_of(settings(server), file_request()).rule(), "provider.protocol");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Refused, AnErrorBodyWithoutEnd) {
    const ModelServer server(always({{"status", 400}, {"body", std::string(20U << 20U, 'x')}}));
    EXPECT_EQ(error_of(settings(server), file_request()).rule(), "provider.bad-request");
}

TEST(Retry, AServerThatFailsTwice) {
    const ModelServer server({bj::object{{"status", 500}, {"times", 2}}, bj::object{{"text", "x"}}});
    const Response response = ask(settings(server), file_request());
    EXPECT_EQ(response.text, "x");
    EXPECT_EQ(response.attempts, 3);
    EXPECT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(server.requests()[0].at("body"), server.requests()[2].at("body"));
}

TEST(Retry, NotForEver) {
    const ModelServer server(always({{"status", 503}, {"body", "<html><title>Down</title></html>"}}));
    const Error error = error_of(settings(server), file_request());
    EXPECT_EQ(error.rule(), "provider.failed");
    EXPECT_THAT(error.why(), HasSubstr("3 requests"));
    EXPECT_THAT(error.why(), HasSubstr("\"Down\""));
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST(Retry, AfterTheTimeThatTheServerWants) {
    const ModelServer server({bj::object{{"status", 429}, {"headers", {{"retry-after-ms", "300"}}}},
                              bj::object{{"status", 429}, {"headers", {{"Retry-After", "0.3"}}}},
                              bj::object{{"text", "x"}}});
    EXPECT_EQ(ask(settings(server), file_request()).text, "x");
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 3U);
    for (std::size_t i = 1; i < 3; ++i) {
        EXPECT_GE(requests[i].at("time").as_double() - requests[i - 1].at("time").as_double(), 0.295) << i;
    }
}

TEST(Retry, NotWhenTheServerWantsTooMuchTime) {
    const ModelServer server(always({{"status", 429}, {"headers", {{"Retry-After", "999999"}}}}));
    EXPECT_THAT(error_of(settings(server), file_request()).why(), HasSubstr("999999 seconds"));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Retry, NotBeyondTheTotalTime) {
    const ModelServer server(always({{"status", 429}, {"headers", {{"Retry-After", "60"}}}}));
    EXPECT_LT(time_of([&] { error_of(settings(server), file_request()); }), 1000ms);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Retry, AConnectionThatIsRefused) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    // Bound and not listening: nobody else gets the port, and connections to it are refused.
    ASSERT_EQ(bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    OpenAiSettings with;
    with.base_url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/v1";
    with.backoff = 5ms;
    const Error error = error_of(with, file_request());
    EXPECT_EQ(error.rule(), "provider.unreachable");
    EXPECT_EQ(error.exit(), Exit::provider);
    EXPECT_THAT(error.why(), HasSubstr("3 requests"));
    close(socket);
}

TEST(Retry, AServerThatHangsUpFirst) {
    const ModelServer server(faulty_once("close"));
    EXPECT_EQ(ask(settings(server), file_request()).text, long_text);
}

TEST(Dialects, EndWhereNothingIsLeft) {
    const ModelServer server(always({{"status", 400}, {"body", R"({"error":"response_format"})"}}));
    EXPECT_EQ(error_of(settings(server), plan_request()).rule(), "provider.bad-request");
    EXPECT_EQ(server.requests().size(), 4U);
}

}  // namespace
}  // namespace aibuild
