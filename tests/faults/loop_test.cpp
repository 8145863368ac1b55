// Several calls of one provider on one event loop, and calls that are cancelled.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include "client.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
namespace bj = boost::json;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

TEST(Answer, ManyRunAtTheSameTimeOnOneLoop) {
    const ModelServer server(always({{"text", long_text}, {"delay", 0.05}}));
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    std::vector<Request> requests;
    for (int i = 0; i < 16; ++i) requests.push_back(file_request(std::to_string(i)));
    std::vector<std::future<Response>> answers;
    for (const auto& request : requests) {
        answers.push_back(asio::co_spawn(loop, provider->answer(request), asio::use_future));
    }
    const auto time = time_of([&] { loop.run(); });
    for (auto& answer : answers) EXPECT_EQ(answer.get().text, long_text);
    EXPECT_LT(time, 16 * 250ms);  // one after the other they would take 16 times 7 events
}

TEST(Answer, KeepsTheConnection) {
    const ModelServer server(always({{"text", long_text}}));
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    const Request request = file_request();
    for (int i = 0; i < 3; ++i) {
        auto answer = asio::co_spawn(loop, provider->answer(request), asio::use_future);
        loop.run();
        loop.restart();
        EXPECT_EQ(answer.get().outcome, Outcome::complete);
    }
    EXPECT_EQ(server.requests().at(0).at("client"), server.requests().at(2).at("client"));
}

TEST(Retry, OneCallsRateLimitHoldsForAll) {
    const ModelServer server(
        {bj::object{{"contains", "first"}, {"status", 429}, {"headers", {{"Retry-After", "0.4"}}}},
         bj::object{{"text", "x"}, {"times", 0}}});
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    const Request first = file_request("first"), second = file_request("second");
    auto one = asio::co_spawn(loop, provider->answer(first), asio::use_future);
    loop.run_for(200ms);
    auto two = asio::co_spawn(loop, provider->answer(second), asio::use_future);
    loop.run();
    EXPECT_EQ(one.get().text + two.get().text, "xx");
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_GE(requests[1].at("time").as_double() - requests[0].at("time").as_double(), 0.395);
}

TEST(Retry, HasABudgetThatCallsShare) {
    const ModelServer server(always({{"status", 500}}));
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    const Request request = file_request();
    constexpr int calls = 20;
    std::vector<std::future<Response>> answers;
    for (int i = 0; i < calls; ++i) {
        answers.push_back(asio::co_spawn(loop, provider->answer(request), asio::use_future));
    }
    loop.run();
    for (auto& answer : answers) EXPECT_THROW(answer.get(), Error);
    EXPECT_LE(server.requests().size(), calls * 1.1 + 10);
}

TEST(Dialects, AreLearnedOnce) {
    const ModelServer server(
        {bj::object{{"status", 400},
                    {"times", 2},
                    {"body", R"({"error":"'response_format.type' json_schema is not supported"})"}},
         bj::object{{"status", 400},
                    {"body", R"({"error":{"message":"bad","param":"max_completion_tokens"}})"}},
         bj::object{{"text", "{}"}, {"times", 0}}});
    asio::io_context loop;
    auto with = settings(server);
    with.attempts = 1;
    const auto provider = openai(loop.get_executor(), with);
    const Request request = plan_request();
    for (int i = 0; i < 2; ++i) {
        auto answer = asio::co_spawn(loop, provider->answer(request), asio::use_future);
        loop.run();
        loop.restart();
        EXPECT_EQ(answer.get().attempts, i == 0 ? 4 : 1);
    }
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 5U);
    for (const std::size_t i : {3U, 4U}) {
        const auto& body = requests[i].at("body").as_object();
        EXPECT_EQ(body.at("response_format").at("type").as_string(), "json_object");
        EXPECT_TRUE(body.contains("max_tokens"));
        EXPECT_FALSE(body.contains("max_completion_tokens"));
    }
}

TEST(Cancelled, TheConnectionIsClosed) {
    const ModelServer server(always({{"fault", "silence"}}));
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    const Request request = file_request();
    asio::cancellation_signal cancel;
    std::exception_ptr thrown;
    steady_clock::time_point ended;
    asio::co_spawn(
        loop, provider->answer(request),
        asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error, const Response&) {
            thrown = error;
            ended = steady_clock::now();
        }));
    loop.run_for(200ms);
    ASSERT_EQ(server.requests().size(), 1U);
    const auto cancelled = steady_clock::now();
    cancel.emit(asio::cancellation_type::terminal);
    loop.run();
    EXPECT_LT(ended - cancelled, 200ms);
    EXPECT_TRUE(server.saw_hang_up());
    ASSERT_TRUE(thrown);
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        EXPECT_EQ(error.code(), asio::error::operation_aborted);
    }
}

// As where an exception ends the function that holds both.
TEST(Cancelled, TheProviderMayGoWhileACallIsUnderWay) {
    const ModelServer server(always({{"fault", "silence"}}));
    const Request request = file_request();
    std::future<Response> answer;
    {
        asio::io_context loop;
        const auto provider = openai(loop.get_executor(), settings(server));
        answer = asio::co_spawn(loop, provider->answer(request), asio::use_future);
        loop.run_for(200ms);
        ASSERT_EQ(server.requests().size(), 1U);
    }
    EXPECT_THROW(answer.get(), std::future_error);
    EXPECT_TRUE(server.saw_hang_up());
}

}  // namespace
}  // namespace aibuild
