#pragma once

// The steps of a build directory as a report knows them, and the runs that it remembers: the same whether a
// plan or a build.ninja tells which steps there are.

#include <vector>

#include "ninja-gen/step_commands.h"
#include "tool/engine/freshness.h"
#include "tool/report/known.h"

namespace aibuild {

// The graph with real paths, what ninja learnt of it while it ran, and why ninja would run each now. What a
// step is called, and whose it is, is left to those who know.
std::vector<GraphStep> graph_steps(const StepGraph& graph, const Freshness& fresh, const Recorded& recorded,
                                   const NinjaSettings& settings);

std::string_view name_of(StepKind kind);

// `steps`: of graph_steps.
std::vector<PastRun> past_runs(const std::vector<GraphStep>& steps, const StepGraph& graph,
                               const Recorded& recorded, const NinjaSettings& settings);

}  // namespace aibuild
