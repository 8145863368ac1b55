#pragma once

// Which project and which build directory a command that only looks is about: one of AIBuild's, or any that
// CMake or ninja made.

#include <filesystem>

namespace aibuild {

struct BuildPlace {
    std::filesystem::path root;   // the project's sources
    std::filesystem::path build;  // absolute; may not be there
    bool plan = false;            // the project has a plan
    bool emitted = false;         // and AIBuild made the build directory from it, or is still to make it
    bool ninja = false;           // there is a build.ninja
};

// `root` and `build` as they were named, empty where they were not: then the build directory tells where its
// sources are, and a project has its own in build/, or in itself where it has a build.ninja. Throws Error
// `plan.missing` where there is neither a plan nor a build directory.
BuildPlace build_place(const std::filesystem::path& root, const std::filesystem::path& build);

}  // namespace aibuild
