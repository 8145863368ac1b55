#include "tool/inference/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using testing::HasSubstr;

// "user" and 96 bytes of text: at most 100 tokens in, and 50 out.
Request request() {
    Request out;
    out.subject = "src/a.c";
    out.model = "some-model";
    out.messages = {{"user", std::string(96, 'x')}};
    out.limits.max_output_tokens = 50;
    return out;
}

Usage usage(std::optional<std::int64_t> input, std::optional<std::int64_t> output,
            std::optional<std::int64_t> cached = {}) {
    return {input, output, cached};
}

// Of a million tokens each: the request costs at most 100 * 2 + 50 * 6 = 500 millionths.
const Price price{2.0, 6.0};
constexpr double worst_cost = 0.0005;

Error refused(Budget& budget, const Price& of = {}) {
    const Error error = test::thrown([&] { budget.hold(request(), of); });
    if (error.rule() != "nothing") {
        EXPECT_EQ(error.exit(), Exit::policy);
    }
    return error;
}

Caps calls(std::int64_t most) {
    Caps out;
    out.calls = most;
    return out;
}
Caps tokens(std::int64_t most) {
    Caps out;
    out.tokens = most;
    return out;
}
Caps cost(double most) {
    Caps out;
    out.cost = most;
    return out;
}
Caps seconds(int most) {
    Caps out;
    out.time = std::chrono::seconds(most);
    return out;
}

TEST(Worst, IsEveryByteAndAllTheOutput) {
    EXPECT_EQ(worst_of(request()).input_tokens, 100);
    EXPECT_EQ(worst_of(request()).output_tokens, 50);
}

TEST(EstimatedTokens, AreAThirdOfTheBytesRoundedUp) {
    EXPECT_EQ(estimated_tokens(0), 0);
    EXPECT_EQ(estimated_tokens(1), 1);
    EXPECT_EQ(estimated_tokens(3), 1);
    EXPECT_EQ(estimated_tokens(4), 2);
}

TEST(CostOf, IsUnknownWhereAPriceOrACountIs) {
    EXPECT_DOUBLE_EQ(*cost_of(price, usage(1'000'000, 500'000)), 5.0);
    EXPECT_DOUBLE_EQ(*cost_of({0.0, 0.0}, usage(10, 10)), 0.0) << "a price of nothing is a price";
    EXPECT_EQ(cost_of({}, usage(1, 1)), std::nullopt);
    EXPECT_EQ(cost_of({2.0, {}}, usage(1, 1)), std::nullopt);
    EXPECT_EQ(cost_of({{}, 2.0}, usage(1, 1)), std::nullopt);
    EXPECT_EQ(cost_of(price, usage({}, 1)), std::nullopt);
    EXPECT_EQ(cost_of(price, usage(1, {})), std::nullopt);
}

TEST(Budget, WithoutCapsAllowsAll) {
    Budget budget;
    for (int n = 0; n < 100; ++n)
        budget.hold(request(), {})->settle(request(), usage(1'000'000, 1'000'000), 1);
    EXPECT_EQ(budget.spent().calls, 100);
    EXPECT_EQ(budget.end(), std::nullopt);
}

TEST(Budget, CapsCalls) {
    Budget budget(calls(2));
    budget.hold(request(), {})->settle(request(), usage(1, 1), 1);
    EXPECT_EQ(refused(budget).rule(), "nothing");
    budget.hold(request(), {})->settle(request(), usage(1, 1), 1);
    const Error error = refused(budget);
    EXPECT_EQ(error.rule(), "budget.calls");
    EXPECT_EQ(error.place(), "src/a.c");
    EXPECT_THAT(error.why(), HasSubstr("The limit of calls is 2"));
    EXPECT_THAT(error.fix(), HasSubstr("--max-calls"));
    Budget none(calls(0));
    EXPECT_EQ(refused(none).rule(), "budget.calls");
}

TEST(Budget, CapsTokensBeforeTheyAreSpent) {
    Budget fits(tokens(150)), short_of(tokens(149));
    EXPECT_EQ(refused(fits).rule(), "nothing");
    const Error error = refused(short_of);
    EXPECT_EQ(error.rule(), "budget.tokens");
    EXPECT_THAT(error.why(), HasSubstr("The limit of tokens is 149; 0 are spent"));
    EXPECT_THAT(error.why(), HasSubstr("up to 150"));
    EXPECT_THAT(error.fix(), HasSubstr("--max-tokens"));
    // What is spent is what the server said, not the worst.
    Budget spent(tokens(180));
    spent.hold(request(), {})->settle(request(), usage(20, 10), 1);
    EXPECT_EQ(refused(spent).rule(), "nothing");
    spent.hold(request(), {})->settle(request(), usage(1, 0), 1);
    EXPECT_EQ(refused(spent).rule(), "budget.tokens");
}

TEST(Budget, CapsCostBeforeItIsSpent) {
    Budget fits(cost(worst_cost)), short_of(cost(worst_cost * 0.99));
    EXPECT_EQ(refused(fits, price).rule(), "nothing");
    const Error error = refused(short_of, price);
    EXPECT_EQ(error.rule(), "budget.cost");
    EXPECT_THAT(error.why(), HasSubstr("may cost up to 0.0005"));
    EXPECT_THAT(error.fix(), HasSubstr("--max-cost"));
    Budget spent(cost(worst_cost * 1.5));
    spent.hold(request(), price)->settle(request(), usage(100, 8), 1);  // 0.000248
    EXPECT_EQ(refused(spent, price).rule(), "nothing");
    spent.hold(request(), price)->settle(request(), usage(2, 0), 1);
    EXPECT_EQ(refused(spent, price).rule(), "budget.cost");
}

TEST(Budget, AnUnknownPriceCannotBeCapped) {
    Budget budget(cost(100));
    for (const Price& unknown : {Price{}, Price{1.0, {}}, Price{{}, 1.0}}) {
        const Error error = refused(budget, unknown);
        EXPECT_EQ(error.rule(), "budget.price");
        EXPECT_EQ(error.place(), "some-model");
        EXPECT_THAT(error.fix(), HasSubstr("price_input"));
    }
    EXPECT_EQ(refused(budget, {0.0, 0.0}).rule(), "nothing") << "a model of one's own costs nothing";
}

TEST(Budget, CapsTime) {
    Budget over(seconds(0)), fits(seconds(3600));
    EXPECT_EQ(refused(fits).rule(), "nothing");
    ASSERT_TRUE(fits.end());
    EXPECT_GT(*fits.end(), Budget::Clock::now());
    const Error error = refused(over);
    EXPECT_EQ(error.rule(), "budget.seconds");
    EXPECT_THAT(error.why(), HasSubstr("The limit of time is 0 s"));
    EXPECT_THAT(error.fix(), HasSubstr("--max-seconds"));
    EXPECT_EQ(test::thrown([&] { over.check_time(request()); }).rule(), "budget.seconds");
    EXPECT_NO_THROW(fits.check_time(request()));
}

TEST(Budget, WhatIsHeldCounts) {
    Budget by_calls(calls(2)), by_tokens(tokens(310)), by_cost(cost(worst_cost * 2.1));
    const auto first = by_calls.hold(request(), {});
    auto second = by_calls.hold(request(), {});
    EXPECT_EQ(refused(by_calls).rule(), "budget.calls");
    second.reset();
    EXPECT_EQ(refused(by_calls).rule(), "nothing") << "nothing was sent, and nothing is counted";
    const auto third = by_tokens.hold(request(), {});
    auto fourth = by_tokens.hold(request(), {});
    EXPECT_EQ(refused(by_tokens).rule(), "budget.tokens");
    fourth.reset();
    EXPECT_EQ(refused(by_tokens).rule(), "nothing");
    const auto fifth = by_cost.hold(request(), price);
    auto sixth = by_cost.hold(request(), price);
    EXPECT_EQ(refused(by_cost, price).rule(), "budget.cost");
    sixth.reset();
    EXPECT_EQ(refused(by_cost, price).rule(), "nothing");
    for (const Budget* budget : {&by_calls, &by_tokens, &by_cost}) EXPECT_EQ(budget->spent().calls, 0);
}

TEST(Budget, WhatIsSettledIsNoLongerHeld) {
    Budget by_calls(calls(2)), by_tokens(tokens(152)), by_cost(cost(worst_cost * 1.1));
    const auto first = by_calls.hold(request(), {});
    first->settle(request(), usage(1, 1), 1);
    EXPECT_EQ(refused(by_calls).rule(), "nothing");
    const auto second = by_tokens.hold(request(), {});
    second->settle(request(), usage(1, 1), 1);
    EXPECT_EQ(refused(by_tokens).rule(), "nothing");
    const auto third = by_cost.hold(request(), price);
    third->settle(request(), usage(1, 1), 1);
    EXPECT_EQ(refused(by_cost, price).rule(), "nothing");
}

// Sums of rounded numbers are rounded; a cap that fits to the last digit still does afterwards.
TEST(Budget, WhatWasHeldLeavesNothingBehind) {
    Budget budget(cost(worst_cost));
    for (int n = 1; n < 20; ++n) {
        for (int m = 1; m < 20; ++m) {
            {
                const auto one = budget.hold(request(), {n * 0.1, 0.03});
                const auto two = budget.hold(request(), {m * 0.07, 0.01});
            }
            ASSERT_EQ(refused(budget, price).rule(), "nothing") << n << " " << m;
        }
    }
}

TEST(Budget, SumsWhatServersTell) {
    Budget budget;
    EXPECT_DOUBLE_EQ(*budget.hold(request(), price)->settle(request(), usage(10, 20, 5), 999), 0.00014);
    EXPECT_DOUBLE_EQ(*budget.hold(request(), price)->settle(request(), usage(1, 2), 999), 0.000014);
    const Spent& spent = budget.spent();
    EXPECT_EQ(spent.calls, 2);
    EXPECT_EQ(spent.input_tokens, 11);
    EXPECT_EQ(spent.output_tokens, 22);
    EXPECT_EQ(spent.cached_tokens, 5);
    EXPECT_DOUBLE_EQ(*spent.cost, 0.000154);
    EXPECT_FALSE(spent.estimated);
}

TEST(Budget, EstimatesWhatServersDoNotTell) {
    Budget budget;
    budget.hold(request(), price)->settle(request(), usage({}, {}), 30);
    EXPECT_EQ(budget.spent().input_tokens, 34) << "a third of what was sent";
    EXPECT_EQ(budget.spent().output_tokens, 10) << "a third of what came";
    EXPECT_TRUE(budget.spent().estimated);
    EXPECT_DOUBLE_EQ(*budget.spent().cost, (34 * 2.0 + 10 * 6.0) / 1e6);
    for (const Usage& half : {usage(5, {}), usage({}, 5)}) {
        Budget other;
        other.hold(request(), {})->settle(request(), half, 30);
        EXPECT_TRUE(other.spent().estimated);
    }
    // Once it was, the sum stays one.
    budget.hold(request(), price)->settle(request(), usage(1, 1), 1);
    EXPECT_TRUE(budget.spent().estimated);
}

TEST(Budget, AnUnknownCostStaysUnknown) {
    Budget budget;
    EXPECT_EQ(budget.spent().cost, 0.0) << "nothing was spent, and that is known";
    EXPECT_EQ(budget.hold(request(), {})->settle(request(), usage(1, 1), 1), std::nullopt);
    EXPECT_EQ(budget.spent().cost, std::nullopt);
    EXPECT_TRUE(budget.hold(request(), price)->settle(request(), usage(1, 1), 1));
    EXPECT_EQ(budget.spent().cost, std::nullopt) << "a part of a sum is no sum";
}

}  // namespace
}  // namespace aibuild
