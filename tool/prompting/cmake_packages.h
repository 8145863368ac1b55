#pragma once

// What find_package of CMake knows on this machine, for packages that pkg-config doesn't.
//
// There is no other way to learn it than to configure a project, of one line for each package: modules look
// for headers and libraries, and want to know the compiler. The first takes about a second, and further ones
// in the same directory a twentieth of that. A package's own script runs then, as it would in the person's
// project; packages that a build directory once registered in the home are not looked at.

#include <optional>
#include <string>

#include "tool/workspace/private_directory.h"

namespace aibuild {

class CMakePackages {
  public:
    // The version of a package that is there, "" where it tells none; nothing where it isn't there, or there
    // is no CMake. `name` is of the plan's alphabet.
    std::optional<std::string> version(const std::string& name);

  private:
    std::optional<PrivateDirectory> directory_;  // made at the first question
};

}  // namespace aibuild
