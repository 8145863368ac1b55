#pragma once

// The last stage of `generate` and `change`: what was answered becomes part of the project, all of it or
// none.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/engine/merged_files.h"
#include "tool/engine/open_project.h"
#include "tool/engine/talk.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"

namespace aibuild {

struct TakeIn {
    std::map<std::string, NewText> texts;  // by path
    std::vector<std::string> keys;         // of the responses that it all came from, which `store` has
    std::map<std::string, Task> tasks;     // what ran, for the state
    std::string program;                   // this aibuild-gen, absolute
    bool all = true;                       // of the plan: what it lists no more goes
};

// Throws Error `plan.*` and `toolchain.missing` where the project's plan can't be built here: before anything
// is asked for.
void check_buildable(const OpenProject& project);

// The hold of the project's build directory, which a build has while it runs: a file that is replaced under a
// compiler would be in half of the program. Nothing where there is no such directory yet. Throws as Hold
// does.
std::optional<Hold> hold_build(const OpenProject& project, std::string_view command, const SayWaiting& wait);

// Asks about what steps run, merges, and commits: texts, plan, lock, CMake files, responses. Then emits. Of a
// CMake project that declares files only texts, lock and responses are committed, after they were shown as
// diffs and agreed to: its build files are its people's own. Called with the Hold of the directory and that
// of its build directory. Throws Error `file.changed` where the plan, or what is declared, was changed since
// the project was opened, `consent.*`, and what commit and emit throw.
std::vector<MergeNote> take_in(OpenProject& project, TakeIn what, const ResponseStore& store,
                               FilesTalk& talk);

}  // namespace aibuild
