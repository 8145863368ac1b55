#include "tool/report/history.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace aibuild {

namespace {

// An edge with several outputs has a line for each, with the same times.
BuildRun run_of(const LoggedRun& logged, const std::string& executor, const EdgeOf& edge_of) {
    BuildRun run;
    run.executor = executor;
    run.started_ms = logged.started / 1'000'000;
    std::unordered_set<std::string> seen;
    for (const LogLine& line : logged.lines) {
        std::string edge = edge_of(line.output);
        if (!seen.insert(edge).second) continue;
        RunStep step;
        step.output = std::move(edge);
        step.start_ms = line.entry.start_ms;
        step.end_ms = line.entry.end_ms;
        run.duration_ms = std::max(run.duration_ms, step.end_ms);
        run.steps.push_back(std::move(step));
    }
    std::stable_sort(run.steps.begin(), run.steps.end(),
                     [](const RunStep& a, const RunStep& b) { return a.end_ms < b.end_ms; });
    return run;
}

// Began while it ran, and has a step of it: two runs of one directory don't overlap.
bool is_record_of(const BuildRun& recorded, const BuildRun& logged) {
    constexpr std::int64_t slack = 250;
    if (logged.started_ms != 0 && (logged.started_ms < recorded.started_ms - slack ||
                                   logged.started_ms > recorded.started_ms + recorded.duration_ms + slack))
        return false;
    return std::any_of(logged.steps.begin(), logged.steps.end(), [&](const RunStep& step) {
        return std::any_of(recorded.steps.begin(), recorded.steps.end(), [&](const RunStep& known) {
            return known.output == step.output && known.state == TaskState::succeeded;
        });
    });
}

}  // namespace

std::vector<PastRun> history(std::vector<BuildRun> recorded, const std::vector<LoggedRun>& logged,
                             const std::string& executor, const EdgeOf& edge_of) {
    std::vector<PastRun> out;
    out.reserve(recorded.size() + logged.size());
    for (BuildRun& run : recorded) out.push_back({std::move(run), false});
    const std::size_t records = out.size();
    for (const LoggedRun& each : logged) {
        BuildRun run = run_of(each, executor, edge_of);
        const bool known = std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(records),
                                       [&](const PastRun& past) { return is_record_of(past.run, run); });
        if (!known) out.push_back({std::move(run), true});
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const PastRun& a, const PastRun& b) { return a.run.started_ms < b.run.started_ms; });
    return out;
}

}  // namespace aibuild
