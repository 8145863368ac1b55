#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "tool/report/amounts.h"
#include "tool/report/markup.h"
#include "tool/report/writers.h"

namespace aibuild {

namespace {

// The longest run of backticks in it: a fence has one more.
std::size_t ticks(std::string_view text) {
    std::size_t most = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        most = std::max(most, run);
    }
    return most;
}

// A code span, in a table too. There a `|` ends its cell even inside of a span, and with it the span; a
// backslash before it helps only where no backslash of the text's own stands before that one. So it is shown
// as a broken bar.
std::string code(std::string_view whole, std::size_t most = 200) {
    std::string text = shown(whole);
    if (text.size() > most) {
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
        text = text.substr(0, end) + "\u2026";
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos;) text.replace(at, 1, "\u00a6");
    if (text.empty()) return "";
    const std::string fence(ticks(text) + 1, '`');
    const bool padded = text.front() == '`' || text.back() == '`';
    return padded ? fence + " " + text + " " + fence : fence + text + fence;
}

// The end of what a program printed.
std::string block(std::string_view printed) {
    constexpr std::size_t most = 3000;
    std::string text = shown(printed);
    if (text.size() > most) {
        std::size_t from = text.find('\n', text.size() - most);
        from = from == std::string::npos ? text.size() - most : from + 1;
        while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0U) == 0x80U) ++from;
        text = "\u2026\n" + text.substr(from);
    }
    if (!text.ends_with('\n')) text += '\n';
    const std::string fence(std::max<std::size_t>(3, ticks(text) + 1), '`');
    return fence + "text\n" + text + fence + "\n";
}

std::string verdict(const ReportData& report) {
    const std::string_view sign = report.verdict == Verdict::succeeded ? "\u2705"
                                  : report.verdict == Verdict::failed  ? "\u274c"
                                                                       : "\u26a0\ufe0f";
    std::string out = fmt::format("## {} {}: {}\n", sign, code(report.project), report.verdict_text);
    if (!report.run) return out;
    const ReportRun& run = *report.run;
    out += fmt::format("\n{} run{} in {}", counted(run.steps.size(), "step"),
                       run.up_to_date ? fmt::format(", {} up to date", *run.up_to_date) : "",
                       duration_text(run.wall_ms));
    out +=
        fmt::format("; critical path {}; at most {} at once.\n", duration_text(run.critical_ms), run.widest);
    return out;
}

std::string failures(const ReportRun& run) {
    constexpr std::size_t most = 8;
    std::string out;
    std::size_t count = 0;
    for (const ReportStep& step : run.steps) {
        if (step.state != TaskState::failed || ++count > most) continue;
        out += fmt::format("\n{} failed with exit code {}\n\n{}", code(step.what), step.exit_code,
                           block(step.printed));
    }
    if (count == 0) return {};
    if (count > most) out += fmt::format("\nand {} more.\n", count - most);
    return "\n### What failed\n" + out;
}

std::string help(const ReportData& report) {
    if (report.recommendations.empty()) return {};
    std::string out = "\n### What would help\n\n";
    for (const Recommendation& each : report.recommendations)
        out += fmt::format("- {} At most {} less.\n", code(each.what + " " + each.evidence, 600),
                           duration_text(each.saves_ms));
    return out;
}

std::string critical(const ReportRun& run) {
    constexpr std::size_t most = 15;
    if (run.critical.empty()) return {};
    std::string out = "\n### Critical path\n\n| step | took | share | saves |\n|---|---:|---:|---:|\n";
    for (std::size_t n = 0; n < std::min(most, run.critical.size()); ++n) {
        const ReportStep& step = run.steps[run.critical[n].step];
        const double share =
            run.wall_ms == 0 ? 0
                             : static_cast<double>(step.span.took_ms()) / static_cast<double>(run.wall_ms);
        out += fmt::format("| {} | {} | {} | {} |\n", code(step.what), duration_text(step.span.took_ms()),
                           percent_text(share),
                           run.critical[n].saves_ms ? duration_text(*run.critical[n].saves_ms) : "");
    }
    if (run.critical.size() > most) out += fmt::format("\nand {} more.\n", run.critical.size() - most);
    return out;
}

std::string slowest(const ReportRun& run) {
    std::vector<std::size_t> order(run.steps.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return run.steps[a].span.took_ms() > run.steps[b].span.took_ms();
    });
    if (order.empty()) return {};
    std::string out =
        "\n<details><summary>Slowest steps</summary>\n\n| step | took | against before | why it ran "
        "|\n|---|---:|---:|---|\n";
    for (std::size_t n = 0; n < std::min<std::size_t>(order.size(), 10); ++n) {
        const ReportStep& step = run.steps[order[n]];
        out += fmt::format("| {} | {} | {} | {} |\n", code(step.what), duration_text(step.span.took_ms()),
                           step.before_ms ? change_text(*step.before_ms, step.span.took_ms()) : "",
                           code(step.reason));
    }
    return out + "\n</details>\n";
}

std::string tests(const ReportData& report) {
    constexpr std::size_t most = 40;
    if (report.tests.empty()) return {};
    std::vector<const ReportTest*> order;
    const bool fold = many_pending(report);
    for (const ReportTest& test : report.tests) {
        if (!fold || test.state != "pending") order.push_back(&test);
    }
    const std::size_t folded = report.tests.size() - order.size();
    const std::string rest = folded == 0 ? "" : fmt::format("\n{} have not run.\n", counted(folded, "test"));
    if (order.empty()) return "\n### Tests\n" + rest;
    std::stable_sort(order.begin(), order.end(), [](const ReportTest* a, const ReportTest* b) {
        return a->state == "failed" && b->state != "failed";
    });
    std::string out = "\n### Tests\n\n| program | state | passed | |\n|---|---|---:|---|\n";
    for (std::size_t n = 0; n < std::min(most, order.size()); ++n) {
        out += fmt::format("| {} | {} | {} | {} |\n", code(order[n]->name), order[n]->state,
                           order[n]->passed ? number_text(*order[n]->passed) : "", code(order[n]->why));
    }
    if (order.size() > most) out += fmt::format("\nand {} more.\n", order.size() - most);
    return out + rest;
}

std::string files(const ReportData& report) {
    std::size_t generated = 0, edited = 0, uncovered = 0;
    std::string list;
    std::size_t listed = 0;
    for (const ReportFile& file : report.files) {
        if (!file.generated()) continue;
        ++generated;
        edited += file.state == FileState::edited ? 1U : 0U;
        uncovered += !file.test_set ? 1U : 0U;
        if (file.state == FileState::locked || ++listed > 30) continue;
        list += fmt::format("- {}: {}", code(file.path), name_of(file.state));
        if (file.edits) list += fmt::format(" (+{} \u2212{} lines)", file.edits->added, file.edits->removed);
        list += '\n';
    }
    if (generated == 0) return {};
    std::string out =
        fmt::format("\n### Files\n\n{} generated, {} of them edited since, {} that no test covers.\n",
                    counted(generated, "file"), edited, uncovered);
    if (!list.empty()) out += "\n" + list;
    return out;
}

std::string unknown(const ReportData& report) {
    if (report.unknown.empty()) return {};
    std::string out = "\n### What is not known\n\n";
    for (const std::string& line : report.unknown) out += fmt::format("- {}\n", code(line, 500));
    return out;
}

}  // namespace

std::string write_markdown(const ReportData& report) {
    std::vector<std::string> parts{verdict(report)};
    if (report.run) parts.push_back(failures(*report.run));
    parts.push_back(tests(report));
    parts.push_back(help(report));
    if (report.run) {
        parts.push_back(critical(*report.run));
        parts.push_back(slowest(*report.run));
    }
    parts.push_back(files(report));
    parts.push_back(unknown(report));
    constexpr std::string_view rest = "\nMore is in report.html and report.json.\n";
    std::string out;
    for (const std::string& part : parts) {
        // A part that has no room is left out whole: half a table is none.
        if (out.size() + part.size() + rest.size() <= markdown_limit) out += part;
    }
    return out + std::string(rest);
}

}  // namespace aibuild
