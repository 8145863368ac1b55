#include "tool/workspace/hold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "directory.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
namespace fs = std::filesystem;

TEST(Hold, LeavesTheDirectoryAsItWas) {
    const Directory dir;
    const Root root(dir.path());
    {
        const Hold hold(root, "aibuild-gen new");
        EXPECT_EQ(test::slurp(dir / ".aibuild/hold"), std::to_string(::getpid()) + " aibuild-gen new\n");
    }
    EXPECT_TRUE(dir.tree().empty());
    {
        const Hold hold(root, "aibuild-gen new");
        dir.put(".aibuild/responses/x", "paid");
    }
    EXPECT_EQ(test::slurp(dir / ".aibuild/responses/x"), "paid");
    EXPECT_FALSE(fs::exists(dir / ".aibuild/hold"));
}

TEST(Hold, RemovesWhatKilledHoldersLeftHalfWritten) {
    const Directory dir;
    const std::string left = std::string(beneath::temporary_prefix) + "0123456789abcdef";
    dir.put(".aibuild/" + left, "half");
    dir.put(".aibuild/runs/" + left, "half");
    dir.put(".aibuild/runs/1.json", "whole");
    dir.put(left, "not ours to remove: nobody's hold says who writes here");
    fs::create_directory(dir / ".aibuild" / (left + "d"));
    fs::create_symlink("runs/1.json", dir / ".aibuild" / (left + "l"));
    { const Hold hold(Root(dir.path()), "aibuild-gen build"); }
    EXPECT_FALSE(fs::exists(dir / ".aibuild" / left));
    EXPECT_FALSE(fs::exists(dir / ".aibuild/runs" / left));
    EXPECT_TRUE(fs::exists(dir / ".aibuild/runs/1.json"));
    EXPECT_TRUE(fs::exists(dir / left));
    EXPECT_TRUE(fs::is_directory(dir / ".aibuild" / (left + "d"))) << "only files are made under such a name";
    EXPECT_TRUE(fs::is_symlink(dir / ".aibuild" / (left + "l")));
}

TEST(Hold, SecondIsToldWho) {
    const Directory dir;
    const Root root(dir.path());
    std::optional<Hold> hold(std::in_place, root, "aibuild-gen generate\x1b[31m");
    const auto before = dir.tree();
    try {
        const Hold second(root, "aibuild-gen new");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "hold.busy");
        EXPECT_EQ(error.exit(), Exit::failure);
        EXPECT_THAT(error.what(), testing::HasSubstr("`aibuild-gen generate\\x1b[31m` (process " +
                                                     std::to_string(::getpid()) + ")"));
    }
    EXPECT_EQ(dir.tree(), before);
    hold.reset();
    EXPECT_EQ(rule_of([&] { const Hold third(root, "x"); }), "");
}

TEST(Hold, OtherProcessIsKeptOutUntilItsHolderIsKilled) {
    const Directory dir;
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const Hold hold(Root(dir.path()), "aibuild-gen build");
        (void)!::write(ready[1], "x", 1);
        for (;;) ::pause();
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(rule_of([&] { const Hold hold(Root(dir.path()), "x"); }), "hold.busy");
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(rule_of([&] { const Hold hold(Root(dir.path()), "x"); }), "") << "a dead holder holds nothing";
    EXPECT_FALSE(fs::exists(dir / ".aibuild/hold"));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(Hold, RemovingTheFileDoesNotLetTwoIn) {
    const Directory dir;
    const Root root(dir.path());
    std::atomic<int> inside = 0, most = 0, turns = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 200; ++turn) {
                try {
                    const Hold hold(root, "x");
                    const int now = ++inside;
                    if (now > most) most = now;
                    std::this_thread::yield();
                    --inside;
                    ++turns;
                } catch (const Error& error) {
                    EXPECT_EQ(error.rule(), "hold.busy");
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(most, 1);
    EXPECT_GT(turns, 0);
    EXPECT_TRUE(dir.tree().empty());
}

// Of a file that stays: what is in `dir`, and when it was made or changed.
std::map<std::string, fs::file_time_type> times(const Directory& dir) {
    std::map<std::string, fs::file_time_type> out{{".", fs::last_write_time(dir.path())}};
    for (const auto& entry : fs::recursive_directory_iterator(dir.path()))
        out[entry.path().string()] = fs::last_write_time(entry.path());
    return out;
}

TEST(Hold, WhereItsFileStaysNothingIsWrittenAgain) {
    const Directory dir;
    const Root root(dir.path());
    { const Hold alone(root, "x", {}, HoldFile::stays); }
    EXPECT_TRUE(dir.tree().empty()) << "of a command that left nothing else";
    dir.put(".aibuild/state.json", "{}");
    { const Hold first(root, "x", {}, HoldFile::stays); }
    const auto before = times(dir);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    {
        const Hold again(root, "x", {}, HoldFile::stays);
        try {
            const Hold other(root, "y");
            FAIL();
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr("Another AIBuild command (process " +
                                                         std::to_string(::getpid()) + ")"));
        }
    }
    EXPECT_EQ(times(dir), before);
}

TEST(Hold, WaitsForItsHolderAndSaysForWhom) {
    const Directory dir;
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const Hold hold(Root(dir.path()), "aibuild-gen build");
        (void)!::write(ready[1], "x", 1);
        for (;;) ::pause();
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    std::vector<std::string> said;
    const Hold hold(Root(dir.path()), "aibuild-gen change", [&](const std::string& line) {
        said.push_back(line);
        ::kill(child, SIGKILL);
    });
    EXPECT_EQ(said, std::vector{"`aibuild-gen build` (process " + std::to_string(child) + ") is working in " +
                                dir.path().string() + ": waiting until it has ended"});
    EXPECT_EQ(test::slurp(dir / ".aibuild/hold"), std::to_string(::getpid()) + " aibuild-gen change\n");
    EXPECT_EQ(rule_of([&] { const Hold other(Root(dir.path()), "x"); }), "hold.busy");
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(Hold, AllWhoWaitHaveTheirTurnAlone) {
    const Directory dir;
    const Root root(dir.path());
    std::atomic<int> inside = 0, most = 0, turns = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 50; ++turn) {
                const Hold hold(root, "x", [](const std::string& /*line*/) {});
                const int now = ++inside;
                if (now > most) most = now;
                std::this_thread::yield();
                --inside;
                ++turns;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(most, 1);
    EXPECT_EQ(turns, 200);
    EXPECT_TRUE(dir.tree().empty());
}

TEST(Hold, AWaitCanBeInterrupted) {
    const Directory dir;
    const Root root(dir.path());
    const Hold hold(root, "x");
    struct sigaction handled {
    }, before{};
    handled.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &handled, &before);
    EXPECT_EQ(rule_of([&] {
                  const Hold second(root, "y", [](const std::string& /*line*/) { ::ualarm(20'000, 20'000); });
              }),
              "interrupted");
    ::ualarm(0, 0);
    ::sigaction(SIGALRM, &before, nullptr);
}

TEST(Hold, LinksAndSecondNamesAreRefused) {
    const Directory dir;
    const Root root(dir.path());
    dir.put("victim", "precious");
    fs::create_directory(dir / ".aibuild");
    fs::create_symlink("../victim", dir / ".aibuild/hold");
    EXPECT_EQ(rule_of([&] { const Hold hold(root, "x"); }), "path.symlink");
    fs::remove(dir / ".aibuild/hold");
    fs::create_hard_link(dir / "victim", dir / ".aibuild/hold");
    EXPECT_EQ(rule_of([&] { const Hold hold(root, "x"); }), "path.type");
    fs::remove_all(dir / ".aibuild");
    fs::create_directory_symlink(".", dir / ".aibuild");
    EXPECT_EQ(rule_of([&] { const Hold hold(root, "x"); }), "path.symlink");
    EXPECT_EQ(test::slurp(dir / "victim"), "precious");
}

}  // namespace
}  // namespace aibuild
