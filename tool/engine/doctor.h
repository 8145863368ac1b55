#pragma once

// `aibuild-gen doctor`: this machine against what is needed. In a project, that is the tools and packages of
// its plan, and how they differ from those that planning saw; else what AIBuild itself starts.

#include <filesystem>
#include <vector>

#include "tool/engine/check.h"

namespace aibuild {

// Runs compilers for their versions, a sandbox around nothing, and a compile through each launcher; writes
// only into scratch directories. A plan or language file that can't be read is a check that failed.
std::vector<Check> doctor(const std::filesystem::path& root, const std::filesystem::path& build);

}  // namespace aibuild
