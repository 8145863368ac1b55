#pragma once

#include <string>
#include <string_view>

#include "ninja-gen/plan.h"

namespace aibuild {

// The text of one file of a starter. What it is follows from the plan alone, which people may have edited
// since: they can rename targets, and remove or add some. Throws Error `builtin.file` for a file that is none
// of a starter's.
std::string starter_file(const Plan& plan, std::string_view path);

}  // namespace aibuild
