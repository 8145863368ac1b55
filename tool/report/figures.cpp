#include "tool/report/figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tool/report/amounts.h"

namespace aibuild {

namespace {

constexpr double width = 1120, gutter = 34, right = 6;

// 1, 2 or 5 times a power of ten, for about eight ticks.
std::int64_t tick_distance(std::int64_t wall_ms) {
    std::int64_t power = 1;
    while (power * 80 < wall_ms) power *= 10;
    for (const std::int64_t factor : {1, 2, 5, 10}) {
        if (wall_ms / (factor * power) <= 9) return factor * power;
    }
    return 10 * power;
}

std::string_view base_name(std::string_view what) {
    const std::size_t slash = what.rfind('/');
    return slash == std::string_view::npos ? what : what.substr(slash + 1);
}

class Timeline {
  public:
    Timeline(Markup& out, const ReportRun& run)
        : out_(out),
          run_(run),
          scale_((width - gutter - right) / static_cast<double>(std::max<std::int64_t>(run.wall_ms, 1))) {
        std::size_t lanes = 0;
        for (const ReportStep& step : run.steps) lanes = std::max(lanes, step.lane + 1);
        lane_ = lanes <= 12 ? 19 : lanes <= 32 ? 13 : 7;
        bottom_ = top + lane_ * static_cast<double>(lanes) + 4;
    }

    void draw() {
        out_.tag("<svg class=\"timeline\" viewBox=\"0 0 1120 ").number(bottom_ + 20);
        out_.tag("\" role=\"group\" aria-label=\"Timeline of ").number(run_.steps.size());
        out_.tag(" steps over ")
            .text(duration_text(run_.wall_ms))
            .tag("; the table of all steps has the same in words\">\n");
        axis();
        concurrency();
        bars();
        path();
        out_.tag("</svg>\n");
    }

  private:
    double x(std::int64_t ms) const { return gutter + static_cast<double>(ms) * scale_; }
    double y(std::size_t lane) const { return top + lane_ * static_cast<double>(lane); }

    void axis() {
        const std::int64_t distance = tick_distance(run_.wall_ms);
        for (std::int64_t at = 0; at <= run_.wall_ms; at += distance) {
            out_.tag("<line class=\"grid\" x1=\"").number(x(at)).tag("\" x2=\"").number(x(at));
            out_.tag("\" y1=\"4\" y2=\"").number(bottom_).tag("\"/><text class=\"tick\" text-anchor=\"");
            out_.tag("middle")
                .tag("\" x=\"")
                .number(std::min(std::max(x(at), 16.0), width - 22))
                .tag("\" y=\"");
            out_.number(bottom_ + 14).tag("\">").text(at == 0 ? "0" : duration_text(at)).tag("</text>\n");
        }
    }

    void concurrency() {
        const double floor = top - 12, height = floor - 8;
        const double one = height / static_cast<double>(std::max<std::size_t>(run_.widest, 1));
        const auto level = [&](std::size_t running) { return floor - one * static_cast<double>(running); };
        out_.tag("<path class=\"area\" d=\"M").number(x(0)).tag(" ").number(floor);
        for (const Level& each : run_.levels)
            out_.tag("H").number(x(each.at_ms)).tag("V").number(level(each.running));
        out_.tag("H").number(x(run_.wall_ms)).tag("V").number(floor).tag("Z\"><title>");
        out_.text(counted(run_.widest, "step")).tag(" at once at most, ");
        out_.number(average()).tag(
            " on average</title></path>\n<line class=\"axis\" x1=\"34\" x2=\"1114\" y1=\"");
        out_.number(floor).tag("\" y2=\"").number(floor).tag("\"/>");
        out_.tag("<text class=\"tick\" text-anchor=\"end\" x=\"28\" y=\"")
            .number(level(run_.widest) + 8)
            .tag("\">");
        out_.number(run_.widest)
            .tag("</text><text class=\"tick\" text-anchor=\"end\" x=\"28\" y=\"")
            .number(floor);
        out_.tag("\">0</text>\n");
    }

    double average() const {
        return run_.wall_ms == 0 ? 0 : static_cast<double>(run_.step_ms) / static_cast<double>(run_.wall_ms);
    }

    // Of very many the longest, those of the path, and those that failed.
    std::vector<bool> drawn() const {
        std::vector<bool> out(run_.steps.size(), true);
        if (run_.steps.size() <= most_bars) return out;
        std::vector<std::size_t> order(run_.steps.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return run_.steps[a].span.took_ms() > run_.steps[b].span.took_ms();
        });
        for (std::size_t n = most_bars; n < order.size(); ++n) {
            const ReportStep& step = run_.steps[order[n]];
            out[order[n]] = step.critical || step.state == TaskState::failed;
        }
        return out;
    }

    void bars() {
        const std::vector<bool> draw = drawn();
        for (std::size_t n = 0; n < run_.steps.size(); ++n) {
            const ReportStep& step = run_.steps[n];
            if (draw[n]) {
                bar(n, step);
            }
        }
        rest(draw);
    }

    void bar(std::size_t n, const ReportStep& step) {
        const double left = x(step.span.start_ms);
        const double wide = std::max(0.8, x(step.span.end_ms) - left - 0.6);
        const bool failed = step.state == TaskState::failed;
        out_.tag("<a href=\"#s").number(n).tag("\" tabindex=\"-1\"");
        if (failed) {
            out_.tag(" class=\"failedstep\"");
        } else if (step.critical) {
            out_.tag(" class=\"critical\"");
        }
        out_.tag("><rect class=\"step ").tag(class_of(step.kind)).tag("\" x=\"").number(left).tag("\" y=\"");
        out_.number(y(step.lane))
            .tag("\" width=\"")
            .number(wide)
            .tag("\" height=\"")
            .number(lane_ - 2)
            .tag("\"/>");
        if (!step.generated.empty()) {
            out_.tag("<rect class=\"model\" x=\"")
                .number(left)
                .tag("\" y=\"")
                .number(y(step.lane) + lane_ - 4);
            out_.tag("\" width=\"").number(wide).tag("\" height=\"2\"/>");
        }
        if (lane_ > 12 && wide > 40) {
            std::string label = failed ? "\u2717 " : "";
            label += base_name(step.what);
            out_.tag("<text x=\"")
                .number(left + 4)
                .tag("\" y=\"")
                .number(y(step.lane) + lane_ / 2 + 2.6)
                .tag("\">");
            out_.text(fitted(label, wide - 8)).tag("</text>");
        }
        out_.tag("<title>").text(step.what).tag(": ").text(duration_text(step.span.took_ms())).tag(", from ");
        out_.text(duration_text(step.span.start_ms)).tag(" on");
        if (failed) out_.tag("; failed");
        if (step.critical) out_.tag("; on the critical path");
        if (!step.generated.empty())
            out_.tag("; reads ").text(counted(step.generated.size(), "generated file"));
        out_.tag("</title></a>\n");
    }

    // What is not drawn by itself, as one path of a lane.
    void rest(const std::vector<bool>& draw) {
        std::vector<std::size_t> few;
        for (std::size_t n = 0; n < draw.size(); ++n) {
            if (!draw[n]) few.push_back(n);
        }
        if (few.empty()) return;
        out_.tag("<path class=\"step other\" d=\"");
        std::vector<double> last(run_.steps.size(), -1);
        for (const std::size_t n : few) {
            const ReportStep& step = run_.steps[n];
            const double from = std::floor(x(step.span.start_ms));
            // One mark a pixel says as much as a hundred.
            if (last[step.lane] >= from) continue;
            last[step.lane] = from;
            out_.tag("M").number(from).tag(" ").number(y(step.lane)).tag("h1v").number(lane_ - 2).tag("h-1z");
        }
        out_.tag("\"><title>").text(counted(few.size(), "shorter step")).tag("</title></path>\n");
    }

    void path() {
        if (run_.critical.size() < 2) return;
        out_.tag("<path class=\"link\" d=\"");
        for (std::size_t n = 1; n < run_.critical.size(); ++n) {
            const ReportStep& a = run_.steps[run_.critical[n - 1].step];
            const ReportStep& b = run_.steps[run_.critical[n].step];
            const double half = (lane_ - 2) / 2;
            out_.tag("M").number(x(a.span.end_ms)).tag(" ").number(y(a.lane) + half);
            out_.tag("L").number(x(b.span.start_ms)).tag(" ").number(y(b.lane) + half);
        }
        out_.tag("\"><title>The critical path: ").text(counted(run_.critical.size(), "step"));
        out_.tag(", ").text(duration_text(run_.critical_ms)).tag("</title></path>\n");
    }

    static constexpr double top = 82;
    Markup& out_;
    const ReportRun& run_;
    const double scale_;
    double lane_ = 0, bottom_ = 0;
};

}  // namespace

std::string fitted(std::string_view whole, double room) {
    constexpr double letter = 5.9;  // of 11 px, on average
    std::string text = shown(whole);
    const auto most = static_cast<std::size_t>(std::max(0.0, room / letter));
    std::size_t count = 0;
    for (std::size_t n = 0; n < text.size(); ++n) {
        if ((static_cast<unsigned char>(text[n]) & 0xc0U) == 0x80U) continue;
        if (++count <= most) continue;
        // Room for the ellipsis, too.
        std::size_t end = n;
        while (end > 0 && (static_cast<unsigned char>(text[--end]) & 0xc0U) == 0x80U) {
        }
        return text.substr(0, end) + "\u2026";
    }
    return text;
}

Literal class_of(std::string_view kind) {
    if (kind == "compile") return "compile";
    if (kind == "product") return "product";
    if (kind == "test") return "test";
    if (kind == "custom") return "custom";
    if (kind == "scan") return "scan";
    return "other";
}

void draw_timeline(Markup& out, const ReportRun& run) {
    Timeline(out, run).draw();
}

void draw_history(Markup& out, const std::vector<RunSummary>& history) {
    constexpr std::size_t most_runs = 40;
    const std::size_t first = history.size() > most_runs ? history.size() - most_runs : 0;
    std::int64_t most = 1;
    for (std::size_t n = first; n < history.size(); ++n) most = std::max(most, history[n].wall_ms);
    const double all = static_cast<double>(history.size() - first) * 14 + 2;
    out.tag("<svg role=\"img\" aria-label=\"How long the last runs took\" viewBox=\"0 0 ")
        .number(all)
        .tag(" 44\" width=\"");
    out.number(all).tag("\" height=\"44\">");
    for (std::size_t n = first; n < history.size(); ++n) {
        const RunSummary& run = history[n];
        const double high = std::max(1.0, 40 * static_cast<double>(run.wall_ms) / static_cast<double>(most));
        out.tag("<rect class=\"").tag(run.failed > 0 ? Literal("bad") : Literal("compile"));
        out.tag(n + 1 == history.size() ? Literal("\"") : Literal(" step\""))
            .tag(" fill=\"currentColor\" x=\"");
        out.number(static_cast<double>(n - first) * 14 + 1)
            .tag("\" y=\"")
            .number(42 - high)
            .tag("\" width=\"11\" height=\"");
        out.number(high)
            .tag("\"><title>")
            .text(duration_text(run.wall_ms))
            .tag(", ")
            .text(counted(run.steps, "step"));
        if (run.failed > 0) out.tag(", ").number(run.failed).tag(" failed");
        out.tag("</title></rect>");
    }
    out.tag("</svg>\n");
}

void draw_bar(Markup& out, double share, std::string_view kind) {
    out.tag("<svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"")
        .tag(class_of(kind));
    out.tag("\" width=\"").number(std::min(100.0, std::max(0.4, share * 100))).tag("\" height=\"8\"/></svg>");
}

}  // namespace aibuild
