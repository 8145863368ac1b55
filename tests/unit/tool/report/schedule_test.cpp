#include "tool/report/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// a (100) -> b (200), beside c (250).
const std::vector<Span> two = {{0, 100, {}}, {100, 300, {0}}, {0, 250, {}}};

TEST(Schedule, NothingRan) {
    EXPECT_THAT(lanes({}), IsEmpty());
    EXPECT_THAT(levels({}), ElementsAre(Level{0, 0}));
    EXPECT_THAT(critical_path({}), IsEmpty());
    EXPECT_EQ(replay_ms({}, 4), 0);
}

TEST(Schedule, ALaneIsTakenAgainWhenItIsFree) {
    EXPECT_THAT(lanes(two), ElementsAre(0U, 0U, 1U));
    EXPECT_THAT(lanes({{5, 10, {}}, {0, 6, {}}, {10, 12, {}}}), ElementsAre(1U, 0U, 0U));
}

TEST(Schedule, LevelsCountWhatRuns) {
    EXPECT_THAT(levels(two), ElementsAre(Level{0, 2}, Level{250, 1}, Level{300, 0}));
    EXPECT_EQ(widest(levels(two)), 2U);
    // What takes no time is no load.
    EXPECT_THAT(levels({{10, 10, {}}}), ElementsAre(Level{0, 0}));
    EXPECT_THAT(levels({{10, 20, {}}}), ElementsAre(Level{0, 0}, Level{10, 1}, Level{20, 0}));
}

TEST(Schedule, TheCriticalPathIsTheLongestChain) {
    EXPECT_THAT(critical_path(two), ElementsAre(0U, 1U));
    // A longer step alone is a chain, too.
    EXPECT_THAT(critical_path({{0, 100, {}}, {100, 300, {0}}, {0, 301, {}}}), ElementsAre(2U));
    // By times, not by the number of steps.
    EXPECT_THAT(critical_path({{0, 10, {}}, {10, 20, {0}}, {20, 30, {1}}, {30, 100, {}}, {100, 110, {2, 3}}}),
                ElementsAre(3U, 4U));
}

TEST(Schedule, WhatWaitsForItselfDoesNotHang) {
    EXPECT_THAT(critical_path({{0, 10, {0}}}), ElementsAre(0U));
    EXPECT_THAT(critical_path({{0, 10, {1}}, {0, 10, {0}}}), IsEmpty());
    EXPECT_EQ(replay_ms({{0, 10, {1}}, {0, 10, {0}}, {0, 7, {}}}, 2), 7);
    EXPECT_THAT(critical_path({{0, 10, {9}}}), ElementsAre(0U));
}

TEST(Schedule, AReplayKeepsTheOrderAndTheSlots) {
    EXPECT_EQ(replay_ms(two, 2), 300);
    EXPECT_EQ(replay_ms(two, 1), 550);
    EXPECT_EQ(replay_ms(two, 0), 550);  // no slot at all is one
    EXPECT_EQ(replay_ms(two, 2, 0), 250);
    EXPECT_EQ(replay_ms(two, 2, 1), 250);
    EXPECT_EQ(replay_ms(two, 2, 2), 300);
}

// What is won can't be more than the step took where there are slots for all, and no chain gets longer.
TEST(Schedule, WithSlotsForAllAReplayIsTheLongestChain) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<Span> spans;
        for (std::size_t n = 0; n < 30; ++n) {
            Span span{static_cast<std::int64_t>(n), 0, {}};
            span.end_ms = span.start_ms + static_cast<std::int64_t>(random() % 50);
            for (int k = 0; k < 2 && n > 0; ++k) span.after.push_back(random() % n);
            std::sort(span.after.begin(), span.after.end());
            span.after.erase(std::unique(span.after.begin(), span.after.end()), span.after.end());
            spans.push_back(span);
        }
        std::int64_t chain = 0;
        for (const std::size_t n : critical_path(spans)) chain += spans[n].took_ms();
        EXPECT_EQ(replay_ms(spans, spans.size()), chain);
        for (std::size_t n = 0; n < spans.size(); ++n) {
            const std::int64_t without = replay_ms(spans, spans.size(), n);
            EXPECT_LE(without, chain);
            EXPECT_GE(without, chain - spans[n].took_ms());
        }
    }
}

}  // namespace
}  // namespace aibuild
