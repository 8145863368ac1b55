#pragma once

// How the CMake files of a plan are taken into a project that people edit (law 4).

#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/cmake_writer.h"
#include "tool/workspace/commit.h"
#include "tool/workspace/lock.h"
#include "tool/workspace/root.h"

namespace aibuild {

// The text of each such file as AIBuild wrote it: what merges start from.
inline constexpr std::string_view base_directory = ".aibuild/base/";

// What happened to a file of the project.
struct EmittedNote {
    std::string path;
    std::string what;        // "written", "merged with your edits", "kept: ...", "removed: ..."
    bool undecided = false;  // it will be said again: the person has something to decide
};

// The files to commit, with merges made, and the lock's new entries. Where a person's edit and the new text
// touch the same lines, or a file of that name is not AIBuild's, the new text goes beside it as
// NAME.aibuild-new.
struct ProjectFiles {
    std::vector<StagedFile> files;
    std::vector<std::string> obsolete;  // written before, as they were then, and no longer part of it
    std::vector<EmittedNote> notes;
};
ProjectFiles project_files(const Root& root, std::vector<EmittedFile> emitted, Lock& lock);

// The lock of a project; nothing where it has none.
std::optional<Lock> locked(const Root& root);

// The lock and its index as files to commit.
std::vector<StagedFile> lock_files(const Lock& lock);

}  // namespace aibuild
