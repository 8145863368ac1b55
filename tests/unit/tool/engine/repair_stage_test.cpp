// A trial and its two verdicts, a kill in between, and people who go on editing.

#include "tool/engine/repair_stage.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::rule_of;
using test::slurp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RepairStageTest : public testing::Test {
  protected:
    void SetUp() override {
        directory.put("src/a.c", "one\ntwo\nthree\nfour\nfive\n");
        directory.put("src/b.c", "b\n");
    }
    std::string a() const { return slurp(directory / "src/a.c"); }
    std::vector<Trial> trial() const { return {{"src/a.c", a(), "one\nTWO\nthree\nfour\nfive\n"}}; }

    // Someone who puts a trial there and is killed.
    void killed() const {
        const pid_t child = ::fork();
        if (child == 0) {
            RepairStage stage(directory.path());
            stage.put(trial());
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        ASSERT_THAT(a(), HasSubstr("TWO"));
    }

    const test::Directory directory;
};

TEST_F(RepairStageTest, WithoutATrialNothingIsTouched) {
    const auto before = directory.tree();
    { const RepairStage stage(directory.path()); }
    EXPECT_EQ(directory.tree(), before);
}

TEST_F(RepairStageTest, WhatIsKeptStays) {
    {
        RepairStage stage(directory.path());
        stage.put(trial());
        EXPECT_THAT(a(), HasSubstr("TWO"));
        stage.keep();
    }
    EXPECT_THAT(a(), HasSubstr("TWO"));
    EXPECT_FALSE(fs::exists(directory / ".aibuild"));
}

TEST_F(RepairStageTest, WhatIsTakenBackIsAsItWas) {
    const auto before = directory.tree();
    {
        RepairStage stage(directory.path());
        stage.put({{"src/a.c", a(), "new\n"}, {"src/b.c", "b\n", "new\n"}});
        EXPECT_THAT(stage.back(), ElementsAre("src/a.c: as it was before", "src/b.c: as it was before"));
        EXPECT_EQ(a(), "one\ntwo\nthree\nfour\nfive\n");
        stage.put(trial());  // and another one
        stage.back();
    }
    EXPECT_EQ(directory.tree(), before);
}

TEST_F(RepairStageTest, AnExecutableStaysOne) {
    fs::permissions(directory / "src/a.c", fs::perms(0755));
    const auto before = directory.tree();
    {
        RepairStage stage(directory.path());
        stage.put(trial());
        stage.back();
    }
    EXPECT_EQ(directory.tree(), before);
}

TEST_F(RepairStageTest, WithoutAVerdictItGoesBack) {
    const auto before = directory.tree();
    {
        RepairStage stage(directory.path());
        stage.put(trial());
    }
    EXPECT_EQ(directory.tree(), before);
}

TEST_F(RepairStageTest, AKillLeavesTheOldTextForTheNext) {
    const auto before = directory.tree();
    killed();
    {
        const RepairStage stage(directory.path());
        EXPECT_THAT(stage.restored(), ElementsAre("src/a.c: as it was before"));
    }
    EXPECT_EQ(directory.tree(), before);
}

TEST_F(RepairStageTest, AnEditDuringATrialSurvivesBothVerdicts) {
    for (const bool keeps : {true, false}) {
        RepairStage stage(directory.path());
        directory.put("src/a.c", "one\ntwo\nthree\nfour\nfive\n");
        stage.put(trial());
        directory.put("src/a.c", "one\nTWO\nthree\nfour\nmine\n");
        if (keeps) {
            stage.keep();
            EXPECT_EQ(a(), "one\nTWO\nthree\nfour\nmine\n");
        } else {
            EXPECT_THAT(stage.back(), ElementsAre("src/a.c: as it was before, with your edits"));
            EXPECT_EQ(a(), "one\ntwo\nthree\nfour\nmine\n");
        }
    }
}

TEST_F(RepairStageTest, AnEditOfTheVeryLineIsKeptAndTheOldTextGoesBeside) {
    RepairStage stage(directory.path());
    stage.put(trial());
    directory.put("src/a.c", "one\nTWO, mine\nthree\nfour\nfive\n");
    EXPECT_THAT(stage.back(), ElementsAre(HasSubstr("kept, because you edited what was tried")));
    EXPECT_THAT(a(), HasSubstr("TWO, mine"));
    EXPECT_EQ(slurp(directory / "src/a.c.aibuild-before"), "one\ntwo\nthree\nfour\nfive\n");
}

TEST_F(RepairStageTest, AFileThatWasEditedInTheMeantimeIsNotTried) {
    RepairStage stage(directory.path());
    EXPECT_EQ(rule_of([&] { stage.put({{"src/a.c", "another text\n", "new\n"}}); }), "file.changed");
    EXPECT_EQ(a(), "one\ntwo\nthree\nfour\nfive\n");
}

TEST_F(RepairStageTest, NoOtherRepairMeanwhile) {
    RepairStage stage(directory.path());
    stage.put(trial());
    EXPECT_EQ(rule_of([&] { const RepairStage other(directory.path()); }), "hold.busy");
    EXPECT_THAT(a(), HasSubstr("TWO"));
}

TEST_F(RepairStageTest, ATreeBringsNoTrialOfItsOwn) {
    killed();
    const test::Directory other;
    fs::copy(directory.path(), other / "copy", fs::copy_options::recursive);
    EXPECT_EQ(rule_of([&] { const RepairStage stage(other / "copy"); }), "repair.foreign");
    EXPECT_THAT(slurp(other / "copy/src/a.c"), HasSubstr("TWO"));
}

TEST_F(RepairStageTest, ProtectedFilesAreNeverTried) {
    directory.put("CMakeLists.txt", "old\n");
    RepairStage stage(directory.path());
    EXPECT_EQ(rule_of([&] { stage.put({{"CMakeLists.txt", "old\n", "new\n"}}); }), "path.protected");
    EXPECT_EQ(slurp(directory / "CMakeLists.txt"), "old\n");
}

}  // namespace
}  // namespace aibuild
