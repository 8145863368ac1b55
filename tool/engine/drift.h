#pragma once

// `aibuild-gen check`: is what is on disk what plan and lock say? For CI: no socket, no call, not a byte
// written. A person's edits are theirs, and no drift.

#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

struct Drift {
    std::string path;  // from the project's root
    std::string what;  // "stale: its purpose changed"
    std::string fix;   // a command
};

// Sorted by path; none: all is as it should be. `build`: of a CMake project that declares files; empty is
// ROOT/build. Throws what reading plan, declarations and lock throws.
std::vector<Drift> drift(const std::filesystem::path& root, const std::filesystem::path& build = {});

}  // namespace aibuild
