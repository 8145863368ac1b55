#include "tool/engine/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/names.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/freshness.h"
#include "tool/engine/recorded.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// The path at the beginning of a reason: "../src/a.c is newer".
std::string subject_of(const std::string& reason) {
    for (const std::string_view end : {" is newer", " is to be made first"}) {
        if (reason.ends_with(end)) return reason.substr(0, reason.size() - end.size());
    }
    return {};
}

class Explain {
  public:
    Explain(const fs::path& root, const fs::path& build)
        : project_(root),
          build_(fs::weakly_canonical(build.empty() ? root / "build" : build)),
          standing_(project_),
          settings_(build_settings(build_)) {
        if (settings_) recorded_.emplace(build_);
        lowered_ =
            lower({project_.plan, project_.plan_text, plan_file}, project_.known.languages, toolchain_);
        if (!settings_) return;
        recorded_->wait();
        fresh_.emplace(lowered_, toolchain_, ninja_settings(*settings_), *recorded_);
        runs_ = read_runs(build_);
    }

    Explained run(std::string what) const {
        std::string kind;
        for (const std::string_view each : {"file", "target", "step", "test"}) {
            if (!what.starts_with(std::string(each) + ':')) continue;
            kind = each;
            what.erase(0, each.size() + 1);
        }
        const bool step = kind == "step" || kind == "test";
        const std::string path = from_root(fs::path(what));
        if (!step && kind != "target" && is_file(path)) return file(path);
        if (!step && kind != "file") {
            for (const Target& each : project_.plan.targets) {
                if (each.name == what) return target(each);
            }
        }
        if (kind.empty() || step) {
            for (std::size_t n = 0; n < lowered_.graph.steps.size(); ++n) {
                const std::string output = output_of(n);
                if (output == what || from_root(build_ / output) == path) return explained_step(n);
            }
        }
        unknown(what);
    }

  private:
    std::string from_root(const fs::path& path) const {
        const fs::path root = fs::weakly_canonical(project_.root.path());
        const fs::path whole = path.is_absolute() ? path : root / path;
        return whole.lexically_normal().lexically_relative(root).string();
    }

    std::string output_of(std::size_t n) const {
        return std::string(lowered_.graph.steps[n].output.substr(1));
    }

    bool is_file(const std::string& path) const {
        return project_.lock.files.contains(path) ||
               std::any_of(standing_.files().begin(), standing_.files().end(),
                           [&](const PlannedFileState& each) { return each.path == path; });
    }

    Explained file(const std::string& path) const {
        Explained out;
        out.id = "file:" + path;
        const auto entry = project_.lock.files.find(path);
        const std::optional<std::string> current = project_.root.read(path);
        if (current) out.present = sha256(*current);
        if (entry == project_.lock.files.end()) {
            out.state = current ? "yours" : "missing";
            out.why.emplace_back(current ? "AIBuild did not make it, and leaves it alone"
                                         : "it was never made; `aibuild-gen generate` asks for it");
            return out;
        }
        const LockedFile& locked = entry->second;
        out.base = locked.base;
        out.made = made(locked);
        out.generated = locked.generated;
        const bool edited = current && out.present != locked.base;
        out.state = !current                    ? "missing"
                    : locked.origin == "person" ? "yours"
                    : edited                    ? "edited"
                    : !out.generated.empty()    ? "accepted"
                                                : "up to date";
        if (locked.origin == "person")
            out.why.emplace_back("a person has taken it over; AIBuild leaves it alone");
        const auto& files = standing_.files();
        const auto planned = std::find_if(files.begin(), files.end(),
                                          [&](const PlannedFileState& each) { return each.path == path; });
        if (planned == files.end()) {
            if (locked.origin == "emitter") return out;
            out.why.emplace_back("the plan does not list it any more");
            return out;
        }
        const auto n = static_cast<std::size_t>(planned - files.begin());
        if (!standing_.can_tell(n, standing_.texts())) {
            out.unknown.emplace_back("whether it is stale: a file that it is shown is missing");
            return out;
        }
        out.parts = standing_.changed(n, standing_.texts());
        for (const ChangedPart& each : out.parts) out.why.push_back(reason_of(each));
        if (!out.parts.empty() && current) out.state = edited ? "stale and edited" : "stale";
        return out;
    }

    MadeBecause made(const LockedFile& file) const {
        MadeBecause out{file.because, file.change, file.request, file.provider, file.model};
        if (file.change > 0)
            out.why = project_.lock.changes[static_cast<std::size_t>(file.change) - 1].description;
        if (out.why.empty())
            out.why = file.origin == "emitter" ? "it is made from the plan" : "the plan wants it";
        return out;
    }

    // Which change wrote this text of a file. Empty where none did.
    std::string change_behind(const std::string& path, const std::string& hash) const {
        const auto entry = project_.lock.files.find(path);
        if (entry == project_.lock.files.end() || entry->second.change == 0) return {};
        if ((entry->second.generated.empty() ? entry->second.base : entry->second.generated) != hash)
            return {};
        return fmt::format("change {} wrote {}: {}", entry->second.change, path, made(entry->second).why);
    }

    Explained target(const Target& target) const {
        Explained out;
        out.id = "target:" + target.name;
        for (const auto* list : {&target.headers, &target.sources, &target.data}) {
            for (const std::string& path : *list) {
                if (is_file(path)) out.of.push_back(file(path));
            }
        }
        const auto index = static_cast<std::size_t>(&target - project_.plan.targets.data());
        for (std::size_t n = 0; n < lowered_.graph.steps.size(); ++n) {
            const Step& step = lowered_.graph.steps[n];
            if (step.kind != StepKind::custom && step.kind != StepKind::count &&
                static_cast<std::size_t>(step.target) == index)
                out.of.push_back(explained_step(n));
        }
        out.state = "up to date";
        for (const Explained& each : out.of) {
            if (each.state == "up to date" || each.state == "edited" || each.state == "accepted" ||
                each.state == "yours")
                continue;
            out.state = "stale";
            out.why.push_back(fmt::format("{} is {}", each.id, each.state));
        }
        return out;
    }

    Explained explained_step(std::size_t n) const {
        Explained out;
        const std::string output = output_of(n);
        out.id = (lowered_.graph.steps[n].kind == StepKind::test ? "test:" : "step:") + output;
        if (!fresh_) {
            out.state = "pending";
            out.unknown.push_back(
                fmt::format("all of it: {} is no build directory of this project; "
                            "`aibuild-gen emit` makes one",
                            build_.string()));
            return out;
        }
        const std::string& reason = fresh_->reason(n);
        out.state = reason.empty() ? "up to date" : fresh_->entry(n) == nullptr ? "pending" : "stale";
        // Back to where it begins, as ninja will go.
        std::vector<std::string> seen{output};
        for (std::string why = reason; !why.empty();) {
            out.why.push_back(why);
            const std::string before = subject_of(why);
            why.clear();
            if (std::find(seen.begin(), seen.end(), before) != seen.end()) break;
            seen.push_back(before);
            for (std::size_t k = 0; k < lowered_.graph.steps.size(); ++k) {
                if (output_of(k) == before && !fresh_->reason(k).empty())
                    why = fmt::format("{}", fresh_->reason(k));
            }
        }
        if (const std::string path = from_root(build_ / seen.back()); project_.lock.files.contains(path)) {
            const std::string behind = change_behind(path, sha256(project_.root.read(path).value_or("")));
            if (!behind.empty()) out.why.push_back(behind);
        }
        out.rebuilt = rebuilt(output);
        if (!out.rebuilt && fresh_->entry(n) != nullptr)
            out.unknown.emplace_back(
                "why it ran last: a plain ninja did that, and keeps no reasons; `aibuild-gen build` does");
        return out;
    }

    // The last recorded run that ran the step, and what started it.
    std::optional<Rebuilt> rebuilt(const std::string& output) const {
        for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
            const auto step_in = [&](const std::string& wanted) {
                return std::find_if(run->steps.begin(), run->steps.end(),
                                    [&](const RunStep& each) { return each.output == wanted; });
            };
            auto step = step_in(output);
            if (step == run->steps.end()) continue;
            Rebuilt out;
            out.run = run->id;
            out.started_ms = run->started_ms;
            std::string subject;
            while (step != run->steps.end() && out.chain.size() < run->steps.size()) {
                out.chain.emplace_back(step->output, step->reason);
                subject = subject_of(step->reason);
                step = step_in(subject);
            }
            const std::string path = subject.empty() ? "" : from_root(build_ / subject);
            for (const Change& each : run->changes) {
                if (each.path != path) continue;
                out.started_by = each;
                out.change = change_behind(path, each.after);
            }
            return out;
        }
        return std::nullopt;
    }

    [[noreturn]] void unknown(const std::string& what) const {
        std::vector<std::string> names;
        for (const auto& [path, file] : project_.lock.files) names.push_back(path);
        for (const PlannedFile& each : project_.plan.files) names.push_back(each.path);
        for (const Target& each : project_.plan.targets) names.push_back(each.name);
        for (std::size_t n = 0; n < lowered_.graph.steps.size(); ++n) names.push_back(output_of(n));
        const auto meant = did_you_mean(what, names);
        throw Error(
            Exit::usage, "explain.unknown", what,
            "It is no generated file, no target, and nothing that a step makes.",
            meant ? fmt::format("Did you mean {}?", *meant) : "`aibuild-gen status` lists what there is.");
    }

    const OpenProject project_;
    const fs::path build_;
    const FileStanding standing_;
    const std::optional<BuildSettings> settings_;
    std::optional<Recorded> recorded_;
    Toolchain toolchain_;
    Lowered lowered_;
    std::optional<Freshness> fresh_;
    std::vector<BuildRun> runs_;
};

}  // namespace

Explained explain(const fs::path& root, const fs::path& build, const std::string& what) {
    return Explain(root, build).run(what);
}

}  // namespace aibuild
