// Rows 51, 52 and 54 of the fault table: TLS, names, HTTP/2.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/value_from.hpp>
#include <cstdlib>
#include <thread>

#include "certificate.h"
#include "rows.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
namespace bj = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

OpenAiSettings settings_of(const ServerProcess& server, const Certificate& certificate) {
    auto with = settings(server);
    with.base_url = server.base_url("https");
    with.ca_file = certificate.authority();
    return with;
}

TEST(TableB, Row51_ATrustedCertificate) {
    const Certificate certificate;
    const FaultServer server(each(good()), certificate.tls());
    EXPECT_EQ(come_of(settings_of(server, certificate), file_request()).to, "complete");
}

TEST(TableB, Row51_TheAuthorityIsTakenFromSslCertFile) {
    const Certificate certificate;
    const FaultServer server(each(good()), certificate.tls());
    setenv("OPENAI_BASE_URL", server.base_url("https").c_str(), 1);
    setenv("SSL_CERT_FILE", certificate.authority().c_str(), 1);
    EXPECT_EQ(come_of(openai_settings_from_environment(), file_request()).to, "complete");
    unsetenv("SSL_CERT_FILE");
    EXPECT_EQ(come_of(openai_settings_from_environment(), file_request()).to, "provider.tls");
    unsetenv("OPENAI_BASE_URL");
}

struct Untrusted {
    const char* name;
    Certificate::Kind kind;
};

class Tls : public testing::TestWithParam<Untrusted> {};

TEST_P(Tls, IsFatalAndNothingIsSent) {
    const Certificate certificate(GetParam().kind);
    const FaultServer server(each(good()), certificate.tls());
    const Came came = come_of(settings_of(server, certificate), file_request());
    EXPECT_EQ(came.to, "provider.tls") << came.text;
    EXPECT_EQ(server.connections().size(), 1U);
    EXPECT_EQ(server.requests().size(), 0U);
}

const Untrusted untrusted[] = {{"Row51_AnotherHost", Certificate::Kind::for_another_host},
                               {"Row51_SelfSigned", Certificate::Kind::self_signed},
                               {"Row51_Expired", Certificate::Kind::expired}};

INSTANTIATE_TEST_SUITE_P(TableB, Tls, testing::ValuesIn(untrusted),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(TableB, Row51_CutWithoutACloseNotify) {
    const Certificate certificate;
    const Step truncate{{"close", "truncate"}};
    const FaultServer server(each(answer({send(head() + delta("some")), truncate})), certificate.tls());
    EXPECT_EQ(come_of(settings_of(server, certificate), file_request()).to, "incomplete");
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(TableB, Row51_AWholeAnswerNeedsNoCloseNotify) {
    const Certificate certificate;
    const Step truncate{{"close", "truncate"}};
    const FaultServer server(each(answer({send(head() + good_stream), truncate})), certificate.tls());
    EXPECT_EQ(come_of(settings_of(server, certificate), file_request()).to, "complete");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(TableB, Row52_ANameThatDoesNotResolve) {
    OpenAiSettings with;
    with.base_url = "https://no-such-host.invalid/v1";
    with.key = key;
    with.backoff = 5ms;
    const Came came = come_of(with, file_request());
    EXPECT_EQ(came.to, "provider.unreachable");
    EXPECT_THAT(came.text, HasSubstr("3 requests"));
}

// HTTP/2

class Http2Server : public ServerProcess {
  public:
    Http2Server(const Certificate& certificate, const std::vector<std::string>& streams, int delay = 0)
        : ServerProcess({"node", AIBUILD_SOURCE_DIR "/tests/support/http2_server.mjs"},
                        {{"streams", bj::value_from(streams)},
                         {"certificate", certificate.file()},
                         {"key", certificate.key()},
                         {"delay", delay}}) {}
};

struct Stream {
    const char* name;
    std::vector<std::string> streams;
    const char* expected;
    std::size_t requests;
    int clocks = 0;  // how many clocks of 200 ms run out
};

std::ostream& operator<<(std::ostream& out, const Stream& row) {
    return out << row.expected;
}

// Node speaks HTTP/2 without a package.
bool no_node() {
    return std::system("node --version >/dev/null 2>&1") != 0;
}

class Http2 : public testing::TestWithParam<Stream> {};

TEST_P(Http2, Holds) {
    if (no_node()) GTEST_SKIP() << "no node";
    const Certificate certificate;
    const Http2Server server(certificate, GetParam().streams);
    auto with = settings_of(server, certificate);
    Request request = file_request(std::string(200'000, 'x'));
    if (GetParam().clocks > 0) with.first_byte_timeout = with.idle_timeout = 200ms;
    Came came;
    const auto time = time_of([&] { came = come_of(with, request); });
    EXPECT_EQ(came.to, GetParam().expected) << came.text;
    const auto requests = server.requests();
    EXPECT_EQ(requests.size(), GetParam().requests);
    EXPECT_EQ(requests.at(0).at("protocol").as_string(), "h2");
    if (GetParam().clocks > 0) {
        EXPECT_GE(time, GetParam().clocks * 200ms);
        EXPECT_LT(time, GetParam().clocks * 200ms + 250ms);
    }
}

INSTANTIATE_TEST_SUITE_P(
    TableB, Http2,
    testing::Values(Stream{"Row54_Good", {"answer"}, "complete", 1},
                    Stream{"Row54_GoAwayBeforeTheStream", {"goaway", "answer"}, "complete", 2},
                    Stream{"Row54_GoAwayInMidAnswer", {"goaway late", "answer"}, "complete", 2},
                    Stream{"Row54_GoAwayForEver", {"goaway late"}, "incomplete", 2},
                    Stream{"Row54_RefusedStream", {"refuse", "answer"}, "complete", 2},
                    Stream{"Row54_ResetStream", {"reset", "answer"}, "complete", 2},
                    Stream{"Row54_ResetStreamForEver", {"reset"}, "provider.connection", 3},
                    Stream{"Row54_ResetInMidAnswer", {"reset late"}, "incomplete", 2},
                    Stream{"Row54_AWindowThatStaysShut", {"unread"}, "provider.first-byte-timeout", 3, 3},
                    Stream{"Row54_AStall", {"stall"}, "provider.idle-timeout", 2, 2}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ChecklistA, A29_ManyCallsShareOneConnectionAndItIsKept) {
    if (no_node()) GTEST_SKIP() << "no node";
    const Certificate certificate;
    const Http2Server server(certificate, {"answer"}, 100);
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings_of(server, certificate));
    const Request request = file_request();
    for (const std::size_t calls : {16U, 1U}) {
        std::vector<std::future<Response>> answers;
        for (std::size_t i = 0; i < calls; ++i)
            answers.push_back(asio::co_spawn(loop, provider->answer(request), asio::use_future));
        const auto time = time_of([&] { loop.run(); });
        loop.restart();
        for (auto& answer : answers) EXPECT_EQ(answer.get().text, good_text);
        EXPECT_LT(time, 1000ms);  // one after the other they would take 1.6 seconds
        std::this_thread::sleep_for(200ms);
    }
    EXPECT_EQ(server.requests().size(), 17U);
    EXPECT_EQ(server.connections().size(), 1U);
}

}  // namespace
}  // namespace aibuild
