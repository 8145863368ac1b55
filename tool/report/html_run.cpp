// How the build went: what failed, when what ran, what took long, and why it ran.

#include <algorithm>
#include <map>
#include <numeric>

#include "tool/report/amounts.h"
#include "tool/report/figures.h"
#include "tool/report/html.h"
#include "tool/report/markup.h"

namespace aibuild {

namespace {

// Rows that a page can carry; all of them are in report.json.
constexpr std::size_t most_rows = 2000, most_critical = 300;

void write_failures(Markup& out, const ReportData& report) {
    std::vector<const ReportStep*> failed, warned;
    for (const ReportStep& step : report.run->steps) {
        if (step.state == TaskState::failed) {
            failed.push_back(&step);
        } else if (!step.printed.empty()) {
            warned.push_back(&step);
        }
    }
    if (!failed.empty()) {
        out.tag("<section aria-labelledby=\"failed\"><h2 id=\"failed\">What failed</h2>\n");
        for (const ReportStep* step : failed) {
            out.tag("<p><b class=\"bad\">\u2717 ")
                .text(step->what)
                .tag("</b> <span class=\"soft\">exit code ");
            out.number(step->exit_code)
                .tag(", after ")
                .text(duration_text(step->span.took_ms()))
                .tag("</span></p>\n<pre>");
            out.text(step->printed.empty() ? "(it printed nothing)" : step->printed).tag("</pre>\n");
        }
        out.tag("</section>\n");
    }
    if (warned.empty()) return;
    out.tag("<details><summary>")
        .text(counted(warned.size(), "step"))
        .tag(" printed something and succeeded</summary>\n");
    for (const ReportStep* step : warned)
        out.tag("<p class=\"path\">").text(step->what).tag("</p>\n<pre>").text(step->printed).tag("</pre>\n");
    out.tag("</details>\n");
}

void key(Markup& out, Literal kind, Literal says) {
    out.tag("<span><svg viewBox=\"0 0 14 10\" aria-hidden=\"true\"><rect class=\"").tag(kind);
    out.tag("\" width=\"14\" height=\"10\"/></svg>").tag(says).tag("</span>\n");
}

void write_timeline(Markup& out, const ReportRun& run) {
    out.tag(
        "<section aria-labelledby=\"timeline\"><h2 id=\"timeline\">Timeline</h2>\n<figure><div "
        "class=\"scroll\" "
        "tabindex=\"0\" role=\"region\" aria-label=\"Timeline, scrolls sideways\">\n");
    draw_timeline(out, run);
    out.tag(
        "</div><figcaption>How many steps ran at once, and below it each of them. Strong and joined by the "
        "line: the "
        "critical path.<br><span class=\"key\">");
    std::map<std::string_view, bool> kinds;
    bool generated = false;
    for (const ReportStep& step : run.steps) {
        kinds[step.kind] = true;
        generated = generated || !step.generated.empty();
    }
    if (kinds.contains("compile")) key(out, "compile", "compile");
    if (kinds.contains("product")) key(out, "product", "link, archive");
    if (kinds.contains("test")) key(out, "test", "test");
    if (kinds.contains("custom")) key(out, "custom", "step of the plan");
    if (kinds.contains("scan")) key(out, "scan", "scan");
    if (kinds.contains("count") || kinds.contains("other")) key(out, "other", "other");
    if (generated) {
        out.tag(
            "<span><svg viewBox=\"0 0 14 10\" aria-hidden=\"true\"><rect class=\"step compile\" width=\"14\" "
            "height=\"10\"/><rect class=\"model\" y=\"8\" width=\"14\" height=\"2\"/></svg>reads generated "
            "files</span>\n");
    }
    out.tag("</span></figcaption></figure></section>\n");
}

double share(std::int64_t part, std::int64_t whole) {
    return whole <= 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void write_critical(Markup& out, const ReportRun& run) {
    if (run.critical.empty()) return;
    out.tag("<section aria-labelledby=\"critical\"><h2 id=\"critical\">Critical path</h2>\n<p>");
    out.text(counted(run.critical.size(), "step"))
        .tag(run.critical.size() == 1 ? Literal(": ") : Literal(", each of which needs the one before: "));
    out.text(duration_text(run.critical_ms)).tag(" of ").text(duration_text(run.wall_ms));
    out.tag(
        ". No number of processors makes it shorter than that. <span class=\"soft\">Saves: by so much would "
        "the "
        "run have been "
        "shorter, had the step taken no time and the others kept their order, ");
    out.number(run.widest)
        .tag(
            " at a time.</span></p>\n<table><thead><tr><th scope=\"col\">Step</th><th scope=\"col\" "
            "class=\"n\">"
            "Took</th><th scope=\"col\" class=\"n\">Share</th><th scope=\"col\"><span class=\"wide\">of wall "
            "time</span></th>"
            "<th scope=\"col\" class=\"n\">Saves</th></tr></thead><tbody>\n");
    for (std::size_t n = 0; n < std::min(run.critical.size(), most_critical); ++n) {
        const CriticalStep& each = run.critical[n];
        const ReportStep& step = run.steps[each.step];
        const double part = share(step.span.took_ms(), run.wall_ms);
        out.tag("<tr><th scope=\"row\" class=\"path\"><a href=\"#s")
            .number(each.step)
            .tag("\">")
            .text(step.what);
        out.tag("</a></th><td class=\"n\">")
            .text(duration_text(step.span.took_ms()))
            .tag("</td><td class=\"n\">");
        out.text(percent_text(part)).tag("</td><td class=\"bar\">");
        draw_bar(out, part, step.kind);
        out.tag("</td><td class=\"n\">")
            .text(!each.saves_ms        ? ""
                  : *each.saves_ms == 0 ? "nothing"
                                        : duration_text(*each.saves_ms))
            .tag("</td></tr>\n");
    }
    out.tag("</tbody></table></section>\n");
}

void write_slow_row(Markup& out, const ReportRun& run, std::size_t n, std::int64_t longest) {
    const ReportStep& step = run.steps[n];
    out.tag("<tr><th scope=\"row\" class=\"path\"><a href=\"#s")
        .number(n)
        .tag("\">")
        .text(step.what)
        .tag("</a></th><td class=\"n\">");
    out.text(duration_text(step.span.took_ms())).tag("</td><td class=\"bar\">");
    draw_bar(out, share(step.span.took_ms(), longest), step.kind);
    out.tag("</td><td class=\"n\">")
        .text(step.before_ms ? change_text(*step.before_ms, step.span.took_ms()) : "")
        .tag("</td></tr>\n");
}

void write_step_row(Markup& out, const ReportRun& run, std::size_t n) {
    const ReportStep& step = run.steps[n];
    out.tag("<tr id=\"s")
        .number(n)
        .tag("\"><th scope=\"row\" class=\"path\">")
        .text(step.what)
        .tag("</th><td class=\"n\">");
    out.text(duration_text(step.span.start_ms))
        .tag("</td><td class=\"n\">")
        .text(duration_text(step.span.took_ms()));
    out.tag("</td><td class=\"n\">")
        .text(step.before_ms ? change_text(*step.before_ms, step.span.took_ms()) : "")
        .tag("</td><td>");
    if (step.state == TaskState::failed) {
        out.tag("<b class=\"bad\">\u2717 failed</b>. ");
    } else if (step.state != TaskState::succeeded) {
        out.text(name_of(step.state)).tag(". ");
    }
    out.text(step.reason).tag("</td></tr>\n");
}

void write_steps(Markup& out, const ReportRun& run) {
    std::vector<std::size_t> order(run.steps.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return run.steps[a].span.took_ms() > run.steps[b].span.took_ms();
    });
    if (order.empty()) return;
    const std::int64_t longest = run.steps[order[0]].span.took_ms();
    out.tag(
        "<section aria-labelledby=\"slowest\"><h2 id=\"slowest\">Slowest steps</h2>\n<table><thead><tr><th "
        "scope=\"col\">Step"
        "</th><th scope=\"col\" class=\"n\">Took</th><th></th><th scope=\"col\" class=\"n\">Against "
        "before</th></tr></thead>"
        "<tbody>\n");
    for (std::size_t n = 0; n < std::min<std::size_t>(order.size(), 12); ++n)
        write_slow_row(out, run, order[n], longest);
    out.tag("</tbody></table>\n<details><summary>All ")
        .text(counted(run.steps.size(), "step"))
        .tag(", in the order of time</summary>\n");
    if (order.size() > most_rows) {
        out.tag("<p class=\"soft\">The ")
            .number(most_rows)
            .tag(" longest, and those that failed; <code>report.json</code> has all.</p>\n");
    }
    out.tag(
        "<table><thead><tr><th scope=\"col\">Step</th><th scope=\"col\" class=\"n\">From</th><th "
        "scope=\"col\" class=\"n\">Took"
        "</th><th scope=\"col\" class=\"n\">Against before</th><th scope=\"col\" class=\"w\">Why it "
        "ran</th></tr></thead><tbody>\n");
    std::vector<bool> listed(run.steps.size());
    for (std::size_t n = 0; n < order.size(); ++n) {
        const ReportStep& step = run.steps[order[n]];
        listed[order[n]] = n < most_rows || step.critical || step.state == TaskState::failed;
    }
    for (std::size_t n = 0; n < run.steps.size(); ++n) {
        if (listed[n]) write_step_row(out, run, n);
    }
    out.tag("</tbody></table></details></section>\n");
}

void write_why(Markup& out, const ReportRun& run) {
    out.tag("<section aria-labelledby=\"why\"><h2 id=\"why\">Why it ran</h2>\n");
    if (!run.changes.empty()) {
        out.tag("<p>")
            .text(counted(run.changes.size(), "file"))
            .tag(
                " had changed since the run before.</p>\n"
                "<table><thead><tr><th scope=\"col\">File</th><th scope=\"col\">Before</th><th "
                "scope=\"col\">After</th></tr></thead><tbody>\n");
        for (std::size_t n = 0; n < std::min(run.changes.size(), most_rows); ++n) {
            const Change& change = run.changes[n];
            out.tag("<tr><th scope=\"row\" class=\"path\">").text(change.path).tag("</th><td>");
            write_hash(out, change.before);
            out.tag("</td><td>");
            write_hash(out, change.after);
            out.tag("</td></tr>\n");
        }
        out.tag("</tbody></table>\n");
    }
    std::map<std::string, std::vector<std::size_t>> reasons;
    for (std::size_t n = 0; n < run.steps.size(); ++n) reasons[run.steps[n].reason].push_back(n);
    if (run.logged || (reasons.size() == 1 && reasons.contains(""))) {
        out.tag(
            "<p>Nobody recorded why: ninja's log tells what ran and when. <code>aibuild-gen build</code> "
            "records the "
            "reason of each step.</p></section>\n");
        return;
    }
    out.tag(
        "<table><thead><tr><th scope=\"col\">Reason</th><th scope=\"col\" class=\"n\">Steps</th><th "
        "scope=\"col\" class=\"n\">Took"
        "</th><th scope=\"col\" class=\"w\">Which</th></tr></thead><tbody>\n");
    std::vector<const std::pair<const std::string, std::vector<std::size_t>>*> rows;
    for (const auto& row : reasons) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto* a, const auto* b) { return a->second.size() > b->second.size(); });
    for (std::size_t n = 0; n < std::min<std::size_t>(rows.size(), 200); ++n) {
        std::int64_t took = 0;
        for (const std::size_t step : rows[n]->second) took += run.steps[step].span.took_ms();
        out.tag("<tr><th scope=\"row\">")
            .text(rows[n]->first.empty() ? "not recorded" : rows[n]->first)
            .tag("</th><td class=\"n\">");
        out.number(rows[n]->second.size())
            .tag("</td><td class=\"n\">")
            .text(duration_text(took))
            .tag("</td><td class=\"path\">");
        for (std::size_t k = 0; k < std::min<std::size_t>(rows[n]->second.size(), 3); ++k)
            out.tag(k == 0 ? Literal("") : Literal(", ")).text(run.steps[rows[n]->second[k]].what);
        if (rows[n]->second.size() > 3) out.tag(", \u2026");
        out.tag("</td></tr>\n");
    }
    out.tag("</tbody></table>");
    if (rows.size() > 200)
        out.tag(
            "<p class=\"soft\">The most frequent reasons; each step has its own in the table of all "
            "steps.</p>");
    out.tag("</section>\n");
}

}  // namespace

void write_run_sections(Markup& out, const ReportData& report) {
    if (!report.run) return;
    write_failures(out, report);
    if (!report.run->steps.empty()) write_timeline(out, *report.run);
    write_critical(out, *report.run);
    write_steps(out, *report.run);
    write_why(out, *report.run);
}

}  // namespace aibuild
