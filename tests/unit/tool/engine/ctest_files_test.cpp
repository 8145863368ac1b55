#include "tool/engine/ctest_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using testing::ElementsAre;

std::vector<std::string> said(const std::vector<ListedTest>& tests) {
    std::vector<std::string> out;
    for (const ListedTest& test : tests) {
        out.push_back(test.name + ":");
        for (const std::string& word : test.command) out.back() += " <" + word + ">";
    }
    return out;
}

TEST(ListedTests, AsCMakeWritesThem) {
    const test::Directory directory;
    directory.put("CTestTestfile.cmake",
                  "# Source directory: /p (x)\nadd_test([=[a b]=] \"/p/build/app\" \"say \\\"hi\\\" \\$x\")\n"
                  "set_tests_properties([=[a b]=] PROPERTIES  _BACKTRACE_TRIPLES \"/p/C.txt;1;add_test\")\n"
                  "add_test(old \"sh\")\nsubdirs(\"sub\")\n");
    directory.put("sub/CTestTestfile.cmake",
                  "include(\"" + (directory / "sub/gtest_include.cmake").string() + "\")\n");
    directory.put("sub/gtest_include.cmake",
                  "if(EXISTS \"x\")\n  include(\"gtest_tests.cmake\")\nelse()\n  add_test(x_NOT_BUILT "
                  "x_NOT_BUILT)\nendif()\n");
    directory.put("sub/gtest_tests.cmake",
                  "add_test( [==[A.B]==]  /p/build/sub/x [==[--gtest_filter=A.B]==] --all)\n");
    EXPECT_THAT(
        said(listed_tests(directory.path())),
        ElementsAre("a b: </p/build/app> <say \"hi\" $x>", "old: <sh>",
                    "A.B: </p/build/sub/x> <--gtest_filter=A.B> <--all>", "x_NOT_BUILT: <x_NOT_BUILT>"));
}

TEST(ListedTests, WhatIsNoListIsSkipped) {
    const test::Directory directory;
    EXPECT_TRUE(listed_tests(directory.path()).empty());
    const test::Directory elsewhere;
    elsewhere.put("CTestTestfile.cmake", "add_test(far \"away\")\n");
    directory.put("CTestTestfile.cmake", "subdirs(\".\" \"..\" \"link\" \"" + elsewhere.path().string() +
                                             "\")\nexecute_process(COMMAND touch ran)\nadd_test(one \"x\")\n"
                                             "add_test()\n)(\"[==[ unended");
    std::filesystem::create_symlink(elsewhere.path(), directory / "link");
    EXPECT_THAT(said(listed_tests(directory.path())), ElementsAre("one: <x>"));
    EXPECT_FALSE(std::filesystem::exists(directory / "ran"));
}

}  // namespace
}  // namespace aibuild
