#include "tool/report/amounts.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

TEST(Amounts, Durations) {
    EXPECT_EQ(duration_text(0), "0 ms");
    EXPECT_EQ(duration_text(999), "999 ms");
    EXPECT_EQ(duration_text(1000), "1.00 s");
    EXPECT_EQ(duration_text(3864), "3.86 s");
    EXPECT_EQ(duration_text(59'994), "59.99 s");
    EXPECT_EQ(duration_text(59'996), "1 min 00 s");
    EXPECT_EQ(duration_text(125'400), "2 min 05 s");
    EXPECT_EQ(duration_text(4'320'000), "1 h 12 min");
}

TEST(Amounts, Changes) {
    EXPECT_EQ(change_text(100, 100), "same");
    EXPECT_EQ(change_text(100, 490), "+390 ms");
    EXPECT_EQ(change_text(2200, 1000), "\u22121.20 s");
}

TEST(Amounts, SharesAndNumbers) {
    EXPECT_EQ(percent_text(0), "0 %");
    EXPECT_EQ(percent_text(0.004), "<1 %");
    EXPECT_EQ(percent_text(0.372), "37 %");
    EXPECT_EQ(percent_text(1), "100 %");
    EXPECT_EQ(number_text(999), "999");
    EXPECT_EQ(number_text(1234567), "1,234,567");
    EXPECT_EQ(number_text(-1234), "-1,234");
    EXPECT_EQ(counted(std::size_t{1}, "step"), "1 step");
    EXPECT_EQ(counted(std::size_t{0}, "step"), "0 steps");
}

TEST(Amounts, MomentsAreUtc) {
    EXPECT_EQ(moment_text(0), "1970-01-01 00:00:00 UTC");
    EXPECT_EQ(moment_text(1'709'214'309'999), "2024-02-29 13:45:09 UTC");
}

}  // namespace
}  // namespace aibuild
