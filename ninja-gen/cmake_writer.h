#pragma once

// Plan -> CMakeLists.txt and cmake/*.cmake, as a good engineer would write them: they need no AIBuild.
//
// Languages that CMake knows become its own targets. Others become custom commands made from the very steps
// that build.ninja runs, behind an INTERFACE library where something links them.

#include <string>
#include <vector>

#include "ninja-gen/lower.h"

namespace aibuild {

struct EmittedFile {
    std::string path;  // from the project's root
    std::string text;
    bool executable = false;
};

std::vector<EmittedFile> write_cmake(const Plan& plan, const Lowered& lowered);

}  // namespace aibuild
