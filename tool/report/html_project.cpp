// What was built and what it was made from: tests, earlier runs, targets, and where every file comes from.

#include <fmt/format.h>

#include <algorithm>

#include "tool/report/amounts.h"
#include "tool/report/figures.h"
#include "tool/report/html.h"
#include "tool/report/markup.h"

namespace aibuild {

namespace {

constexpr std::size_t most_files = 2000;

void write_test_rows(Markup& out, Literal what, const std::vector<const ReportTest*>& tests) {
    out.tag("<table><thead><tr><th scope=\"col\">")
        .tag(what)
        .tag(
            "</th><th scope=\"col\">State</th><th scope=\"col\" class=\"n\">Passed</th><th scope=\"col\" "
            "class=\"n\">Took</th>"
            "<th scope=\"col\" class=\"w\"></th></tr></thead><tbody>\n");
    for (std::size_t n = 0; n < std::min(tests.size(), most_files); ++n) {
        const ReportTest& test = *tests[n];
        out.tag("<tr><th scope=\"row\" class=\"path\">").text(test.name).tag("</th><td>");
        if (test.state == "passed") {
            out.tag("<span class=\"good\">\u2713 passed</span>");
        } else if (test.state == "failed") {
            out.tag("<b class=\"bad\">\u2717 failed</b>");
        } else {
            out.tag("<span class=\"open\">").text(test.state).tag("</span>");
        }
        out.tag("</td><td class=\"n\">");
        if (test.passed) out.text(number_text(*test.passed));
        out.tag("</td><td class=\"n\">");
        if (test.took_ms) out.text(duration_text(*test.took_ms));
        out.tag("</td><td>").text(test.why).tag("</td></tr>\n");
    }
    out.tag("</tbody></table>");
    if (tests.size() > most_files) {
        out.tag("<p class=\"soft\">The first ").number(most_files).tag(" of ").number(tests.size());
        out.tag("; <code>report.json</code> has all.</p>\n");
    }
}

void write_tests(Markup& out, const ReportData& report) {
    if (report.tests.empty()) return;
    out.tag("<section aria-labelledby=\"tests\"><h2 id=\"tests\">Tests</h2>\n");
    const Literal what = report.programs ? Literal("Program") : Literal("Test");
    std::vector<const ReportTest*> ran, pending;
    const bool fold = many_pending(report);
    for (const ReportTest& test : report.tests)
        (fold && test.state == "pending" ? pending : ran).push_back(&test);
    if (!ran.empty()) write_test_rows(out, what, ran);
    if (!pending.empty()) {
        out.tag("<details><summary>").text(counted(pending.size(), "test")).tag(" have not run</summary>\n");
        write_test_rows(out, what, pending);
        out.tag("</details>\n");
    }
    out.tag("</section>\n");
}

void write_history(Markup& out, const ReportData& report) {
    if (report.history.size() < 2) return;
    out.tag("<section aria-labelledby=\"before\"><h2 id=\"before\">Against the runs before</h2>\n<figure>\n");
    draw_history(out, report.history);
    out.tag(
        "<figcaption>Wall time, oldest first; the last bar is the run of this report.</figcaption></figure>\n"
        "<table><thead><tr><th scope=\"col\">Run</th><th scope=\"col\" class=\"n\">Wall time</th><th "
        "scope=\"col\" class=\"n\">Steps"
        "</th><th scope=\"col\" class=\"n\">Failed</th><th scope=\"col\">Known "
        "from</th></tr></thead><tbody>\n");
    const std::size_t rows = std::min<std::size_t>(report.history.size(), 10);
    for (std::size_t n = 0; n < rows; ++n) {
        const RunSummary& run = report.history[report.history.size() - 1 - n];
        out.tag("<tr><th scope=\"row\">");
        out.text(n == 0                ? "this one"
                 : run.started_ms == 0 ? "earlier"
                                       : moment_text(run.started_ms))
            .tag("</th><td class=\"n\">");
        out.text(duration_text(run.wall_ms))
            .tag("</td><td class=\"n\">")
            .number(run.steps)
            .tag("</td><td class=\"n\">");
        out.text(run.logged ? "unknown" : number_text(static_cast<std::int64_t>(run.failed)))
            .tag("</td><td>");
        out.text(!run.logged ? fmt::format("record {}", run.id)
                 : n == 0    ? "ninja's log"
                             : "what ninja's log still has of it")
            .tag("</td></tr>\n");
    }
    out.tag("</tbody></table>\n");
    if (report.run) {
        std::size_t again = 0;
        std::int64_t now = 0, before = 0;
        for (const ReportStep& step : report.run->steps) {
            if (!step.before_ms || step.state != TaskState::succeeded) continue;
            ++again;
            now += step.span.took_ms();
            before += *step.before_ms;
        }
        if (again > 0) {
            out.tag("<p>")
                .text(counted(again, "step"))
                .tag(" of this run had run before. Together they took ")
                .text(duration_text(now));
            out.tag(" and before that ")
                .text(duration_text(before))
                .tag(" (")
                .text(change_text(before, now))
                .tag(").</p>\n");
        }
    }
    out.tag("</section>\n");
}

void write_targets(Markup& out, const ReportData& report) {
    if (report.targets.empty() && report.stale.empty()) return;
    out.tag("<section aria-labelledby=\"targets\"><h2 id=\"targets\">Targets</h2>\n");
    if (report.targets.size() <= most_nodes && !report.targets.empty()) {
        out.tag(
            "<figure><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Graph of the targets, "
            "scrolls sideways\">\n");
        draw_targets(out, report.targets);
        out.tag(
            "</div><figcaption>An arrow goes from what is used to its user. Round: what is run; dashed: a "
            "test. The bar is the "
            "time of its steps in this run.</figcaption></figure>\n");
    } else if (!report.targets.empty()) {
        out.tag("<p class=\"soft\">A picture of so many says nothing: here they are as a table.</p>\n");
    }
    out.tag("<details><summary>")
        .text(counted(report.targets.size(), "target"))
        .tag(
            " as a table</summary>\n<table><thead><tr>"
            "<th scope=\"col\">Target</th><th scope=\"col\">Kind</th><th scope=\"col\">Language</th><th "
            "scope=\"col\" class=\"n\">Steps"
            "</th><th scope=\"col\" class=\"n\">Ran</th><th scope=\"col\" class=\"n\">Took</th><th "
            "scope=\"col\" class=\"w\">Uses</th></tr>"
            "</thead><tbody>\n");
    for (const ReportTarget& target : report.targets) {
        out.tag("<tr><th scope=\"row\" class=\"path\">")
            .text(target.name)
            .tag("</th><td>")
            .text(target.kind)
            .tag("</td><td>");
        out.text(target.language)
            .tag("</td><td class=\"n\">")
            .number(target.steps)
            .tag("</td><td class=\"n\">")
            .number(target.ran);
        out.tag("</td><td class=\"n\">")
            .text(target.ran == 0 ? "" : duration_text(target.ran_ms))
            .tag("</td><td class=\"path\">");
        for (std::size_t n = 0; n < target.uses.size(); ++n)
            out.tag(n == 0 ? Literal("") : Literal(", ")).text(report.targets[target.uses[n]].name);
        out.tag("</td></tr>\n");
    }
    out.tag("</tbody></table></details>\n");
    if (!report.stale.empty()) {
        out.tag("<details><summary>")
            .text(counted(report.stale.size(), "step"))
            .tag(" to be made now</summary>\n<ul>\n");
        for (std::size_t n = 0; n < std::min<std::size_t>(report.stale.size(), 200); ++n) {
            out.tag("<li><code>")
                .text(report.stale[n].first)
                .tag("</code> <span class=\"soft\">")
                .text(report.stale[n].second);
            out.tag("</span></li>\n");
        }
        if (report.stale.size() > 200) out.tag("<li>\u2026</li>\n");
        out.tag("</ul></details>\n");
    }
    out.tag("</section>\n");
}

// What the files of models came to, as far as anybody knows.
std::string spent(const std::vector<ReportFile>& files) {
    std::size_t asked = 0, told = 0, priced = 0;
    std::int64_t tokens = 0;
    double cost = 0;
    for (const ReportFile& file : files) {
        if (file.origin != "model") continue;
        ++asked;
        if (file.input_tokens && file.output_tokens) {
            ++told;
            tokens += *file.input_tokens + *file.output_tokens;
        }
        if (file.cost) {
            ++priced;
            cost += *file.cost;
        }
    }
    if (asked == 0) return "No model was asked for them.";
    std::string out = "How many tokens they took is unknown";
    if (told > 0) {
        out = fmt::format("They took {} tokens{}", number_text(tokens),
                          told == asked ? "" : fmt::format(" (of {} of {} files it is known)", told, asked));
    }
    if (priced == 0) return out + "; what they cost is unknown.";
    return out + fmt::format("; {} cost {:.4f}{}.",
                             priced == asked ? "they" : fmt::format("{} of them", priced), cost,
                             priced == asked ? "" : ", of the others it is unknown");
}

// "9 files were generated by a model", "12 by the built-in planner".
std::string by_whom(const std::vector<ReportFile>& files) {
    std::size_t model = 0, builtin = 0;
    for (const ReportFile& file : files) {
        model += file.origin == "model" ? 1U : 0U;
        builtin += file.origin == "builtin" ? 1U : 0U;
    }
    if (model + builtin == 0) return "No file of this project was generated.";
    const std::string were = model + builtin == 1 ? "was" : "were";
    if (builtin == 0) return fmt::format("{} {} generated by a model.", counted(model, "file"), were);
    if (model == 0)
        return fmt::format("{} {} generated by the built-in planner.", counted(builtin, "file"), were);
    return fmt::format("{} were generated: {} by a model, {} by the built-in planner.",
                       counted(model + builtin, "file"), model, builtin);
}

// The library under everything has every test.
std::string some_tests(const ReportData& report, const ReportFile& file) {
    constexpr std::size_t most = 6;
    std::string out;
    const std::vector<std::size_t>& tests = report.tests_of(file);
    for (std::size_t n = 0; n < std::min(most, tests.size()); ++n)
        out += (n == 0 ? "" : ", ") + report.tests[tests[n]].name;
    if (tests.size() > most) out += fmt::format(" and {} more", tests.size() - most);
    return out;
}

void write_state(Markup& out, const ReportFile& file) {
    switch (file.state) {
        case FileState::locked:
            out.tag("<span class=\"good\">locked</span>");
            break;
        case FileState::edited:
            out.tag("<b>edited</b>");
            if (file.edits) {
                out.tag(" <span class=\"soft\">+")
                    .number(file.edits->added)
                    .tag(" \u2212")
                    .number(file.edits->removed)
                    .tag("</span>");
            }
            break;
        case FileState::stale:
            out.tag("<span class=\"open\">stale</span>");
            break;
        case FileState::missing:
            out.tag("<b class=\"bad\">missing</b>");
            break;
        case FileState::own:
            out.tag("<span class=\"soft\">a person's</span>");
            break;
    }
    if (!file.why.empty()) out.tag(" <span class=\"soft\">").text(file.why).tag("</span>");
    if (!file.change.empty()) out.tag(" <span class=\"soft\">changed: ").text(file.change).tag("</span>");
}

// The built-in planner takes none; of a model what is not told is unknown.
std::string tokens(const ReportFile& file, const std::optional<std::int64_t>& count) {
    return count ? number_text(*count) : file.origin == "builtin" ? "none" : "unknown";
}

std::string cost(const ReportFile& file) {
    return file.cost ? fmt::format("{:.4f}", *file.cost) : file.origin == "builtin" ? "none" : "unknown";
}

void write_generated_files(Markup& out, const ReportData& report) {
    out.tag(
        "<table><thead><tr><th scope=\"col\">File</th><th scope=\"col\">State</th><th "
        "scope=\"col\">Model</th><th scope=\"col\" "
        "class=\"wide\">Request</th><th scope=\"col\" class=\"n wide\">Tokens in</th><th scope=\"col\" "
        "class=\"n wide\">out</th>"
        "<th scope=\"col\" class=\"n wide\">Cost</th><th scope=\"col\">Tests that cover "
        "it</th></tr></thead><tbody>\n");
    std::size_t rows = 0;
    for (const ReportFile& file : report.files) {
        if (!file.generated() || ++rows > most_files) continue;
        out.tag("<tr><th scope=\"row\" class=\"path\">").text(file.path).tag("</th><td>");
        write_state(out, file);
        out.tag("</td><td>").text(file.model.empty() ? "unknown" : file.model);
        if (!file.provider.empty() && file.provider != file.model)
            out.tag(" <span class=\"soft\">").text(file.provider).tag("</span>");
        out.tag("</td><td class=\"wide\">");
        write_hash(out, file.request);
        out.tag("</td><td class=\"n wide\">")
            .text(tokens(file, file.input_tokens))
            .tag("</td><td class=\"n wide\">");
        out.text(tokens(file, file.output_tokens)).tag("</td><td class=\"n wide\">");
        out.text(cost(file)).tag("</td><td class=\"path\">");
        if (!file.test_set) {
            out.tag("<span class=\"soft\">none</span>");
        } else {
            out.text(some_tests(report, file));
        }
        out.tag("</td></tr>\n");
    }
    out.tag("</tbody></table>\n");
    if (rows > most_files) {
        out.tag("<p class=\"soft\">The first ")
            .number(most_files)
            .tag(" of ")
            .number(rows)
            .tag("; <code>report.json</code> has all.</p>\n");
    }
}

void write_other_files(Markup& out, const ReportData& report) {
    const auto count = std::count_if(report.files.begin(), report.files.end(),
                                     [](const ReportFile& file) { return !file.generated(); });
    if (count == 0) return;
    out.tag("<details><summary>")
        .text(counted(static_cast<std::size_t>(count), report.recorded ? "further file" : "file"));
    out.tag(
        "</summary>\n<table><thead><tr><th scope=\"col\">File</th><th "
        "scope=\"col\">State</th>"
        "<th scope=\"col\">Written by</th><th scope=\"col\">SHA-256</th><th scope=\"col\">Tests that cover "
        "it</th></tr></thead>"
        "<tbody>\n");
    std::size_t rows = 0;
    for (const ReportFile& file : report.files) {
        if (file.generated() || ++rows > most_files) continue;
        out.tag("<tr><th scope=\"row\" class=\"path\">").text(file.path).tag("</th><td>");
        write_state(out, file);
        out.tag("</td><td>")
            .tag(file.origin == "emitter" ? Literal("aibuild-gen, from the plan") : Literal("a person"))
            .tag("</td><td>");
        write_hash(out, file.sha256);
        out.tag("</td><td class=\"path\">").text(some_tests(report, file)).tag("</td></tr>\n");
    }
    out.tag("</tbody></table></details>\n");
}

void write_files(Markup& out, const ReportData& report) {
    if (report.files.empty()) return;
    const auto generated = std::count_if(report.files.begin(), report.files.end(),
                                         [](const ReportFile& file) { return file.generated(); });
    out.tag("<section aria-labelledby=\"files\"><h2 id=\"files\">Where every file comes from</h2>\n<p>");
    out.text(report.recorded ? by_whom(report.files)
                             : "There is no lock, so that nobody knows whether any was generated.");
    if (generated > 0) {
        out.tag(" ").text(spent(report.files));
        out.tag(
            " <span class=\"soft\">A test covers a file where its program, or what it is given, is made "
            "from it.</span>");
    }
    out.tag("</p>\n");
    if (generated > 0) write_generated_files(out, report);
    write_other_files(out, report);
    out.tag("</section>\n");
}

}  // namespace

void write_project_sections(Markup& out, const ReportData& report) {
    write_tests(out, report);
    write_history(out, report);
    write_targets(out, report);
    write_files(out, report);
}

}  // namespace aibuild
