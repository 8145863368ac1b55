#include "tool/engine/status.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/freshness.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/project_files.h"
#include "tool/engine/recorded.h"
#include "tool/engine/withdraw.h"
#include "tool/state/state.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

std::string id_of(const Step& step) {
    std::string out = step.kind == StepKind::test ? "test:" : "step:";
    return out += step.output.substr(1);
}

std::string count_text(const std::string& stamp) {
    const std::string number = stamp.substr(0, stamp.find('\n'));
    return number == "1" ? "1 test passed" : number + " tests passed";
}

// A test that ran and did not pass leaves its verdict beside where its stamp would be.
std::string failure_of(const fs::path& build, const Step& step) {
    const auto text = read_file(build / (std::string(step.output.substr(1)) + ".failed"));
    return text ? text->substr(0, text->find('\n')) : std::string();
}

TaskStatus step_status(const Step& step, std::size_t n, const Freshness& fresh, const fs::path& build) {
    TaskStatus out;
    out.id = id_of(step);
    out.kind = step.kind == StepKind::test ? "test" : "step";
    const LogEntry* entry = fresh.entry(n);
    if (entry != nullptr) out.duration_ms = entry->end_ms - entry->start_ms;
    if (step.kind == StepKind::test) {
        if (std::string failure = failure_of(build, step); !failure.empty()) {
            out.standing = Standing::failed;
            out.reason = std::move(failure);
            return out;
        }
    }
    if (const std::string& reason = fresh.reason(n); !reason.empty()) {
        out.standing = fresh.doubt(n) == Doubt::unmade ? Standing::failed
                       : entry != nullptr              ? Standing::stale
                                                       : Standing::pending;
        out.reason = reason;
        return out;
    }
    out.standing = Standing::succeeded;
    if (step.kind == StepKind::test)
        out.reason = count_text(read_file(build / std::string(step.output.substr(1))).value_or("0"));
    return out;
}

// Which log the state is to be of, and what failed, of which no log tells.
LogMark mark_of(const NinjaLog& log, const std::vector<TaskStatus>& tasks) {
    std::string failures;
    for (const TaskStatus& task : tasks) {
        if (task.standing == Standing::failed) failures += fmt::format("{}\n{}\n", task.id, task.reason);
    }
    if (log.version == 0 && failures.empty()) return {};
    const std::string_view text = log.text;
    return {static_cast<std::int64_t>(text.size()), std::string(text.substr(0, text.find('\n'))),
            sha256(text.substr(text.size() > 4096 ? text.size() - 4096 : 0)),
            failures.empty() ? "" : sha256(failures)};
}

// What ninja did since we last looked becomes tasks of the state.
void sync(const ProjectStatus& status, std::size_t first_step, const Recorded& recorded) {
    // From version 6 on the time is that of the command's beginning; before, that of its output.
    const bool began = recorded.log().version >= 6;
    std::vector<LoggedTask> succeeded;
    succeeded.reserve(status.tasks.size());
    std::map<std::string, Task> failed;
    for (std::size_t n = first_step; n < status.tasks.size(); ++n) {
        const TaskStatus& task = status.tasks[n];
        if (task.standing == Standing::failed) {
            failed[task.id] = Task{TaskState::failed, task.kind, task.reason, 0, -1, 1, "ninja"};
        } else if (task.duration_ms != -1) {
            const LogEntry& entry = *recorded.entry(std::string_view(task.id).substr(5));
            const std::int64_t started = entry.mtime / 1'000'000 - (began ? 0 : task.duration_ms);
            succeeded.push_back({task.id, task.kind, started, task.duration_ms});
        }
    }
    sync_state(status.build, mark_of(recorded.log(), status.tasks), succeeded, failed);
}

void plan_and_files_status(const Root& root, std::string_view plan, ProjectStatus& out) {
    const Lock lock = locked(root).value_or(Lock{});
    TaskStatus plan_task{"plan", "plan", Standing::succeeded, "", -1};
    if (lock.plan_sha256.empty()) {
        plan_task.standing = Standing::pending;
        plan_task.reason = "build files were never made from it";
    } else if (lock.plan_sha256 != sha256(plan)) {
        plan_task.standing = Standing::stale;
        plan_task.reason = "it was edited since the build files were made; ninja makes them again";
    }
    out.tasks.push_back(std::move(plan_task));
    for (const auto& [path, entry] : lock.files) {
        TaskStatus task{"file:" + path, "file", Standing::succeeded, "", -1};
        if (const auto text = root.read(path); !text) {
            task.standing = Standing::missing;
            task.reason = "it was generated, and is not there";
        } else if (sha256(*text) != entry.base) {
            task.standing = Standing::edited;
            task.reason = "changed since it was generated";
        }
        out.tasks.push_back(std::move(task));
    }
}

}  // namespace

std::string_view name_of(Standing standing) {
    static constexpr std::array<std::string_view, 8> names = {"succeeded", "edited", "stale",   "pending",
                                                              "missing",   "failed", "running", "cancelled"};
    return names[static_cast<std::size_t>(standing)];
}

ProjectStatus status(const fs::path& root_path, const fs::path& build_path) {
    const Root root(root_path);
    const auto text = root.read(plan_file);
    if (!text) {
        throw Error(Exit::usage, "plan.missing", (root_path / plan_file).string(), "There is no plan here.",
                    "Stand in a project's directory or name it with -C; `aibuild-gen new` makes one.");
    }
    ProjectStatus out;
    out.build = fs::weakly_canonical(build_path.empty() ? root_path / "build" : build_path);
    const auto settings = build_settings(out.build);
    // Begins to read while we turn to the plan.
    std::optional<Recorded> recorded;
    if (settings) recorded.emplace(out.build);

    const Plan plan = read_plan(*text, plan_file);
    const KnownLanguages known = known_languages(root_path);
    Toolchain toolchain;
    const Lowered lowered = lower({plan, *text, plan_file}, known.languages, toolchain);
    const std::vector<Step>& steps = lowered.graph.steps;
    out.project = plan.name;
    out.tasks.reserve(steps.size() + 1);
    plan_and_files_status(root, *text, out);
    if (!settings) {
        out.unknown.push_back(fmt::format(
            "steps and tests: {} is no build directory of this project; `aibuild-gen emit` makes one",
            out.build.string()));
        return out;
    }

    out.configuration = settings->configuration;
    const NinjaSettings ninja = ninja_settings(*settings);
    recorded->wait();
    const Freshness fresh(lowered, toolchain, ninja, *recorded);
    const int version = recorded->log().version;
    if (version == 0) out.unknown.emplace_back("steps: ninja has not run in this build directory");
    if (version > 6)
        out.unknown.emplace_back(
            "changed commands: this ninja's log hashes them in a way that AIBuild can't check");
    const std::size_t first_step = out.tasks.size();
    std::vector<std::string> doubtful;
    for (std::size_t n = 0; n < steps.size(); ++n) {
        if (steps[n].kind == StepKind::count) continue;
        out.tasks.push_back(step_status(steps[n], n, fresh, out.build));
        if (fresh.doubt(n) == Doubt::unrecorded || fresh.doubt(n) == Doubt::edited)
            doubtful.emplace_back(steps[n].output.substr(1));
    }
    sync(out, first_step, *recorded);
    Withdrawn withdrawn = withdraw(out.build, doubtful);
    out.removed = std::move(withdrawn.removed);
    if (!withdrawn.why_not.empty())
        out.unknown.push_back(
            fmt::format("whether ninja makes again what it wrongly takes for done: {}", withdrawn.why_not));
    return out;
}

}  // namespace aibuild
