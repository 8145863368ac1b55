#include "tool/state/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>
#include <vector>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
namespace fs = std::filesystem;

constexpr auto journal_file = "build/.aibuild/journal.jsonl";
constexpr auto state_file = "build/.aibuild/state.json";

Task task(TaskState state, std::string reason = "") {
    Task out;
    out.state = state;
    out.kind = "step";
    out.reason = std::move(reason);
    out.started_ms = 1'700'000'000'000;
    out.duration_ms = state == TaskState::running ? -1 : 0;
    out.by = "aibuild-gen";
    return out;
}

TEST(State, NothingIsEmpty) {
    const Directory dir;
    EXPECT_EQ(read_state(dir / "build"), State{});
    fs::create_directory(dir / "build");
    EXPECT_EQ(read_state(dir / "build"), State{});
    EXPECT_EQ(dir.tree().size(), 1U);
}

TEST(State, RoundTrip) {
    const Directory dir;
    State state;
    state.tasks["step:obj/a.o"] = task(TaskState::succeeded);
    state.tasks["file:src/ü \"x\".cpp"] = task(TaskState::failed, "a\nb\x1b");
    state.tasks["plan"] = {TaskState::cancelled, "", "", 0, -1, 3, "ninja"};
    Task& asked = state.tasks["file:b"] = task(TaskState::succeeded);
    asked.waited_for = {"file:a", "plan"};
    asked.provider = "openai";
    asked.model = "m";
    asked.input_tokens = 0;
    asked.output_tokens = 7;
    asked.cost = 0.1 + 0.2;
    asked.output = "a\r\n\x1b[1mb\x1b[0m";
    state.log = {4096, "# ninja log v5", "abc", ""};
    write_state(dir / "build", state);
    EXPECT_EQ(read_state(dir / "build"), state);
    EXPECT_TRUE(slurp(dir / state_file).starts_with("{\n  \"format\": 2,\n"));
}

TEST(State, MarkIsReadWithoutTheTasks) {
    const Directory dir;
    EXPECT_EQ(read_log_mark(dir / "build"), LogMark{});
    State state;
    state.tasks["step:obj/a.o"] = task(TaskState::succeeded);
    write_state(dir / "build", state);
    EXPECT_EQ(read_log_mark(dir / "build"), LogMark{});
    state.log = {4096, "# ninja log v5 \"\n", "abc", "def"};
    for (int n = 0; n < 100; ++n) state.tasks["step:" + std::to_string(n)] = task(TaskState::succeeded);
    write_state(dir / "build", state);
    EXPECT_EQ(read_log_mark(dir / "build"), state.log);
    EXPECT_EQ(read_state(dir / "build"), state);
    // What a journal has to add is not in the document yet.
    dir.put(journal_file, "");
    EXPECT_EQ(read_log_mark(dir / "build"), LogMark{});
    fs::remove(dir / journal_file);
    // A document that is written in another way: then it is read as a whole.
    dir.put(state_file, R"({"format": 1, "tasks": {}, "log": {"size": 1, "head": "", "tail_sha256": ""}})");
    EXPECT_EQ(read_log_mark(dir / "build"), LogMark{});
    dir.put(state_file, "nonsense");
    EXPECT_EQ(read_log_mark(dir / "build"), LogMark{});
}

TEST(State, UnknownIsAbsent) {
    const Directory dir;
    State state;
    state.tasks["plan"] = task(TaskState::succeeded);
    write_state(dir / "build", state);
    const std::string text = slurp(dir / state_file);
    for (const char* name : {"tokens", "cost", "model", "provider", "waited_for", "output"})
        EXPECT_THAT(text, testing::Not(testing::HasSubstr(name)));
}

TEST(State, FormerFormatIsReadAndWrittenAsTheNewOne) {
    const Directory dir;
    dir.put(state_file, R"({
  "format": 1,
  "log": {"size": 12, "head": "# ninja log v5", "tail_sha256": "abc", "failures": "def"},
  "tasks": {
    "plan": {"state": "succeeded", "kind": "plan", "reason": "described", "started_ms": 5, "duration_ms": 6, "attempts": 2, "by": "aibuild-gen"},
    "step:a": {"state": "succeeded", "kind": "step", "started_ms": 7, "duration_ms": 8, "by": "ninja"}
  }
}
)");
    dir.put(journal_file,
            "{\"format\":1,\"pid\":1,\"start\":\"0\"}\n{\"id\":\"step:b\",\"state\":\"running\"}\n");
    const State state = read_state(dir / "build");
    EXPECT_EQ(state.log, (LogMark{12, "# ninja log v5", "abc", "def"}));
    EXPECT_EQ(state.tasks.at("plan"),
              (Task{TaskState::succeeded, "plan", "described", 5, 6, 2, "aibuild-gen"}));
    EXPECT_EQ(state.tasks.at("step:a"), (Task{TaskState::succeeded, "step", "", 7, 8, 1, "ninja"}));
    EXPECT_EQ(state.tasks.at("step:b").state, TaskState::cancelled);
    write_state(dir / "build", state);
    EXPECT_TRUE(slurp(dir / state_file).starts_with("{\n  \"format\": 2,\n"));
    EXPECT_EQ(read_state(dir / "build"), state);
}

TEST(State, BytesThatAreNoTextAreReplaced) {
    const Directory dir;
    State state;
    state.tasks["step:caf\xe9"] = task(TaskState::failed, "\xc3\xa9\xff\xc3");
    write_state(dir / "build", state);
    const State back = read_state(dir / "build");
    EXPECT_EQ(back.tasks.at("step:caf\xef\xbf\xbd").reason, "\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(State, KeptOutputIsItsEnd) {
    EXPECT_EQ(kept_output(""), "");
    EXPECT_EQ(kept_output("a\nb\n"), "a\nb\n");
    std::string text;
    for (int n = 0; n < 10'000; ++n) text += "line " + std::to_string(n) + "\n";
    const std::string kept = kept_output(text);
    EXPECT_LE(kept.size(), 16U << 10U);
    EXPECT_GT(kept.size(), (16U << 10U) - 20);
    EXPECT_TRUE(kept.starts_with("line "));
    EXPECT_TRUE(kept.ends_with("line 9999\n"));
    EXPECT_EQ(kept_output(std::string(20'000, 'x')), std::string(16U << 10U, 'x'));
    EXPECT_EQ(kept_output(std::string(20'000, 'x') + "\n").size(), 16U << 10U);
}

TEST(State, SameStateWritesNothing) {
    const Directory dir;
    State state;
    state.tasks["plan"] = task(TaskState::succeeded);
    write_state(dir / "build", state);
    const auto time = fs::last_write_time(dir / "build/.aibuild");
    write_state(dir / "build", state);
    EXPECT_EQ(fs::last_write_time(dir / "build/.aibuild"), time);
}

TEST(State, EmptyStateMakesNothing) {
    const Directory dir;
    write_state(dir / "build", State{});
    EXPECT_TRUE(dir.tree().empty());
}

TEST(Journal, RunThatRanNothingIsNotRecorded) {
    const Directory dir;
    { Journal journal(dir / "build"); }
    EXPECT_FALSE(fs::exists(dir / journal_file));
    EXPECT_FALSE(fs::exists(dir / state_file));
}

TEST(Journal, IsReadWhileItRunsAndFoldedAtItsEnd) {
    const Directory dir;
    State before;
    before.tasks["step:old"] = task(TaskState::succeeded);
    before.log.size = 5;
    write_state(dir / "build", before);
    {
        Journal journal(dir / "build");
        journal.record("step:a", task(TaskState::running));
        EXPECT_EQ(read_state(dir / "build").tasks.at("step:a").state, TaskState::running);
        journal.record("step:a", task(TaskState::succeeded, "its input changed"));
        journal.record("step:b", task(TaskState::running));
        const State now = read_state(dir / "build");
        EXPECT_EQ(now.tasks.at("step:a"), task(TaskState::succeeded, "its input changed"));
        EXPECT_EQ(now.tasks.at("step:b").state, TaskState::running);
        EXPECT_EQ(now.tasks.at("step:old").state, TaskState::succeeded);
    }
    EXPECT_FALSE(fs::exists(dir / journal_file));
    const State after = read_state(dir / "build");
    EXPECT_EQ(after.tasks.size(), 3U);
    EXPECT_EQ(after.tasks.at("step:b").state, TaskState::cancelled) << "its writer has ended";
    EXPECT_EQ(after.log.size, 5);
}

class KilledWriter : public testing::Test {
  protected:
    // A process that records and is killed.
    void SetUp() override {
        const pid_t child = ::fork();
        if (child == 0) {
            Journal journal(dir / "build");
            journal.record("step:done", task(TaskState::running));
            journal.record("step:done", task(TaskState::succeeded));
            journal.record("step:cut", task(TaskState::running));
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        ASSERT_TRUE(fs::exists(dir / journal_file));
    }
    void expect_history() {
        const State state = read_state(dir / "build");
        EXPECT_EQ(state.tasks.at("step:done").state, TaskState::succeeded);
        EXPECT_EQ(state.tasks.at("step:cut").state, TaskState::cancelled);
    }
    Directory dir;
};

TEST_F(KilledWriter, WhatRanWasCancelled) {
    const std::string journal = slurp(dir / journal_file);
    expect_history();
    EXPECT_EQ(slurp(dir / journal_file), journal) << "reading changes nothing";
}

TEST_F(KilledWriter, NextWriterFoldsIt) {
    {
        Journal journal(dir / "build");
        expect_history();
        journal.record("step:next", task(TaskState::running));
        expect_history();
        EXPECT_EQ(read_state(dir / "build").tasks.at("step:next").state, TaskState::running);
    }
    expect_history();
    EXPECT_FALSE(fs::exists(dir / journal_file));
}

TEST_F(KilledWriter, TornLastLineIsIgnoredWhereverItIsTorn) {
    const std::string whole = slurp(dir / journal_file);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        dir.put(journal_file, whole.substr(0, size));
        const State state = read_state(dir / "build");
        const auto lines = std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size), '\n');
        EXPECT_EQ(state.tasks.size(), lines < 2 ? 0U : lines < 4 ? 1U : 2U) << size;
    }
}

TEST_F(KilledWriter, ReusedProcessNumberIsAnotherProcess) {
    // This process' number, and a start that is not its own.
    std::string text = slurp(dir / journal_file);
    const std::size_t begin = text.find("\"pid\": ") + 7;
    text.replace(begin, text.find_first_not_of("0123456789", begin) - begin, std::to_string(::getpid()));
    const std::size_t start = text.find("\"start\": \"") + 10;
    text.replace(start, text.find('"', start) - start, "1");
    dir.put(journal_file, text);
    expect_history();
}

TEST_F(KilledWriter, DamageInTheMiddleIsAnErrorWithItsLine) {
    std::string text = slurp(dir / journal_file);
    text[text.find('\n') + 1] = '#';
    dir.put(journal_file, text);
    try {
        read_state(dir / "build");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "state.syntax");
        EXPECT_THAT(error.place(), testing::EndsWith("journal.jsonl:2"));
        EXPECT_THAT(error.fix(), testing::HasSubstr("Remove " + (dir / journal_file).string()));
    }
}

TEST(State, Refusals) {
    const Directory dir;
    const auto rule = [&](const std::string& text) {
        dir.put(state_file, text);
        const std::string out = rule_of([&] { read_state(dir / "build"); });
        EXPECT_EQ(slurp(dir / state_file), text) << "touched";
        return out;
    };
    EXPECT_EQ(rule(R"({"format": 1, "tasks": {}})"), "");
    EXPECT_EQ(rule(R"({"format": 3, "other": {}})"), "state.newer");
    EXPECT_EQ(rule(""), "") << "a power cut can leave it empty";
    EXPECT_EQ(rule(R"({"format": 1, "tasks": {})"), "state.syntax");
    EXPECT_EQ(rule(R"({"tasks": {}})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "tasks": []})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "tasks": {"a": {}}})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "tasks": {"a": {"state": "pending"}}})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "tasks": {"a": {"state": "failed", "x": 1}}})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "tasks": {"a": {"state": "failed", "attempts": 99999999999}}})"),
              "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "tasks": {}, "log": 1})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 2, "tasks": {"a": {"state": "failed", "cost": "1"}}})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 2, "tasks": {"a": {"state": "failed", "waited_for": "b"}}})"),
              "state.syntax");
    EXPECT_EQ(rule(R"({"format": 2, "tasks": {"a": {"state": "failed", "waited_for": [1]}}})"),
              "state.syntax");
}

TEST(Journal, WhatTurnedOutReplacesWhatWasRecorded) {
    const Directory dir;
    State before;
    before.tasks["step:made"] = task(TaskState::succeeded);
    before.tasks["step:other"] = task(TaskState::cancelled);
    write_state(dir / "build", before);
    {
        Journal journal(dir / "build");
        journal.record("step:made", task(TaskState::failed));
        journal.record("step:never", task(TaskState::running));
        journal.record("step:ran", task(TaskState::running));
        journal.end({{"step:ran", task(TaskState::failed)}});
    }
    before.tasks["step:ran"] = task(TaskState::failed);
    EXPECT_EQ(read_state(dir / "build"), before);
    EXPECT_FALSE(fs::exists(dir / "build/.aibuild/journal.jsonl"));
    { Journal(dir / "build").end({{"step:other", task(TaskState::succeeded)}}); }
    before.tasks["step:other"] = task(TaskState::succeeded);
    EXPECT_EQ(read_state(dir / "build"), before) << "nothing was recorded meanwhile";
    { Journal(dir / "build").end({}); }
    EXPECT_EQ(read_state(dir / "build"), before);
}

TEST(Journal, NewerJournalIsRefusedUntouched) {
    const Directory dir;
    const std::string text = "{\"format\": 3, \"anything\": 1}\n{\"else\": 1}\n";
    dir.put(journal_file, text);
    EXPECT_EQ(rule_of([&] { read_state(dir / "build"); }), "state.newer");
    Journal journal(dir / "build");
    EXPECT_EQ(rule_of([&] { journal.record("a", task(TaskState::running)); }), "state.newer");
    EXPECT_EQ(slurp(dir / journal_file), text);
}

TEST(Journal, FollowsNoLink) {
    const Directory dir;
    dir.put("victim", "precious");
    fs::create_directories(dir / "build/.aibuild");
    fs::create_symlink("../../victim", dir / journal_file);
    EXPECT_EQ(rule_of([&] { Journal(dir / "build").record("a", task(TaskState::running)); }), "path.symlink");
    fs::remove(dir / journal_file);
    fs::create_symlink("../../victim", dir / state_file);
    State state;
    state.tasks["a"] = task(TaskState::succeeded);
    EXPECT_EQ(rule_of([&] { write_state(dir / "build", state); }), "path.symlink");
    EXPECT_EQ(slurp(dir / "victim"), "precious");
}

TEST(Journal, FullDiskLeavesWholeLines) {
    const Directory dir;
    // A limit on the size of files stands for a disk that fills up in the middle of a line.
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        Journal journal(dir / "build");
        journal.record("a", task(TaskState::succeeded));
        const rlimit limit = {fs::file_size(dir / journal_file) + 20, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        bool refused = false;
        try {
            journal.record("b", task(TaskState::succeeded, std::string(100, 'x')));
        } catch (const Error&) {
            refused = true;
        }
        ::_exit(refused ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(slurp(dir / journal_file).ends_with("}\n"));
    EXPECT_EQ(read_state(dir / "build").tasks.size(), 1U);
}

TEST(Journal, ThreadsMayRecord) {
    const Directory dir;
    {
        Journal journal(dir / "build");
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int n = 0; n < 100; ++n) {
                    journal.record(std::to_string(i) + "/" + std::to_string(n), task(TaskState::succeeded));
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(read_state(dir / "build").tasks.size(), 400U);
}

}  // namespace
}  // namespace aibuild
