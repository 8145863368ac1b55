#pragma once

#include <memory>
#include <string_view>

#include "tool/cli/view_lines.h"
#include "tool/engine/progress.h"

namespace aibuild {

enum class LiveMode : unsigned char { automatic, always, never };

// Of the setting `progress`: auto, always or never.
LiveMode live_mode(std::string_view word);

void to_standard_error(std::string_view text);
void to_standard_output(std::string_view text);
ScreenSize size_of_terminal();

// On standard error: the live view where it is a terminal that can be drawn on (or `always`), else plain
// lines. Standard output is never touched.
std::unique_ptr<Progress> progress_for(LiveMode mode);

}  // namespace aibuild
