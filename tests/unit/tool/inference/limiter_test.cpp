#include "tool/inference/limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace aibuild {
namespace {

using namespace std::chrono_literals;
using Clock = Limiter::Clock;

const Clock::time_point start{1'000'000s};

// The most that falls into any minute of `events`, which are times and amounts.
std::int64_t most_in_a_minute(const std::vector<std::pair<Clock::time_point, std::int64_t>>& events) {
    std::int64_t most = 0;
    for (const auto& [from, ignored] : events) {
        std::int64_t sum = 0;
        for (const auto& [time, amount] : events)
            if (time >= from && time < from + 60s) sum += amount;
        most = std::max(most, sum);
    }
    return most;
}

TEST(Limiter, WithoutLimitsNobodyWaits) {
    Limiter limiter(0, 0);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.reserve(1'000'000, start), start);
}

TEST(Limiter, NoMinuteHasMoreRequestsThanAllowed) {
    for (const std::int64_t limit : {1, 7, 60, 500}) {
        Limiter limiter(limit, 0);
        std::vector<std::pair<Clock::time_point, std::int64_t>> sent;
        for (std::int64_t i = 0; i < 2 * limit + 1; ++i) sent.emplace_back(limiter.reserve(0, start), 1);
        EXPECT_TRUE(std::ranges::is_sorted(sent));
        EXPECT_EQ(sent.front().first, start);
        EXPECT_LE(most_in_a_minute(sent), limit);
        // And not much fewer either.
        EXPECT_LE(sent.back().first, start + 121s) << limit;
    }
}

TEST(Limiter, NoMinuteHasMoreTokensThanAllowed) {
    Limiter limiter(0, 60'000);
    std::vector<std::pair<Clock::time_point, std::int64_t>> sent;
    for (int i = 0; i < 200; ++i) {
        const std::int64_t tokens = 100 + i * 37 % 900;
        sent.emplace_back(limiter.reserve(tokens, start), tokens);
    }
    EXPECT_EQ(sent[5].first, start);  // ten seconds' worth at once
    EXPECT_GT(sent.back().first, start + 60s);
    EXPECT_LE(most_in_a_minute(sent), 60'000);
}

TEST(Limiter, WhatIsLargerThanTheBucketGoesWhenItIsFull) {
    Limiter limiter(0, 600);
    EXPECT_EQ(limiter.reserve(500, start), start);
    const auto next = limiter.reserve(1, start);
    EXPECT_GT(next, start + 47s);
    EXPECT_LT(next, start + 50s);
}

TEST(Limiter, GivesBackWhatWasNotUsed) {
    Limiter limiter(0, 600);
    limiter.reserve(100, start);
    limiter.settle(100, 10, start);
    EXPECT_EQ(limiter.reserve(90, start), start);
    EXPECT_GT(limiter.reserve(10, start), start);
    limiter.settle(0, 1'000'000, start);  // more than was reserved
    EXPECT_GT(limiter.reserve(1, start), start + 3600s);
}

Limiter::Headers headers(std::map<std::string, std::string> all) {
    return [all](const char* name) {
        const auto found = all.find(name);
        return found == all.end() ? std::string() : found->second;
    };
}

TEST(Limiter, LearnsFromTheServer) {
    Limiter limiter(0, 0);
    EXPECT_EQ(
        limiter.learn(headers({{"x-ratelimit-limit-requests", "60"}, {"x-ratelimit-limit-tokens", "600"}}),
                      start),
        std::nullopt);
    EXPECT_EQ(limiter.reserve(1, start), start);
    EXPECT_GE(limiter.reserve(1, start), start + 1s);
    limiter.reserve(1000, start);
    EXPECT_GT(limiter.reserve(1, start), start + 60s);
}

TEST(Limiter, TakesOnlyLowerLimits) {
    Limiter limiter(60, 0);
    limiter.learn(headers({{"x-ratelimit-limit-requests", "6000"}}), start);
    limiter.reserve(0, start);
    EXPECT_LT(limiter.reserve(0, start), start + 1001ms);
    limiter.learn(headers({{"x-ratelimit-limit-requests", "6"}}), start + 1s);
    EXPECT_GE(limiter.reserve(0, start + 1s), start + 11s);
}

TEST(Limiter, IgnoresWhatIsNoLimit) {
    for (const char* value : {"-1", "0", "", "many", "1e9", "99999999999999999999"}) {
        Limiter limiter(0, 0);
        limiter.learn(headers({{"x-ratelimit-limit-requests", value}, {"x-ratelimit-limit-tokens", value}}),
                      start);
        limiter.reserve(1, start);
        EXPECT_EQ(limiter.reserve(1'000'000, start), start) << value;
    }
}

TEST(Limiter, StaysAwayUntilTheReset) {
    const auto quiet = [](const std::string& remaining, const std::string& reset) {
        Limiter limiter(0, 0);
        return limiter.learn(
            headers({{"x-ratelimit-remaining-requests", remaining}, {"x-ratelimit-reset-requests", reset}}),
            start);
    };
    EXPECT_EQ(quiet("0", "6s"), start + 6s);
    EXPECT_EQ(quiet("0", "1m30s"), start + 90s);
    EXPECT_EQ(quiet("0", "24h0m0s"), start + 120s);  // not longer than a server may make anybody wait
    for (const char* reset : {"0", "-1", "", "0s", "soon"})
        EXPECT_EQ(quiet("0", reset), std::nullopt) << reset;
    for (const char* remaining : {"1", "-1", "", "none"}) EXPECT_EQ(quiet(remaining, "6s"), std::nullopt);
}

TEST(Limiter, BelievesThatFewTokensRemain) {
    Limiter limiter(0, 6000);
    limiter.learn(headers({{"x-ratelimit-remaining-tokens", "10"}}), start);
    EXPECT_EQ(limiter.reserve(10, start), start);
    EXPECT_GT(limiter.reserve(10, start), start);
}

TEST(GoDuration, IsReadAsGoWritesIt) {
    EXPECT_EQ(go_duration("1s"), 1000ms);
    EXPECT_EQ(go_duration("6m0s"), 360'000ms);
    EXPECT_EQ(go_duration("1h2m3.5s"), 3'723'500ms);
    EXPECT_EQ(go_duration("120ms"), 120ms);
    EXPECT_EQ(go_duration("500us"), 1ms);
    EXPECT_EQ(go_duration("500\xc2\xb5s"), 1ms);
    for (const char* text : {"", "0", "0s", "-1s", "1", "s", "1 s", "1d", "1s1", "1.2.3s", "inf", "nan"})
        EXPECT_EQ(go_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace aibuild
