#include "tool/engine/explain_built.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "ninja-gen/ninja_reader.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/built_graph.h"
#include "tool/engine/ctest_results.h"
#include "tool/engine/explain_files.h"
#include "tool/engine/explain_steps.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/project_files.h"
#include "tool/engine/run_reasons.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

class Explain {
  public:
    explicit Explain(const BuildPlace& place)
        : place_(place), root_(resolved(place.root)), lock_(locked(root_).value_or(Lock{})) {
        if (declares(place.build, place.root)) {
            project_.emplace(place.root, place.build);
            standing_.emplace(*project_);
        }
        if (!place.ninja) return;
        const NinjaManifest manifest = read_ninja(place.build);
        recorded_.emplace(place.build, Threads::two, manifest.builddir);
        recorded_->wait();
        built_ = built_graph(manifest, known_languages(place.root).languages,
                             [&](std::string_view output) { return recorded_->entry(output) != nullptr; });
        fresh_.emplace(built_.graph, built_.hashes, *recorded_);
        runs_ = read_runs(place.build);
        for (std::size_t n = 0; n < built_.steps.size(); ++n) {
            makers_.emplace(output_of(built_.graph, n), n);
            for (const std::string_view also : built_.graph.at(built_.graph.steps[n].also))
                makers_.emplace(also.substr(1), n);
        }
        for (BuildRun& run : runs_)
            find_reasons(run, [&](const std::string& output) { return read_by(output); });
    }

    Explained run(std::string what) const {
        std::string kind;
        for (const std::string_view each : {"file", "target", "step", "test"}) {
            if (!what.starts_with(std::string(each) + ':')) continue;
            kind = each;
            what.erase(0, each.size() + 1);
        }
        const auto may_be = [&](std::string_view wanted) { return kind.empty() || kind == wanted; };
        const std::string path = from_root(root_.path(), what);
        if (may_be("file") && (lock_.files.contains(path) || is_declared(path))) return file(path);
        if (may_be("target")) {
            for (std::size_t n = 0; n < built_.targets.size(); ++n) {
                if (built_.targets[n].name == what) return target(n);
            }
        }
        if (may_be("step")) {
            for (const std::string& output : {what, from_root(place_.build, root_.path() / what)}) {
                if (const auto found = makers_.find(output); found != makers_.end())
                    return step(found->second);
            }
        }
        if (may_be("test")) {
            for (const CTestResult& each : ctest_results(place_.build).tests) {
                if (each.test.name == what) return test(each);
            }
        }
        unknown(what);
    }

  private:
    bool is_declared(const std::string& path) const {
        return project_ && project_->declared->of(path) != nullptr;
    }

    Explained file(const std::string& path) const {
        Explained out = explain_locked(root_, lock_, path);
        if (standing_) explain_standing(*standing_, path, out);
        return out;
    }

    // As ReadBy wants it.
    std::vector<std::string> read_by(const std::string& output) const {
        std::vector<std::string> out;
        const auto self = makers_.find(output);
        if (self == makers_.end()) return out;
        const auto add = [&](std::string_view path) {
            const auto maker = makers_.find(std::string(path));
            if (maker != makers_.end()) {
                out.push_back(output_of(built_.graph, maker->second));
            } else {
                const fs::path whole = (place_.build / path).lexically_normal();
                const std::string inner = whole.lexically_relative(root_.path()).string();
                out.push_back(inner.starts_with("..") ? whole.string() : inner);
            }
        };
        for (const std::string_view input : built_.graph.at(built_.graph.steps[self->second].inputs))
            add(input.substr(1));
        if (const NinjaDeps::Record* record = recorded_->deps().find(output)) {
            for (const std::uint32_t id : record->inputs) add(recorded_->deps().path(id));
        }
        return out;
    }

    Explained step(std::size_t n) const {
        const StepsExplained steps{built_.graph,
                                   &*fresh_,
                                   runs_,
                                   root_.path(),
                                   place_.build,
                                   [this](const std::string& path, const std::string& hash) {
                                       return change_behind(lock_, path, hash);
                                   }};
        Explained out = explain_step(steps, n);
        if (built_.steps[n].utility) {
            out.state = "up to date";
            out.why = {"it makes no file, and runs whenever it is asked for"};
        }
        if (out.rebuilt) {
            for (auto& link : out.rebuilt->chain) {
                if (link.second.empty())
                    link.second = "not recorded: nothing that it is known to read had changed or was made";
            }
        }
        return out;
    }

    Explained target(std::size_t index) const {
        Explained out;
        out.id = "target:" + built_.targets[index].name;
        for (const std::string& source : built_.targets[index].sources) {
            const std::string path = from_root(root_.path(), place_.build / source);
            if (lock_.files.contains(path)) out.of.push_back(file(path));
        }
        for (std::size_t n = 0; n < built_.steps.size(); ++n) {
            if (built_.steps[n].target == index) out.of.push_back(step(n));
        }
        judge_target(out);
        return out;
    }

    Explained test(const CTestResult& result) const {
        Explained out;
        out.id = "test:" + result.test.name;
        const std::string program = result.test.command.empty() ? "" : result.test.command[0];
        const auto maker = makers_.find(fs::path(program).lexically_relative(place_.build).string());
        if (maker != makers_.end()) out.of.push_back(step(maker->second));
        const bool holds = (out.of.empty() || out.of[0].state == "up to date") && !result.outdated;
        out.state = !result.passed ? "pending" : holds ? "up to date" : "stale";
        if (!result.passed)
            out.why.emplace_back("the last run of ctest had not this one");
        else if (result.outdated)
            out.why.emplace_back("its program was made after the last run of ctest");
        else if (!holds)
            out.why.push_back(fmt::format("{} is {}", out.of[0].id, out.of[0].state));
        if (result.passed)
            out.why.emplace_back(*result.passed ? "it passed in the last run of ctest"
                                                : "it failed in the last run of ctest");
        return out;
    }

    [[noreturn]] void unknown(const std::string& what) const {
        std::vector<std::string> names;
        for (const auto& [path, file] : lock_.files) names.push_back(path);
        for (const Target& each : built_.targets) names.push_back(each.name);
        for (std::size_t n = 0; n < built_.steps.size(); ++n) names.push_back(output_of(built_.graph, n));
        for (const ListedTest& each : listed_tests(place_.build)) names.push_back(each.name);
        const auto meant = did_you_mean(what, names);
        throw Error(
            Exit::usage, "explain.unknown", what,
            place_.ninja ? "It is no generated file, no target, no test, and nothing that a step makes."
                         : "It is no generated file and no test. Steps and targets are known of "
                           "build directories of ninja alone.",
            meant
                ? fmt::format("Did you mean {}?", *meant)
                : fmt::format("`aibuild-gen status --build {}` lists what there is.", place_.build.string()));
    }

    const BuildPlace place_;
    const Root root_;
    const Lock lock_;
    std::optional<OpenProject> project_;  // one whose CMake lists declare files
    std::optional<FileStanding> standing_;
    std::optional<Recorded> recorded_;
    BuiltGraph built_;
    std::optional<Freshness> fresh_;
    std::vector<BuildRun> runs_;
    std::unordered_map<std::string, std::size_t> makers_;
};

}  // namespace

Explained explain_built(const BuildPlace& place, const std::string& what) {
    return Explain(place).run(what);
}

}  // namespace aibuild
