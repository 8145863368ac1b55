#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "ninja-gen/error.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
namespace fs = std::filesystem;

constexpr auto asked_file = "build/.aibuild/asked.jsonl";

Task task(TaskState state) {
    Task out;
    out.state = state;
    out.kind = "file";
    out.by = "aibuild-gen";
    return out;
}

class Asked : public testing::Test {
  protected:
    Asked() { fs::create_directories(dir / "build"); }
    // In another process, which is gone then.
    void elsewhere(const std::function<void()>& what) {
        const pid_t child = ::fork();
        if (child == 0) {
            what();
            ::_exit(0);
        }
        ::waitpid(child, nullptr, 0);
    }
    void killed_asking() {
        elsewhere([&] {
            AskedJournal asked(dir / "build", "aibuild-gen generate");
            asked.record("file:answered", task(TaskState::running));
            asked.record("file:answered", task(TaskState::succeeded));
            asked.record("file:cut", task(TaskState::running));
            ::kill(::getpid(), SIGKILL);
        });
        ASSERT_TRUE(fs::exists(dir / asked_file));
    }
    TaskState state(const std::string& id) { return read_state(dir / "build").tasks.at(id).state; }
    Directory dir;
};

TEST_F(Asked, IsReadWhileItRunsAndFoldedAtItsEnd) {
    {
        AskedJournal asked(dir / "build", "aibuild-gen generate");
        EXPECT_FALSE(fs::exists(dir / asked_file)) << "nothing was asked yet";
        asked.record("file:a", task(TaskState::running));
        EXPECT_EQ(state("file:a"), TaskState::running);
        EXPECT_EQ(read_state_briefly(dir / "build").tasks.at("file:a").state, TaskState::running);
        asked.record("file:a", task(TaskState::failed));
        asked.record("file:b", task(TaskState::running));
    }
    EXPECT_FALSE(fs::exists(dir / asked_file));
    EXPECT_EQ(state("file:a"), TaskState::failed);
    EXPECT_EQ(state("file:b"), TaskState::cancelled) << "its writer has ended";
}

TEST_F(Asked, GoesOnWhileSomebodyBuilds) {
    {
        AskedJournal asked(dir / "build", "aibuild-gen generate");
        asked.record("file:a", task(TaskState::running));
        elsewhere([&] {
            const Hold hold(Root(dir / "build"), "aibuild-gen build");
            Journal journal(dir / "build");
            journal.record("step:a", task(TaskState::running));
        });
        elsewhere([&] {
            const Hold hold(Root(dir / "build"), "aibuild-gen build");
            add_tasks(dir / "build", {{"step:b", task(TaskState::succeeded)}});
        });
        EXPECT_EQ(state("step:a"), TaskState::cancelled);
        EXPECT_EQ(state("step:b"), TaskState::succeeded);
        EXPECT_EQ(state("file:a"), TaskState::running) << "a build folds what is over alone";
        asked.record("file:a", task(TaskState::failed));
    }
    EXPECT_EQ(state("file:a"), TaskState::failed);
    EXPECT_EQ(state("step:b"), TaskState::succeeded);
}

TEST_F(Asked, WhoeverAddsWhatCameOfItFoldsIt) {
    AskedJournal asked(dir / "build", "aibuild-gen generate");
    asked.record("file:a", task(TaskState::running));
    asked.record("file:b", task(TaskState::running));
    add_tasks(dir / "build", {{"file:a", task(TaskState::succeeded)}});
    EXPECT_FALSE(fs::exists(dir / asked_file));
    EXPECT_EQ(state("file:a"), TaskState::succeeded);
    EXPECT_EQ(state("file:b"), TaskState::cancelled);
}

TEST_F(Asked, OfAKilledOneReadersTellAndTheNextWriterFolds) {
    killed_asking();
    const std::string journal = slurp(dir / asked_file);
    EXPECT_EQ(state("file:answered"), TaskState::succeeded);
    EXPECT_EQ(state("file:cut"), TaskState::cancelled);
    EXPECT_EQ(slurp(dir / asked_file), journal) << "reading changes nothing";
    {
        AskedJournal asked(dir / "build", "aibuild-gen generate");
        asked.record("file:next", task(TaskState::running));
        EXPECT_EQ(state("file:next"), TaskState::running);
        EXPECT_EQ(state("file:cut"), TaskState::cancelled);
    }
    killed_asking();
    {
        Journal journal_of_a_build(dir / "build");
        journal_of_a_build.record("step:a", task(TaskState::succeeded));
    }
    EXPECT_FALSE(fs::exists(dir / asked_file));
    EXPECT_EQ(state("file:cut"), TaskState::cancelled);
}

TEST_F(Asked, OneThatWasKilledInItsFirstLineIsInNobodysWay) {
    for (const char* torn : {"", "{\"format\": 2, \"pid\""}) {
        dir.put(asked_file, torn);
        add_tasks(dir / "build", {});
        EXPECT_TRUE(fs::exists(dir / asked_file)) << "whoever asks may be about to write it";
        AskedJournal asked(dir / "build", "aibuild-gen generate");
        asked.record("file:a", task(TaskState::running));
        EXPECT_EQ(state("file:a"), TaskState::running);
    }
}

TEST_F(Asked, WaitsForNobody) {
    const auto others = [&](const std::function<void()>& what) {
        const Hold hold(Root(dir / "build"), "aibuild-gen build");
        what();
    };
    killed_asking();
    const std::string left = slurp(dir / asked_file);
    others([&] {
        AskedJournal asked(dir / "build", "aibuild-gen generate");
        asked.record("file:next", task(TaskState::running));
        EXPECT_EQ(slurp(dir / asked_file), left);
    });
    others([&] {
        fs::remove(dir / asked_file);
        AskedJournal asked(dir / "build", "aibuild-gen generate");
        asked.record("file:next", task(TaskState::running));
    });
    EXPECT_TRUE(fs::exists(dir / asked_file)) << "for the next writer";
    EXPECT_EQ(state("file:next"), TaskState::running) << "this process lives";
    add_tasks(dir / "build", {});
    EXPECT_EQ(state("file:next"), TaskState::cancelled);
}

}  // namespace
}  // namespace aibuild
