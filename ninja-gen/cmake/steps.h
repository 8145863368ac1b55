#pragma once

// Commands that the plan brings: the custom steps.

#include <string>

#include "ninja-gen/cmake/project.h"

namespace aibuild::cmake {

// cmake/steps.cmake
std::string steps_module(const Project& project);

// Orders a target after the steps whose files it compiles, includes or reads. Ninja would know by the files;
// Make runs what makes a file once for each target that names it, at the same time, unless one target of its
// own has made it before.
std::string steps_first(const Project& project, const Target& target);

}  // namespace aibuild::cmake
