#include "tool/state/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
namespace fs = std::filesystem;

constexpr auto folder = "build/.aibuild/runs";

BuildRun full_run() {
    BuildRun run;
    run.started_ms = 1'700'000'000'000;
    run.duration_ms = 1234;
    run.executor = "ninja 1.11.1";
    run.configuration = "debug";
    run.sandbox = "bwrap; processes are not limited";
    run.targets = {"all", "test"};
    run.jobs = 2;
    run.exit_code = 1;
    run.up_to_date = 17;
    run.changes = {{"src/a.cpp", "aa", "bb"}, {"src/gone.cpp", "cc", ""}, {"src/new \"x\".cpp", "", "dd"}};
    run.steps = {{"obj/a.o", "../src/a.cpp is newer", 0, 100, TaskState::succeeded, 0, "warning: w\n"},
                 {"bin/a", "obj/a.o is to be made first", 100, 250, TaskState::failed, 256, "ld: no\n\x1b"},
                 {"bin/b", "", 100, 251, TaskState::cancelled, 0, ""}};
    run.tests_passed = 0;
    return run;
}

class Runs : public testing::Test {
  protected:
    Runs() { fs::create_directory(dir / "build"); }
    Directory dir;
};

TEST_F(Runs, NoneAreThere) {
    EXPECT_TRUE(read_runs(dir / "build").empty());
    EXPECT_TRUE(read_runs(dir / "nowhere").empty());
    EXPECT_EQ(read_run(dir / "build", 1), std::nullopt);
    EXPECT_EQ(dir.tree().size(), 1U);
}

TEST_F(Runs, RoundTrip) {
    BuildRun run = full_run();
    EXPECT_EQ(keep_run(dir / "build", run), 1);
    run.id = 1;
    EXPECT_EQ(read_run(dir / "build", 1), run);
    BuildRun empty;
    empty.id = keep_run(dir / "build", empty);
    EXPECT_EQ(empty.id, 2);
    EXPECT_EQ(read_runs(dir / "build"), (std::vector<BuildRun>{run, empty}));
    // Nothing counted is not nothing passed.
    EXPECT_EQ(read_run(dir / "build", 2)->tests_passed, std::nullopt);
}

TEST_F(Runs, TheLastTwentyAreKeptInTheirOrder) {
    for (int n = 1; n <= 105; ++n) {
        BuildRun run;
        run.jobs = n;
        EXPECT_EQ(keep_run(dir / "build", run), n);
    }
    const std::vector<BuildRun> runs = read_runs(dir / "build");
    ASSERT_EQ(runs.size(), runs_kept);
    for (std::size_t n = 0; n < runs.size(); ++n) {
        EXPECT_EQ(runs[n].id, static_cast<std::int64_t>(86 + n));
        EXPECT_EQ(runs[n].jobs, runs[n].id);
    }
}

TEST_F(Runs, WhatIsNoRunIsLeftAlone) {
    keep_run(dir / "build", full_run());
    for (const char* name :
         {"x.json", "2.json.bak", "-3.json", "0.json", ".aibuild-tmp-00", "7", "99999999999999999999.json"})
        dir.put(fs::path(folder) / name, "mine");
    dir.put(fs::path(folder) / "5.json", "");  // of a power cut
    EXPECT_EQ(read_runs(dir / "build").size(), 1U);
    EXPECT_EQ(keep_run(dir / "build", full_run()), 6);
    EXPECT_EQ(slurp(dir / folder / "x.json"), "mine");
}

TEST_F(Runs, Refusals) {
    const auto rule = [&](const std::string& text) {
        dir.put(fs::path(folder) / "3.json", text);
        const std::string out = rule_of([&] { read_runs(dir / "build"); });
        EXPECT_EQ(rule_of([&] { read_run(dir / "build", 3); }), out);
        EXPECT_EQ(slurp(dir / folder / "3.json"), text) << "touched";
        return out;
    };
    const std::string head = R"("run": {"id": 3, "executor": "", "configuration": "", "sandbox": ""})";
    EXPECT_EQ(rule("{\"format\": 1, " + head + "}"), "");
    EXPECT_EQ(rule("{\"format\": 2, \"other\": 1}"), "state.newer");
    EXPECT_EQ(rule("{"), "state.syntax");
    EXPECT_EQ(rule("{" + head + "}"), "state.syntax");
    EXPECT_EQ(rule("{\"format\": 1}"), "state.syntax");
    EXPECT_EQ(rule("{\"format\": 1, " + head + ", \"x\": 1}"), "state.syntax");
    EXPECT_EQ(rule("{\"format\": 1, " + head + ", \"steps\": {}}"), "state.syntax");
    EXPECT_EQ(rule("{\"format\": 1, " + head + ", \"steps\": [1]}"), "state.syntax");
    EXPECT_EQ(rule("{\"format\": 1, " + head + ", \"steps\": [{\"output\": \"a\"}]}"), "state.syntax");
    EXPECT_EQ(rule("{\"format\": 1, " + head +
                   ", \"steps\": [{\"output\": \"a\", \"state\": \"failed\", \"start_ms\": -1}]}"),
              "state.syntax");
    EXPECT_EQ(rule("{\"format\": 1, " + head + ", \"changes\": [{}]}"), "state.syntax");
}

TEST_F(Runs, FollowsNoLink) {
    dir.put("elsewhere/1.json", "precious");
    fs::create_directory(dir / "build/.aibuild");
    fs::create_symlink("../../elsewhere", dir / folder);
    EXPECT_EQ(rule_of([&] { keep_run(dir / "build", full_run()); }), "path.symlink");
    EXPECT_EQ(rule_of([&] { read_runs(dir / "build"); }), "path.symlink");
    EXPECT_EQ(slurp(dir / "elsewhere/1.json"), "precious");
}

}  // namespace
}  // namespace aibuild
