#include "tool/report/graph_steps.h"

#include <fmt/format.h>

#include <set>
#include <unordered_map>
#include <unordered_set>

#include "ninja-gen/dyndep.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/derived_file.h"
#include "tool/report/history.h"

namespace aibuild {

namespace {

class GraphReader {
  public:
    GraphReader(const StepGraph& graph, const Freshness& fresh, const Recorded& recorded,
                const NinjaSettings& settings)
        : graph_(graph), fresh_(fresh), recorded_(recorded), settings_(settings) {}

    std::vector<GraphStep> read() {
        std::vector<GraphStep> out;
        out.reserve(graph_.steps.size());
        for (std::size_t n = 0; n < graph_.steps.size(); ++n) out.push_back(step(n, graph_.steps[n]));
        return out;
    }

  private:
    GraphStep step(std::size_t n, const Step& step) {
        const Rule& rule = graph_.rule(step);
        GraphStep out;
        out.output = step.output.substr(1);
        out.kind = name_of(step.kind);
        for (const std::string_view path : graph_.at(step.also))
            out.also.push_back(real_path(path, settings_));
        for (const Paths run : {step.inputs, step.implicit}) {
            for (const std::string_view path : graph_.at(run))
                out.inputs.push_back(real_path(path, settings_));
        }
        for (const std::string_view path : graph_.at(step.order_only))
            out.after.push_back(real_path(path, settings_));
        add_what_was_learnt(rule, out);
        std::set<std::string_view> seen;
        std::erase_if(out.inputs, [&](const std::string& path) { return !seen.insert(path).second; });
        out.stale = fresh_.reason(n);
        return out;
    }

    void add_what_was_learnt(const Rule& rule, GraphStep& out) {
        if (!rule.dyndep.empty()) {
            const auto [file, fresh] = dyndeps_.try_emplace(rule.dyndep);
            if (fresh) {
                file->second = read_dyndep(
                    read_file(recorded_.build() / real_path(rule.dyndep, settings_)).value_or(std::string()));
            }
            if (const auto found = file->second.find(out.output); found != file->second.end()) {
                out.also.insert(out.also.end(), found->second.outputs.begin(), found->second.outputs.end());
                out.inputs.insert(out.inputs.end(), found->second.inputs.begin(), found->second.inputs.end());
            }
        }
        if (!rule.depfile) return;
        if (const NinjaDeps::Record* record = recorded_.deps().find(out.output)) {
            for (const std::uint32_t id : record->inputs) out.inputs.emplace_back(recorded_.deps().path(id));
        }
    }

    const StepGraph& graph_;
    const Freshness& fresh_;
    const Recorded& recorded_;
    const NinjaSettings& settings_;
    std::unordered_map<std::string, std::unordered_map<std::string, DynamicStep>> dyndeps_;
};

// Outputs of which ninja's log may have an older time than that of their command.
std::unordered_set<std::string> left_alone(const StepGraph& graph, const NinjaSettings& settings) {
    std::unordered_set<std::string> out{std::string(ninja_file), std::string(ninja_stamp)};
    for (const Step& step : graph.steps) {
        const Rule& rule = graph.rule(step);
        if (!rule.restat && rule.dyndep.empty()) continue;
        out.emplace(step.output.substr(1));
        for (const std::string_view path : graph.at(step.also)) out.insert(real_path(path, settings));
    }
    return out;
}

}  // namespace

std::string_view name_of(StepKind kind) {
    switch (kind) {
        case StepKind::scan:
            return "scan";
        case StepKind::compile:
            return "compile";
        case StepKind::product:
            return "product";
        case StepKind::test:
            return "test";
        case StepKind::count:
            return "count";
        case StepKind::custom:
            return "custom";
    }
    return "";
}

std::vector<GraphStep> graph_steps(const StepGraph& graph, const Freshness& fresh, const Recorded& recorded,
                                   const NinjaSettings& settings) {
    return GraphReader(graph, fresh, recorded, settings).read();
}

std::vector<PastRun> past_runs(const std::vector<GraphStep>& steps, const StepGraph& graph,
                               const Recorded& recorded, const NinjaSettings& settings) {
    std::unordered_map<std::string_view, const GraphStep*> makers;
    for (const GraphStep& step : steps) {
        makers.emplace(step.output, &step);
        for (const std::string& path : step.also) makers.emplace(path, &step);
    }
    const auto edge_of = [&](std::string_view output) {
        const auto maker = makers.find(output);
        return maker == makers.end() ? std::string(output) : maker->second->output;
    };
    const NinjaLog& log = recorded.log();
    const auto alone = left_alone(graph, settings);
    const auto logged =
        logged_runs(log, [&](std::string_view output) { return alone.contains(std::string(output)); });
    return history(read_runs(recorded.build()), logged,
                   log.version == 0 ? "" : fmt::format("ninja (log version {})", log.version), edge_of);
}

}  // namespace aibuild
