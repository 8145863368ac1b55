#pragma once

#include <memory>

#include "tool/engine/progress.h"

namespace aibuild {

enum class LiveMode : unsigned char { automatic, always, never };

// On standard error: the live view where it is a terminal that can be drawn on (or `always`), else plain
// lines. Standard output is never touched.
std::unique_ptr<Progress> progress_for(LiveMode mode);

}  // namespace aibuild
