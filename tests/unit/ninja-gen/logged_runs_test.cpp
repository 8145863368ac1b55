#include "ninja-gen/logged_runs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using testing::ElementsAre;

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t noon = 1'700'000'000'000 * ms;

// What commands with restat make here.
bool left_alone(std::string_view output) {
    return output == "old";
}

// A log as ninja writes it: of version 5 with the time of each output, later with that of each beginning.
class Log {
  public:
    explicit Log(int version = 5) : version_(version) {}

    void command(std::int64_t run, std::int64_t start, std::int64_t end, std::string_view output,
                 std::int64_t early = 1) {
        const std::int64_t time = version_ < 6 ? run + (end - early) * ms : run + start * ms;
        line(start, end, output, time);
    }
    void line(std::int64_t start, std::int64_t end, std::string_view output, std::int64_t time) {
        lines.push_back(fmt::format("{}\t{}\t{}\t{}\t1\n", start, end, time, output));
    }

    // "a b" for each run.
    std::vector<std::string> runs() {
        read();
        std::vector<std::string> out;
        for (const LoggedRun& run : logged_runs(log_, left_alone)) {
            std::string names;
            for (const LogLine& line : run.lines)
                names += fmt::format("{}{}", names.empty() ? "" : " ", line.output);
            out.push_back(std::move(names));
        }
        return out;
    }
    std::vector<std::int64_t> starts() {
        read();
        std::vector<std::int64_t> out;
        for (const LoggedRun& run : logged_runs(log_, left_alone)) out.push_back(run.started);
        return out;
    }

    std::vector<std::string> lines;

  private:
    void read() {
        std::string text = fmt::format("# ninja log v{}\n", version_);
        for (const std::string& line : lines) text += line;
        directory_.put(".ninja_log", text);
        log_ = read_ninja_log(directory_.path());
    }

    int version_;
    const test::Directory directory_;
    NinjaLog log_;
};

TEST(LoggedRuns, NothingRan) {
    EXPECT_TRUE(logged_runs(NinjaLog(), left_alone).empty());
    EXPECT_TRUE(Log().runs().empty());
}

TEST(LoggedRuns, AnEarlierEndIsAnotherRun) {
    Log log;
    log.command(noon, 0, 100, "a");
    log.command(noon, 100, 400, "b");
    log.command(noon + 60'000 * ms, 0, 90, "a");
    EXPECT_THAT(log.runs(), ElementsAre("a b", "a"));
}

TEST(LoggedRuns, ALongRunAfterAShortOneIsAnother) {
    for (const int version : {5, 6, 7}) {
        Log log(version);
        log.command(noon, 0, 100, "a");
        log.command(noon + 60'000 * ms, 0, 200, "b");
        log.command(noon + 60'000 * ms, 200, 300, "c");
        EXPECT_THAT(log.runs(), ElementsAre("a", "b c")) << version;
        EXPECT_NEAR(static_cast<double>(log.starts()[1]), static_cast<double>(noon + 60'000 * ms), 20.0 * ms);
    }
}

TEST(LoggedRuns, TheSameOutputAgainIsAnotherRun) {
    Log log;
    log.command(noon, 0, 100, "a");
    log.command(noon + 1, 0, 100, "a");
    EXPECT_EQ(log.runs().size(), 2U);
}

TEST(LoggedRuns, AnOutputThatWasLeftAsItWasStaysInItsRun) {
    Log log;
    log.command(noon, 0, 100, "a");
    log.line(100, 150, "old", noon - 3'600'000 * ms);
    log.line(150, 160, "none", 0);
    log.command(noon, 150, 200, "b");
    EXPECT_THAT(log.runs(), ElementsAre("a old none b"));
}

// Seen after emit had ninja rewrite the log of two runs: what may be left alone stood among lines of another.
TEST(LoggedRuns, InNoOrderWhatMayBeLeftAloneIsOfTheFirstRunThatCanHaveIt) {
    Log log;
    log.line(0, 300, "old", noon + 290 * ms);
    log.command(noon + 2600 * ms, 20, 2900, "test.o");
    log.command(noon, 10, 2300, "main.o");
    log.command(noon, 2300, 2400, "lib");
    log.command(noon + 2600 * ms, 1, 1200, "test2.o");
    EXPECT_THAT(log.runs(), ElementsAre("old main.o lib", "test2.o test.o"));
}

TEST(LoggedRuns, OnlyWhatMayBeLeftAlone) {
    Log log;
    log.line(0, 300, "old", noon);
    EXPECT_THAT(log.runs(), ElementsAre("old"));
    EXPECT_THAT(log.starts(), ElementsAre(0));
}

TEST(LoggedRuns, WhatWritesItsOutputEarlyIsOfTheSameRun) {
    Log log;
    log.command(noon, 5, 800, "slow", 700);
    log.command(noon, 800, 820, "quick");
    log.command(noon, 810, 3000, "slower", 2100);
    EXPECT_THAT(log.runs(), ElementsAre("slow quick slower"));
}

TEST(LoggedRuns, ALogThatNinjaWroteAnewIsInNoOrder) {
    for (const int version : {5, 7}) {
        Log log(version);
        for (int n = 0; n < 40; ++n)
            log.command(noon, n * 10, n * 10 + 100 + (n * 7) % 13, fmt::format("first{:02}", n));
        for (int n = 0; n < 30; ++n)
            log.command(noon + 90'000 * ms, n * 10, n * 10 + 50, fmt::format("second{:02}", n));
        std::sort(log.lines.begin(), log.lines.end(), [](const std::string& a, const std::string& b) {
            return std::hash<std::string>()(a) < std::hash<std::string>()(b);
        });
        const auto runs = log.runs();
        ASSERT_EQ(runs.size(), 2U) << version;
        EXPECT_EQ(std::count(runs[0].begin(), runs[0].end(), ' '), 39) << version;
        EXPECT_EQ(std::count(runs[1].begin(), runs[1].end(), ' '), 29) << version;
    }
}

}  // namespace
}  // namespace aibuild
