#include "tool/engine/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/names.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/build_place.h"
#include "tool/engine/explain_built.h"
#include "tool/engine/explain_files.h"
#include "tool/engine/explain_steps.h"
#include "tool/engine/freshness.h"
#include "tool/engine/recorded.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

class Explain {
  public:
    explicit Explain(const BuildPlace& place)
        : project_(place.root), build_(place.build), standing_(project_), settings_(build_settings(build_)) {
        if (settings_) recorded_.emplace(build_);
        lowered_ =
            lower({project_.plan, project_.plan_text, plan_file}, project_.known.languages, toolchain_);
        if (!settings_) return;
        recorded_->wait();
        const NinjaSettings ninja = ninja_settings(*settings_);
        written_.emplace(lowered_, toolchain_, ninja, *recorded_);
        fresh_.emplace(lowered_, *written_, ninja, *recorded_);
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
        const std::string path = from_root(project_.root.path(), what);
        if (!step && kind != "target" && is_file(path)) return file(path);
        if (!step && kind != "file") {
            for (const Target& each : project_.plan.targets) {
                if (each.name == what) return target(each);
            }
        }
        if (kind.empty() || step) {
            const std::string built = from_root(build_, fs::absolute(project_.root.path() / what));
            for (std::size_t n = 0; n < lowered_.graph.steps.size(); ++n) {
                const std::string output = output_of(lowered_.graph, n);
                if (output == what || output == built) return explain_step(steps(), n);
            }
        }
        unknown(what);
    }

  private:
    StepsExplained steps() const {
        return {lowered_.graph,
                fresh_ ? &*fresh_ : nullptr,
                runs_,
                project_.root.path(),
                build_,
                [this](const std::string& path, const std::string& hash) {
                    return change_behind(project_.lock, path, hash);
                }};
    }

    bool is_file(const std::string& path) const {
        return project_.lock.files.contains(path) ||
               std::any_of(standing_.files().begin(), standing_.files().end(),
                           [&](const PlannedFileState& each) { return each.path == path; });
    }

    Explained file(const std::string& path) const {
        Explained out = explain_locked(project_.root, project_.lock, path);
        const auto entry = project_.lock.files.find(path);
        if (entry == project_.lock.files.end()) return out;
        const auto& files = standing_.files();
        const auto planned = std::find_if(files.begin(), files.end(),
                                          [&](const PlannedFileState& each) { return each.path == path; });
        if (planned == files.end()) {
            if (entry->second.origin == "emitter") return out;
            out.why.emplace_back("the plan does not list it any more");
            return out;
        }
        explain_standing(standing_, path, out);
        return out;
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
                out.of.push_back(explain_step(steps(), n));
        }
        judge_target(out);
        return out;
    }

    [[noreturn]] void unknown(const std::string& what) const {
        std::vector<std::string> names;
        for (const auto& [path, file] : project_.lock.files) names.push_back(path);
        for (const PlannedFile& each : project_.plan.files) names.push_back(each.path);
        for (const Target& each : project_.plan.targets) names.push_back(each.name);
        for (std::size_t n = 0; n < lowered_.graph.steps.size(); ++n)
            names.push_back(output_of(lowered_.graph, n));
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
    std::optional<WrittenCommands> written_;
    std::optional<Freshness> fresh_;
    std::vector<BuildRun> runs_;
};

}  // namespace

Explained explain(const fs::path& root, const fs::path& build, const std::string& what) {
    const BuildPlace place = build_place(root, build);
    return place.emitted ? Explain(place).run(what) : explain_built(place, what);
}

}  // namespace aibuild
