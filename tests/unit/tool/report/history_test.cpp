#include "tool/report/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aibuild {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t noon = 1'700'000'000'000;

LogLine line(std::string_view output, std::int64_t start, std::int64_t end) {
    return {output, {start, end, 0, 1}};
}

LoggedRun logged(std::int64_t started_ms, std::vector<LogLine> lines) {
    return {started_ms * ms, std::move(lines)};
}

BuildRun recorded(std::int64_t id, std::int64_t started_ms, std::int64_t took_ms,
                  std::vector<RunStep> steps) {
    BuildRun out;
    out.id = id;
    out.started_ms = started_ms;
    out.duration_ms = took_ms;
    out.steps = std::move(steps);
    return out;
}

std::string itself(std::string_view output) {
    return std::string(output == "a.mod" ? "a.o" : output);
}

TEST(History, ALoggedRunHasTimesAndNoReasons) {
    const auto runs = history({}, {logged(noon, {line("a.o", 0, 100), line("b", 100, 130)})},
                              "ninja (log version 5)", itself);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_TRUE(runs[0].logged);
    EXPECT_EQ(runs[0].run.started_ms, noon);
    EXPECT_EQ(runs[0].run.duration_ms, 130);
    EXPECT_EQ(runs[0].run.executor, "ninja (log version 5)");
    ASSERT_EQ(runs[0].run.steps.size(), 2U);
    EXPECT_EQ(runs[0].run.steps[1], (RunStep{"b", "", 100, 130}));
}

TEST(History, AnEdgeWithTwoOutputsIsOneStep) {
    const auto runs = history({}, {logged(noon, {line("a.mod", 0, 100), line("a.o", 0, 100)})}, "", itself);
    ASSERT_EQ(runs[0].run.steps.size(), 1U);
    EXPECT_EQ(runs[0].run.steps[0].output, "a.o");
}

TEST(History, ARecordedRunIsTakenFromItsRecord) {
    const auto runs = history({recorded(4, noon, 500, {{"a.o", "new", 10, 110}})},
                              {logged(noon + 8, {line("a.o", 0, 100)})}, "", itself);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_FALSE(runs[0].logged);
    EXPECT_EQ(runs[0].run.id, 4);
}

TEST(History, APlainNinjaAfterARecordedRunIsARunOfItsOwn) {
    const auto runs = history(
        {recorded(4, noon, 500, {{"a.o", "new", 10, 110}})},
        {logged(noon + 8, {line("a.o", 0, 100)}), logged(noon + 60'000, {line("a.o", 0, 90)})}, "", itself);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_FALSE(runs[0].logged);
    EXPECT_TRUE(runs[1].logged);
}

TEST(History, RunsWithoutACommonStepAreTwo) {
    const auto runs = history({recorded(4, noon, 500, {{"a.o", "new", 10, 110}})},
                              {logged(noon + 8, {line("b.o", 0, 100)})}, "", itself);
    EXPECT_EQ(runs.size(), 2U);
}

TEST(History, WhatFailedInARecordIsNotWhatALogTells) {
    BuildRun failed = recorded(4, noon, 500, {{"a.o", "new", 10, 110, TaskState::failed, 1}});
    const auto runs = history({failed}, {logged(noon + 400, {line("a.o", 0, 100)})}, "", itself);
    EXPECT_EQ(runs.size(), 2U);
}

// What failed is in no log: that run stays, the last one or not.
TEST(History, OldestFirst) {
    const auto runs = history({recorded(1, noon, 500, {}), recorded(2, noon + 90'000, 10, {})},
                              {logged(noon + 60'000, {line("a.o", 0, 90)})}, "", itself);
    ASSERT_EQ(runs.size(), 3U);
    EXPECT_EQ(runs[0].run.id, 1);
    EXPECT_TRUE(runs[1].logged);
    EXPECT_EQ(runs[2].run.id, 2);
}

}  // namespace
}  // namespace aibuild
