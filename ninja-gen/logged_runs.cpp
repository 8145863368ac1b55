#include "ninja-gen/logged_runs.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_set>

namespace aibuild {

namespace {

constexpr std::int64_t millisecond = 1'000'000;
// The kernel's clock of files ticks every 4 to 10 ms, and the log's times are cut to milliseconds.
constexpr std::int64_t slack = 20 * millisecond;

// Lines that are of one run, and what they say of its start.
struct Piece {
    std::int64_t earliest = std::numeric_limits<std::int64_t>::min();
    std::int64_t latest = std::numeric_limits<std::int64_t>::max();
    std::vector<LogLine> lines;
    std::unordered_set<std::string_view> outputs;

    bool dated() const { return latest != std::numeric_limits<std::int64_t>::max(); }

    bool takes(const Piece& line) const {
        if (line.lines[0].entry.end_ms < lines.back().entry.end_ms || outputs.contains(line.lines[0].output))
            return false;
        return !dated() || !line.dated() || bounds_meet(line);
    }

    bool bounds_meet(const Piece& other) const {
        return earliest <= other.latest + slack && other.earliest <= latest + slack;
    }

    bool meets(const Piece& other) const {
        if (!dated() || !other.dated() || !bounds_meet(other)) return false;
        return std::none_of(other.lines.begin(), other.lines.end(),
                            [&](const LogLine& line) { return outputs.contains(line.output); });
    }

    void take(const Piece& other) {
        earliest = std::max(earliest, other.earliest);
        latest = std::min(latest, other.latest);
        lines.insert(lines.end(), other.lines.begin(), other.lines.end());
        outputs.insert(other.outputs.begin(), other.outputs.end());
    }
};

}  // namespace

std::vector<LoggedRun> logged_runs(const NinjaLog& log,
                                   const std::function<bool(std::string_view output)>& left_alone) {
    std::vector<Piece> pieces;
    for_each_line(log, [&](std::string_view output, const LogEntry& entry) {
        Piece line;
        line.lines.push_back({output, entry});
        line.outputs.insert(output);
        if (entry.mtime != 0 && !left_alone(output)) {
            line.earliest = entry.mtime - entry.end_ms * millisecond;
            line.latest = entry.mtime - entry.start_ms * millisecond;
        }
        if (!pieces.empty() && pieces.back().takes(line)) {
            pieces.back().take(line);
        } else {
            pieces.push_back(std::move(line));
        }
    });
    // Pieces that say nothing of their start stay where the log has them: after the one before.
    for (std::size_t n = 1; n < pieces.size(); ++n) {
        if (!pieces[n].dated()) pieces[n].earliest = pieces[n - 1].earliest;
    }
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](const Piece& a, const Piece& b) { return a.earliest < b.earliest; });
    std::vector<Piece> runs;
    for (Piece& piece : pieces) {
        if (!runs.empty() && runs.back().meets(piece)) {
            runs.back().take(piece);
        } else {
            runs.push_back(std::move(piece));
        }
    }
    std::vector<LoggedRun> out;
    for (Piece& run : runs) {
        // A file's time is that of its command's end up to version 5, of its beginning from then on.
        const std::int64_t started = log.version < 6 ? run.earliest : run.latest;
        out.push_back({run.dated() ? started : 0, std::move(run.lines)});
        std::sort(out.back().lines.begin(), out.back().lines.end(), [](const LogLine& a, const LogLine& b) {
            return std::tie(a.entry.start_ms, a.entry.end_ms, a.output) <
                   std::tie(b.entry.start_ms, b.entry.end_ms, b.output);
        });
    }
    return out;
}

}  // namespace aibuild
