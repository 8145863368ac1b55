// Which files a fault concerns, and which of them may change.

#include "tool/engine/repair_files.h"

#include <gmock/gmock.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

Target target(std::string name, Kind kind, std::vector<std::string> sources,
              std::vector<std::string> uses = {}) {
    Target out;
    out.name = std::move(name);
    out.kind = kind;
    out.language = "c";
    out.sources = std::move(sources);
    out.uses = std::move(uses);
    return out;
}

std::vector<std::string> paths(const std::vector<ConcernedFile>& files) {
    std::vector<std::string> out;
    for (const ConcernedFile& file : files) out.push_back(file.path + (file.may_change ? "" : " (fixed)"));
    return out;
}

class Planned : public testing::Test {
  protected:
    void SetUp() override {
        plan.name = "words";
        plan.targets = {target("words-test", Kind::test, {"tests/words_test.c"}, {"words"}),
                        target("words", Kind::static_library, {"src/words.c", "src/split.c"}, {"text"}),
                        target("text", Kind::static_library, {"src/text.c"}),
                        target("other", Kind::executable, {"src/other.c"})};
        plan.targets[1].headers = {"include/words.h"};
        for (const char* file :
             {"src/words.c", "src/split.c", "src/text.c", "src/other.c", "include/words.h"})
            directory.put(file, "int f;\n");
        directory.put("tests/words_test.c", "a\nb\nc\n");
        directory.put("build/build.ninja", "");
    }
    RepairFiles files() const { return {directory.path(), directory / "build", &plan, languages}; }
    std::vector<std::string> concerned(const std::string& output, const std::string& text) const {
        BuildOutcome outcome;
        outcome.failures = {{output, "", text}};
        return paths(files().concerned(*first_root_cause(outcome.texts()), outcome));
    }

    const test::Directory directory;
    const Languages languages;
    Plan plan;
};

TEST_F(Planned, TestsNeverChange) {
    EXPECT_TRUE(files().may_change("src/words.c"));
    EXPECT_TRUE(files().may_change("include/words.h"));
    EXPECT_FALSE(files().may_change("tests/words_test.c"));
    EXPECT_FALSE(files().may_change("aibuild.json"));
    EXPECT_FALSE(files().may_change("CMakeLists.txt"));
    // A source that a test shares is the test's.
    plan.targets[0].sources.push_back("src/split.c");
    EXPECT_FALSE(files().may_change("src/split.c"));
    // What a step runs was agreed to as it is.
    plan.steps.emplace_back();
    plan.steps.back().inputs = {"src/text.c"};
    EXPECT_FALSE(files().may_change("src/text.c"));
}

TEST_F(Planned, PathsAsToolsWriteThem) {
    EXPECT_EQ(files().resolve("../src/words.c"), "src/words.c");
    EXPECT_EQ(files().resolve("src/words.c"), "src/words.c");
    EXPECT_EQ(files().resolve((directory / "src/words.c").string()), "src/words.c");
    EXPECT_EQ(files().resolve("words.c"), "src/words.c") << "a linker tells no more";
    EXPECT_EQ(files().resolve("obj/words/copy/src/words.c"), "src/words.c") << "a copy that a step made";
    EXPECT_EQ(files().resolve("/usr/include/words.h"), std::nullopt);
    EXPECT_EQ(files().resolve("nowhere.c"), std::nullopt);
    EXPECT_EQ(files().resolve(""), std::nullopt);
}

TEST_F(Planned, TheFileThatIsNamedThenItsTargetsThenWhatTheyUse) {
    EXPECT_THAT(concerned("obj/words/src/split.c.o", "../src/split.c:1:1: error: no\n"),
                ElementsAre("src/split.c", "include/words.h", "src/words.c", "src/text.c"));
}

TEST_F(Planned, OfATestWhatItTries) {
    EXPECT_THAT(concerned("tests/words-test.passed",
                          "words_test: ../tests/words_test.c:2: main: Assertion `x' failed.\n"),
                ElementsAre("tests/words_test.c (fixed)", "include/words.h", "src/words.c", "src/split.c",
                            "src/text.c"));
}

TEST_F(Planned, OfASymbolTheFilesThatSpeakOfIt) {
    directory.put("src/text.c", "int counts(void);\n");
    EXPECT_THAT(
        concerned("lib/libwords.so", "ld: x.o: in function `f':\nundefined reference to `counts'\n").front(),
        "src/text.c");
}

TEST_F(Planned, EdgesInTheOrderOfUse) {
    std::vector<BuildOutcome::Failure> failures = {
        {"tests/words-test", "", ""}, {"obj/words/a.o", "", ""}, {"obj/text/a.o", "", ""}};
    files().order(failures);
    EXPECT_EQ(failures[0].output, "obj/text/a.o");
    EXPECT_EQ(failures[1].output, "obj/words/a.o");
    EXPECT_EQ(failures[2].output, "tests/words-test");
}

TEST_F(Planned, AHeaderOfTheProjectIsNoPackage) {
    Diagnostic found;
    found.kind = DiagnosticKind::missing_package;
    found.code = "missing-header";
    found.subject = "words.h";
    files().judge(found);
    EXPECT_EQ(found.kind, DiagnosticKind::code);
    found.kind = DiagnosticKind::missing_package;
    found.subject = "zlib.h";
    files().judge(found);
    EXPECT_EQ(found.kind, DiagnosticKind::missing_package);
}

TEST(Unplanned, SourcesThatAreNoTests) {
    const test::Directory directory;
    for (const char* file :
         {"src/a.c", "src/a.h", "src/a_test.c", "src/test_a.py", "tests/b.c", "lib/ATest.java",
          "web/a.test.ts", "src/attest.c", "src/latest.c", "CMakeLists.txt", "notes.txt",
          "build/CMakeCache.txt", "build/made.c", ".hidden/x.c"})
        directory.put(file, "x\n");
    const Languages languages;
    const RepairFiles files(directory.path(), directory / "build", nullptr, languages);
    for (const char* file : {"src/a.c", "src/a.h", "src/attest.c", "src/latest.c"})
        EXPECT_TRUE(files.may_change(file)) << file;
    for (const char* file : {"src/a_test.c", "src/test_a.py", "tests/b.c", "lib/ATest.java", "web/a.test.ts",
                             "CMakeLists.txt", "notes.txt", "build/made.c", ".hidden/x.c"})
        EXPECT_FALSE(files.may_change(file)) << file;
}

TEST(Unplanned, WhatCTestRunsIsATestWhateverItIsCalled) {
    const test::Directory directory;
    directory.put("src/check.c", "x\n");
    directory.put("src/lib.c", "x\n");
    directory.put("verify.sh", "x\n");
    directory.put("build/build.ninja",
                  "rule r\n  command = r\nbuild check.o: r ../src/check.c\nbuild lib.o: r ../src/lib.c\n"
                  "build liblib.a: r lib.o\nbuild check: r check.o | liblib.a\n");
    directory.put("build/CTestTestfile.cmake", "add_test(one \"" + (directory / "build/check").string() +
                                                   "\")\nadd_test(two \"sh\" \"" +
                                                   (directory / "verify.sh").string() + "\")\n");
    directory.put("build/check", "");
    const Languages languages;
    const RepairFiles files(directory.path(), directory / "build", nullptr, languages);
    EXPECT_TRUE(files.is_test("src/check.c"));
    EXPECT_FALSE(files.may_change("src/check.c"));
    EXPECT_TRUE(files.is_test("verify.sh"));
    EXPECT_TRUE(files.may_change("src/lib.c"));
    // Of a test that fails, what its program is made of comes before everything else.
    directory.put("src/another.c", "x\n");
    BuildOutcome outcome;
    outcome.failures = {{"CMakeFiles/test.util", "", "The following tests FAILED:\n\t  1 - one (Failed)\n"}};
    const RepairFiles now(directory.path(), directory / "build", nullptr, languages);
    EXPECT_THAT(paths(now.concerned(*first_root_cause(outcome.texts()), outcome)),
                ElementsAre("src/lib.c", "src/another.c"));
}

}  // namespace
}  // namespace aibuild
