#pragma once

// Do the launchers work? Each is asked to do what a build would ask of it, in scratch directories: ccache to
// put an object into its shared store and to get it back from there, distcc to compile on each of its hosts.

#include <string>
#include <vector>

#include "tool/engine/check.h"

namespace aibuild {

// `compiler` is a C or C++ compiler's path; empty where there is none. `required`: a build directory uses it.
std::vector<Check> check_ccache(const std::string& compiler, bool required);
std::vector<Check> check_distcc(const std::string& compiler, bool required);

}  // namespace aibuild
