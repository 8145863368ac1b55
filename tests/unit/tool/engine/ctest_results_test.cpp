#include "tool/engine/ctest_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

// What ctest 3.25 writes of a test.
std::string entry(const std::string& place, const std::string& name, const std::string& printed,
                  const std::string& seconds, const std::string& verdict) {
    const std::string rule = "----------------------------------------------------------\n";
    return place + " Testing: " + name + "\n" + place + " Test: " + name +
           "\nCommand: \"/b/unit\"\nDirectory: /b\n\"" + name + "\" start time: Nov 25 18:00 UTC\nOutput:\n" +
           rule + printed + "<end of output>\nTest time =   " + seconds + " sec\n" + rule + verdict + "\n\"" +
           name + "\" end time: Nov 25 18:00 UTC\n\"" + name + "\" time elapsed: 00:00:00\n" + rule + "\n";
}

TEST(CTestResults, OfTheLastRun) {
    const test::Directory directory;
    directory.put("CTestTestfile.cmake",
                  "add_test(good \"/b/unit\")\nadd_test(\"bad one\" \"/b/unit\")\nadd_test(late x)\n");
    directory.put(
        "Testing/Temporary/LastTest.log",
        "Start testing: Nov 25 18:00 UTC\n" + entry("1/2", "good", "", "0.02", "Test Passed.") +
            // Its output says otherwise, and has not the word.
            entry("2/2", "bad one", "Test Passed.\n1/1 Test: late\nTest time = 9 sec\nTest Passed.\n", "1.50",
                  "Test Failed.") +
            "End testing: Nov 25 18:00 UTC\n");
    const CTestResults results = ctest_results(directory.path());
    EXPECT_GT(results.ended, 0);
    ASSERT_EQ(results.tests.size(), 3U);
    EXPECT_EQ(results.tests[0].passed, true);
    EXPECT_EQ(results.tests[0].took_ms, 20);
    EXPECT_EQ(results.tests[1].test.name, "bad one");
    EXPECT_EQ(results.tests[1].passed, false);
    EXPECT_EQ(results.tests[1].took_ms, 1500);
    EXPECT_EQ(results.tests[2].passed, std::nullopt);
    EXPECT_EQ(results.tests[2].took_ms, std::nullopt);
}

TEST(CTestResults, OfOneThatCouldNotBeRun) {
    const test::Directory directory;
    directory.put("CTestTestfile.cmake", "add_test(gone \"/b/gone\")\nadd_test(good \"/b/unit\")\n");
    directory.put("Testing/Temporary/LastTest.log",
                  "1/2 Testing: gone\n1/2 Test: gone\nCommand: \nUnable to find executable: /b/gone\n" +
                      entry("2/2", "good", "hello\n", "0.1", "Test Passed."));
    const CTestResults results = ctest_results(directory.path());
    ASSERT_EQ(results.tests.size(), 2U);
    EXPECT_EQ(results.tests[0].passed, false);
    EXPECT_EQ(results.tests[1].passed, true);
}

TEST(CTestResults, BeforeAnyRun) {
    const test::Directory directory;
    EXPECT_TRUE(ctest_results(directory.path()).tests.empty());
    directory.put("CTestTestfile.cmake", "add_test(a b)\n");
    const CTestResults results = ctest_results(directory.path());
    EXPECT_EQ(results.ended, 0);
    ASSERT_EQ(results.tests.size(), 1U);
    EXPECT_EQ(results.tests[0].passed, std::nullopt);
}

}  // namespace
}  // namespace aibuild
