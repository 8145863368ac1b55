#include "tool/engine/status.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_log.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/project_files.h"
#include "tool/state/state.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// Works out for each step, as ninja would, whether it would run, and why.
class Freshness {
  public:
    Freshness(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings,
              const fs::path& build)
        : graph_(lowered.graph),
          settings_(settings),
          build_(build),
          log_(read_ninja_log(build)),
          deps_(build),
          commands_(lowered, toolchain, settings) {
        for (std::size_t n = 0; n < graph_.steps.size(); ++n) {
            makers_.emplace(graph_.steps[n].output, n);
            for (std::string_view output : graph_.at(graph_.steps[n].also)) makers_.emplace(output, n);
        }
        reasons_.resize(graph_.steps.size());
        seen_.resize(graph_.steps.size());
    }

    const NinjaLog& log() const { return log_; }

    // Why ninja would run the step; empty where it would not.
    const std::string& reason(std::size_t n) {
        if (seen_[n]) return reasons_[n];
        seen_[n] = true;
        const Step& step = graph_.steps[n];
        std::int64_t newest = 0;
        std::string newest_path;
        for (const Paths run : {step.inputs, step.implicit}) {
            for (std::string_view input : graph_.at(run)) {
                if (const auto maker = makers_.find(input);
                    maker != makers_.end() && !reason(maker->second).empty()) {
                    return reasons_[n] = fmt::format("{} is to be made first", real_path(input, settings_));
                }
                const std::string path = real_path(input, settings_);
                const std::int64_t time = mtime(path);
                if (time == 0) return reasons_[n] = path + " does not exist";
                if (time > newest) {
                    newest = time;
                    newest_path = path;
                }
            }
        }
        return reasons_[n] = own_reason(step, newest, newest_path);
    }

    const LogEntry* entry(const Step& step) const {
        const auto found = log_.entries.find(step.output.substr(1));
        return found == log_.entries.end() ? nullptr : &found->second;
    }

    std::int64_t mtime(const std::string& path) {
        const auto [slot, fresh] = times_.emplace(path, 0);
        if (fresh) {
            struct stat info {};
            if (stat((build_ / path).c_str(), &info) == 0)
                slot->second = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
        }
        return slot->second;
    }

  private:
    std::string own_reason(const Step& step, std::int64_t newest, std::string newest_path) {
        const std::string output(step.output.substr(1));
        const std::int64_t made = mtime(output);
        const LogEntry* entry = this->entry(step);
        if (made == 0) return entry != nullptr ? "its output was removed" : "not built yet";
        if (entry == nullptr) return "ninja has no record of making it";
        if (const auto hash = command_hash(commands_.of(step), log_.version); hash && *hash != entry->hash)
            return "its command changed";
        if (graph_.rule(step).depfile) {
            const NinjaDeps::Record* record = deps_.find(output);
            if (record == nullptr) return "what it read was not recorded";
            if (made > record->mtime) return "its output was changed by something else";
            for (std::uint32_t id : record->inputs) {
                const std::string path(deps_.path(id));
                const std::int64_t time = mtime(path);
                if (time == 0) return path + " does not exist any more";
                if (time > newest) {
                    newest = time;
                    newest_path = path;
                }
            }
        }
        if (made < newest || entry->mtime < newest) return newest_path + " is newer";
        return {};
    }

    const StepGraph& graph_;
    const NinjaSettings& settings_;
    const fs::path& build_;
    NinjaLog log_;
    NinjaDeps deps_;
    StepCommands commands_;
    std::unordered_map<std::string_view, std::size_t> makers_;
    std::unordered_map<std::string, std::int64_t> times_;
    std::vector<std::string> reasons_;
    std::vector<bool> seen_;
};

std::string id_of(const Step& step) {
    return fmt::format("{}:{}", step.kind == StepKind::test ? "test" : "step", step.output.substr(1));
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

TaskStatus step_status(const Step& step, std::size_t n, Freshness& fresh, const fs::path& build) {
    TaskStatus out;
    out.id = id_of(step);
    out.kind = step.kind == StepKind::test ? "test" : "step";
    const LogEntry* entry = fresh.entry(step);
    if (entry != nullptr) out.duration_ms = entry->end_ms - entry->start_ms;
    if (step.kind == StepKind::test) {
        if (const std::string failure = failure_of(build, step); !failure.empty()) {
            out.standing = Standing::failed;
            out.reason = failure;
            return out;
        }
    }
    const std::string& reason = fresh.reason(n);
    if (reason.empty()) {
        out.standing = Standing::succeeded;
        if (step.kind == StepKind::test)
            out.reason = count_text(read_file(build / std::string(step.output.substr(1))).value_or("0"));
    } else {
        out.standing = entry != nullptr ? Standing::stale : Standing::pending;
        out.reason = reason;
    }
    return out;
}

// What ninja did since we last looked becomes tasks of the state.
void sync(State& state, const Lowered& lowered, Freshness& fresh, const fs::path& build) {
    const NinjaLog& log = fresh.log();
    for (const Step& step : lowered.graph.steps) {
        const std::string id = id_of(step);
        const std::string failure = step.kind == StepKind::test ? failure_of(build, step) : std::string();
        const LogEntry* entry = fresh.entry(step);
        if (!failure.empty()) {
            state.tasks[id] = Task{TaskState::failed, "test", failure, 0, -1, 1, "ninja"};
        } else if (entry != nullptr) {
            const bool began =
                log.version >= 6;  // mtime is when the command began; before, when its output was written
            const std::int64_t duration = entry->end_ms - entry->start_ms;
            const std::int64_t started = entry->mtime / 1'000'000 - (began ? 0 : duration);
            state.tasks[id] = Task{TaskState::succeeded,
                                   step.kind == StepKind::test ? "test" : "step",
                                   "",
                                   started,
                                   duration,
                                   1,
                                   "ninja"};
        }
    }
    if (log.version == 0) return;
    const std::string_view text = log.text;
    state.log = {static_cast<std::int64_t>(text.size()), std::string(text.substr(0, text.find('\n'))),
                 sha256(text.substr(text.size() > 4096 ? text.size() - 4096 : 0))};
}

void files_status(const Root& root, const Lock& lock, ProjectStatus& out) {
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
    const Plan plan = read_plan(*text, plan_file);
    const KnownLanguages known = known_languages(root_path);
    Toolchain toolchain;
    const Lowered lowered = lower({plan, *text, plan_file}, known.languages, toolchain);

    ProjectStatus out;
    out.project = plan.name;
    out.build = fs::weakly_canonical(build_path.empty() ? root_path / "build" : build_path);
    const Lock lock = locked(root).value_or(Lock{});
    TaskStatus plan_task{"plan", "plan", Standing::succeeded, "", -1};
    if (lock.plan_sha256.empty()) {
        plan_task.standing = Standing::pending;
        plan_task.reason = "build files were never made from it";
    } else if (lock.plan_sha256 != sha256(*text)) {
        plan_task.standing = Standing::stale;
        plan_task.reason = "it was edited since the build files were made; ninja makes them again";
    }
    out.tasks.push_back(std::move(plan_task));
    files_status(root, lock, out);

    const auto settings = build_settings(out.build);
    if (!settings) {
        out.unknown.push_back(fmt::format(
            "steps and tests: {} is no build directory of this project; `aibuild-gen emit` makes one",
            out.build.string()));
        return out;
    }
    out.configuration = settings->configuration;
    NinjaSettings ninja;
    ninja.root = settings->root;
    ninja.configuration = settings->configuration;
    Freshness fresh(lowered, toolchain, ninja, out.build);
    if (fresh.log().version == 0)
        out.unknown.emplace_back("steps: ninja has not run in this build directory");
    if (fresh.log().version > 6)
        out.unknown.emplace_back(
            "changed commands: this ninja's log hashes them in a way that AIBuild can't check");
    for (std::size_t n = 0; n < lowered.graph.steps.size(); ++n) {
        const Step& step = lowered.graph.steps[n];
        if (step.kind != StepKind::count) out.tasks.push_back(step_status(step, n, fresh, out.build));
    }
    State state = read_state(out.build);
    const State before = state;
    sync(state, lowered, fresh, out.build);
    if (!(state == before)) write_state(out.build, state);
    return out;
}

}  // namespace aibuild
