#include "ninja-gen/ninja_runs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace aibuild {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t tick = 4 * ms;
constexpr std::int64_t slack = tick + ms;
constexpr std::int64_t noon = 1'700'000'000'000 * ms;

// A log as ninja 1.11 would have written it.
class Written {
  public:
    // A command of the run that started at `run`; its output was written `early` ms before its end.
    LogEntry command(std::int64_t run, std::int64_t start, std::int64_t end, std::int64_t early,
                     std::string_view output = "out") {
        const LogEntry entry{start, end, run + (end - early) * ms, 1};
        log.text += fmt::format("{}\t{}\t{}\t{}\t1\n", start, end, entry.mtime, output);
        log.last_end_ms = end;
        log.written = run + end * ms;
        return entry;
    }

    NinjaLog log;
};

// Near enough: not before the beginning, and no later than a compiler takes to read its source.
void expect_near(std::int64_t told, std::int64_t began) {
    EXPECT_GE(told, began);
    EXPECT_LE(told, began + 2 * slack);
}

// Of a run that is not the last.
void expect_about(std::int64_t told, std::int64_t began) {
    EXPECT_GE(told, began);
    EXPECT_LE(told, began + 250 * ms + 2 * slack);
}

const auto none = [](std::string_view) { return false; };

TEST(NinjaRuns, WhatWritesItsOutputEarlyIsToldByTheOthersOfItsRun) {
    Written written;
    const std::int64_t run = noon, later = noon + 60'000 * ms;
    const LogEntry slow = written.command(run, 5, 800, 700);
    const LogEntry quick = written.command(run, 800, 820, 1);
    const LogEntry again = written.command(later, 7, 3000, 2500);
    const LogEntry last = written.command(later, 3000, 3010, 9);
    const NinjaRuns runs(written.log, tick, none);
    expect_about(runs.began(slow), run + 5 * ms);
    expect_about(runs.began(quick), run + 800 * ms);
    // Of the last run the log itself tells, and better than its outputs.
    expect_near(runs.began(again), later + 7 * ms);
    expect_near(runs.began(last), later + 3000 * ms);
}

TEST(NinjaRuns, AShortRunBeforeALongOneIsAnother) {
    Written written;
    const LogEntry first = written.command(noon, 3, 10, 0);
    const LogEntry second = written.command(noon + 500 * ms, 3, 2000, 0);
    const NinjaRuns runs(written.log, tick, none);
    expect_about(runs.began(first), noon + 3 * ms);
    expect_near(runs.began(second), noon + 503 * ms);
}

TEST(NinjaRuns, ALogThatWasTouchedOrWrittenAnewTellsNoTime) {
    Written written;
    const LogEntry entry = written.command(noon, 5, 100, 0);
    written.log.written += 3'600'000 * ms;
    expect_about(NinjaRuns(written.log, tick, none).began(entry), noon + 5 * ms);
    written.log.written = noon - 3'600'000 * ms;
    expect_about(NinjaRuns(written.log, tick, none).began(entry), noon + 5 * ms);
}

TEST(NinjaRuns, AnOutputThatWasLeftAsItWasTellsNothing) {
    Written written;
    const LogEntry quick = written.command(noon, 5, 100, 0);
    written.command(noon, 100, 200, 150'000);  // restat: written long before
    const LogEntry other = written.command(noon, 200, 300, 50);
    const NinjaRuns runs(written.log, tick, none);
    expect_about(runs.began(quick), noon + 5 * ms);
    expect_near(runs.began(other), noon + 200 * ms);
}

TEST(NinjaRuns, AnOutputThatMayBeLeftAsItIsIsNotAsked) {
    // Ninja notes the time of an input for it: here of a source that was edited 14 ms before ninja started.
    Written written;
    const LogEntry crate = written.command(noon, 1, 80, 21, "crate");
    written.command(noon, 1, 128, 142, "left");
    const NinjaRuns runs(written.log, tick, [](std::string_view output) { return output == "left"; });
    expect_near(runs.began(crate), noon + 1 * ms);
}

TEST(NinjaRuns, NothingBuilt) {
    const NinjaRuns runs(NinjaLog{}, tick, none);
    EXPECT_EQ(runs.began({10, 30, noon, 1}), noon - 20 * ms + slack);
}

// Whatever commands do, none is said to have begun later than a few ms after it did, where edits would be
// missed; and where one of a run writes its output last, none earlier than it did.
TEST(NinjaRuns, ManyRuns) {
    std::mt19937 random(1);
    const auto up_to = [&](std::int64_t n) { return static_cast<std::int64_t>(random()) % n; };
    for (int round = 0; round < 200; ++round) {
        Written written;
        std::vector<std::pair<LogEntry, std::int64_t>> began;
        std::int64_t now = noon;
        for (int run = 0; run < 5; ++run) {
            std::int64_t end = 0;
            for (int n = 0; n < 20; ++n) {
                const std::int64_t start = end == 0 ? 3 : std::max<std::int64_t>(3, end - up_to(40));
                end = std::max(end, start + 1 + up_to(300));
                const std::int64_t early = n == 19 ? 0 : up_to(end - start);
                began.emplace_back(written.command(now, start, end, early), now + start * ms);
            }
            now += (end + 20 + up_to(1000)) * ms;
        }
        const NinjaRuns runs(written.log, tick, none);
        for (const auto& [entry, when] : began) expect_about(runs.began(entry), when);
    }
}

}  // namespace
}  // namespace aibuild
