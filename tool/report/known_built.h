#pragma once

#include "ninja-gen/language.h"
#include "tool/engine/build_place.h"
#include "tool/report/known.h"

namespace aibuild {

// What a build directory tells that AIBuild did not write: CMake's with any generator, or anybody's ninja.
// Steps and times are those of ninja, tests those of CTest; of another generator than Ninja nobody kept
// either of the former, and that is said. Takes the place of a plan's targets. Throws what read_ninja and
// read_runs throw.
void read_built(const BuildPlace& place, const Languages& languages, Known& out);

}  // namespace aibuild
