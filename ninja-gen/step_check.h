#pragma once

// What a grammar can't say of custom steps and of what uses them.

#include <string_view>

#include "ninja-gen/plan.h"

namespace aibuild {

// Throws Error with file, line and pointer: `plan.name`, `plan.duplicate`, `plan.path`, `plan.command` (a
// word that can't be one, a program that none can be), `plan.depfile`, `plan.output` (none, one that is not
// the step's own, one that two make), `plan.input` (one that no step makes, one that the step itself makes),
// `plan.generated` (what a target can't do with it), `plan.unknown-step`, `plan.unused-step`.
void check_steps(const Plan& plan, std::string_view text, std::string_view file);

// Throws Error `plan.cycle`, which shows the whole circle, where targets and steps need each other in one.
// All names that the plan uses are known by then.
void check_cycles(const Plan& plan, std::string_view text, std::string_view file);

}  // namespace aibuild
