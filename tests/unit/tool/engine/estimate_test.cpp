#include "tool/engine/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aibuild {
namespace {

using testing::ElementsAre;

ExpectedCall call(const std::string& name, Worst about, Worst at_most) {
    return {name, about, at_most};
}

TEST(Expected, IsAGuessAndABound) {
    Request request;
    request.subject = "plan";
    request.messages = {{"system", std::string(294, 's')}, {"user", std::string(596, 'u')}};
    request.limits.max_output_tokens = 5000;
    const ExpectedCall out = expected(request, 700);
    EXPECT_EQ(out.name, "plan");
    EXPECT_EQ(out.at_most.input_tokens, 900) << "a token has at least a byte";
    EXPECT_EQ(out.at_most.output_tokens, 5000);
    EXPECT_EQ(out.about.input_tokens, 300);
    EXPECT_EQ(out.about.output_tokens, 700);
}

TEST(SummaryOf, SumsAllCalls) {
    const std::vector<ExpectedCall> calls = {call("a", {1'000, 200}, {200'000, 1'000}),
                                             call("b", {20'000, 100}, {100'000, 9'000})};
    EXPECT_EQ(summary_of(calls, {}), "2 calls, about 21,300 tokens (at most 310,000), cost unknown");
    EXPECT_EQ(summary_of(calls, {1.0, 10.0}),
              "2 calls, about 21,300 tokens (at most 310,000), cost about 0.0240 (at most 0.4000)");
}

TEST(SummaryOf, UnknownIsNeverNothing) {
    const std::vector<ExpectedCall> one = {call("a", {500, 499}, {999'999, 1})};
    EXPECT_EQ(summary_of(one, {1.0, {}}), "1 call, about 999 tokens (at most 1,000,000), cost unknown");
    EXPECT_EQ(summary_of(one, {{}, 1.0}), "1 call, about 999 tokens (at most 1,000,000), cost unknown");
    EXPECT_EQ(summary_of(one, {0.0, 0.0}),
              "1 call, about 999 tokens (at most 1,000,000), cost about 0.0000 (at most 0.0000)");
    EXPECT_EQ(summary_of({}, {}), "0 calls, about 0 tokens (at most 0), cost unknown");
}

TEST(LinesOf, HaveALineForEachCall) {
    EXPECT_THAT(
        lines_of({call("plan", {1, 2}, {12'345, 1'000}), call("a.c", {1, 2}, {1, 16'384})}, {}),
        ElementsAre("  plan  at most 12,345 tokens in, 1,000 out", "  a.c   at most 1 tokens in, 16,384 out",
                    "2 calls, about 6 tokens (at most 29,730), cost unknown"));
}

}  // namespace
}  // namespace aibuild
