#pragma once

// Why the steps of a recorded run ran, where nobody could tell when it was recorded: of a build directory
// without a plan `aibuild-gen build` records which files of the project had changed, and which steps ran.

#include <functional>
#include <string>
#include <vector>

#include "tool/state/run.h"

namespace aibuild {

// What a step read, as ninja and compilers told: files of the project by path from its root, what other steps
// make by the first output of these.
using ReadBy = std::function<std::vector<std::string>(const std::string& output)>;

// A step that reads a file that had changed, or what was made in the same run, ran for that: "src/a.c had
// changed", "libwords.a was made". Where neither is so, its reason stays empty.
void find_reasons(BuildRun& run, const ReadBy& read_by);

// The path that such a reason is about; empty for another one.
std::string subject_of(const std::string& reason);

}  // namespace aibuild
