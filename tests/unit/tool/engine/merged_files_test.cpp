// Law 4: a person's edit is never lost.

#include "tool/engine/merged_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ninja-gen/hash.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/workspace/hold.h"

namespace aibuild {
namespace {

using test::Directory;
using test::slurp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string first = "one\ntwo\nthree\nfour\nfive\nsix\n";
const std::string second = "one\ntwo\nthree\nfour\nFIVE\nsix\n";

class MergedFilesTest : public testing::Test {
  protected:
    // What becomes of a file whose new text is `text`; the note that people see.
    std::string taken(const std::string& text, const std::optional<std::string>& ancestor) {
        const Root root(directory_.path());
        LockedFile locked;
        locked.base = sha256(text);
        locked.origin = "model";
        MergedFiles merged = merged_files(root, {{"a.c", {text, locked, ancestor}}}, lock_);
        const Hold hold(root, "test");
        commit(root, merged.files);
        conflict_ = !merged.notes.empty() && merged.notes.front().conflict;
        return merged.notes.empty() ? "" : merged.notes.front().what;
    }
    std::string now() const { return slurp(directory_ / "a.c"); }

    Directory directory_;
    Lock lock_;
    bool conflict_ = false;
};

TEST_F(MergedFilesTest, ANewFileIsWritten) {
    EXPECT_EQ(taken(first, std::nullopt), "written");
    EXPECT_EQ(now(), first);
    EXPECT_EQ(lock_.files.at("a.c").base, sha256(first));
}

TEST_F(MergedFilesTest, AnUntouchedOneIsReplaced) {
    directory_.put("a.c", first);
    EXPECT_EQ(taken(second, first), "written");
    EXPECT_EQ(now(), second);
    EXPECT_EQ(taken(second, second), "came back as it was");
}

TEST_F(MergedFilesTest, AnEditedOneIsMerged) {
    directory_.put("a.c", "ONE\ntwo\nthree\nfour\nfive\nsix\n");
    EXPECT_EQ(taken(second, first), "merged with your edits");
    EXPECT_EQ(now(), "ONE\ntwo\nthree\nfour\nFIVE\nsix\n");
    EXPECT_EQ(lock_.files.at("a.c").base, sha256(second)) << "the next merge starts from what was generated";
    EXPECT_FALSE(conflict_);
}

TEST_F(MergedFilesTest, AnEditThatHasAllThatIsNewStays) {
    const std::string mine = "ONE\ntwo\nthree\nfour\nFIVE\nsix\n";
    directory_.put("a.c", mine);
    EXPECT_EQ(taken(second, first), "kept: your edits have all that is new");
    EXPECT_EQ(now(), mine);
}

TEST_F(MergedFilesTest, AConflictShowsAllThree) {
    directory_.put("a.c", "one\ntwo\nthree\nfour\nmy five\nsix\n");
    EXPECT_EQ(taken(second, first), "1 conflict with your edits, at line 5");
    EXPECT_TRUE(conflict_);
    for (const char* line :
         {"<<<<<<< yours\nmy five\n", "base\nfive\n", "=======\nFIVE\n>>>>>>> generated\n"})
        EXPECT_THAT(now(), HasSubstr(line));
    EXPECT_THAT(conflict_lines(now()), ElementsAre(5U));
}

TEST_F(MergedFilesTest, WithoutAnAncestorTheNewTextGoesBeside) {
    directory_.put("a.c", "mine\n");
    EXPECT_THAT(taken(second, std::nullopt), HasSubstr("the new text is in a.c.aibuild-new"));
    EXPECT_TRUE(conflict_);
    EXPECT_EQ(now(), "mine\n");
    EXPECT_EQ(slurp(directory_ / "a.c.aibuild-new"), second);
}

TEST_F(MergedFilesTest, WhatIsNoTextStays) {
    const std::string mine("mi\0ne\n", 6);
    directory_.put("a.c", mine);
    EXPECT_THAT(taken(second, first), HasSubstr("a.c.aibuild-new"));
    EXPECT_EQ(now(), mine);
}

TEST(ConflictLines, AreThoseOfOurMarkers) {
    EXPECT_THAT(conflict_lines("a\n<<<<<<< yours\n<<<<<<< HEAD\n"), ElementsAre(2U));
    EXPECT_THAT(conflict_lines(" <<<<<<< yours\n"), IsEmpty());
    EXPECT_THAT(conflict_lines(""), IsEmpty());
}

// By path: whether it is still there, and whether the lock still has it.
TEST(DropUnplanned, RemovesWhatNobodyNeedsOrEdited) {
    const Directory directory;
    Lock lock;
    for (const char* path : {"planned.c", "gone.c", "edited.c", "named.c", "mine.c"}) {
        directory.put(path, first);
        lock.files[path] = {sha256(first), "model", sha256("r"), "openai", "m", {}, {}};
    }
    lock.files["CMakeLists.txt"] = {sha256(first), "emitter", "", "", "", {}, {}};
    lock.files["mine.c"].origin = "person";
    directory.put("edited.c", "mine\n");
    Plan plan;
    plan.files = {{"planned.c", "p", {}}};
    plan.targets.emplace_back().sources = {"planned.c", "named.c"};
    MergedFiles out;
    drop_unplanned(Root(directory.path()), plan, lock, out);
    EXPECT_THAT(out.obsolete, ElementsAre("gone.c"));
    std::vector<std::string> left;
    for (const auto& [path, file] : lock.files) left.push_back(path);
    EXPECT_THAT(left, ElementsAre("CMakeLists.txt", "planned.c"));
    std::vector<std::string> told;
    for (const MergeNote& note : out.notes)
        told.push_back(note.path + ": " + note.what.substr(0, note.what.find(':')));
    EXPECT_THAT(told, ElementsAre("edited.c: kept", "gone.c: removed", "mine.c: left as it is"));
}

}  // namespace
}  // namespace aibuild
