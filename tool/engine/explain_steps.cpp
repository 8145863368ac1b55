#include "tool/engine/explain_steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/hash.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/run_reasons.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// Back to where it begins, as ninja will go. `out.why` gets each reason of the way; gives its end.
std::string follow(const StepsExplained& of, std::size_t n, Explained& out) {
    std::vector<std::string> seen{output_of(of.graph, n)};
    for (std::string why = of.fresh->reason(n); !why.empty();) {
        out.why.push_back(why);
        const std::string before = subject_of(why);
        why.clear();
        if (std::find(seen.begin(), seen.end(), before) != seen.end()) break;
        seen.push_back(before);
        for (std::size_t k = 0; k < of.graph.steps.size(); ++k) {
            if (output_of(of.graph, k) == before && !of.fresh->reason(k).empty()) why = of.fresh->reason(k);
        }
    }
    return seen.back();
}

// The last recorded run that ran the step, and what started it.
std::optional<Rebuilt> rebuilt(const StepsExplained& of, const std::string& output) {
    for (auto run = of.runs.rbegin(); run != of.runs.rend(); ++run) {
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
        const std::string path = subject.empty() ? "" : from_root(of.root, of.build / subject);
        for (const Change& each : run->changes) {
            if (each.path != path && each.path != subject) continue;
            out.started_by = each;
            out.change = of.change_behind(each.path, each.after);
        }
        return out;
    }
    return std::nullopt;
}

}  // namespace

std::string output_of(const StepGraph& graph, std::size_t n) {
    return std::string(graph.steps[n].output.substr(1));
}

std::string from_root(const fs::path& root, const fs::path& path) {
    const fs::path whole_root = fs::weakly_canonical(root);
    const fs::path whole = path.is_absolute() ? path : whole_root / path;
    return whole.lexically_normal().lexically_relative(whole_root).string();
}

Explained explain_step(const StepsExplained& of, std::size_t n) {
    Explained out;
    const std::string output = output_of(of.graph, n);
    out.id = (of.graph.steps[n].kind == StepKind::test ? "test:" : "step:") + output;
    if (of.fresh == nullptr) {
        out.state = "pending";
        out.unknown.push_back(
            fmt::format("all of it: {} is no build directory of this project; `aibuild-gen emit` makes one",
                        of.build.string()));
        return out;
    }
    out.state = of.fresh->reason(n).empty()     ? "up to date"
                : of.fresh->entry(n) == nullptr ? "pending"
                                                : "stale";
    const std::string begin = follow(of, n, out);
    if (const std::string path = from_root(of.root, of.build / begin); !path.empty()) {
        const auto text = read_file(of.root / path);
        const std::string behind = text ? of.change_behind(path, sha256(*text)) : "";
        if (!behind.empty()) out.why.push_back(behind);
    }
    out.rebuilt = rebuilt(of, output);
    if (!out.rebuilt && of.fresh->entry(n) != nullptr)
        out.unknown.emplace_back(
            "why it ran last: a plain ninja did that, and keeps no reasons; `aibuild-gen build` does");
    return out;
}

}  // namespace aibuild
