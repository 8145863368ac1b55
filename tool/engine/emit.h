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

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/step_commands.h"
#include "tool/workspace/commit.h"
#include "tool/workspace/consent.h"
#include "tool/workspace/lock.h"
#include "tool/workspace/root.h"

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

// What happened to a file of the project.
struct EmittedNote {
    std::string path;
    std::string what;  // "written", "merged", "kept: ...", "removed"
};

struct EmitResult {
    std::filesystem::path build;
    std::string configuration;
    std::size_t steps = 0, tests = 0;
    bool wrote_build = false;
    std::vector<EmittedNote> notes;
    std::vector<std::string> remarks;  // of what the next build will do, and how it is best started
};

// Reads the plan, and writes the project's CMake files, the lock and the build directory. Throws Error, with
// everything as it was where the plan is at fault.
EmitResult emit(const EmitOptions& options);

// How the CMake files of a plan are taken into a project: the files to commit, with merges made, and the
// lock's new entries. Where a person's edit and the new text touch the same lines, or a file of that name is
// not AIBuild's, the new text goes beside it as NAME.aibuild-new.
struct ProjectFiles {
    std::vector<StagedFile> files;
    std::vector<std::string> obsolete;  // written before, as they were then, and no longer part of it
    std::vector<EmittedNote> notes;
};
ProjectFiles project_files(const Root& root, const std::vector<EmittedFile>& emitted, Lock& lock);

// The lock of a project; nothing where it has none.
std::optional<Lock> locked(const Root& root);

// The lock and its index as files to commit.
std::vector<StagedFile> lock_files(const Lock& lock);

// A build directory's own settings: which project, which configuration, which compiler launcher. Kept in
// BUILD/.aibuild/emit.json.
struct BuildSettings {
    std::string root;  // from the build directory: "../"
    std::string configuration;
    std::string launcher = "none";
};
std::optional<BuildSettings> build_settings(const std::filesystem::path& build);

// What the writers are told of such a build directory. Throws Error `launcher.missing`.
NinjaSettings ninja_settings(const BuildSettings& settings);

// What a build directory is written from, beside the plan.
struct BuildDirectory {
    std::filesystem::path root, build;
    std::string configuration;
    std::string launcher;
    std::string program;                           // this aibuild-gen, absolute
    bool from_ninja = false;                       // as of EmitOptions
    std::vector<std::filesystem::path> languages;  // files that languages of the plan were read from
};

// Writes it for a lowered plan. Returns whether any byte changed.
bool write_build(const BuildDirectory& directory, const Lowered& lowered, Toolchain& toolchain);

}  // namespace aibuild
