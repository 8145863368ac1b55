#pragma once

// `aibuild-gen generate`: makes what is missing and what is stale of a project, and nothing else.
//
// Which files these are, file_standing.h tells. Where a stale one is shown another that is made again, it is
// asked for only if that text really changes: a header that comes back as it was costs no more than itself.
// A stale file is asked for with its present base in the request, to be changed as little as possible; from
// nothing only where that was asked and paid for before, where another model or template is to write it, and
// by the built-in planner, which can't edit. What comes back is merged into the person's text.
//
// Of files that a person names those alone are made, and what they are shown that is missing: a stale header
// is shown as it is. The others are told, and stay stale.
//
// Of a CMake project it makes what its lists declare (declared.h). One build directory need not declare all
// that another does, so that what is not declared in this one stays as it is.

#include <filesystem>
#include <string>
#include <vector>

#include "tool/engine/merged_files.h"
#include "tool/engine/talk.h"
#include "tool/settings/key.h"
#include "tool/settings/settings.h"

namespace aibuild {

struct GenerateOptions {
    std::filesystem::path root;
    std::filesystem::path build;     // of a CMake project that declares files; empty: ROOT/build
    std::vector<std::string> files;  // only these, as a person names them; empty: all
    ToolSettings settings;           // who is asked, and how much it may take
    TakenKeys keys;                  // of the environment
    std::filesystem::path replay;    // a project or recording whose answers are to be used alone; empty: none
    bool yes = false;
    bool dry_run = false;  // only say what would be asked
    std::string program;   // this aibuild-gen, absolute
};

// Returns what happened to each file; nothing where there was nothing to do. Throws Error with the project
// exactly as it was.
std::vector<MergeNote> generate(const GenerateOptions& options, FilesTalk& talk);

}  // namespace aibuild
