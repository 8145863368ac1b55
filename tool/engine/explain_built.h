#pragma once

#include <string>

#include "tool/engine/build_place.h"
#include "tool/engine/explain.h"

namespace aibuild {

// Of a build directory that AIBuild did not write: its steps, targets and tests, and the files of a lock
// where there is one. Throws as explain, and as read_ninja.
Explained explain_built(const BuildPlace& place, const std::string& what);

}  // namespace aibuild
