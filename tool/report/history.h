#pragma once

// The runs of a build directory, those that `aibuild-gen build` recorded and those of plain ninja, of which
// its log tells times and nothing else.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/logged_runs.h"
#include "tool/report/known.h"

namespace aibuild {

// The name of the edge that makes an output: its first output. The same for one that no edge makes any more.
using EdgeOf = std::function<std::string(std::string_view output)>;

// Oldest first. A run that is recorded is in ninja's log, too, and is taken from its record.
std::vector<PastRun> history(std::vector<BuildRun> recorded, const std::vector<LoggedRun>& logged,
                             const std::string& executor, const EdgeOf& edge_of);

}  // namespace aibuild
