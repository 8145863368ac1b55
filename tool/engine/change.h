#pragma once

// `aibuild-gen change "..."`: a change in the person's words becomes a new plan, and new texts of the files
// that it concerns. Readable top to bottom in change.cpp: show the plan and the files as people left them -
// ask what changes - show that and ask the person - ask for the files that change and those that are new -
// merge and commit all of it.
//
// A model is shown every text as it stands, edits included, so that it changes what is there and not what
// once was. What it answers is merged from the recorded base all the same: an edit that it forgot stays. What
// the plan's new words alone would make stale, and the model did not list, it has declared to hold: the lock
// records that, so that nothing is asked for behind the person's back afterwards.

#include "tool/engine/generate.h"

namespace aibuild {

struct ChangeOptions : GenerateOptions {
    std::string description;  // what is to be different
};

// Returns what happened to each file. Throws Error with the project exactly as it was.
std::vector<MergeNote> change(const ChangeOptions& options, FilesTalk& talk);

}  // namespace aibuild
