#include "tool/report/html.h"

#include <algorithm>
#include <string_view>

#include "ninja-gen/hash.h"
#include "report_style.h"
#include "tool/report/amounts.h"
#include "tool/report/markup.h"

namespace aibuild {

namespace {

// Of a SHA-256 in hexadecimal digits.
std::string base64(std::string_view digits) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, value = 0;
    for (const char c : digits) {
        value = (value << 4U) | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
        bits += 4;
        if (bits < 6) continue;
        bits -= 6;
        out += alphabet[(value >> bits) & 0x3fU];
    }
    if (bits > 0) out += alphabet[(value << (6 - bits)) & 0x3fU];
    while (out.size() % 4 != 0) out += '=';
    return out;
}

void write_head(Markup& out, const ReportData& report) {
    const std::string_view style = embedded::report_style("style.css");
    out.tag(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    out.text(base64(sha256(style))).tag("'; base-uri 'none'; form-action 'none'\">\n");
    out.tag(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    out.text(report.project).tag(": ").text(report.verdict_text).tag("</title>\n<style>");
    out.own(style).tag("</style>\n</head>\n");
}

void number(Markup& out, Literal name, std::string_view value, std::string_view more) {
    out.tag("<div><dt>").tag(name).tag("</dt><dd>").text(value);
    if (!more.empty()) out.tag("<small>").text(more).tag("</small>");
    out.tag("</dd></div>\n");
}

void write_run_numbers(Markup& out, const ReportRun& run) {
    number(out, "Wall time", duration_text(run.wall_ms),
           run.started_ms == 0 ? "" : moment_text(run.started_ms));
    std::string rest;
    if (run.up_to_date) rest = number_text(static_cast<std::int64_t>(*run.up_to_date)) + " up to date";
    number(out, "Steps run", number_text(static_cast<std::int64_t>(run.steps.size())), rest);
    if (run.wall_ms > 0) {
        const double speed = static_cast<double>(run.step_ms) / static_cast<double>(run.wall_ms);
        Markup times;
        times.number(speed).text("\u00d7");
        number(out, "Parallelism", times.take(), duration_text(run.step_ms) + " of steps");
        number(out, "Critical path", duration_text(run.critical_ms),
               percent_text(static_cast<double>(run.critical_ms) / static_cast<double>(run.wall_ms)) +
                   " of wall time");
    }
}

void write_numbers(Markup& out, const ReportData& report) {
    out.tag("<dl class=\"numbers\">\n");
    if (report.run) write_run_numbers(out, *report.run);
    std::int64_t passed = 0;
    std::size_t green = 0, pending = 0;
    for (const ReportTest& test : report.tests) {
        pending += test.state == "pending" ? 1U : 0U;
        if (test.state != "passed") continue;
        ++green;
        passed += test.passed.value_or(0);
    }
    if (pending < report.tests.size()) {
        const std::size_t all = report.tests.size();
        number(out, "Tests passed", number_text(passed),
               report.programs
                   ? "in " + number_text(static_cast<std::int64_t>(green)) + " of " + counted(all, "program")
                   : "of " + number_text(static_cast<std::int64_t>(all)));
    }
    std::size_t generated = 0, edited = 0;
    for (const ReportFile& file : report.files) {
        generated += file.generated() ? 1U : 0U;
        edited += file.generated() && file.state == FileState::edited ? 1U : 0U;
    }
    if (generated > 0) {
        number(out, "Generated files", number_text(static_cast<std::int64_t>(generated)),
               edited == 0 ? "none edited since" : counted(edited, "file") + " edited since");
    }
    out.tag("</dl>\n");
}

// What made it: "With ninja 1.11.1: all, test. Sandbox: bwrap. At most 8 at a time."
void write_circumstances(Markup& out, const ReportRun& run) {
    if (run.logged) return;
    out.tag("<p class=\"soft with\">With ").text(run.executor).tag(": ");
    for (const std::string& target : run.targets) {
        if (&target != &run.targets.front()) out.tag(", ");
        out.text(target);
    }
    if (run.targets.empty()) out.tag("the default targets");
    if (!run.sandbox.empty()) out.tag(". Sandbox: ").text(run.sandbox);
    if (run.jobs > 0) out.tag(". At most ").number(run.jobs).tag(" at a time");
    out.tag(".</p>\n");
}

void write_contents(Markup& out, const ReportData& report) {
    out.tag("<nav aria-label=\"Sections\">");
    if (!report.recommendations.empty()) out.tag("<a href=\"#help\">What would help</a>");
    if (report.run && std::any_of(report.run->steps.begin(), report.run->steps.end(),
                                  [](const ReportStep& step) { return step.state == TaskState::failed; }))
        out.tag("<a href=\"#failed\">What failed</a>");
    if (report.run) {
        out.tag(
            "<a href=\"#timeline\">Timeline</a><a href=\"#critical\">Critical path</a><a "
            "href=\"#slowest\">Slowest</a>"
            "<a href=\"#why\">Why it ran</a>");
    }
    if (!report.tests.empty()) out.tag("<a href=\"#tests\">Tests</a>");
    if (report.history.size() > 1) out.tag("<a href=\"#before\">Before</a>");
    if (!report.targets.empty() || !report.stale.empty()) out.tag("<a href=\"#targets\">Targets</a>");
    if (!report.files.empty()) out.tag("<a href=\"#files\">Files</a>");
    if (!report.unknown.empty()) out.tag("<a href=\"#unknown\">Not known</a>");
    out.tag("</nav>\n");
}

void write_recommendations(Markup& out, const ReportData& report) {
    if (report.recommendations.empty()) return;
    out.tag("<section aria-labelledby=\"help\"><h2 id=\"help\">What would help</h2>\n<ol class=\"what\">\n");
    for (const Recommendation& each : report.recommendations) {
        out.tag("<li>").prose(each.what).tag(" <span class=\"soft\">").text(each.evidence).tag(" At most ");
        out.text(duration_text(each.saves_ms)).tag(" less.</span></li>\n");
    }
    out.tag("</ol></section>\n");
}

void write_unknown(Markup& out, const ReportData& report) {
    if (report.unknown.empty()) return;
    out.tag("<section aria-labelledby=\"unknown\"><h2 id=\"unknown\">What is not known</h2>\n<ul>\n");
    for (const std::string& line : report.unknown) out.tag("<li>").prose(line).tag("</li>\n");
    out.tag("</ul></section>\n");
}

// "Succeeded" of "Succeeded in 3.9 s" carries the colour.
void write_verdict(Markup& out, const ReportData& report) {
    const std::string& text = report.verdict_text;
    const std::size_t word = std::min(text.find_first_of(" :,"), text.size());
    const bool counts = !text.empty() && text[0] >= '0' && text[0] <= '9';
    out.tag("<p class=\"verdict ").text(name_of(report.verdict)).tag("\"><b>");
    out.text(counts ? std::string_view(text) : std::string_view(text).substr(0, word)).tag("</b>");
    if (!counts) out.text(std::string_view(text).substr(word));
    out.tag("</p>\n");
}

}  // namespace

void write_hash(Markup& out, const std::string& hash) {
    if (hash.empty()) {
        out.tag("<span class=\"soft\">none</span>");
        return;
    }
    out.tag("<code title=\"").text(hash).tag("\">").text(std::string_view(hash).substr(0, 12)).tag("</code>");
}

std::string write_html(const ReportData& report) {
    Markup out;
    write_head(out, report);
    out.tag("<body>\n<header>\n<h1>").text(report.project);
    if (!report.version.empty()) out.tag(" ").text(report.version);
    if (!report.configuration.empty()) out.tag(", ").text(report.configuration);
    out.tag("</h1>\n");
    write_verdict(out, report);
    const std::string& asked = report.request.empty() ? report.description : report.request;
    if (!asked.empty()) {
        out.tag("<p class=\"asked\">")
            .text(asked.size() > 600 ? shown(asked).substr(0, 600) + "\u2026" : asked)
            .tag("</p>\n");
    }
    if (report.run && !report.run->logged && !report.stale.empty()) {
        out.tag("<p class=\"open\">");
        if (report.verdict == Verdict::failed) {
            out.text(counted(report.stale.size(), "step")).tag(" left to make.</p>\n");
        } else {
            out.tag("Since then ").text(counted(report.stale.size(), "step"));
            out.tag(report.stale.size() == 1 ? Literal(" has") : Literal(" have"));
            out.tag(" become out of date.</p>\n");
        }
    }
    write_numbers(out, report);
    if (report.run) write_circumstances(out, *report.run);
    write_contents(out, report);
    out.tag("</header>\n<main>\n");
    write_recommendations(out, report);
    write_run_sections(out, report);
    write_project_sections(out, report);
    write_unknown(out, report);
    out.tag("</main>\n<footer>Made by <code>aibuild-gen report</code> from ");
    if (report.run && !report.run->logged) {
        out.tag("run ").number(report.run->id).tag(" of ");
    } else {
        out.tag("what ninja logged in ");
    }
    out.text(report.build)
        .tag(report.planned    ? Literal(", the plan and the lock")
             : report.recorded ? Literal(" and the lock")
                               : Literal(""));
    out.tag(
        ". The same in <code>report.json</code>; <code>trace.json</code> "
        "opens in Perfetto and <code>chrome://tracing</code>.</footer>\n</body>\n</html>\n");
    return out.take();
}

}  // namespace aibuild
