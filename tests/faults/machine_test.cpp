// Rows 52 and 55 of the fault table, and replaying: what the machine does below the client.

#include "machine.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <thread>

#include "rows.h"
#include "tool/inference/store.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

// For as long as it lives, the time of day jumps by a day and back, again and again.
class Jumps {
  public:
    Jumps()
        : thread_([this] {
              for (long i = 1; !stop_; ++i) {
                  wall_clock_is_wrong_by = i % 2 == 0 ? 86'400 : -86'400;
                  std::this_thread::sleep_for(5ms);
              }
              wall_clock_is_wrong_by = 0;
          }) {}
    ~Jumps() {
        stop_ = true;
        thread_.join();
    }
    Jumps(const Jumps&) = delete;
    Jumps& operator=(const Jumps&) = delete;

  private:
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

TEST(TableB, Row55_TheTimeOfDayCanBeMadeToJump) {
    for (const char* name : {"clock_gettime", "time", "gettimeofday"}) {
        Dl_info found{}, ours{};
        ASSERT_NE(dladdr(dlsym(RTLD_DEFAULT, name), &found), 0);
        ASSERT_NE(dladdr(reinterpret_cast<void*>(&wall_clock_is_wrong_by), &ours), 0);
        EXPECT_EQ(found.dli_fbase, ours.dli_fbase) << name << " is not this program's";
    }
    const auto before = std::chrono::system_clock::now();
    wall_clock_is_wrong_by = 86'400;
    EXPECT_GT(std::chrono::system_clock::now() - before, 23h);
    wall_clock_is_wrong_by = 0;
}

std::vector<Row> jumps() {
    const auto clocks = [](OpenAiSettings& with) {
        with.connect_timeout = with.first_byte_timeout = with.idle_timeout = 300ms;
        with.attempts = 1;
    };
    return {
        {"Row55_AnAnswer", each(answer({send(head()), drip(good_stream, 0.0005)})), "complete", 1, 0ms,
         [](OpenAiSettings&) {}},
        {"Row55_TheFirstByte", each(answer({silence})), "provider.first-byte-timeout", 1, 300ms, clocks},
        {"Row55_Idle", each(answer({send(head() + delta("some")), silence})), "provider.idle-timeout", 1,
         300ms, clocks},
        {"Row55_RetryAfter",
         {answer({send(whole("{}", "429 Too Many", "text/plain", "Retry-After: 0.3\r\n"))}), good()},
         "complete",
         2,
         300ms,
         [](OpenAiSettings&) {}},
    };
}

class ClockJumps : public testing::TestWithParam<Row> {};

TEST_P(ClockJumps, Holds) {
    const Jumps jump;
    play(GetParam());
}

INSTANTIATE_TEST_SUITE_P(TableB, ClockJumps, testing::ValuesIn(jumps()), name_of_row);

TEST(TableB, Row52_ASlowNameServerIsBoundedByTheClockOfTheConnection) {
    OpenAiSettings with;
    with.base_url = "https://slow.invalid/v1";
    with.key = key;
    with.attempts = 2;
    with.backoff = 5ms;
    with.connect_timeout = 200ms;
    Came came;
    const auto time = time_of([&] { came = come_of(with, file_request()); });
    EXPECT_EQ(came.to, "provider.connect-timeout") << came.text;
    EXPECT_GE(time, 400ms);
    EXPECT_LT(time, 650ms);
}

// "localhost" is ::1 as well as 127.0.0.1. A listener whose queue is full answers no attempt to connect, as a
// network that swallows IPv6.
TEST(TableB, Row52_ABlackHoleInPlaceOfIpv6IsPassedBy) {
    const FaultServer server(each(good()));
    const int hole = ::socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons(static_cast<std::uint16_t>(server.port()));
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    if (hole < 0 || bind(hole, where, sizeof address) != 0) GTEST_SKIP() << "this machine has no IPv6";
    ASSERT_EQ(listen(hole, 0), 0);
    std::vector<int> sockets{hole};
    for (int i = 0; i < 4; ++i) {
        sockets.push_back(::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0));
        static_cast<void>(connect(sockets.back(), where, sizeof address));
    }
    auto with = settings(server);
    with.base_url = "http://localhost:" + std::to_string(server.port()) + "/v1";
    Came came;
    const auto time = time_of([&] { came = come_of(with, file_request()); });
    EXPECT_EQ(came.to, "complete") << came.text;
    EXPECT_EQ(came.response.attempts, 1);
    EXPECT_LT(time, 750ms);  // 200 ms and then IPv4
    for (const int socket : sockets) close(socket);
}

// From here on a socket is the end of the process.
void forbid_sockets() {
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{std::size(program), program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        _exit(77);
}

int exit_of(Provider& provider, asio::io_context& loop) {
    const Request request = file_request();
    auto answer = asio::co_spawn(loop, provider.answer(request), asio::use_future);
    loop.run();
    try {
        return answer.get().text == "stored" ? 0 : 1;
    } catch (const Error& error) {
        return error.rule() == "provider.replay-miss" ? 3 : 4;
    }
}

TEST(ChecklistA, A31_AReplayOpensNoSocket) {
    std::string name = testing::TempDir() + "replay.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    const fs::path folder = name;
    const auto store = std::make_shared<ResponseStore>(std::vector{folder}, folder);
    const auto replayed = [&] {
        forbid_sockets();
        asio::io_context loop;
        const auto provider = replay(store);
        _exit(exit_of(*provider, loop));
    };
    EXPECT_EXIT(replayed(), testing::ExitedWithCode(3), "");
    Response response;
    response.outcome = Outcome::complete;
    response.text = "stored";
    response.provider = "openai";
    response.model = "some-model";
    store->put(file_request(), response);
    EXPECT_EXIT(replayed(), testing::ExitedWithCode(0), "");

    const auto asked = [&] {
        forbid_sockets();
        OpenAiSettings with;
        with.base_url = "http://127.0.0.1:9/v1";
        asio::io_context loop;
        const auto provider = openai(loop.get_executor(), with);
        _exit(exit_of(*provider, loop));
    };
    EXPECT_EXIT(asked(), testing::KilledBySignal(SIGSYS), "");
    fs::remove_all(folder);
}

TEST(ChecklistA, A30_OnlyCompleteAnswersToTheSameRequestAreStored) {
    std::string name = testing::TempDir() + "store.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    const fs::path folder = name;
    const FaultServer server({answer({send(head() + delta("cut") + finish("length"))}), good()});
    asio::io_context loop;
    const auto provider = stored(openai(loop.get_executor(), settings(server)),
                                 std::make_shared<ResponseStore>(std::vector{folder}, folder));
    const auto sent_for = [&](const Request& request) {
        const std::size_t before = server.requests().size();
        auto answer = asio::co_spawn(loop, provider->answer(request), asio::use_future);
        loop.run();
        loop.restart();
        answer.get();
        return server.requests().size() - before;
    };
    const Request request = file_request();
    EXPECT_EQ(sent_for(request), 1U);  // cut
    EXPECT_EQ(sent_for(request), 1U);
    EXPECT_EQ(sent_for(request), 0U);
    Request other = request;
    other.messages[1].text += ".";
    EXPECT_EQ(sent_for(other), 1U) << "another text";
    other = request;
    other.schema = boost::json::object{{"type", "object"}};
    EXPECT_EQ(sent_for(other), 1U) << "another schema";
    other = request;
    other.template_version = "2";
    EXPECT_EQ(sent_for(other), 1U) << "another template";
    other = request;
    other.model = "other-model";
    EXPECT_EQ(sent_for(other), 1U) << "another model";
    other = request;
    ++other.limits.max_output_tokens;
    EXPECT_EQ(sent_for(other), 1U) << "another limit";
    EXPECT_EQ(sent_for(request), 0U);
    std::ofstream(folder / ResponseStore::relative_path(key_of(request))) << "{\"format\": 1";
    EXPECT_EQ(sent_for(request), 1U) << "a broken entry";
    fs::remove_all(folder);
}

}  // namespace
}  // namespace aibuild
