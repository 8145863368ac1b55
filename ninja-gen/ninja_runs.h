#pragma once

// When the commands of a .ninja_log of version 5 began, which that log does not say: its times count from the
// start of a ninja, and when that was is nowhere.
//
// Every line bounds it: an output was written while its command ran, so that its time less the command's end
// is the earliest that its ninja can have started, less the command's beginning the latest. Runs of ninja
// follow each other, so that in the order of the outputs' times the lines of a run lie together, even after
// ninja has written the log anew in another order, and what bounds one of them bounds all: also those that a
// later run has replaced. Of a run's bounds
// the earliest start is near: some command of it writes its output last (an archive, a stamp). For the last
// run the log's own time tells too, as ninja writes a line when its command has ended.

#include <cstdint>
#include <vector>

#include "ninja-gen/ninja_log.h"

namespace aibuild {

class NinjaRuns {
  public:
    // File times are behind by up to `tick` ns, the clock of the kernel. Lines of outputs that `left_alone`
    // may say nothing of when their commands ran: where an output stays as it is (restat), the time in the
    // log is that of an input.
    NinjaRuns(const NinjaLog& log, std::int64_t tick,
              const std::function<bool(std::string_view output)>& left_alone);

    // From when on, in ns since the epoch, an edit is later than the command's beginning: of the last run a
    // few ms after it, in which no compiler has read its source; of an earlier one up to a quarter of a
    // second, because somebody who edits and runs ninja at once is much commoner than an edit in that time.
    std::int64_t began(const LogEntry& entry) const;

  private:
    struct Run {
        std::int64_t first = 0, last = 0;       // of its outputs' times
        std::int64_t earliest = 0, latest = 0;  // start of its ninja
    };

    std::int64_t slack_;
    std::vector<Run> runs_;
};

}  // namespace aibuild
