#include "tool/workspace/commit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "directory.h"
#include "ninja-gen/hash.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

StagedFile file(std::string path, std::string text, bool may_replace = false) {
    StagedFile out;
    out.path = std::move(path);
    out.text = std::move(text);
    out.may_replace = may_replace;
    return out;
}

TEST(Commit, WritesAllAndLeavesNothingElse) {
    const Directory dir;
    const Root root(dir.path());
    dir.put("a", "old");
    dir.put("same", "same");
    EXPECT_THAT(commit(root, {file("z/y/x", "1"), file("same", "same"), file("a", "2", true)}),
                ElementsAre("z/y/x", "a"));
    EXPECT_EQ(slurp(dir / "z/y/x"), "1");
    EXPECT_EQ(slurp(dir / "a"), "2");
    EXPECT_EQ(dir.tree().size(), 5U);
}

TEST(Commit, DoingItAgainDoesNothing) {
    const Directory dir;
    const Root root(dir.path());
    commit(root, {file("a", "1"), file("b/c", "2")});
    const auto time = fs::last_write_time(dir.path());
    EXPECT_THAT(commit(root, {file("a", "1"), file("b/c", "2")}), IsEmpty());
    EXPECT_EQ(fs::last_write_time(dir.path()), time) << "something was made and removed again";
}

TEST(Commit, MakesTheExecutableExecutableAndKeepsPermissions) {
    const Directory dir;
    const Root root(dir.path());
    dir.put("private", "old");
    ::chmod((dir / "private").c_str(), 0600);
    StagedFile script = file("script", "#!/bin/sh\n");
    script.executable = true;
    commit(root, {script, file("private", "new", true), file("plain", "x")});
    EXPECT_EQ(fs::status(dir / "script").permissions() & fs::perms::owner_exec, fs::perms::owner_exec);
    EXPECT_EQ(fs::status(dir / "plain").permissions() & fs::perms::owner_exec, fs::perms::none);
    EXPECT_EQ(fs::status(dir / "private").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Commit, NamesEveryFileThatExists) {
    const Directory dir;
    dir.put("a", "mine");
    dir.put("b/c", "mine");
    const auto before = dir.tree();
    try {
        commit(Root(dir.path()), {file("new", "1"), file("a", "1"), file("b/c", "1")});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "file.exists");
        EXPECT_THAT(error.why(), testing::HasSubstr("\n  a\n  b/c"));
    }
    EXPECT_EQ(dir.tree(), before);
}

TEST(Commit, RefusesWithEverythingAsItWas) {
    const Directory dir;
    const Root root(dir.path());
    dir.put("folder/file", "x");
    fs::create_symlink("/etc", dir / "link");
    const auto before = dir.tree();
    const auto refusal = [&](std::vector<StagedFile> files) {
        files.insert(files.begin(), file("first", "new"));
        const std::string rule = rule_of([&] { commit(root, files); });
        EXPECT_EQ(dir.tree(), before) << rule;
        return rule;
    };
    EXPECT_EQ(refusal({file("src/A.cpp", ""), file("src/a.cpp", "")}), "path.collision");
    EXPECT_EQ(refusal({file("first", "again")}), "path.collision");
    EXPECT_EQ(refusal({file("x/y", ""), file("x", "")}), "path.collision");
    EXPECT_EQ(refusal({file("X", ""), file("x/y/z", "")}), "path.collision");
    EXPECT_EQ(refusal({file("CMakeLists.txt", "")}), "path.protected");
    EXPECT_EQ(refusal({file(".git/config", "")}), "path.protected");
    EXPECT_EQ(refusal({file("../x", "")}), "path.escape");
    EXPECT_EQ(refusal({file("/x", "")}), "path.escape");
    EXPECT_EQ(refusal({file("link/passwd", "")}), "path.symlink");
    EXPECT_EQ(refusal({file("link", "", true)}), "path.symlink");
    EXPECT_EQ(refusal({file("folder", "", true)}), "path.type");
    EXPECT_EQ(refusal({file("folder/file/x", "")}), "path.type");
    EXPECT_EQ(refusal({file("new/" + std::string(256, 'x'), "")}), "path.limit");
}

TEST(Commit, OwnFilesMayGoToProtectedPathsButNotToGits) {
    const Directory dir;
    const Root root(dir.path());
    StagedFile own = file("CMakeLists.txt", "x");
    own.own = true;
    EXPECT_THAT(commit(root, {own}), ElementsAre("CMakeLists.txt"));
    own.path = "sub/.git/config";
    EXPECT_EQ(rule_of([&] { commit(root, {own}); }), "path.protected");
}

TEST(Commit, FailureAfterTheDecisionIsUndone) {
    const Directory dir;
    const Root root(dir.path());
    dir.put("a", "old");
    dir.put("b/keep", "x");
    struct stat old {
    }, now{};
    ::stat((dir / "a").c_str(), &old);
    const auto before = dir.tree();
    // Its directory can't be made, and that shows only after `a` was renamed.
    EXPECT_EQ(rule_of([&] {
                  commit(root, {file("a", "new", true), file("n/e/w", "x"),
                                file(std::string(256, 'x') + "/y", "x")});
              }),
              "path.limit");
    EXPECT_EQ(dir.tree(), before);
    ::stat((dir / "a").c_str(), &now);
    EXPECT_EQ(old.st_ino, now.st_ino);
    EXPECT_EQ(old.st_mtim.tv_nsec, now.st_mtim.tv_nsec) << "ninja would build it again";
}

// A stage as a killed run leaves it.
class Killed : public testing::Test {
  protected:
    void SetUp() override {
        dir.put("replaced", "old");
        fs::create_directories(dir / ".aibuild/stage");
        dir.put(".aibuild/stage/0.new", "new");
        fs::create_hard_link(dir / "replaced", dir / ".aibuild/stage/0.old");
        dir.put(".aibuild/stage/1.new", "made");
    }
    void decide(const std::string& name, const std::string& second = "d/made", long wrong_inode = 0) {
        struct stat status {};
        ::stat((dir / ".aibuild/stage").c_str(), &status);
        dir.put(".aibuild/stage/" + name, R"({"format": 1, "inode": ")" +
                                              std::to_string(static_cast<long>(status.st_ino) + wrong_inode) +
                                              R"(", "files": [{"path": "replaced", "text": ")" +
                                              sha256("new") + R"(", "old": ")" + sha256("old") +
                                              R"("}, {"path": ")" + second + R"(", "text": ")" +
                                              sha256("made") + R"(", "old": ""}], "directories": ["d"]})");
    }
    void expect_old() {
        EXPECT_EQ(slurp(dir / "replaced"), "old");
        EXPECT_EQ(dir.tree().size(), 1U);
    }
    void expect_new() {
        EXPECT_EQ(slurp(dir / "replaced"), "new");
        EXPECT_EQ(slurp(dir / "d/made"), "made");
        EXPECT_EQ(dir.tree().size(), 3U);
    }
    Directory dir;
};

TEST_F(Killed, NothingLeftIsNothingToDo) {
    const Directory empty;
    EXPECT_FALSE(recover(Root(empty.path())));
    EXPECT_TRUE(empty.tree().empty());
}

TEST_F(Killed, BeforeTheDecisionIsThrownAway) {
    EXPECT_TRUE(recover(Root(dir.path())));
    expect_old();
    EXPECT_FALSE(recover(Root(dir.path())));
}

TEST_F(Killed, AfterTheDecisionIsFinished) {
    decide("commit.json");
    EXPECT_TRUE(recover(Root(dir.path())));
    expect_new();
}

TEST_F(Killed, BetweenTheRenamesIsFinished) {
    decide("commit.json");
    fs::rename(dir / ".aibuild/stage/0.new", dir / "replaced");
    EXPECT_TRUE(recover(Root(dir.path())));
    expect_new();
}

TEST_F(Killed, WhileUndoingIsUndone) {
    decide("undo.json");
    fs::rename(dir / ".aibuild/stage/0.new", dir / "replaced");
    fs::create_directory(dir / "d");
    fs::rename(dir / ".aibuild/stage/1.new", dir / "d/made");
    EXPECT_TRUE(recover(Root(dir.path())));
    expect_old();
}

TEST_F(Killed, PersonsEditBeforeTheNextRunTurnsItBack) {
    decide("commit.json");
    fs::create_directory(dir / "d");
    fs::rename(dir / ".aibuild/stage/1.new", dir / "d/made");
    dir.put("replaced", "edited");
    EXPECT_TRUE(recover(Root(dir.path())));
    EXPECT_EQ(slurp(dir / "replaced"), "edited");
    EXPECT_EQ(dir.tree().size(), 1U);
}

TEST_F(Killed, PersonsEditOfTheNewTextIsKept) {
    decide("undo.json");
    fs::create_directory(dir / "d");
    fs::remove(dir / ".aibuild/stage/1.new");
    dir.put("d/made", "made, and edited");
    EXPECT_TRUE(recover(Root(dir.path())));
    EXPECT_EQ(slurp(dir / "d/made"), "made, and edited");
}

TEST_F(Killed, StageFromElsewhereIsRefused) {
    decide("commit.json", "d/made", 1);
    const auto before = dir.tree();
    EXPECT_EQ(rule_of([&] { recover(Root(dir.path())); }), "stage.foreign");
    EXPECT_EQ(dir.tree(), before);
}

TEST_F(Killed, StageCannotReachGitOrLeave) {
    for (const auto& [path, rule] :
         std::map<std::string, std::string>{{".git/hooks/pre-commit", "path.protected"},
                                            {"../outside", "path.escape"},
                                            {"/etc/x", "path.escape"}}) {
        decide("commit.json", path);
        const auto before = dir.tree();
        EXPECT_EQ(rule_of([&] { recover(Root(dir.path())); }), rule);
        EXPECT_EQ(dir.tree(), before);
    }
}

TEST_F(Killed, DamagedDecisionIsRefusedUntouched) {
    for (const char* text : {"", "{", "[]", "{\"format\": 2}", "{\"format\": 1, \"inode\": \"1\"}"}) {
        dir.put(".aibuild/stage/commit.json", text);
        const auto before = dir.tree();
        EXPECT_NE(rule_of([&] { recover(Root(dir.path())); }), "") << text;
        EXPECT_EQ(dir.tree(), before);
    }
}

TEST_F(Killed, NextCommitRecoversFirst) {
    decide("commit.json");
    EXPECT_THAT(commit(Root(dir.path()), {file("d/made", "made"), file("other", "x")}), ElementsAre("other"));
    EXPECT_EQ(slurp(dir / "replaced"), "new");
    EXPECT_FALSE(fs::exists(dir / ".aibuild"));
}

TEST_F(Killed, TemporaryFilesAreSwept) {
    dir.put(".aibuild-tmp-0123456789abcdef", "half");
    dir.put(".aibuild/.aibuild-tmp-0123456789abcdef", "half");
    EXPECT_TRUE(recover(Root(dir.path())));
    expect_old();
}

}  // namespace
}  // namespace aibuild
