#pragma once

// What a person says of files that they edited: `diff`, `accept`, `revert`, `own`. None of it asks a model.

#include <filesystem>
#include <string>
#include <vector>

#include "tool/engine/merged_files.h"
#include "tool/engine/talk.h"
#include "tool/settings/settings.h"

namespace aibuild {

struct EditedFilesOptions {
    std::filesystem::path root;
    std::filesystem::path build;     // of a CMake project that declares files; empty: ROOT/build
    std::vector<std::string> paths;  // from the root, or absolute
    bool all = false;                // in place of paths: every file that is edited, or stale
    ToolSettings settings;           // whether a hold is waited for
};

// Unified diffs from what was generated to what is there, of the files that are named; of all that differ
// where none is. An accepted file has two: what was accepted, and what was edited since. Where a new text
// stands beside a file, NAME.aibuild-new, there is one more, from the person's text to it. Throws Error
// `file.unknown`, `file.lost` where what was generated is in no store any more.
std::string diff_files(const EditedFilesOptions& options);

// The present text of a file becomes its base, and holds for the plan as it is: it is edited and stale no
// longer. What is shown it is stale from then on, and named. Throws Error `file.unknown`, `file.missing`,
// `merge.unresolved`, `accept.emitted` for a file that is made from the plan.
std::vector<MergeNote> accept_files(const EditedFilesOptions& options, Talk& talk);

// Back to the base. What was there is kept in .aibuild/backup/, which the notes name. Asks before. Throws
// Error `file.unknown`, `file.lost`, `consent.declined`.
std::vector<MergeNote> revert_files(const EditedFilesOptions& options, FilesTalk& talk);

// From now on the file is the person's: AIBuild shows it to models and never writes it. With `release` it is
// given back, as it is then. Throws Error as accept_files, and `own.generated` for one to be given back that
// was never generated.
std::vector<MergeNote> own_files(const EditedFilesOptions& options, bool release, Talk& talk);

}  // namespace aibuild
