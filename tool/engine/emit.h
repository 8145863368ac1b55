#pragma once

// From aibuild.json to build files, with no model, no network and no clock.
//
// Two places are written. In the project: CMakeLists.txt and cmake/*, which people commit and may edit, so
// that a new text is merged into theirs (law 4). In a build directory: build.ninja and what belongs to it,
// derived and never committed, so that it is simply replaced, and only where its bytes change.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/toolchain.h"
#include "tool/engine/project_files.h"
#include "tool/workspace/consent.h"

namespace aibuild {

struct EmitOptions {
    std::filesystem::path root;   // holds aibuild.json
    std::filesystem::path build;  // empty: where the project was emitted before, else ROOT/build
    std::string configuration;    // empty: what BUILD has, else "release"
    std::string launcher;         // empty: what BUILD has, else "none"; see launcher.h
    std::string program;          // this aibuild-gen, absolute, for the regeneration edge
    bool from_ninja = false;      // the regeneration edge runs us: its stamp must become newer
    // Asked about commands that the project brings; unless set there is nobody to ask.
    AskPerson ask = [](const std::string&) -> std::optional<bool> { return std::nullopt; };
};

struct EmitResult {
    std::filesystem::path build;
    std::string configuration;
    std::size_t steps = 0, tests = 0;
    bool wrote_build = false;
    std::vector<EmittedNote> notes;
    std::vector<std::string> programs;  // that the plan's steps run: absolute paths
    Toolchain toolchain;                // with what it was asked for, so that nobody has to ask again
    std::vector<std::string> remarks;   // of what the next build will do, and how it is best started
};

// Reads the plan, and writes the project's CMake files, the lock and the build directory. Throws Error, with
// everything as it was where the plan is at fault.
EmitResult emit(const EmitOptions& options);

}  // namespace aibuild
