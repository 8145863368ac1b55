#include "tool/workspace/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>

#include "directory.h"

namespace aibuild {
namespace {

using testing::HasSubstr;

class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* old = ::getenv(name)) old_ = old;
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::optional<std::string> old_;
};

const std::string base = "one\ntwo\nthree\nfour\nfive\n";

TEST(Merge, KeepsBothSides) {
    const Merged merged = merge(base, "ONE\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nFIVE\n");
    EXPECT_EQ(merged.text, "ONE\ntwo\nthree\nfour\nFIVE\n");
    EXPECT_EQ(merged.conflicts, 0);
}

TEST(Merge, MarksAConflictWithAllThreeTexts) {
    const Merged merged = merge(base, "one\nmine\nthree\nfour\nfive\n", "one\ntheirs\nthree\nfour\nfive\n");
    EXPECT_EQ(merged.conflicts, 1);
    EXPECT_EQ(merged.text,
              "one\n<<<<<<< yours\nmine\n||||||| base\ntwo\n=======\ntheirs\n>>>>>>> "
              "generated\nthree\nfour\nfive\n");
}

TEST(Merge, OneSideAloneNeedsNoGit) {
    const Variable path("PATH", "/nonexistent");
    EXPECT_EQ(merge(base, base, "new").text, "new");
    EXPECT_EQ(merge(base, "edited", base).text, "edited");
    EXPECT_EQ(merge(base, "same", "same").text, "same");
}

TEST(Merge, KeepsTheEndOfAFileWithoutANewline) {
    EXPECT_EQ(merge(base, "ZERO\n" + base, "one\ntwo\nthree\nfour\nfive").text,
              "ZERO\none\ntwo\nthree\nfour\nfive");
}

TEST(Merge, LineEndsOfAnEditorAreNoConflict) {
    const Merged merged =
        merge(base, "ONE\r\ntwo\r\nthree\r\nfour\r\nfive\r\n", "one\ntwo\nthree\nfour\nFIVE\n");
    EXPECT_EQ(merged.text, "ONE\r\ntwo\r\nthree\r\nfour\r\nFIVE\r\n");
    EXPECT_EQ(merged.conflicts, 0);
    EXPECT_EQ(merge(base, "one\r\ntwo\r\nthree\r\nfour\r\nfive\r\n", "new\n").text, "new\r\n");
    // A model that was shown them may answer with them.
    EXPECT_EQ(merge("a\nb\nc\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n").text, "A\r\nb\r\nC\r\n");
}

TEST(Merge, LineEndsThatDifferFromLineToLineStay) {
    EXPECT_EQ(merge(base, "one\r\n\r\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nFIVE\n").text,
              "one\r\n\r\ntwo\nthree\nfour\nFIVE\n");
}

TEST(Merge, AMarkAtTheBeginningAndNoNewlineAtTheEndAreNoConflict) {
    const std::string mark = "\xef\xbb\xbf";
    const Merged merged = merge(base, mark + "one\ntwo\nthree\nfour\nfive", "ONE\ntwo\nthree\nfour\nFIVE\n");
    EXPECT_EQ(merged.text, mark + "ONE\ntwo\nthree\nfour\nFIVE");
    EXPECT_EQ(merged.conflicts, 0);
}

TEST(Merge, AnEmptiedFileIsAnEdit) {
    EXPECT_EQ(merge(base, "", "one\ntwo\nthree\nfour\nFIVE\n").conflicts, 1);
}

TEST(Merge, MissingGitIsAnError) {
    const Variable path("PATH", "/nonexistent");
    EXPECT_EQ(test::rule_of([] { merge("a", "b", "c"); }), "merge.git");
}

TEST(Merge, BinaryTextIsAnError) {
    const std::string zero(1, '\0');
    EXPECT_EQ(test::rule_of([&] { merge(zero + "a\n", zero + "b\n", zero + "c\n"); }), "merge.git");
}

TEST(Merge, LeavesNothingBehind) {
    const test::Directory dir;
    const Variable temporary("TMPDIR", dir.path().string());
    EXPECT_EQ(merge(base, "ZERO\n" + base, base + "six\n").conflicts, 0);
    EXPECT_EQ(test::rule_of([] { merge(std::string(1, '\0'), "b", "c"); }), "merge.git");
    EXPECT_TRUE(dir.tree().empty());
}

// A planted repository above, and variables that point into one, change nothing: no setting of theirs is
// read.
TEST(Merge, IgnoresRepositoriesAndVariables) {
    const test::Directory dir;
    dir.put("evil/config", "[core]\n\trepositoryformatversion = 99\n");
    dir.put(".git/HEAD", "ref: refs/heads/main\n");
    dir.put(".git/config", "this is [ no configuration");
    std::filesystem::create_directories(dir / ".git/objects");
    std::filesystem::create_directories(dir / ".git/refs");
    const Variable temporary("TMPDIR", dir.path().string());
    const Variable directory("GIT_DIR", (dir / "evil").string());
    const Variable trace("GIT_TRACE", (dir / "trace").string());
    const Variable count("GIT_CONFIG_COUNT", "not a number");
    EXPECT_EQ(merge(base, "ZERO\n" + base, base + "six\n").text, "ZERO\n" + base + "six\n");
    EXPECT_FALSE(std::filesystem::exists(dir / "trace"));
}

TEST(Merge, NamesAreNotForTheShell) {
    const test::Directory dir;
    std::filesystem::create_directory(dir / "a b;$(touch x)");
    const Variable temporary("TMPDIR", (dir / "a b;$(touch x)").string());
    EXPECT_EQ(merge(base, "ZERO\n" + base, base + "six\n").conflicts, 0);
}

TEST(Merge, CountsConflicts) {
    std::string first, second, third;
    for (int i = 0; i < 20; ++i) {
        const std::string between = "\na\nb\nc\nd\ne\nf\ng\nh\n";
        first += "base" + std::to_string(i) + between;
        second += "mine" + std::to_string(i) + between;
        third += "theirs" + std::to_string(i) + between;
    }
    EXPECT_EQ(merge(first, second, third).conflicts, 20);
}

}  // namespace
}  // namespace aibuild
