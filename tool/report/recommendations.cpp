// What follows from the times of a run. Each has its evidence, and none is made of small change: where
// nothing can be won that a person would notice, nothing is said.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "tool/report/amounts.h"
#include "tool/report/report_data.h"

namespace aibuild {

namespace {

// For less than this nobody changes a project, nor for less than a fifth of the run.
constexpr std::int64_t noticeable_ms = 5000;

bool noticeable(std::int64_t saves_ms, const ReportRun& run) {
    return saves_ms >= noticeable_ms && saves_ms * 5 >= run.wall_ms;
}

void one_step_dominates(const ReportRun& run, std::vector<Recommendation>& out) {
    for (const CriticalStep& each : run.critical) {
        const ReportStep& step = run.steps[each.step];
        const std::int64_t saves = each.saves_ms.value_or(0);
        if (!noticeable(saves, run) || step.span.took_ms() * 2 < run.critical_ms) continue;
        out.push_back(
            {fmt::format("Make `{}` shorter: split what it builds, or have less wait for it.", step.what),
             fmt::format(
                 "It takes {} of the {} of the critical path. Had it taken no time, the run would have "
                 "ended about {} earlier.",
                 duration_text(step.span.took_ms()), duration_text(run.critical_ms), duration_text(saves)),
             saves});
    }
}

// All that may run at once did so nearly all the time, and the graph has room for more.
void more_at_a_time(const ReportRun& run, std::vector<Recommendation>& out) {
    if (run.jobs <= 0 || run.widest < static_cast<std::size_t>(run.jobs)) return;
    const std::int64_t room = run.wall_ms * run.jobs;
    const std::int64_t saves = run.wall_ms - run.critical_ms;
    if (run.step_ms * 10 < room * 9 || !noticeable(saves, run) || run.critical_ms * 2 > run.wall_ms) return;
    out.push_back(
        {fmt::format("Run more than {} at a time (-j), if the machine has more processors, or share the "
                     "compiles with other machines.",
                     run.jobs),
         fmt::format("The {} slots were busy {} of the time, and the critical path is {} of {}.", run.jobs,
                     percent_text(static_cast<double>(run.step_ms) / static_cast<double>(room)),
                     duration_text(run.critical_ms), duration_text(run.wall_ms)),
         saves});
}

// Steps of a pool that could have begun while slots were free.
void pool_too_narrow(const ReportRun& run, const std::vector<GraphStep>& graph,
                     std::vector<Recommendation>& out) {
    if (run.jobs <= 0) return;
    std::unordered_map<std::string_view, bool> pooled;
    for (const GraphStep& step : graph) pooled.emplace(step.output, step.pooled);
    std::vector<Span> spans;
    for (const ReportStep& step : run.steps) spans.push_back(step.span);
    std::int64_t waited = 0;
    std::size_t count = 0;
    for (const ReportStep& step : run.steps) {
        const auto found = pooled.find(step.output);
        if (found == pooled.end() || !found->second) continue;
        std::int64_t ready = 0;
        for (const std::size_t needed : step.span.after) ready = std::max(ready, spans[needed].end_ms);
        std::int64_t idle = 0;
        for (std::size_t n = 0; n < run.levels.size(); ++n) {
            const std::int64_t from = std::max(ready, run.levels[n].at_ms);
            const std::int64_t to = std::min(
                step.span.start_ms, n + 1 < run.levels.size() ? run.levels[n + 1].at_ms : step.span.start_ms);
            if (to > from && run.levels[n].running < static_cast<std::size_t>(run.jobs)) idle += to - from;
        }
        if (idle < 100) continue;
        waited = std::max(waited, idle);
        ++count;
    }
    if (count == 0) return;
    const std::int64_t saves =
        std::max<std::int64_t>(0, run.wall_ms - replay_ms(spans, static_cast<std::size_t>(run.jobs)));
    if (!noticeable(saves, run)) return;
    out.push_back(
        {"Give the build more memory, or steps that need less: the pool that bounds them is what the run "
         "waited for.",
         fmt::format("{} of a pool were ready while slots were free, for up to {}. Without the pool the same "
                     "steps take about {}, {} at a time.",
                     counted(count, "step"), duration_text(waited), duration_text(run.wall_ms - saves),
                     run.jobs),
         saves});
}

}  // namespace

std::vector<Recommendation> recommendations(const ReportRun& run, const std::vector<GraphStep>& graph) {
    std::vector<Recommendation> out;
    one_step_dominates(run, out);
    more_at_a_time(run, out);
    pool_too_narrow(run, graph, out);
    std::stable_sort(out.begin(), out.end(), [](const Recommendation& a, const Recommendation& b) {
        return a.saves_ms > b.saves_ms;
    });
    return out;
}

}  // namespace aibuild
