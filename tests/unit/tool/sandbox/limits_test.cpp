#include "tool/sandbox/limits.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

namespace aibuild {
namespace {

// What `child` ended with, in the limits.
template <class Child>
int status_of(const BuildLimits& limits, const Child& child) {
    const pid_t process = ::fork();
    if (process == 0) ::_exit(limits.enter() ? child() : 99);
    int status = 0;
    ::waitpid(process, &status, 0);
    return status;
}

bool names(const BuildLimits& limits, const char* what) {
    return std::find(limits.missing().begin(), limits.missing().end(), what) != limits.missing().end();
}

TEST(BuildLimits, MemoryHasALimitOrIsNamed) {
    const BuildLimits limits(1000, 64);
    const int status = status_of(limits, [] {
        constexpr std::size_t much = 256U << 20U;
        void* memory = ::mmap(nullptr, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        std::memset(memory, 1, much);
        return 0;
    });
    if (names(limits, "memory")) {
        EXPECT_EQ(status, 0);
    } else {
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
    }
}

TEST(BuildLimits, ProcessesHaveALimitOrAreNamed) {
    const BuildLimits limits(20, 0);
    EXPECT_TRUE(names(limits, "memory"));
    const int status = status_of(limits, [] {
        ::setpgid(0, 0);  // so that all of them can be ended, and nobody else
        int made = 0;
        pid_t process = 0;
        for (; made < 5000 && (process = ::fork()) > 0; ++made) {
        }
        if (process == 0) ::pause();
        ::signal(SIGTERM, SIG_IGN);
        ::kill(0, SIGTERM);
        return made == 5000 ? 1 : 0;
    });
    EXPECT_EQ(WIFEXITED(status) && WEXITSTATUS(status) == 0, !names(limits, "the number of processes"))
        << status;
}

TEST(BuildLimits, TwoOfOneProcessDoNotMeet) {
    { const BuildLimits one(100, 64); }
    const BuildLimits again(100, 64);
    EXPECT_EQ(status_of(again, [] { return 7; }), 7 << 8);
}

}  // namespace
}  // namespace aibuild
