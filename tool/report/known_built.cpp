#include "tool/report/known_built.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "ninja-gen/ninja_reader.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/build_sandbox.h"
#include "tool/engine/built_graph.h"
#include "tool/engine/ctest_results.h"
#include "tool/engine/run_reasons.h"
#include "tool/report/graph_steps.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// What CMake keeps of the project itself.
void read_cache(const fs::path& build, Known& out) {
    if (out.plan.name.empty()) {
        out.plan.name = cmake_cached(build, "CMAKE_PROJECT_NAME");
        out.plan.version = cmake_cached(build, "CMAKE_PROJECT_VERSION");
        out.plan.description = cmake_cached(build, "CMAKE_PROJECT_DESCRIPTION");
    }
    out.configuration = cmake_cached(build, "CMAKE_BUILD_TYPE");
}

// Paths as a report has them: of the build directory from there, all others absolute.
class Places {
  public:
    Places(const BuildPlace& place, const BuiltGraph& built)
        : build_(place.build),
          inner_(place.build.string() + "/"),
          in_source_(resolved(place.root) == place.build) {
        for (const Step& step : built.graph.steps) {
            made_.insert(step.output.substr(1));
            for (const std::string_view also : built.graph.at(step.also)) made_.insert(also.substr(1));
        }
    }

    std::string path(const std::string& path) const {
        if (made_.contains(path)) return path;
        std::string whole = path.starts_with('/') ? path : (build_ / path).lexically_normal().string();
        if (!whole.starts_with(inner_)) return whole;
        std::string inner = whole.substr(inner_.size());
        return in_source_ && !made_.contains(inner) ? whole : inner;
    }

  private:
    const fs::path build_;
    const std::string inner_;
    const bool in_source_;
    std::unordered_set<std::string_view> made_;
};

// Nobody reads the path of a whole machine where the file is the project's.
std::string reason_of(const std::string& reason, const std::string& root) {
    return reason.starts_with(root) ? reason.substr(root.size()) : reason;
}

void take_graph(const BuildPlace& place, const BuiltGraph& built, const Recorded& recorded, Known& out) {
    const Freshness fresh(built.graph, built.hashes, recorded);
    const Places places(place, built);
    out.graph = graph_steps(built.graph, fresh, recorded, {});
    for (std::size_t n = 0; n < out.graph.size(); ++n) {
        GraphStep& step = out.graph[n];
        const BuiltStep& known = built.steps[n];
        step.what = known.what;
        step.target = known.target;
        step.pooled = known.pooled;
        for (auto* list : {&step.inputs, &step.also}) {
            for (std::string& path : *list) path = places.path(path);
        }
        step.stale = known.wanted && !known.utility ? reason_of(step.stale, out.root) : "";
    }
    out.plan.targets = built.targets;
    for (Target& target : out.plan.targets) {
        for (std::string& source : target.sources) {
            if (auto path = project_path(places.path(source), out.root)) source = std::move(*path);
        }
    }
    out.runs = past_runs(out.graph, built.graph, recorded, {});
    std::unordered_map<std::string, std::size_t> makers;
    for (std::size_t n = 0; n < out.graph.size(); ++n) {
        makers.emplace(out.graph[n].output, n);
        for (const std::string& also : out.graph[n].also) makers.emplace(also, n);
    }
    const auto read_by = [&](const std::string& output) {
        std::vector<std::string> paths;
        const auto self = makers.find(output);
        if (self == makers.end()) return paths;
        for (const std::string& input : out.graph[self->second].inputs) {
            const auto maker = makers.find(input);
            paths.push_back(maker != makers.end() ? out.graph[maker->second].output
                                                  : project_path(input, out.root).value_or(input));
        }
        return paths;
    };
    for (PastRun& past : out.runs) {
        if (!past.logged) find_reasons(past.run, read_by);
    }
}

void read_steps(const BuildPlace& place, const Languages& languages, Known& out) {
    if (!place.ninja) {
        out.records = false;
        const std::string generator = cmake_cached(place.build, "CMAKE_GENERATOR");
        out.unknown.push_back(fmt::format(
            "Steps, targets and times: {} keeps no records. CMake's generator Ninja (cmake -G Ninja) does.",
            generator.empty() ? "what builds here" : "CMake's generator " + generator));
        return;
    }
    const NinjaManifest manifest = read_ninja(place.build);
    Recorded recorded(place.build, Threads::two, manifest.builddir);
    recorded.wait();
    const BuiltGraph built = built_graph(
        manifest, languages, [&](std::string_view output) { return recorded.entry(output) != nullptr; });
    take_graph(place, built, recorded, out);
    out.ran = recorded.log().version != 0;
    if (recorded.log().version > 6)
        out.unknown.push_back(
            "Changed commands: this ninja's log hashes them in a way that AIBuild can't check.");
    if (built.unrecorded > 0)
        out.unknown.push_back(fmt::format(
            "What {} read beside the inputs of build.ninja: ninja keeps no record of their depfiles.",
            built.unrecorded == 1 ? "1 step" : fmt::format("{} steps", built.unrecorded)));
}

void read_tests(const BuildPlace& place, Known& out) {
    std::unordered_map<std::string, std::size_t> makers;
    for (std::size_t n = 0; n < out.graph.size(); ++n) makers.emplace(out.graph[n].output, n);
    const CTestResults results = ctest_results(place.build);
    out.ctest_ran = results.ended != 0;
    for (const CTestResult& each : results.tests) {
        KnownTest test{each.test.name, std::nullopt, each.passed, each.took_ms, ""};
        const std::string program = each.test.command.empty() ? "" : each.test.command[0];
        const fs::path inner = fs::path(program).lexically_relative(place.build);
        if (const auto maker = makers.find(inner.string()); maker != makers.end()) {
            test.program = maker->second;
            GraphStep& step = out.graph[maker->second];
            if (step.target) out.plan.targets[*step.target].kind = Kind::test;
            test.stale = step.stale;
            if (test.stale.empty() && each.outdated)
                test.stale = step.output + " was made after the last run of ctest";
        }
        out.ctests.push_back(std::move(test));
    }
}

}  // namespace

void read_built(const BuildPlace& place, const Languages& languages, Known& out) {
    out.root = resolved(place.root).string() + "/";
    read_cache(place.build, out);
    if (out.plan.name.empty()) out.plan.name = resolved(place.root).filename().string();
    out.state = read_state(place.build);
    read_steps(place, languages, out);
    read_tests(place, out);
}

}  // namespace aibuild
