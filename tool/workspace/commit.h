#pragma once

// All files of a change appear, or none (law 6, and "the directory exactly as it was").
//
// Files are first written whole to .aibuild/stage/, synced, and listed in .aibuild/stage/commit.json, whose
// appearance (one rename) is the decision. Then each is renamed to its place. Whoever is killed before the
// decision leaves a stage that the next run throws away; after it, the next run finishes the renames.
// Where a rename fails while we live, what was renamed is put back. stage.h has the protocol.

#include <string>
#include <vector>

#include "tool/workspace/root.h"

namespace aibuild {

struct StagedFile {
    std::string path;
    std::string text;
    bool may_replace = false;  // else an existing file with other bytes is an Error `file.exists`
    bool executable = false;
    bool own = false;  // AIBuild's own text (plan, lock, build files), which may go to a protected path;
                       // never to git's
};

// What is wrong with the paths alone, whatever is on the disk: throws Error `path.collision`,
// `path.protected`, `path.escape`, `path.limit`. For those who want to know before they have the texts;
// commit calls it too.
void check_paths(const std::vector<StagedFile>& files);

// Throws Error with everything as it was: `file.exists` (naming every such file), `file.changed` (somebody
// wrote to it while it was being staged), `path.collision` (two paths equal but for case, or one a directory
// of the other), `path.protected`, `path.escape`, `path.symlink`, `path.type`, `path.limit`, `disk.full`,
// `disk.read`, `disk.write`. Returns the paths whose bytes changed, in the order given. Called with the Hold
// of the directory.
std::vector<std::string> commit(const Root& root, const std::vector<StagedFile>& files);

// Finishes or throws away what a killed run left. Called with the Hold, before anything else is written. True
// where there was something. Throws Error `stage.foreign` for a stage that was not made in this directory.
bool recover(const Root& root);

}  // namespace aibuild
