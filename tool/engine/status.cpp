#include "tool/engine/status.h"

#include <fmt/format.h>
#include <sys/stat.h>

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
#include "tool/engine/derived_file.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/freshness.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/open_project.h"
#include "tool/engine/project_files.h"
#include "tool/engine/recorded.h"
#include "tool/engine/withdraw.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

std::string id_of(const Step& step) {
    std::string out = step.kind == StepKind::test ? "test:" : "step:";
    return out += step.output.substr(1);
}

std::string first_line(const fs::path& path) {
    const std::string text = read_file(path).value_or("");
    return text.substr(0, text.find('\n'));
}

std::string count_text(const std::string& number) {
    return number == "1" ? "1 test passed" : (number.empty() ? "0" : number) + " tests passed";
}

// When a file was last written, since the epoch; 0 where there is none.
std::int64_t written_ms(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return 0;
    return static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1'000'000;
}

// A test that ran and did not pass leaves its verdict beside where its stamp would be.
fs::path verdict_of(const fs::path& build, const Step& step) {
    return build / (std::string(step.output.substr(1)) + ".failed");
}

// When a step began that the log tells of, since the epoch; 0 where it does not tell. From version 6 on the
// time is that of the command's beginning; before, that of its output, at its end.
std::int64_t began(const LogEntry& entry, int version) {
    const std::int64_t took = version >= 6 ? 0 : entry.end_ms - entry.start_ms;
    return entry.mtime == 0 ? 0 : entry.mtime / 1'000'000 - took;
}

// How long it took; -1 where the log does not tell: some executors write no times.
std::int64_t took(const LogEntry& entry) {
    return entry.start_ms == 0 && entry.end_ms == 0 ? -1 : entry.end_ms - entry.start_ms;
}

// What only the state tells of a task.
void add(TaskStatus& out, const Task& known) {
    out.attempts = known.attempts;
    out.provider = known.provider;
    out.model = known.model;
    out.input_tokens = known.input_tokens;
    out.output_tokens = known.output_tokens;
    out.cost = known.cost;
    if (known.duration_ms != -1) out.duration_ms = known.duration_ms;
}

// The same of one whose last run did not succeed, or goes on.
void overrule(TaskStatus& out, const Task& known) {
    add(out, known);
    out.standing = known.state == TaskState::running  ? Standing::running
                   : known.state == TaskState::failed ? Standing::failed
                                                      : Standing::cancelled;
    out.output = known.output;
    if (!known.reason.empty()) out.reason = known.reason;
}

// A step as it stands, and whether it is the state that tells so.
struct SeenStep {
    TaskStatus task;
    bool of_state = false;
};

SeenStep step_status(const Step& step, std::size_t n, const Freshness& fresh, int version,
                     const fs::path& build, const State& state) {
    SeenStep seen;
    TaskStatus& out = seen.task;
    out.id = id_of(step);
    out.kind = step.kind == StepKind::test ? "test" : "step";
    const LogEntry* entry = fresh.entry(n);
    if (entry != nullptr) out.duration_ms = took(*entry);
    std::int64_t last_ms = entry != nullptr ? began(*entry, version) : 0;
    std::string verdict;
    if (step.kind == StepKind::test) {
        verdict = first_line(verdict_of(build, step));
        if (!verdict.empty()) last_ms = std::max(last_ms, written_ms(verdict_of(build, step)));
    }
    if (!verdict.empty()) {
        out.standing = Standing::failed;
        out.reason = std::move(verdict);
    } else if (const std::string& reason = fresh.reason(n); !reason.empty()) {
        out.standing = fresh.doubt(n) == Doubt::unmade ? Standing::failed
                       : entry != nullptr              ? Standing::stale
                                                       : Standing::pending;
        out.reason = reason;
    } else {
        out.standing = Standing::succeeded;
        if (step.kind == StepKind::test) out.reason = count_text(first_line(build / step.output.substr(1)));
    }
    const auto known = state.tasks.find(out.id);
    if (known == state.tasks.end() || known->second.state == TaskState::succeeded) return seen;
    seen.of_state = outlasts(known->second, last_ms, out.standing == Standing::succeeded);
    if (!seen.of_state) return seen;
    std::string why = out.standing == Standing::failed ? std::move(out.reason) : "";
    overrule(out, known->second);
    if (!why.empty() && out.standing == Standing::failed)
        out.reason = std::move(why);  // more than why it ran
    return seen;
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
            succeeded.push_back({task.id, task.kind, began(*entry, version), took(*entry),
                                 task.standing == Standing::succeeded});
        }
    }
    try {
        const Root root(status.build);
        const Hold hold(root, "aibuild-gen status");
        sync_state(status.build, mark, succeeded, failed);
    } catch (const Error& error) {
        if (error.rule() != "hold.busy") throw;
        return error.why();
    }
    return "";
}

// Why there is no log.
std::string no_log(const fs::path& build) {
    std::error_code ignored;
    for (const auto& [file, executor] : {std::pair{".n2_db", "n2"}, std::pair{".siso_fs_state", "siso"}}) {
        if (fs::exists(build / file, ignored))
            return fmt::format(
                "steps: {} ran in this build directory, and it keeps no log that AIBuild reads", executor);
    }
    return "steps: ninja has not run in this build directory";
}

// What is known of a file or the plan: the lock tells what holds, the state how it came about, and what was
// tried since.
void take_known(TaskStatus& out, const State& state) {
    const auto known = state.tasks.find(out.id);
    if (known == state.tasks.end()) return;
    if (known->second.state == TaskState::succeeded)
        add(out, known->second);
    else
        overrule(out, known->second);
}

// Why files that a model wrote would be made again today, by path.
std::map<std::string, std::string> stale_files(const Root& root, const Lock& lock, ProjectStatus& out) {
    std::map<std::string, std::string> stale;
    if (std::none_of(lock.files.begin(), lock.files.end(),
                     [](const auto& file) { return file.second.origin == "model"; }))
        return stale;
    try {
        const OpenProject project(root.path());
        const FileStanding standing(project);
        std::vector<std::string> unsure;
        for (std::size_t n = 0; n < standing.files().size(); ++n) {
            const PlannedFileState& file = standing.files()[n];
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

void plan_and_files_status(const Root& root, std::string_view plan, const State& state, ProjectStatus& out) {
    const Lock lock = locked(root).value_or(Lock{});
    const std::map<std::string, std::string> stale = stale_files(root, lock, out);
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
        if (!id.starts_with("file:") || task.state == TaskState::succeeded ||
            lock.files.contains(id.substr(5)))
            continue;
        out.tasks.push_back({id, "file", Standing::pending, ""});
        overrule(out.tasks.back(), task);
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
    const State state = read_state_briefly(out.build);
    plan_and_files_status(root, *text, state, out);
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
    const Freshness fresh(lowered, toolchain, ninja, *recorded);
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

}  // namespace aibuild
