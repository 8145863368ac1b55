#pragma once

// The last run, with everything that times, graph and lock say of its steps.

#include <string_view>
#include <unordered_map>

#include "tool/report/report_data.h"

namespace aibuild {

// `known` has a run; `generated`: of each generated file the index that ReportStep::generated has.
ReportRun last_run(const Known& known, const std::unordered_map<std::string_view, std::size_t>& generated);

}  // namespace aibuild
