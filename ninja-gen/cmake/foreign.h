#pragma once

// Targets of languages that CMake has no rules for: custom commands made from the very steps that build.ninja
// runs, behind an INTERFACE library where something links them.

#include <string>

#include "ninja-gen/cmake/project.h"

namespace aibuild::cmake {

// cmake/<language>.cmake
std::string foreign_module(const Project& project, const Language& language);

}  // namespace aibuild::cmake
