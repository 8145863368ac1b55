#pragma once

// The last run, with everything that times, graph and lock say of its steps.

#include <string_view>
#include <unordered_map>

#include "tool/report/report_data.h"

namespace aibuild {

using StepByOutput = std::unordered_map<std::string_view, std::size_t>;  // index of the graph

StepByOutput makers_of(const std::vector<GraphStep>& graph);

// `known` has a run; `makers` are of its graph.
ReportRun last_run(const Known& known, const StepByOutput& makers);

}  // namespace aibuild
