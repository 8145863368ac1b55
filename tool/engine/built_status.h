#pragma once

#include <string>
#include <vector>

#include "ninja-gen/language.h"
#include "tool/engine/build_place.h"
#include "tool/engine/status.h"
#include "tool/state/run.h"

namespace aibuild {

// Adds how the steps and tests stand of a build directory that AIBuild did not write: by its build.ninja and
// ninja's records, by the last run of ctest, and by what `aibuild-gen build` recorded there of failures.
// Writes nothing. Throws as read_ninja and read_runs.
void add_built_status(const BuildPlace& place, const Languages& languages, ProjectStatus& out);

// Without a plan there is no journal; what runs recorded, as tasks.
State state_of(const std::vector<BuildRun>& runs);

}  // namespace aibuild
