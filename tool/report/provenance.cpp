#include "tool/report/provenance.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/names.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/derived_file.h"
#include "tool/report/covers.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr auto none = static_cast<std::size_t>(-1);

// The step that makes what people mean by a target: the last of its products.
std::size_t product_of(const Known& known, const std::string& target) {
    std::size_t out = none;
    for (std::size_t n = 0; n < known.graph.size(); ++n) {
        const GraphStep& step = known.graph[n];
        if (step.kind == "product" && step.target && known.plan.targets[*step.target].name == target) out = n;
    }
    return out;
}

std::size_t maker_of(const Known& known, const std::string& output) {
    for (std::size_t n = 0; n < known.graph.size(); ++n) {
        const GraphStep& step = known.graph[n];
        if (step.output == output || std::find(step.also.begin(), step.also.end(), output) != step.also.end())
            return n;
    }
    return none;
}

// Of a path from here, relative to `directory`; empty where it is elsewhere.
std::string beneath(const std::string& file, const fs::path& directory) {
    const fs::path inner = resolved(file).lexically_relative(resolved(directory));
    return inner.empty() || *inner.begin() == ".." ? std::string() : inner.generic_string();
}

bool is_source(const Known& known, const std::string& path) {
    return known.hashes.contains(path) || known.lock.files.contains(path);
}

[[noreturn]] void not_found(const Known& known, const std::string& file) {
    std::vector<std::string> names;
    for (const GraphStep& step : known.graph) names.push_back(step.output);
    for (const auto& [path, hash] : known.hashes) names.push_back(path);
    const auto meant = did_you_mean(file, names);
    throw Error(
        Exit::usage, "report.artefact", file,
        "No step of this project makes it, and it is no file of its plan.",
        meant ? "Did you mean " + *meant + "?"
              : "Name what a step makes (bin/NAME, lib/libNAME.a), a target, or a file of the project.");
}

std::optional<MadeIn> made_in(const Known& known, const std::string& output) {
    for (std::size_t n = known.runs.size(); n-- > 0;) {
        const PastRun& past = known.runs[n];
        for (const RunStep& step : past.run.steps) {
            if (step.output != output || step.state != TaskState::succeeded) continue;
            MadeIn out{past.run.id, 0, 0, past.run.executor, past.run.sandbox};
            if (past.run.started_ms != 0) {
                out.started_ms = past.run.started_ms + step.start_ms;
                out.finished_ms = past.run.started_ms + step.end_ms;
            }
            return out;
        }
    }
    return std::nullopt;
}

// What is needed comes before what needs it: a step's inputs are made by steps with a longer way to the end.
std::vector<std::size_t> in_order(const std::vector<GraphStep>& graph,
                                  const std::vector<std::size_t>& steps) {
    std::unordered_map<std::string_view, std::size_t> makers;
    for (const std::size_t n : steps) {
        makers.emplace(graph[n].output, n);
        for (const std::string& path : graph[n].also) makers.emplace(path, n);
    }
    std::vector<std::size_t> out;
    std::set<std::size_t> seen;
    std::vector<std::pair<std::size_t, bool>> todo;  // a step, and whether its inputs were seen to
    for (std::size_t n = steps.size(); n-- > 0;) todo.emplace_back(steps[n], false);
    while (!todo.empty()) {
        const auto [n, ready] = todo.back();
        todo.pop_back();
        if (ready) {
            out.push_back(n);
        } else if (seen.insert(n).second) {
            todo.emplace_back(n, true);
            for (const std::string& input : graph[n].inputs) {
                if (const auto maker = makers.find(input); maker != makers.end())
                    todo.emplace_back(maker->second, false);
            }
        }
    }
    return out;
}

void trace_back(const Known& known, std::size_t artefact, Provenance& out) {
    const GraphStep& step = known.graph[artefact];
    out.what = step.what;
    out.kind = step.kind;
    out.configuration = known.configuration;
    if (step.target) out.target = known.plan.targets[*step.target].name;
    out.made = made_in(known, step.output);
    out.stale = known.ran ? step.stale : "ninja has not run here";
    std::set<std::string> files, outside;
    const std::vector<std::size_t> steps = in_order(known.graph, made_by(known.graph, step.output));
    for (const std::size_t n : steps) {
        out.steps.push_back(known.graph[n].what);
        for (const std::string& input : known.graph[n].inputs) {
            if (auto path = project_path(input, known.root)) {
                files.insert(std::move(*path));
            } else if (input.starts_with('/')) {
                outside.insert(input);
            }
        }
    }
    for (const std::string& path : files) out.sources.push_back(file_provenance(known, path));
    out.outside.assign(outside.begin(), outside.end());
}

}  // namespace

Provenance provenance(const Known& known, const std::string& file, const fs::path& root,
                      const fs::path& build) {
    Provenance out;
    out.project = known.plan.name;
    out.request = known.lock.description;
    out.plan_sha256 = known.plan_sha256;
    out.plan_request = known.lock.plan_request;
    out.plan_edited = known.plan_edited;
    for (const LockedChange& change : known.lock.changes) out.changes.push_back(change.description);
    if (const auto answer = known.answers.find(known.lock.plan_request); answer != known.answers.end())
        out.plan = answer->second;
    std::string output = file;
    std::size_t maker = maker_of(known, output);
    if (maker == none) maker = maker_of(known, output = beneath(file, build));
    if (maker == none && (maker = product_of(known, file)) != none) output = known.graph[maker].output;
    if (maker != none) {
        out.name = output;
        const auto text = read_file(build / output);
        if (!text) {
            throw Error(Exit::failure, "report.not-built", output,
                        "It is not there: " + known.graph[maker].stale + ".",
                        "Run `ninja -C " + known.build + " " + output + "` first.");
        }
        out.sha256 = sha256(*text);
        trace_back(known, maker, out);
        return out;
    }
    std::string path = file;
    if (!is_source(known, path)) path = beneath(file, root);
    if (!is_source(known, path)) not_found(known, file);
    out.name = path;
    out.sources.push_back(file_provenance(known, path));
    out.sha256 = out.sources[0].sha256;
    return out;
}

}  // namespace aibuild
