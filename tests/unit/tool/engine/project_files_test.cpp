// Law 4: a person's edit is never lost.

#include "tool/engine/project_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ninja-gen/hash.h"
#include "tests/support/thrown.h"
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

class ProjectFilesTest : public testing::Test {
  protected:
    // What emit does with one file whose text is to be `text`: what became of it, and how many bytes were
    // written.
    std::string emitted(const std::string& text, bool executable = false) {
        const Root root(directory_.path());
        ProjectFiles files = project_files(root, {{"CMakeLists.txt", text, executable}}, lock_);
        const Hold hold(root, "test");
        changed_ = commit(root, files.files);
        for (const std::string& path : files.obsolete) root.remove(path);
        std::string out;
        for (const EmittedNote& note : files.notes) out += note.path + ": " + note.what + "\n";
        return out;
    }

    std::string now() const { return slurp(directory_ / "CMakeLists.txt"); }
    std::string base() const { return slurp(directory_ / ".aibuild/base/CMakeLists.txt"); }
    std::string beside() const { return slurp(directory_ / "CMakeLists.txt.aibuild-new"); }
    void edit(const std::string& text) const { directory_.put("CMakeLists.txt", text); }

    Directory directory_;
    Lock lock_;
    std::vector<std::string> changed_;
};

TEST_F(ProjectFilesTest, AreWrittenWithTheBaseOfLaterMerges) {
    EXPECT_EQ(emitted(first), "CMakeLists.txt: written\n");
    EXPECT_EQ(now(), first);
    EXPECT_EQ(base(), first);
    ASSERT_TRUE(lock_.files.contains("CMakeLists.txt"));
    EXPECT_EQ(lock_.files.at("CMakeLists.txt").base, sha256(first));
    EXPECT_EQ(lock_.files.at("CMakeLists.txt").origin, "emitter");
}

TEST_F(ProjectFilesTest, AgainWritesNothing) {
    emitted(first);
    const Lock lock = lock_;
    EXPECT_EQ(emitted(first), "");
    EXPECT_THAT(changed_, IsEmpty());
    EXPECT_EQ(lock_, lock);
}

TEST_F(ProjectFilesTest, UntouchedOnesAreReplaced) {
    emitted(first);
    EXPECT_EQ(emitted(second), "CMakeLists.txt: written\n");
    EXPECT_EQ(now(), second);
    EXPECT_EQ(base(), second);
    EXPECT_EQ(lock_.files.at("CMakeLists.txt").base, sha256(second));
}

TEST_F(ProjectFilesTest, EditedOnesAreMerged) {
    emitted(first);
    edit("ONE\ntwo\nthree\nfour\nfive\nsix\n");
    EXPECT_EQ(emitted(second), "CMakeLists.txt: merged with your edits\n");
    EXPECT_EQ(now(), "ONE\ntwo\nthree\nfour\nFIVE\nsix\n");
    EXPECT_EQ(base(), second) << "the next merge starts from what was generated, not from the merge";
    EXPECT_EQ(emitted(second), "");
    EXPECT_THAT(changed_, IsEmpty());
    // And once more, in the other direction.
    EXPECT_EQ(emitted(first), "CMakeLists.txt: merged with your edits\n");
    EXPECT_EQ(now(), "ONE\ntwo\nthree\nfour\nfive\nsix\n");
}

TEST_F(ProjectFilesTest, AnEditWithNothingNewStays) {
    emitted(first);
    edit("mine\n");
    EXPECT_EQ(emitted(first), "");
    EXPECT_EQ(now(), "mine\n");
    EXPECT_THAT(changed_, IsEmpty());
}

TEST_F(ProjectFilesTest, AConflictGoesBeside) {
    emitted(first);
    const std::string mine = "one\ntwo\nthree\nfour\nmy five\nsix\n";
    edit(mine);
    const std::string note = emitted(second);
    EXPECT_THAT(note, HasSubstr("kept: your edits and the new text change the same lines"));
    EXPECT_THAT(note, HasSubstr("CMakeLists.txt.aibuild-new"));
    EXPECT_EQ(now(), mine);
    EXPECT_EQ(beside(), second);
    EXPECT_EQ(base(), first) << "the merge is still to be made";
    EXPECT_EQ(lock_.files.at("CMakeLists.txt").base, sha256(first));
    // Said again, but not written again.
    EXPECT_THAT(emitted(second), HasSubstr("kept"));
    EXPECT_THAT(changed_, IsEmpty());
    // Resolved by taking the new text over, it is AIBuild's again.
    edit(second);
    EXPECT_EQ(emitted(second), "");
    EXPECT_EQ(base(), second);
}

TEST_F(ProjectFilesTest, ForeignOnesAreNotTouched) {
    edit("a project of my own\n");
    EXPECT_THAT(emitted(first), HasSubstr("AIBuild did not write it"));
    EXPECT_EQ(now(), "a project of my own\n");
    EXPECT_EQ(beside(), first);
    EXPECT_FALSE(lock_.files.contains("CMakeLists.txt"));
    EXPECT_THAT(emitted(first), HasSubstr("kept"));
    EXPECT_THAT(changed_, IsEmpty());
}

TEST_F(ProjectFilesTest, OnesOfAModelAreForeignToTheEmitter) {
    edit(first);
    lock_.files["CMakeLists.txt"] = {sha256(first), "model", "key", "p", "m", {}, {}};
    EXPECT_THAT(emitted(second), HasSubstr("AIBuild did not write it"));
    EXPECT_EQ(now(), first);
}

TEST_F(ProjectFilesTest, AForeignOneWithTheSameTextBecomesOurs) {
    edit(first);
    EXPECT_EQ(emitted(first), "");
    EXPECT_EQ(lock_.files.at("CMakeLists.txt").base, sha256(first));
    EXPECT_EQ(emitted(second), "CMakeLists.txt: written\n");
}

TEST_F(ProjectFilesTest, WithoutItsBaseItGoesBeside) {
    for (const bool lost : {true, false}) {
        emitted(first);
        edit("mine\n" + first);
        if (lost) {
            std::filesystem::remove(directory_ / ".aibuild/base/CMakeLists.txt");
        } else {
            directory_.put(".aibuild/base/CMakeLists.txt", "another text\n");
        }
        EXPECT_THAT(emitted(second), HasSubstr("the text it started from is not there"));
        EXPECT_EQ(now(), "mine\n" + first);
        EXPECT_EQ(beside(), second);
        edit(first);
        directory_.put(".aibuild/base/CMakeLists.txt", first);
    }
}

TEST_F(ProjectFilesTest, DeletedOnesComeBack) {
    emitted(first);
    std::filesystem::remove(directory_ / "CMakeLists.txt");
    EXPECT_EQ(emitted(first), "CMakeLists.txt: written\n");
    EXPECT_EQ(now(), first);
}

TEST_F(ProjectFilesTest, ScriptsCanBeRun) {
    emitted("#!/bin/sh\n", true);
    EXPECT_EQ(std::filesystem::status(directory_ / "CMakeLists.txt").permissions() &
                  std::filesystem::perms::owner_exec,
              std::filesystem::perms::owner_exec);
}

TEST_F(ProjectFilesTest, WhatIsNoLongerNeededGoesUnlessItWasEdited) {
    const Root root(directory_.path());
    const auto emit_all = [&](const std::vector<EmittedFile>& all) {
        ProjectFiles files = project_files(root, all, lock_);
        const Hold hold(root, "test");
        commit(root, files.files);
        for (const std::string& path : files.obsolete) root.remove(path);
        return files.notes.size();
    };
    emit_all({{"cmake/a.cmake", "a\n"}, {"cmake/b.cmake", "b\n"}, {"c", "c\n"}});
    lock_.files["d"] = {sha256("d"), "model", "k", "p", "m", {}, {}};
    directory_.put("cmake/b.cmake", "mine\n");
    EXPECT_EQ(emit_all({{"c", "c\n"}}), 2U);
    EXPECT_FALSE(std::filesystem::exists(directory_ / "cmake/a.cmake"));
    EXPECT_FALSE(std::filesystem::exists(directory_ / ".aibuild/base/cmake/a.cmake"));
    EXPECT_EQ(slurp(directory_ / "cmake/b.cmake"), "mine\n");
    EXPECT_FALSE(lock_.files.contains("cmake/a.cmake"));
    EXPECT_FALSE(lock_.files.contains("cmake/b.cmake"));
    EXPECT_TRUE(lock_.files.contains("d")) << "not the emitter's";
    EXPECT_EQ(emit_all({{"c", "c\n"}}), 0U);
}

}  // namespace
}  // namespace aibuild
