// What a client of models' servers owes, where it is no row of the table: bounds, secrets, stable bytes.

#include <fmt/format.h>
#include <sys/resource.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>

#include "rows.h"
#include "tool/inference/chat.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
namespace bj = boost::json;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

// One provider asked by several at the same time, and then again.
std::vector<std::string> ask_together(Provider& provider, asio::io_context& loop, int calls) {
    const Request request = file_request();
    std::vector<std::future<Response>> answers;
    for (int i = 0; i < calls; ++i)
        answers.push_back(asio::co_spawn(loop, provider.answer(request), asio::use_future));
    loop.run();
    loop.restart();
    std::vector<std::string> out;
    for (auto& answer : answers) {
        try {
            out.push_back(answer.get().text);
        } catch (const Error& error) {
            out.push_back(error.rule());
        }
    }
    return out;
}

TEST(ChecklistA, A04_EverySplitOfAStreamGivesTheSameAnswer) {
    const std::string body = "\xef\xbb\xbf: note\r\n" + delta("gr\xc3\xbc\xc3\x9f") +
                             "event: e\rid: 1\rdata\n\ndata:" + finish().substr(6) + "data: [DONE]\r\n\r\n";
    Steps steps;
    for (std::size_t at = 1; at < body.size(); ++at) {
        for (const auto& step :
             {read_request, send(head("200 OK", "text/event-stream", chunked) + chunk(body.substr(0, at))),
              Step{{"wait", 0.0005}}, send(chunk(body.substr(at)) + chunk(""))}) {
            steps.push_back(step);
        }
    }
    const FaultServer server(each(steps));
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    for (std::size_t at = 1; at < body.size(); ++at)
        ASSERT_EQ(ask_together(*provider, loop, 1).front(), "gr\xc3\xbc\xc3\x9f") << at;
    EXPECT_EQ(server.connections().size(), 1U);
}

TEST(ChecklistA, A14_AnOutageIsNotMadeWorse) {
    for (const auto& outage :
         {answer({reset}), answer({send(whole("{}", "503 Unavailable"))}),
          answer({send(whole("{}", "503 Unavailable", "text/plain", "Retry-After: 0.1\r\n"))})}) {
        const FaultServer server(each(outage));
        asio::io_context loop;
        const auto provider = openai(loop.get_executor(), settings(server));
        constexpr int calls = 40;
        for (int i = 0; i < 2; ++i) ask_together(*provider, loop, calls / 2);
        EXPECT_GT(server.requests().size(), calls);
        EXPECT_LE(static_cast<double>(server.requests().size()), calls * 1.1 + 10);
    }
}

TEST(TableB, Row46_WhiteSpaceWithoutEndIsCutEarlyAndAnotherRungAsked) {
    constexpr std::size_t blanks = 16;
    const std::string flood = delta(std::string(blanks, ' ')), begin = head() + delta("{");
    const FaultServer server({answer({send(begin), send_always(flood, 0.001)}), good()});
    const Came came = come_of(settings(server), plan_request());
    EXPECT_EQ(came.to, "complete");
    EXPECT_EQ(came.text, good_text);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_NE(requests[0].at("body"), requests[1].at("body"));  // the same one would end the same way
    // A16: what had been sent when the client hung up. It is less than twice the longest run allowed.
    const auto sent = static_cast<std::size_t>(server.hang_up().at("sent").as_int64()) - begin.size();
    EXPECT_GT(sent / flood.size() * blanks, ChatAnswer::max_blank_run - 2 * blanks);
    EXPECT_LT(sent / flood.size() * blanks, 2 * ChatAnswer::max_blank_run);
}

TEST(TableB, Row46_WhiteSpaceWithinAStringIsText) {
    const FaultServer server(each(answer(
        {send(head() + delta("{\"a\": \"") + delta(std::string(5000, ' ')) + delta("\"}") + finish())})));
    EXPECT_EQ(come_of(settings(server), plan_request()).text.size(), 5009U);
}

// A24 too: the server heeds no limit of tokens.
TEST(TableB, Row47_ATextThatRepeatsItselfIsCutByItsBytes) {
    const FaultServer server(each(answer({send(head()), send_always(delta("the the the the "), 0.0002)})));
    Request request = file_request();
    request.limits.max_bytes = 2000;
    const Came came = come_of(settings(server), request);
    EXPECT_EQ(came.to, "cut");
    EXPECT_EQ(came.text.size(), 2000U);
    EXPECT_EQ(server.requests().size(), 1U);
    EXPECT_TRUE(server.saw_hang_up());
}

// A gzip file may be several, one after the other: before the cap of 16 MiB they are 17 GB.
TEST(TableB, Row19_AGzipBombIsNotDecodedAndTooLarge) {
    const FaultServer server(
        each(answer({send(head("200 OK", "application/json", "Content-Encoding: gzip\r\n")),
                     Step{{"zip", 50'000'000}, {"times", 0}}})));
    const auto with = settings(server);
    const Came came = come_of(with, file_request());
    EXPECT_EQ(came.to, "provider.too-large") << came.text;
    EXPECT_EQ(server.requests().size(), 1U);
    // It stopped at the cap: what is more is in the buffers of the sockets.
    const auto sent = static_cast<std::size_t>(server.hang_up().at("sent").as_int64());
    EXPECT_GT(sent, with.max_body - (1U << 20U));
    EXPECT_LT(sent, with.max_body + (8U << 20U));
    rusage used{};
    ASSERT_EQ(getrusage(RUSAGE_SELF, &used), 0);
    EXPECT_LT(static_cast<std::size_t>(used.ru_maxrss) << 10U, with.max_body + (48U << 20U));
}

TEST(ChecklistA, A17_ACancelledCallClosesItsConnectionAtOnce) {
    for (const auto& steps : {answer({silence}), answer({send(head() + delta("some")), silence}),
                              answer({send(head()), send_always(delta("x"), 0.001)})}) {
        const FaultServer server(each(steps));
        asio::io_context loop;
        const auto provider = openai(loop.get_executor(), settings(server));
        const Request request = file_request();
        asio::cancellation_signal cancel;
        bool ended = false;
        asio::co_spawn(loop, provider->answer(request),
                       asio::bind_cancellation_slot(
                           cancel.slot(), [&](std::exception_ptr, const Response&) { ended = true; }));
        loop.run_for(150ms);
        ASSERT_EQ(server.requests().size(), 1U);
        ASSERT_FALSE(ended);
        cancel.emit(asio::cancellation_type::terminal);
        const auto time = time_of([&] {
            loop.run();
            EXPECT_TRUE(server.saw_hang_up());
        });
        EXPECT_TRUE(ended);
        EXPECT_LT(time, 200ms);
    }
}

TEST(TableB, Row25_NothingOfARequestGoesToAnotherHost) {
    const FaultServer other(each(good()));
    for (const char* preset : {"openai", "azure"}) {
        for (const char* status :
             {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"}) {
            const FaultServer server(each(
                answer({send(whole("", status, "text/plain", "Location: " + other.base_url() + "\r\n"))})));
            auto with = settings(server);
            with.server = server_preset(preset);
            with.headers = {{"X-Token", "also-secret"}};
            const Came came = come_of(with, file_request());
            EXPECT_EQ(came.to, "provider.redirect");
            EXPECT_THAT(came.text, HasSubstr(other.base_url()));
            ASSERT_EQ(server.requests().size(), 1U);
            // The first host had the key, in the header of this preset.
            EXPECT_THAT(std::string(server.requests()[0].at("head").as_string()), HasSubstr(key));
        }
    }
    // A18: no connection, so no header of any name either.
    EXPECT_EQ(other.connections().size(), 0U);
}

TEST(ChecklistA, A19_WhatIsForThisMachineGoesPastProxies) {
    const FaultServer proxy(each(good())), server(each(good()));
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"})
        setenv(name, ("http://127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
    EXPECT_EQ(come_of(settings(server), file_request()).to, "complete");
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) unsetenv(name);
    EXPECT_EQ(proxy.connections().size(), 0U);
}

TEST(ChecklistA, A19_PlainHttpToAnotherMachineIsNotSpoken) {
    OpenAiSettings with;
    with.base_url = "http://192.0.2.1:9/v1";
    with.key = key;
    try {
        ask(with, file_request());
        ADD_FAILURE() << "it was asked";
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "provider.plain-http");
    }
}

// A proxy stands for the network in which that other machine is.
TEST(ChecklistA, A19_PlainHttpToAnotherMachineIsSpokenWhereThePersonSaysSo) {
    const FaultServer proxy(each(good()));
    setenv("http_proxy", ("http://127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
    auto with = settings(proxy);
    with.base_url = "http://192.0.2.1:9/v1";
    with.allow_http = true;
    EXPECT_EQ(come_of(with, file_request()).to, "complete");
    unsetenv("http_proxy");
    ASSERT_EQ(proxy.requests().size(), 1U);
    EXPECT_EQ(proxy.requests()[0].at("path").as_string(), "http://192.0.2.1:9/v1/chat/completions");
}

TEST(ChecklistA, A21_NeitherKeyNorPromptIsInAMessage) {
    const std::string prompt = "a prompt that is nobody's business";
    const FaultServer server(each(answer(
        {send(whole(R"({"error":{"message":"Incorrect API key: )" + key + "\"}}", "401 Unauthorized"))})));
    const Came came = come_of(settings(server), file_request(prompt));
    EXPECT_EQ(came.to, "key.refused");
    EXPECT_THAT(came.text, HasSubstr("Incorrect API key: [the key]"));
    EXPECT_THAT(came.text, Not(HasSubstr(prompt)));
}

// What came would be stored, and written into a project.
TEST(ChecklistA, A21_AnAnswerThatRepeatsTheKeyIsNotUsed) {
    for (const std::string& body :
         {delta("Authorization: Bearer " + key) + finish(),
          delta(key.substr(0, 5)) + delta(key.substr(5)) + finish(),
          delta("x") + finish() + event(R"({"model":")" + key + R"(","choices":[]})")}) {
        const FaultServer server(each(answer({send(head() + body + done)})));
        EXPECT_EQ(come_of(settings(server), file_request()).to, "provider.echo");
        EXPECT_EQ(server.requests().size(), 1U);
    }
}

// Servers cache prompts by their prefix, and stores answers by their request: not a byte may vary.
TEST(ChecklistA, A25_TheSameRequestGivesTheSameBytes) {
    const FaultServer server(each(good()));
    Request request = plan_request();
    request.messages[1].text = "A \"quoted\" text,\nin two lines: \xc3\xa9";
    for (int i = 0; i < 2; ++i) ask(settings(server), request);
    request.messages[1].text = "Another text";
    ask(settings(server), request);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 3U);
    const auto bytes = [&](std::size_t i) {
        std::string head(requests[i].at("head").as_string());
        const std::string port = std::to_string(server.port());
        head.replace(head.find(port), port.size(), "PORT");
        std::erase(head, '\r');
        return head + "\n\n" + std::string(requests[i].at("body").as_string()) + "\n";
    };
    std::ostringstream golden;
    golden << std::ifstream(TEST_DATA_DIR "/request.http").rdbuf();
    EXPECT_EQ(bytes(0), golden.str());
    EXPECT_EQ(bytes(1), golden.str());
    // What changes least stands first: all before the last message is the same.
    const std::string_view first(requests[0].at("body").as_string()),
        last(requests[2].at("body").as_string());
    const auto common = static_cast<std::size_t>(
        std::mismatch(first.begin(), first.end(), last.begin()).first - first.begin());
    EXPECT_EQ(common, first.find("A \\\"quoted") + 1);  // both begin with an A
}

}  // namespace
}  // namespace aibuild
