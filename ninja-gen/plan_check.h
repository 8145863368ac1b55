#pragma once

#include <string_view>

#include "ninja-gen/plan.h"

namespace aibuild {

// What a grammar can't say of a plan: names, paths, uses that exist, no circles. `text` is what the plan was
// read from. Throws Error with file, line and pointer; read_plan lists the rules.
void check_plan(const Plan& plan, std::string_view text, std::string_view file);

}  // namespace aibuild
