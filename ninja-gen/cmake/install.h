#pragma once

// Install rules, and the package that find_package finds when they have run.

#include <string>

#include "ninja-gen/cmake/project.h"

namespace aibuild::cmake {

// cmake/install.cmake
std::string install_module(const Project& project);

}  // namespace aibuild::cmake
