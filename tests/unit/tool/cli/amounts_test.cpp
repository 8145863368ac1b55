#include "tool/cli/amounts.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

TEST(Amounts, Numbers) {
    EXPECT_EQ(with_commas(0), "0");
    EXPECT_EQ(with_commas(999), "999");
    EXPECT_EQ(with_commas(1'000), "1,000");
    EXPECT_EQ(with_commas(-1'000), "-1,000");
    EXPECT_EQ(with_commas(-100), "-100");
    EXPECT_EQ(with_commas(1'234'567), "1,234,567");
    EXPECT_EQ(counted(1, "request"), "1 request");
    EXPECT_EQ(counted(0, "request"), "0 requests");
    EXPECT_EQ(rough(950), "950");
    EXPECT_EQ(rough(18'204), "18.2k");
    EXPECT_EQ(rough(999'949), "999.9k");
    EXPECT_EQ(rough(999'950), "1.0M");
    EXPECT_EQ(rough_bytes(999), "999 B");
    EXPECT_EQ(rough_bytes(4'100), "4.1 kB");
    EXPECT_EQ(rough_bytes(3'100'000), "3.1 MB");
}

TEST(Amounts, Times) {
    EXPECT_EQ(elapsed_text(Milliseconds(0)), "0.0 s");
    EXPECT_EQ(elapsed_text(Milliseconds(2'140)), "2.1 s");
    EXPECT_EQ(elapsed_text(Milliseconds(9'949)), "9.9 s");
    EXPECT_EQ(elapsed_text(Milliseconds(9'950)), "10 s");
    EXPECT_EQ(elapsed_text(Milliseconds(59'600)), "1 min");
    EXPECT_EQ(elapsed_text(Milliseconds(80'000)), "1 min 20 s");
    EXPECT_EQ(elapsed_text(Milliseconds(7'500'000)), "2 h 5 min");
    EXPECT_EQ(left_text(Milliseconds(1)), "1 s");  // "0 s" would say that it is over
    EXPECT_EQ(left_text(Milliseconds(3'100)), "4 s");
    EXPECT_EQ(left_text(Milliseconds(71'000)), "1 min 20 s");
    EXPECT_EQ(left_text(Milliseconds(111'000)), "2 min");
}

TEST(Amounts, UnknownIsNeverZero) {
    EXPECT_EQ(cost_text(std::nullopt), "cost unknown");
    EXPECT_EQ(cost_text(0.0), "cost 0");
    EXPECT_EQ(cost_text(0.000'001), "cost 0.0001");
    EXPECT_EQ(cost_text(0.0421), "cost 0.0421");
    EXPECT_EQ(cost_text(12.345), "cost 12.35");
}

TEST(Amounts, Usage) {
    Spent spent;
    EXPECT_EQ(usage_text(spent), "no requests");
    spent.calls = 14;
    spent.input_tokens = 18'204;
    spent.cached_tokens = 6'100;
    spent.output_tokens = 9'120;
    EXPECT_EQ(usage_text(spent),
              "14 requests, 18,204 tokens in (6,100 of them cached), 9,120 out, cost unknown");
    spent = {1, 10, 20, 0, true, 0.5};
    EXPECT_EQ(usage_text(spent), "1 request, about 10 tokens in, about 20 out, cost 0.50");
}

}  // namespace
}  // namespace aibuild
