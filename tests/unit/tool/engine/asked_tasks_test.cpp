#include "tool/engine/asked_tasks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/engine/asking.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Followed : public test::AskAll {
  protected:
    Followed() {
        project_at.put("aibuild.json",
                       R"({"format": 1, "project": {"name": "p"},
 "targets": [{"name": "a", "kind": "executable", "language": "c", "sources": ["a.c"]}]})");
        fs::create_directory(build);
    }

    void follow(const std::string& name) {
        add(name);
        Task task;
        task.kind = "file";
        task.reason = "it was missing";
        task.waited_for = {"plan"};
        tasks->follow(asked.back(), "file:" + name, task);
    }
    void begin() { tasks.emplace(OpenProject(project_at.path()), "aibuild-gen generate"); }
    Task task(const std::string& name) { return read_state(build).tasks.at("file:" + name); }
    bool known(const std::string& name) { return read_state(build).tasks.contains("file:" + name); }

    const test::Directory project_at;
    const fs::path build = project_at / "build";
    std::optional<AskedTasks> tasks;
};

TEST_F(Followed, IsRunningUntilItsAnswerIsInTheProject) {
    begin();
    follow("a");
    std::vector<Task> while_asked;
    asked[0].accept = [&](const Response& /*response*/) {
        while_asked.push_back(task("a"));
        return std::vector<std::string>();
    };
    ask();
    ASSERT_EQ(while_asked.size(), 1U);
    EXPECT_EQ(while_asked[0].state, TaskState::running);
    EXPECT_EQ(while_asked[0].reason, "it was missing");
    EXPECT_GT(while_asked[0].started_ms, 0);
    EXPECT_EQ(while_asked[0].cost, std::nullopt);
    EXPECT_EQ(task("a").state, TaskState::running);
    EXPECT_EQ(task("a").reason, "its answer is stored, and not in the project yet: it was missing");
    EXPECT_EQ(task("a").cost, 1.5);
    tasks.reset();
    EXPECT_EQ(task("a").state, TaskState::cancelled);
    EXPECT_EQ(task("a").cost, 1.5);
    EXPECT_EQ(task("a").waited_for, std::vector<std::string>{"plan"});
}

TEST_F(Followed, FailsByItsOwnErrorAndIsCancelledByAnothers) {
    begin();
    for (const char* name : {"fails", "hangs"}) follow(name);
    model->scripts["fails"].answers = {"bad", "worse", "worst"};
    model->scripts["hangs"].hangs = true;
    EXPECT_EQ(failure().rule(), "answer.test");
    EXPECT_EQ(task("fails").state, TaskState::failed);
    EXPECT_THAT(task("fails").reason, HasSubstr("answer.test: It is worst."));
    EXPECT_EQ(task("fails").attempts, 3) << "and what they cost counts";
    EXPECT_EQ(task("fails").cost, 4.5);
    EXPECT_EQ(task("hangs").state, TaskState::cancelled);
    EXPECT_EQ(task("hangs").reason, "it was missing");
    EXPECT_EQ(task("hangs").attempts, 0);
}

TEST_F(Followed, IsCancelledByAPerson) {
    begin();
    for (const char* name : {"quick", "hangs"}) follow(name);
    model->scripts["quick"].interrupts = true;
    model->scripts["hangs"].hangs = true;
    EXPECT_EQ(failure().rule(), "interrupted");
    EXPECT_EQ(task("hangs").state, TaskState::cancelled);
}

TEST_F(Followed, WhatIsStoredIsNotRecorded) {
    chosen.provider = stored(std::move(chosen.provider), chosen.store);
    add("a");
    ask();
    asked.clear();
    begin();
    follow("a");
    ask();
    EXPECT_EQ(done.size(), 1U);
    EXPECT_FALSE(fs::exists(build / ".aibuild"));
}

TEST_F(Followed, WhatNeedsNothingToBecomePartOfTheProjectIsSettled) {
    begin();
    follow("a");
    ask();
    tasks->settled("file:a", answered_task("file", "nothing changes", {}, done.at("a")));
    tasks->settled("file:b", answered_task("file", "nothing changes", {}, done.at("a")));
    tasks.reset();
    EXPECT_EQ(task("a").state, TaskState::succeeded);
    EXPECT_FALSE(known("b")) << "it was not asked for";
}

TEST_F(Followed, WithoutABuildDirectoryNothingIsWritten) {
    fs::remove(build);
    begin();
    follow("a");
    ask();
    EXPECT_EQ(done.size(), 1U);
    EXPECT_FALSE(fs::exists(build));
}

TEST_F(Followed, WhatCannotBeRecordedIsNotSent) {
    begin();
    follow("a");
    project_at.put("build/.aibuild", "in the way");
    EXPECT_EQ(failure().rule(), "path.type");
    EXPECT_TRUE(done.empty()) << "before it is paid";
}

}  // namespace
}  // namespace aibuild
