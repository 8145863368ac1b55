#include "tool/report/last_run.h"

#include <algorithm>
#include <set>

namespace aibuild {

namespace {

using Index = std::unordered_map<std::string_view, std::size_t>;

Index makers_of(const std::vector<GraphStep>& graph) {
    Index out;
    for (std::size_t n = 0; n < graph.size(); ++n) {
        out.emplace(graph[n].output, n);
        for (const std::string& path : graph[n].also) out.emplace(path, n);
    }
    return out;
}

class RunReader {
  public:
    RunReader(const Known& known, const Index& generated)
        : known_(known), makers_(makers_of(known.graph)), generated_(generated) {
        for (std::size_t n = 0; n + 1 < known.runs.size(); ++n) {
            for (const RunStep& step : known.runs[n].run.steps) {
                if (step.state == TaskState::succeeded) before_[step.output] = step.end_ms - step.start_ms;
            }
        }
    }

    ReportRun read() {
        const PastRun& last = known_.runs.back();
        ReportRun out;
        out.id = last.run.id;
        out.logged = last.logged;
        out.executor = last.run.executor;
        out.sandbox = last.run.sandbox;
        out.targets = last.run.targets;
        out.started_ms = last.run.started_ms;
        out.wall_ms = last.run.duration_ms;
        out.jobs = last.run.jobs;
        out.exit_code = last.run.exit_code;
        if (!last.logged) out.up_to_date = last.run.up_to_date;
        out.changes = last.run.changes;
        for (const RunStep& step : last.run.steps) out.steps.push_back(read_step(step));
        std::stable_sort(out.steps.begin(), out.steps.end(), [](const ReportStep& a, const ReportStep& b) {
            return std::pair(a.span.start_ms, a.span.end_ms) < std::pair(b.span.start_ms, b.span.end_ms);
        });
        connect(out.steps);
        measure(out);
        return out;
    }

  private:
    ReportStep read_step(const RunStep& step) const {
        ReportStep out;
        out.output = step.output;
        out.what = step.output;
        out.kind = "other";
        out.span.start_ms = step.start_ms;
        out.span.end_ms = std::max(step.start_ms, step.end_ms);
        out.state = step.state;
        out.exit_code = step.exit_code;
        out.reason = step.reason;
        out.printed = step.output_text;
        if (const auto maker = makers_.find(step.output); maker != makers_.end()) {
            const GraphStep& edge = known_.graph[maker->second];
            out.what = edge.what;
            out.kind = edge.kind;
            out.target = edge.target;
            for (const std::string& input : edge.inputs) {
                const auto path = project_path(input, known_.root);
                const auto file = path ? generated_.find(*path) : generated_.end();
                if (file != generated_.end()) out.generated.push_back(file->second);
            }
        }
        if (const auto found = before_.find(step.output); found != before_.end())
            out.before_ms = found->second;
        return out;
    }

    // What each waited for, of the steps that ran.
    void connect(std::vector<ReportStep>& steps) const {
        std::unordered_map<std::size_t, std::size_t> ran;  // index of the graph -> of the run
        for (std::size_t n = 0; n < steps.size(); ++n) {
            if (const auto maker = makers_.find(steps[n].output); maker != makers_.end())
                ran.emplace(maker->second, n);
        }
        for (const auto& [edge, n] : ran) {
            std::set<std::size_t> after;
            for (const auto* list : {&known_.graph[edge].inputs, &known_.graph[edge].after}) {
                for (const std::string& path : *list) {
                    const auto maker = makers_.find(path);
                    if (maker == makers_.end()) continue;
                    if (const auto found = ran.find(maker->second); found != ran.end() && found->second != n)
                        after.insert(found->second);
                }
            }
            steps[n].span.after.assign(after.begin(), after.end());
        }
    }

    static void measure(ReportRun& out) {
        std::vector<Span> spans;
        spans.reserve(out.steps.size());
        for (const ReportStep& step : out.steps) {
            spans.push_back(step.span);
            out.step_ms += step.span.took_ms();
            out.wall_ms = std::max(out.wall_ms, step.span.end_ms);
        }
        const std::vector<std::size_t> lane = lanes(spans);
        for (std::size_t n = 0; n < spans.size(); ++n) out.steps[n].lane = lane[n];
        out.levels = levels(spans);
        out.widest = widest(out.levels);
        for (const std::size_t n : critical_path(spans)) {
            out.steps[n].critical = true;
            out.critical_ms += spans[n].took_ms();
            out.critical.push_back({n, std::nullopt});
        }
        find_savings(spans, out);
    }

    // A replay of 100,000 steps takes 50 ms: of a path of a thousand the longest twenty have to do.
    static void find_savings(const std::vector<Span>& spans, ReportRun& out) {
        std::vector<CriticalStep*> longest;
        for (CriticalStep& each : out.critical) longest.push_back(&each);
        std::stable_sort(longest.begin(), longest.end(), [&](const CriticalStep* a, const CriticalStep* b) {
            return spans[a->step].took_ms() > spans[b->step].took_ms();
        });
        constexpr std::size_t affordable = 2'000'000;
        const std::size_t most =
            std::max<std::size_t>(20, affordable / std::max<std::size_t>(spans.size(), 1));
        longest.resize(std::min(longest.size(), most));
        const std::int64_t all = replay_ms(spans, out.widest);
        for (CriticalStep* each : longest)
            each->saves_ms = std::max<std::int64_t>(0, all - replay_ms(spans, out.widest, each->step));
    }

    const Known& known_;
    const Index makers_;
    const Index& generated_;
    std::unordered_map<std::string_view, std::int64_t> before_;  // what outputs took the last time before
};

}  // namespace

ReportRun last_run(const Known& known, const std::unordered_map<std::string_view, std::size_t>& generated) {
    return RunReader(known, generated).read();
}

}  // namespace aibuild
