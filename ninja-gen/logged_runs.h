#pragma once

// The runs of ninja that a .ninja_log tells of: which of its lines belong together, and when each run began.
//
// The log has no mark between runs, and its times count from the start of a ninja that it does not name. Two
// things tell runs apart: lines come in the order in which commands end, so that an end before the one above
// it is another run; and every line bounds when its ninja started (its file's time less its command's end, at
// the earliest; less its beginning, at the latest), so that lines whose bounds do not meet are of two runs,
// also where the second one took longer. A ninja that rewrites its log puts the lines into no order at all:
// then pieces whose bounds meet are one run.

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "ninja-gen/ninja_log.h"

namespace aibuild {

struct LogLine {
    std::string_view output;  // in NinjaLog::text
    LogEntry entry;
};

struct LoggedRun {
    std::int64_t started = 0;  // ns since the epoch, within some ms; 0 where the log does not tell
    std::vector<LogLine>
        lines;  // by beginning, then end, then output; an edge with several outputs has several
};

// Oldest first. What later runs replaced is there too, until ninja drops it. Lines of outputs that
// `left_alone` (restat, build.ninja itself) may have an input's time: they go with the lines around them, or
// to the first run that is late enough.
std::vector<LoggedRun> logged_runs(const NinjaLog& log,
                                   const std::function<bool(std::string_view output)>& left_alone);

}  // namespace aibuild
