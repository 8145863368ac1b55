#include "tool/engine/evidence.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

const std::string no = "a.c:1:2: error: no\n";

// A build in which `failures` failed, and ninja has these commands left.
BuildOutcome failed(std::vector<BuildOutcome::Failure> failures, std::unordered_set<std::string> left) {
    BuildOutcome out;
    out.exit_code = 1;
    out.failures = std::move(failures);
    out.left = std::move(left);
    return out;
}

const BuildOutcome before = failed({{"a.o", "cc a", no}}, {"cc a", "link"});

TEST(Evidence, WhatPassesIsBest) {
    BuildOutcome passed;
    EXPECT_TRUE(better(passed, before));
}

TEST(Evidence, TheSameIsNotBetter) {
    EXPECT_FALSE(better(before, before));
}

TEST(Evidence, FewerStepsLeft) {
    const BuildOutcome linked = failed({{"x", "link", "ld: undefined reference to `f'\n"}}, {"link"});
    EXPECT_TRUE(better(linked, before));
    EXPECT_FALSE(better(before, linked));
}

TEST(Evidence, WhatWasDoneMustNotFail) {
    // One step fewer is left, but b.o had been made.
    const BuildOutcome broken = failed({{"b.o", "cc b", no}}, {"cc b"});
    EXPECT_FALSE(better(broken, before));
    const BuildOutcome both = failed({{"a.o", "cc a", no}, {"b.o", "cc b", no}}, {"cc a", "cc b", "link"});
    EXPECT_FALSE(better(both, before));
}

TEST(Evidence, ALaterGoal) {
    BuildOutcome tests = failed({{"test", "ctest", "not ok 1 - x\n"}}, {"ctest", "more", "and more"});
    tests.goal = 1;
    EXPECT_TRUE(better(tests, before));
    EXPECT_FALSE(better(before, tests));
}

TEST(Evidence, MoreTestsPass) {
    const auto test = [](const std::string& text) { return failed({{"t", "run t", text}}, {"run t"}); };
    const BuildOutcome two = test("ok 1 - a\nok 2 - b\nnot ok 3 - c\n"),
                       one = test("ok 1 - a\nnot ok 2 - b\n");
    EXPECT_TRUE(better(two, one));
    EXPECT_FALSE(better(one, two));
    // Fewer complaints because it crashed before most of the tests.
    const BuildOutcome crashed = test("terminate called\n"),
                       all = test("ok 1 - a\nnot ok 2 - b\nnot ok 3 - c\n");
    EXPECT_FALSE(better(crashed, all));
}

TEST(Evidence, CodeComesAfterAMissingHeader) {
    const BuildOutcome header = failed(
        {{"a.o", "cc a", "a.c:1:10: fatal error: own.h: No such file or directory\n"}}, {"cc a", "link"});
    const BuildOutcome many =
        failed({{"a.o", "cc a", no + "a.c:2:2: error: x\na.c:3:2: error: y\n"}}, {"cc a", "link"});
    EXPECT_TRUE(better(many, header));
    EXPECT_FALSE(better(header, many));
    EXPECT_TRUE(better(before, many)) << "fewer errors";
}

TEST(Evidence, TestsThatPassedAreCounted) {
    EXPECT_EQ(tests_passed("1..3\nok 1 - a\nnot ok 2 - b\nok 3\nokay\n"), 2U);
    EXPECT_EQ(tests_passed("test a ... ok\ntest b ... FAILED\n"), 1U);
    EXPECT_EQ(tests_passed("..F\n\nRan 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"), 2U);
    EXPECT_EQ(tests_passed("[       OK ] A.B (0 ms)\n[  FAILED  ] A.C (0 ms)\n"), 1U);
    EXPECT_EQ(tests_passed("1/2 Test #1: a .......   Passed    0.00 sec\n2/2 Test #2: b ....***Failed\n"),
              1U);
    EXPECT_EQ(tests_passed(""), 0U);
}

}  // namespace
}  // namespace aibuild
