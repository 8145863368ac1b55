#include "ninja-gen/logged_runs.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_map>
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

// A line of which nobody knows when its output was written, among those around it in the log.
struct Loose {
    Piece line;
    std::size_t before = 0;  // so many dated lines stand above it
};

// What is left alone has the time of an input, which is no later than the end of its command.
bool may_be_of(const Loose& loose, const Piece& run) {
    return loose.line.earliest <= run.latest + slack && !run.outputs.contains(loose.line.lines[0].output);
}

class Runs {
  public:
    Runs(const NinjaLog& log, const std::function<bool(std::string_view output)>& left_alone) {
        for_each_line(log, [&](std::string_view output, const LogEntry& entry) {
            Piece line;
            line.lines.push_back({output, entry});
            line.outputs.insert(output);
            if (entry.mtime != 0) line.earliest = entry.mtime - entry.end_ms * millisecond;
            // From version 6 on the time is that of the command's beginning, whatever became of its output.
            if (entry.mtime == 0 || (log.version < 6 && left_alone(output))) {
                loose_.push_back({std::move(line), dated_.size()});
                return;
            }
            line.latest = entry.mtime - entry.start_ms * millisecond;
            dated_.push_back({output, entry});
            add(pieces_, std::move(line));
        });
        join();
        for (Loose& loose : loose_) place(loose);
    }

    std::vector<Piece> take() { return std::move(runs_); }

  private:
    static void add(std::vector<Piece>& pieces, Piece line) {
        if (!pieces.empty() && pieces.back().takes(line)) {
            pieces.back().take(line);
        } else {
            pieces.push_back(std::move(line));
        }
    }

    void join() {
        std::stable_sort(pieces_.begin(), pieces_.end(),
                         [](const Piece& a, const Piece& b) { return a.earliest < b.earliest; });
        for (Piece& piece : pieces_) {
            if (!runs_.empty() && runs_.back().meets(piece)) {
                runs_.back().take(piece);
                in_order_ = false;
            } else {
                runs_.push_back(std::move(piece));
            }
        }
        for (std::size_t n = 0; n < runs_.size(); ++n) {
            for (const LogLine& line : runs_[n].lines) run_of_.emplace(line.output.data(), n);
        }
    }

    // Between two lines of one run it is of that run, and in a log that is in order, of its neighbour's.
    // Elsewhere neighbours tell nothing, and it is of the first run that can have had it.
    void place(Loose& loose) {
        const LogLine line = loose.line.lines[0];
        Piece *above = nullptr, *below = nullptr;
        if (loose.before > 0 && dated_[loose.before - 1].entry.end_ms <= line.entry.end_ms)
            above = run_of(loose.before - 1);
        if (loose.before < dated_.size() && line.entry.end_ms <= dated_[loose.before].entry.end_ms)
            below = run_of(loose.before);
        Piece* found = nullptr;
        for (Piece* each : {above, below}) {
            if (found == nullptr && each != nullptr && (above == below || in_order_) &&
                may_be_of(loose, *each))
                found = each;
        }
        for (std::size_t n = 0; n < runs_.size() && found == nullptr; ++n) {
            if (may_be_of(loose, runs_[n])) found = &runs_[n];
        }
        if (found == nullptr) {
            add(runs_, std::move(loose.line));
            return;
        }
        found->lines.push_back(line);
        found->outputs.insert(line.output);
    }

    // Lines are told apart by where their outputs stand in the text.
    Piece* run_of(std::size_t dated) { return &runs_[run_of_.at(dated_[dated].output.data())]; }

    std::vector<Piece> pieces_, runs_;
    std::vector<LogLine> dated_;
    std::vector<Loose> loose_;
    std::unordered_map<const char*, std::size_t> run_of_;
    bool in_order_ = true;  // as far as can be seen: no two pieces were of one run
};

}  // namespace

std::vector<LoggedRun> logged_runs(const NinjaLog& log,
                                   const std::function<bool(std::string_view output)>& left_alone) {
    std::vector<LoggedRun> out;
    for (Piece& run : Runs(log, left_alone).take()) {
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
