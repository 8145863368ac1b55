#pragma once

// New texts of generated files, merged into those that people edited (law 4).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/plan.h"
#include "tool/engine/declared.h"
#include "tool/workspace/commit.h"
#include "tool/workspace/lock.h"
#include "tool/workspace/root.h"

namespace aibuild {

struct NewText {
    std::string text;
    LockedFile locked;                    // its entry in the lock from now on
    std::optional<std::string> ancestor;  // of which it is a new version; nothing where that is lost
};

// What happened to a file of the project.
struct MergeNote {
    std::string path;
    std::string what;  // "written", "merged with your edits", "2 conflicts ...", "kept: ...", "removed: ..."
    bool conflict = false;  // the person has something to decide
};

struct MergedFiles {
    std::vector<StagedFile> files;
    std::vector<std::string> obsolete;  // to be removed once the others are there
    std::vector<MergeNote> notes;
};

// Makes in each person's text the change that leads from the ancestor to the new one, and enters it into the
// lock. Where both changed the same lines, git's markers show both. Where the ancestor is lost, or the
// person's text is none that can be merged by lines, the new text goes beside as NAME.aibuild-new.
MergedFiles merged_files(const Root& root, std::map<std::string, NewText> texts, Lock& lock);

// Files that were generated and that the plan does not list any more leave the lock; those that nobody
// edited, and that no target or step names, are removed.
void drop_unplanned(const Root& root, const Plan& plan, Lock& lock, MergedFiles& out);

// The same of what a CMake project declares: who is gone and declared no more leaves the lock. What is there
// may be declared in another build directory, and stays.
void drop_undeclared(const Root& root, const Declared& declared, Lock& lock, MergedFiles& out);

// Numbers of the lines at which git's markers of a conflict begin.
std::vector<std::size_t> conflict_lines(std::string_view text);

}  // namespace aibuild
