#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/tool/workspace/directory.h"
#include "tool/state/document.h"
#include "tool/state/state.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
namespace fs = std::filesystem;

constexpr auto journal_file = "build/.aibuild/journal.jsonl";
constexpr auto state_file = "build/.aibuild/state.json";

const LogMark mark{100, "# ninja log v5", "tail", ""};

Task known(TaskState state, std::int64_t started, std::int64_t took, std::string by = "aibuild-gen") {
    Task out;
    out.state = state;
    out.kind = "step";
    out.reason = "../a.cpp is newer, \"started_ms\": 1";
    out.started_ms = started;
    out.duration_ms = took;
    out.by = std::move(by);
    out.output = "{\"by\": \"ninja\"}";
    return out;
}

class Sync : public testing::Test {
  protected:
    Sync() { fs::create_directories(dir / "build/.aibuild"); }
    void sync(const std::vector<LoggedTask>& succeeded, const std::map<std::string, Task>& failed = {}) {
        sync_state(dir / "build", mark, succeeded, failed);
    }
    // What becomes of "step:a" when the log tells of a success that began at `started`.
    Task after(const Task& before, std::int64_t started, bool holds = false) {
        State state;
        state.tasks["step:a"] = before;
        write_state(dir / "build", state);
        sync({{"step:a", "step", started, 50, holds}});
        return read_state(dir / "build").tasks.at("step:a");
    }
    const Task of_the_log(std::int64_t started) {
        return {TaskState::succeeded, "step", "", started, 50, 1, "ninja"};
    }
    Directory dir;
};

TEST_F(Sync, OfTheSameRunWhatABuildRecordedStays) {
    const Task built = known(TaskState::succeeded, 10'000, 500);
    EXPECT_EQ(after(built, 10'000), built);
    EXPECT_EQ(after(built, 10'004, true), built) << "a file system's clock";
    EXPECT_EQ(after(built, 20'000), of_the_log(20'000)) << "another run";
    EXPECT_EQ(after(built, 5'000), built) << "an earlier one: a restat step keeps its output's time";
}

TEST_F(Sync, AFailureStandsUntilALaterSuccess) {
    for (const TaskState state : {TaskState::failed, TaskState::cancelled}) {
        const Task broken = known(state, 10'000, 500);
        EXPECT_EQ(after(broken, 2'000), broken) << "of before";
        EXPECT_EQ(after(broken, 20'000), of_the_log(20'000));
        EXPECT_EQ(after(broken, 2'000, true), of_the_log(2'000)) << "the step holds: somebody undid the edit";
    }
}

TEST_F(Sync, WhatALogToldIsReplaced) {
    EXPECT_EQ(after(known(TaskState::succeeded, 10'000, 500, "ninja"), 10'000), of_the_log(10'000));
    EXPECT_EQ(after(known(TaskState::failed, 10'000, 500, "ninja"), 2'000), of_the_log(2'000));
}

TEST_F(Sync, DoesNothingWhereTheLogIsKnown) {
    sync({{"step:a", "step", 1, 1}});
    const std::string before = slurp(dir / state_file);
    sync({{"step:b", "step", 1, 1}});
    EXPECT_EQ(slurp(dir / state_file), before);
}

TEST_F(Sync, LeavesALivingWriterItsJournal) {
    {
        Journal journal(dir / "build");
        journal.record("step:a", known(TaskState::running, 10, -1));
        const std::string text = slurp(dir / journal_file);
        sync({{"step:b", "step", 1, 1}});
        EXPECT_EQ(slurp(dir / journal_file), text);
        EXPECT_FALSE(fs::exists(dir / state_file));
        journal.record("step:a", known(TaskState::succeeded, 10, 20));
    }
    sync({{"step:b", "step", 1, 1}});
    EXPECT_EQ(read_state(dir / "build").tasks.size(), 2U);
}

TEST_F(Sync, NewerFormatsAreRefusedUntouched) {
    for (const char* file : {state_file, journal_file}) {
        const std::string text = "{\"format\": 3, \"tasks\": {}}\n";
        dir.put(file, text);
        EXPECT_EQ(rule_of([&] { sync({{"step:b", "step", 1, 1}}); }), "state.newer");
        EXPECT_EQ(rule_of([&] { read_state_briefly(dir / "build"); }), "state.newer");
        EXPECT_EQ(slurp(dir / file), text);
        fs::remove(dir / file);
    }
}

// Against the same done by reading, changing and writing the whole State.
TEST_F(Sync, IsWhatItIsShortFor) {
    std::minstd_rand random(1);  // NOLINT: the same every time
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    const std::vector<std::string> ids = {"step:a", "step:b", "step:c \"d\"", "step:e\\",
                                          "step:ü", "test:f", "plan"};
    int stayed = 0;
    for (int round = 0; round < 300; ++round) {
        fs::remove_all(dir / "build/.aibuild");
        State state;
        std::string journal = "{\"format\": 2, \"pid\": 1, \"start\": \"0\"}\n";
        for (const std::string& id : ids) {
            const auto how = static_cast<TaskState>(pick(4));
            const Task task = known(how, 1'000 * pick(3), 100, pick(2) == 0 ? "ninja" : "aibuild-gen");
            if (pick(3) == 0) state.tasks[id] = task;
            if (pick(4) != 0) continue;
            journal += '{';
            std::string line;
            {
                LineObject object(line);
                object.text("id", id);
                write_task(object, task);
            }
            journal += line.substr(1) + '\n';
        }
        dir.put(state_file, write_document(state));  // without waiting for the disk
        if (pick(2) == 0) dir.put(journal_file, journal);
        State expected = read_state(dir / "build");

        std::vector<LoggedTask> succeeded;
        std::map<std::string, Task> failed;
        for (const std::string& id : ids) {
            const int what = pick(4);
            if (what < 2) {
                const LoggedTask task{id, "step", 1'000 * pick(3), 50, pick(2) == 0};
                succeeded.push_back(task);
                const auto before = expected.tasks.find(id);
                if (before != expected.tasks.end() && outlasts(before->second, task.started_ms, task.holds)) {
                    ++stayed;
                } else {
                    expected.tasks[id] = of_the_log(task.started_ms);
                }
            } else if (what == 2) {
                failed[id] = known(TaskState::failed, 0, -1, "ninja");
                expected.tasks[id] = failed[id];
            }
        }
        expected.log = mark;
        sync(succeeded, failed);
        ASSERT_EQ(read_state(dir / "build"), expected) << round << '\n' << slurp(dir / state_file);
        EXPECT_FALSE(fs::exists(dir / journal_file));

        // And the short reading is the long one without plain successes.
        std::erase_if(expected.tasks, [](const auto& task) {
            return task.second.state == TaskState::succeeded && task.second.kind == "step";
        });
        EXPECT_EQ(read_state_briefly(dir / "build").tasks, expected.tasks);
    }
    EXPECT_GT(stayed, 50);
}

TEST_F(Sync, AddedTasksReplaceThoseOfTheSameName) {
    const std::map<std::string, Task> tasks = {{"step:a", known(TaskState::succeeded, 5, 6)},
                                               {"step:c \"d\"", known(TaskState::failed, 7, 8)}};
    add_tasks(dir / "made/here", tasks);
    EXPECT_EQ(read_state(dir / "made/here").tasks, tasks);

    State state;
    for (const char* id : {"plan", "step:a", "step:b", "step:c \"d\"", "step:e \"f\""})
        state.tasks[id] = known(TaskState::cancelled, 1, 2);
    state.log = mark;
    for (const bool ours : {true, false}) {
        const std::string text = write_document(state);
        dir.put(state_file, ours ? text : text + "\n");
        dir.put(
            journal_file,
            "{\"format\": 2, \"pid\": 1, \"start\": \"0\"}\n{\"id\": \"step:b\", \"state\": \"running\"}\n");
        add_tasks(dir / "build", tasks);
        State expected = state;
        for (const auto& [id, task] : tasks) expected.tasks[id] = task;
        expected.tasks["step:b"] = Task();
        expected.tasks["step:b"].state = TaskState::cancelled;
        EXPECT_EQ(read_state(dir / "build"), expected) << ours;
        EXPECT_FALSE(fs::exists(dir / journal_file));
    }
    add_tasks(dir / "nowhere", {});
    EXPECT_FALSE(fs::exists(dir / "nowhere"));
}

TEST_F(Sync, ReadsBrieflyWhatSomebodyElseWrote) {
    dir.put(
        state_file,
        R"({"format": 1, "tasks": {"step:a": {"kind": "step", "state": "failed"}, "plan": {"state": "succeeded"}}})");
    EXPECT_EQ(read_state_briefly(dir / "build"), read_state(dir / "build"));
    EXPECT_EQ(read_state_briefly(dir / "nowhere"), State{});
}

}  // namespace
}  // namespace aibuild
