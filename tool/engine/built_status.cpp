#include "tool/engine/built_status.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "ninja-gen/ninja_reader.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/build_sandbox.h"
#include "tool/engine/built_graph.h"
#include "tool/engine/ctest_results.h"
#include "tool/engine/step_status.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// By output, the reason for which a step would run; empty where it holds.
using Reasons = std::unordered_map<std::string, std::string>;

Reasons add_steps(const BuildPlace& place, const Languages& languages, ProjectStatus& out) {
    const NinjaManifest manifest = read_ninja(place.build);
    Recorded recorded(place.build, Threads::two, manifest.builddir);
    recorded.wait();
    const int version = recorded.log().version;
    const BuiltGraph built = built_graph(
        manifest, languages, [&](std::string_view output) { return recorded.entry(output) != nullptr; });
    const Freshness fresh(built.graph, built.hashes, recorded);
    const State state = state_of(read_runs(place.build));
    if (version == 0) out.unknown.push_back(no_log(place.build));
    if (version > 6)
        out.unknown.emplace_back(
            "changed commands: this ninja's log hashes them in a way that AIBuild can't check");
    Reasons reasons;
    bool may_have_failed = false;
    for (std::size_t n = 0; n < built.steps.size(); ++n) {
        const Step& step = built.graph.steps[n];
        SeenStep seen = step_status(step, n, fresh, version, place.build, state);
        TaskStatus& task = seen.task;
        if (built.steps[n].utility && !seen.of_state) {
            task.standing = fresh.entry(n) == nullptr ? Standing::pending : Standing::succeeded;
            task.reason = "it makes no file, and runs whenever it is asked for";
        }
        // That one is in no log before it ran for the first time.
        if (built.graph.rule(step).generator && task.standing == Standing::pending)
            task.standing = Standing::stale;
        reasons.emplace(step.output.substr(1), task.standing == Standing::succeeded
                                                   ? ""
                                                   : task.id + " is " + std::string(name_of(task.standing)));
        may_have_failed |=
            !seen.of_state && (task.standing == Standing::stale || task.standing == Standing::pending);
        out.tasks.push_back(std::move(task));
    }
    if (may_have_failed && version != 0)
        out.unknown.emplace_back(
            "whether what is stale or pending failed under a plain ninja: its log has successes alone, and "
            "`aibuild-gen build` records the others");
    return reasons;
}

void add_tests(const BuildPlace& place, const Reasons& reasons, ProjectStatus& out) {
    const CTestResults results = ctest_results(place.build);
    for (const CTestResult& each : results.tests) {
        TaskStatus task{"test:" + each.test.name, "test", Standing::pending, ""};
        const fs::path program = each.test.command.empty() ? "" : each.test.command[0];
        const auto reason = reasons.find(program.lexically_relative(place.build).string());
        if (each.took_ms) task.duration_ms = *each.took_ms;
        if (!each.passed) {
            task.reason =
                results.ended == 0 ? "ctest has not run here" : "the last run of ctest had not this one";
        } else if (reason != reasons.end() && !reason->second.empty()) {
            task.standing = Standing::stale;
            task.reason = reason->second;
        } else if (each.outdated) {
            task.standing = Standing::stale;
            task.reason = "its program was made after the last run of ctest";
        } else {
            task.standing = *each.passed ? Standing::succeeded : Standing::failed;
            task.reason = "in the last run of ctest";
        }
        out.tasks.push_back(std::move(task));
    }
}

}  // namespace

State state_of(const std::vector<BuildRun>& runs) {
    State out;
    for (const BuildRun& run : runs) {
        for (const RunStep& step : run.steps) {
            Task task{step.state, "step", step.reason, run.started_ms + step.start_ms,
                      step.end_ms - step.start_ms};
            task.by = "aibuild-gen";
            task.output = step.output_text;
            if (step.state == TaskState::failed && task.reason.empty())
                task.reason = fmt::format("exit code {}", step.exit_code);
            out.tasks.insert_or_assign("step:" + step.output, std::move(task));
        }
    }
    return out;
}

void add_built_status(const BuildPlace& place, const Languages& languages, ProjectStatus& out) {
    if (out.project.empty()) out.project = cmake_cached(place.build, "CMAKE_PROJECT_NAME");
    if (out.project.empty()) out.project = resolved(place.root).filename().string();
    out.configuration = cmake_cached(place.build, "CMAKE_BUILD_TYPE");
    Reasons reasons;
    if (place.ninja) {
        reasons = add_steps(place, languages, out);
    } else {
        const std::string generator = cmake_cached(place.build, "CMAKE_GENERATOR");
        out.unknown.push_back(
            generator.empty() || generator.starts_with("Ninja")
                ? std::string(
                      "steps: there is no build.ninja here, as after a configure run that ended in an error")
                : fmt::format("steps: CMake's generator {} keeps no records; Ninja does", generator));
    }
    add_tests(place, reasons, out);
}

}  // namespace aibuild
