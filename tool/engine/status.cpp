#include "tool/engine/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/build_place.h"
#include "tool/engine/built_status.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/freshness.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/open_project.h"
#include "tool/engine/project_files.h"
#include "tool/engine/recorded.h"
#include "tool/engine/step_status.h"
#include "tool/engine/withdraw.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

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

// What ninja did since we last looked becomes tasks of the state. Gives why that can't be now.
std::string sync(const ProjectStatus& status, std::size_t first_step, const std::vector<char>& of_state,
                 const Recorded& recorded) {
    const LogMark mark = mark_of(recorded.log(), status.tasks);
    if (mark == read_log_mark(status.build)) return "";
    const int version = recorded.log().version;
    std::vector<LoggedTask> succeeded;
    succeeded.reserve(status.tasks.size());
    std::map<std::string, Task> failed;
    for (std::size_t n = first_step; n < status.tasks.size(); ++n) {
        const TaskStatus& task = status.tasks[n];
        if (of_state[n - first_step] != 0) continue;
        if (task.standing == Standing::failed) {
            failed[task.id] = Task{TaskState::failed, task.kind, task.reason, 0, -1, 1, "ninja"};
        } else if (const LogEntry* entry = recorded.entry(std::string_view(task.id).substr(5))) {
            succeeded.push_back({task.id, task.kind, began_ms(*entry, version), took_ms(*entry),
                                 task.standing == Standing::succeeded});
        }
    }
    try {
        const Root root(status.build);
        const Hold hold(root, "aibuild-gen status", {}, HoldFile::stays);
        sync_state(status.build, mark, succeeded, failed);
    } catch (const Error& error) {
        if (error.rule() != "hold.busy") throw;
        return error.why();
    }
    return "";
}

// Whether a change of the plan runs, or came to nothing, and no later one came to more.
bool changing(const State& state) {
    const auto plan = state.tasks.find("plan");
    return plan != state.tasks.end() && plan->second.state != TaskState::succeeded;
}

// What is known of a file or the plan: the lock tells what holds, the state how it came about, and what was
// tried since. A try of `generate` that came to nothing is over once the file holds all the same; what a
// change wanted of a file that holds stands as long as that change does.
void take_known(TaskStatus& out, const State& state) {
    const auto known = state.tasks.find(out.id);
    if (known == state.tasks.end()) return;
    const TaskState how = known->second.state;
    const bool holds = out.standing == Standing::succeeded || out.standing == Standing::edited;
    if (how == TaskState::succeeded)
        add_known(out, known->second);
    else if (how == TaskState::running || !holds || changing(state))
        overrule(out, known->second);
}

bool plans(const Plan* plan, std::string_view path) {
    return plan != nullptr && std::any_of(plan->files.begin(), plan->files.end(),
                                          [&](const PlannedFile& file) { return file.path == path; });
}

// Why files that a model wrote would be made again today, by path.
std::map<std::string, std::string> stale_files(const Root& root, const fs::path& build, const Lock& lock,
                                               ProjectStatus& out) {
    std::map<std::string, std::string> stale;
    const bool declared = declares(build, root.path());
    if (!declared && std::none_of(lock.files.begin(), lock.files.end(),
                                  [](const auto& file) { return file.second.origin == "model"; }))
        return stale;
    try {
        const OpenProject project(root.path(), declared ? build : fs::path());
        const FileStanding standing(project);
        if (declared) out.project = project.plan.name;
        std::vector<std::string> unsure;
        for (std::size_t n = 0; n < standing.files().size(); ++n) {
            const PlannedFileState& file = standing.files()[n];
            if (declared && file.locked == nullptr && !file.only_shown) {
                const bool there = file.current.has_value();
                out.tasks.push_back({"file:" + file.path, "file",
                                     there ? Standing::edited : Standing::missing,
                                     there ? "declared to be generated, and never was: it is its owner's"
                                           : "declared, and not generated yet"});
            }
            if (file.locked == nullptr || file.theirs()) continue;
            if (!standing.can_tell(n, standing.texts())) {
                unsure.push_back(file.path);
            } else if (const auto changed = standing.changed(n, standing.texts()); !changed.empty()) {
                stale.emplace(file.path, reason_of(changed.front()));
            }
        }
        if (!unsure.empty())
            out.unknown.push_back(
                fmt::format("whether {} still holds: a text that it was written from is missing",
                            fmt::join(unsure, ", ")));
    } catch (const Error& error) {
        out.unknown.push_back(fmt::format("whether the files still hold: {}", error.why()));
    }
    return stale;
}

void judge_text(const Root& root, const std::string& path, const LockedFile& entry, TaskStatus& task) {
    try {
        if (const auto text = root.read(path); !text) {
            task.standing = Standing::missing;
            task.reason = "it was generated, and is not there";
        } else if (sha256(*text) != entry.base) {
            task.standing = Standing::edited;
            task.reason =
                entry.origin == "person" ? "its owner's, and left alone" : "changed since it was generated";
        }
    } catch (const Error& error) {
        // A symbolic link, a directory or what can't be read stands in its place.
        task.standing = Standing::edited;
        task.reason = error.why();
    }
}

void plan_status(const Root& root, std::string_view plan, const State& state, ProjectStatus& out) {
    const Lock lock = locked(root).value_or(Lock{});
    if (state.tasks.contains("brief")) {
        out.tasks.push_back({"brief", "plan", Standing::succeeded, ""});
        take_known(out.tasks.back(), state);
    }
    TaskStatus plan_task{"plan", "plan", Standing::succeeded, ""};
    if (lock.plan_sha256.empty()) {
        plan_task.standing = Standing::pending;
        plan_task.reason = "build files were never made from it";
    } else if (lock.plan_sha256 != sha256(plan)) {
        plan_task.standing = Standing::stale;
        plan_task.reason = "it was edited since the build files were made; ninja makes them again";
    }
    take_known(plan_task, state);
    out.tasks.push_back(std::move(plan_task));
}

// Where there is a plan, or `build` has declarations, these say what files would be made from today.
void files_status(const Root& root, const fs::path& build, const Plan* plan, const State& state,
                  ProjectStatus& out) {
    const Lock lock = locked(root).value_or(Lock{});
    const std::map<std::string, std::string> stale = plan != nullptr || declares(build, root.path())
                                                         ? stale_files(root, build, lock, out)
                                                         : std::map<std::string, std::string>();
    for (const auto& [path, entry] : lock.files) {
        TaskStatus task{"file:" + path, "file", Standing::succeeded, ""};
        judge_text(root, path, entry, task);
        if (const auto why = stale.find(path); why != stale.end() && task.standing != Standing::missing) {
            const bool edited = task.standing == Standing::edited;
            task.standing = Standing::stale;
            task.reason = why->second + (edited ? "; your edits would be merged" : "");
        }
        task.provider = entry.provider;
        task.model = entry.model;
        task.input_tokens = entry.input_tokens;
        task.output_tokens = entry.output_tokens;
        take_known(task, state);
        out.tasks.push_back(std::move(task));
    }
    for (const auto& [id, task] : state.tasks) {
        if (!id.starts_with("file:") || task.state == TaskState::succeeded) continue;
        const std::string path = id.substr(5);
        if (lock.files.contains(path)) continue;
        auto told = std::find_if(out.tasks.begin(), out.tasks.end(),
                                 [id = &id](const TaskStatus& each) { return each.id == *id; });
        if (told == out.tasks.end()) {
            // What a change wanted that was given up nobody wants any more.
            if (task.state != TaskState::running && !changing(state) && !plans(plan, path)) continue;
            told = out.tasks.insert(told, {id, "file", Standing::pending, ""});
        }
        overrule(*told, task);
    }
}

// What answers cost that are not free, where it can't be told.
void unknown_costs(ProjectStatus& out) {
    std::size_t answers = 0, unknown = 0;
    for (const TaskStatus& task : out.tasks) {
        if (task.provider.empty() || task.provider == "builtin") continue;
        ++answers;
        if (!task.cost) ++unknown;
    }
    if (unknown == 0) return;
    out.unknown.push_back(fmt::format(
        "what {} of {} answers cost: their prices (price_input, price_output) or tokens were not known here",
        unknown, answers));
}

}  // namespace

std::string_view name_of(Standing standing) {
    static constexpr std::array<std::string_view, 8> names = {"succeeded", "edited", "stale",   "pending",
                                                              "missing",   "failed", "running", "cancelled"};
    return names[static_cast<std::size_t>(standing)];
}

namespace {

ProjectStatus planned_status(const BuildPlace& place) {
    const Root root(place.root);
    const std::string text = root.read(plan_file).value_or("");
    ProjectStatus out;
    out.build = place.build;
    const auto settings = build_settings(out.build);
    // Begins to read while we turn to the plan.
    std::optional<Recorded> recorded;
    if (settings) recorded.emplace(out.build);

    const Plan plan = read_plan(text, plan_file);
    const KnownLanguages known = known_languages(place.root);
    Toolchain toolchain;
    const Lowered lowered = lower({plan, text, plan_file}, known.languages, toolchain);
    const std::vector<Step>& steps = lowered.graph.steps;
    out.project = plan.name;
    out.tasks.reserve(steps.size() + 1);
    const State state = read_state_briefly(out.build);
    plan_status(root, text, state, out);
    files_status(root, out.build, &plan, state, out);
    unknown_costs(out);
    if (!settings) {
        out.unknown.push_back(fmt::format(
            "steps and tests: {} is no build directory of this project; `aibuild-gen emit` makes one",
            out.build.string()));
        return out;
    }

    out.configuration = settings->configuration;
    const NinjaSettings ninja = ninja_settings(*settings);
    recorded->wait();
    WrittenCommands written(lowered, toolchain, ninja, *recorded);
    const Freshness fresh(lowered, written, ninja, *recorded);
    if (std::string remark = written.remark(); !remark.empty()) out.unknown.push_back(std::move(remark));
    const int version = recorded->log().version;
    if (version == 0) out.unknown.push_back(no_log(out.build));
    if (version > 6)
        out.unknown.emplace_back(
            "changed commands: this ninja's log hashes them in a way that AIBuild can't check");
    const std::size_t first_step = out.tasks.size();
    std::vector<std::string> doubtful;
    std::vector<char> of_state;  // by task from first_step on
    bool may_have_failed = false;
    for (std::size_t n = 0; n < steps.size(); ++n) {
        if (steps[n].kind == StepKind::count) continue;
        SeenStep seen = step_status(steps[n], n, fresh, version, out.build, state);
        may_have_failed |= !seen.of_state &&
                           (seen.task.standing == Standing::stale || seen.task.standing == Standing::pending);
        out.tasks.push_back(std::move(seen.task));
        of_state.push_back(seen.of_state ? 1 : 0);
        if (fresh.doubt(n) == Doubt::unrecorded || fresh.doubt(n) == Doubt::edited)
            doubtful.emplace_back(steps[n].output.substr(1));
    }
    if (may_have_failed && version != 0)
        out.unknown.emplace_back(
            "whether what is stale or pending failed under a plain ninja: its log has successes alone, and "
            "`aibuild-gen build` records the others");
    if (const std::string busy = sync(out, first_step, of_state, *recorded); !busy.empty())
        out.unknown.push_back(fmt::format("what runs now, until it has ended: {}", busy));
    Withdrawn withdrawn = withdraw(out.build, doubtful);
    out.removed = std::move(withdrawn.removed);
    if (!withdrawn.why_not.empty())
        out.unknown.push_back(
            fmt::format("whether ninja makes again what it wrongly takes for done: {}", withdrawn.why_not));
    return out;
}

}  // namespace

ProjectStatus status(const fs::path& root_path, const fs::path& build_path) {
    const BuildPlace place = build_place(root_path, build_path);
    if (place.emitted) return planned_status(place);
    ProjectStatus out;
    out.build = place.build;
    const Root root(place.root);
    const State state = read_state_briefly(out.build);
    std::optional<Plan> plan;
    if (const auto text = root.read(plan_file)) {
        plan = read_plan(*text, plan_file);
        out.project = plan->name;
        plan_status(root, *text, state, out);
    }
    files_status(root, place.build, plan ? &*plan : nullptr, state, out);
    unknown_costs(out);
    add_built_status(place, known_languages(place.root).languages, out);
    return out;
}

}  // namespace aibuild
