#pragma once

// The live view's block of lines, made from its model and nothing else.

#include <string>
#include <vector>

#include "tool/cli/style.h"
#include "tool/cli/view_model.h"

namespace aibuild {

struct ScreenSize {
    std::size_t width = 80, height = 24;
};

// At most height - 2 lines (but at least one) of at most width - 1 columns: a heading, what is under way,
// what waits for what, and what arrived last. Empty for a model that has no items.
std::vector<std::string> view_lines(const ViewModel& model, ViewTime now, ScreenSize size,
                                    const Style& style);

}  // namespace aibuild
