// Row 32 of the fault table: a server that has no room for anybody, for a while.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "machine.h"
#include "rows.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
namespace bj = boost::json;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr int clients = 16;

// Somebody who wants one answer and asks again, after a while, as long as the server is too busy for it.
struct Client {
    int calls = 0;
    std::string came;                     // "some text", or the rule of another error
    steady_clock::time_point asked_last;  // the call that was answered

    asio::awaitable<void> insist(Provider& provider, const Request& request) {
        asio::steady_timer pause(co_await asio::this_coro::executor);
        while (came.empty()) {
            asked_last = steady_clock::now();
            ++calls;
            try {
                came = (co_await provider.answer(request)).text;
            } catch (const Error& error) {
                if (error.rule() != "provider.rate-limit") came = error.rule();
            }
            pause.expires_after(5s);
            if (came.empty()) co_await pause.async_wait(asio::use_awaitable);
        }
    }
};

// A minute of the client's clocks is three seconds of the server's.
TEST(TableB, Row32_AStormOf60SecondsIsBoundedByTheBudgetAndAllSucceedAfterwards) {
    constexpr int speed = 20;
    const auto storm = 60s;
    const FaultServer server(
        each(good()),
        {{"storm", bj::object{{"seconds", static_cast<double>(storm.count()) / speed},
                              {"steps", answer({send(whole("{}", "429 Too Many Requests"))})}}}});
    auto with = settings(server);
    const OpenAiSettings as_people_have_it;
    with.backoff = as_people_have_it.backoff;
    with.connect_timeout = with.first_byte_timeout = with.idle_timeout = 60s;
    with.total_timeout = as_people_have_it.total_timeout;

    const FastClock fast(speed);
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), with);
    const Request request = file_request();
    std::vector<Client> asking(clients);
    const auto begun = steady_clock::now();
    for (Client& each : asking) asio::co_spawn(loop, each.insist(*provider, request), asio::detached);
    loop.run();
    EXPECT_GE(steady_clock::now() - begun, storm - 1s);
    EXPECT_LT(steady_clock::now() - begun, 2 * storm);

    int calls = 0;
    for (const Client& each : asking) {
        EXPECT_EQ(each.came, good_text);
        EXPECT_GE(each.calls, 8) << "it did not ask all through the storm";
        calls += each.calls;
    }
    // Each call is one request, and a tenth of them and ten are repeated.
    EXPECT_GT(server.requests().size(), static_cast<std::size_t>(calls));
    EXPECT_LE(static_cast<double>(server.requests().size()), calls * 1.1 + 10);
}

// While the storm lasts the server says how long: then nobody loses a call, and each asks twice.
TEST(TableB, Row32_AStormWhoseEndIsToldCostsNobodyTheCall) {
    bj::array connections;
    for (int i = 0; i < clients; ++i)
        connections.push_back(
            answer({send(whole("{}", "429 Too Many", "text/plain", "Retry-After: 0.5\r\n"))}));
    connections.push_back(good());
    const FaultServer server(connections);
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    const Request request = file_request();
    std::vector<std::future<Response>> answers;
    for (int i = 0; i < clients; ++i)
        answers.push_back(asio::co_spawn(loop, provider->answer(request), asio::use_future));
    loop.run();
    for (auto& answer : answers) EXPECT_EQ(answer.get().text, good_text);
    EXPECT_EQ(server.requests().size(), 2U * clients);
}

}  // namespace
}  // namespace aibuild
