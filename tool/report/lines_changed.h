#pragma once

#include <string_view>

#include "tool/report/known.h"

namespace aibuild {

// How many lines have to be taken out of `before` and put in to make `after`: the fewest that do (Myers, "An
// O(ND) Difference Algorithm", 1986).
LinesChanged lines_changed(std::string_view before, std::string_view after);

}  // namespace aibuild
