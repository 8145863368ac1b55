#include "ninja-gen/ninja_runs.h"

#include <algorithm>

namespace aibuild {

namespace {

constexpr std::int64_t millisecond = 1'000'000;
// What commands do after their outputs were written, all of a run, on a machine with ten times the work that
// it can do.
constexpr std::int64_t in_doubt = 250 * millisecond;

}  // namespace

// The log's times are cut to milliseconds.
NinjaRuns::NinjaRuns(const NinjaLog& log, std::int64_t tick,
                     const std::function<bool(std::string_view output)>& left_alone)
    : slack_(tick + millisecond) {
    std::vector<LogEntry> entries = all_lines(log, left_alone);
    std::erase_if(entries, [](const LogEntry& entry) { return entry.mtime == 0; });
    std::sort(entries.begin(), entries.end(),
              [](const LogEntry& a, const LogEntry& b) { return a.mtime < b.mtime; });
    for (const LogEntry& entry : entries) {
        const std::int64_t earliest = entry.mtime - entry.end_ms * millisecond;
        const std::int64_t latest = entry.mtime - entry.start_ms * millisecond;
        if (runs_.empty() || earliest > runs_.back().latest + slack_) {
            runs_.push_back({entry.mtime, entry.mtime, earliest, latest});
            continue;
        }
        Run& run = runs_.back();
        run.last = entry.mtime;
        // Else its command left an older output as it was: that tells nothing.
        if (latest < run.earliest - slack_) continue;
        run.earliest = std::max(run.earliest, earliest);
        run.latest = std::min(run.latest, latest);
    }
    if (runs_.empty()) return;
    // From here on `earliest` is what is taken for the start.
    const std::int64_t bound = runs_.back().earliest;
    for (Run& run : runs_)
        run.earliest = std::min(run.earliest + in_doubt, std::max(run.earliest, run.latest));
    Run& last = runs_.back();
    const std::int64_t told = log.written - log.last_end_ms * millisecond;
    if (told >= bound && told <= last.latest + slack_) last.earliest = told;
}

std::int64_t NinjaRuns::began(const LogEntry& entry) const {
    const auto after = std::upper_bound(runs_.begin(), runs_.end(), entry.mtime,
                                        [](std::int64_t time, const Run& run) { return time < run.first; });
    const std::int64_t own = entry.mtime - (entry.end_ms - entry.start_ms) * millisecond;
    if (after == runs_.begin()) return own + slack_;
    return std::max(own, std::prev(after)->earliest + entry.start_ms * millisecond) + slack_;
}

}  // namespace aibuild
