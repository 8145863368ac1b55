#pragma once

// What the custom steps of a plan run, as the person at this machine is asked about it (law 12).
//
// A consent covers the step's command, inputs and outputs as the plan has them, and the bytes of those files
// of the project that are run rather than read, so that another script is another question, and other data
// is none. A file is run
//
//   where the command names it behind an interpreter (`python3 {in:0}`, `env FOO=1 sh {in:0}`): the first one
//   where it begins with #!
//   where the command names it in any other way than by {in}: {source_dir}/tools/x.sh, ../tools/x.sh
//   where it ends like one of those, as the modules of a script do
//
// A program of the project, {target:NAME}, is built from its sources like its tests, which run too.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/language_check.h"
#include "tool/workspace/consent.h"

namespace aibuild {

// At most `most` bytes of a file of the project; nothing where there is no such file.
using ReadProjectFile = std::function<std::optional<std::string>(const std::string& path, std::size_t most)>;

struct StepRuns {
    std::vector<ConsentItem> items;    // one a step
    std::vector<std::string> scripts;  // files of the project that are run: sorted, each once
};

// Throws Error `plan.script` for a script that is not there, and `plan.path` for one whose name ninja's
// reader of depfiles takes apart.
StepRuns step_runs(const PlanText& plan, const ReadProjectFile& read);

}  // namespace aibuild
