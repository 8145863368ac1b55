// Names, prompts and outputs that mean harm, everywhere at once: a report shows them and obeys none.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "ninja-gen/json.h"
#include "tests/support/report_sample.h"
#include "tests/support/well_formed.h"
#include "tool/report/html.h"
#include "tool/report/markup.h"
#include "tool/report/writers.h"

namespace aibuild {
namespace {

using testing::HasSubstr;
using testing::Not;

// Every text of a report is `text`, or has it in it.
Known made_of(const std::string& text) {
    Known out = test::failed_sample();
    out.plan.name = out.plan.version = out.plan.description = out.lock.description = text;
    for (Target& target : out.plan.targets) target.language = text;
    out.plan.targets[0].name = text;
    out.plan.targets[1].uses = out.plan.targets[2].uses = {text};
    out.build = out.configuration = text;
    const std::string path = "src/zz" + text;  // behind the others, whatever it is
    out.lock.files[path] = test::by_model(test::hash('3'), test::hash('c'));
    out.lock.files[path].model = out.lock.files[path].provider = text;
    out.hashes[path] = test::hash('5');
    out.answers[test::hash('c')].template_version = text;
    out.answers[test::hash('c')].path = text;
    out.graph[0].inputs.push_back("../" + path);
    out.graph[0].what = out.graph[1].stale = text;
    out.tests["tests/words-test.passed"].failure = text;
    BuildRun& run = out.runs.back().run;
    run.executor = run.sandbox = text;
    run.targets = {text};
    run.changes = {{text, text, text}};
    run.steps[1].output = text;
    for (RunStep& step : run.steps) {
        step.reason = text;
        step.output_text = text;
    }
    out.unknown = {text, "`" + text + "`"};
    return out;
}

const std::vector<std::string> hostile = {
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></style></pre></code><iframe src=//evil.example>",
    "<!-- --!> <![CDATA[ ]]> &#60;script&#62; &lt;",
    std::string("\x1b]0;owned\x07\x1b[2J\0\x7f\x9b", 15),
    "\u202e\u2066gnp.exe\u2069\u200b\u061c\ufeff",
    "\xff\xfe\xc0\xaf\xed\xa0\x80",
    "`code` ``` ~~~ | a | b |\n\n# heading\n[link](http://evil.example) ![i](http://evil.example/x.png) "
    "@everyone <b>",
    "a\\| <b> \\\\| <img src=x> `|` \\",
    "${{ secrets.KEY }} {{mustache}} %s {}",
    std::string(5000, 'W'),
};

TEST(Hostile, NoTextBecomesMarkup) {
    for (const std::string& text : hostile) {
        const ReportData report = report_data(made_of(text));
        const std::string page = write_html(report);
        EXPECT_EQ(test::markup_problem(page), "") << text;
        for (const char* never :
             {"<script", "<img", "<iframe", "<svg onload", "onmouseover='", "\x1b", "\u202e", "\u061c"})
            EXPECT_THAT(page, Not(HasSubstr(never))) << text;
        EXPECT_EQ(page.find('\0'), std::string::npos);
        EXPECT_EQ(utf8(page), page) << "not UTF-8";
    }
}

// The page of hostile texts has the same elements as that of harmless ones, in the same order.
TEST(Hostile, ThePageKeepsItsShape) {
    const auto shape = [](const std::string& page) {
        std::string out;
        for (std::size_t at = 0; (at = page.find('<', at)) != std::string::npos; ++at)
            out += page.substr(at, page.find_first_of(" >\n", at) - at);
        return out;
    };
    // <code> in prose is made of backticks, which one of them has.
    const std::string harmless = shape(write_html(report_data(made_of("zz"))));
    for (const std::string& text : hostile) {
        if (text.find('`') != std::string::npos || text.size() > 1000) continue;
        EXPECT_TRUE(shape(write_html(report_data(made_of(text)))) == harmless) << text;
    }
}

TEST(Hostile, JsonAndTraceStayJson) {
    for (const std::string& text : hostile) {
        const ReportData report = report_data(made_of(text));
        const auto document = json::parse(write_json(report), "report.json");
        EXPECT_EQ(document.at("project").at("name").as_string(), utf8(text));
        EXPECT_NO_THROW(json::parse(write_trace(report), "trace.json")) << text;
    }
}

// Whatever is somebody else's stands in a code span or block: CommonMark takes nothing in them for markup.
TEST(Hostile, MarkdownKeepsTextInCode) {
    for (const std::string& text : hostile) {
        const std::string summary = write_markdown(report_data(made_of(text)));
        EXPECT_LE(summary.size(), markdown_limit);
        EXPECT_EQ(utf8(summary), summary);
        std::string fence, outside;
        std::ptrdiff_t columns = 0;
        for (std::size_t at = 0; at < summary.size();) {
            const std::size_t end = std::min(summary.find('\n', at), summary.size());
            const std::string line = summary.substr(at, end - at);
            at = end + 1;
            const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
            if (!fence.empty()) {
                if (line == fence) fence.clear();
                continue;
            }
            if (ticks >= 3 && line.substr(ticks) == "text") {
                fence = line.substr(0, ticks);
                continue;
            }
            // A table's rows have as many cells as its head.
            const auto cells = std::count(line.begin(), line.end(), '|');
            if (line.starts_with("| ")) {
                if (columns == 0) columns = cells;
                EXPECT_EQ(cells, columns) << line;
            } else if (!line.starts_with("|--")) {
                columns = 0;
            }
            // Takes code spans away as CommonMark finds them: a run of backticks up to the next as long.
            for (std::size_t n = 0; n < line.size();) {
                if (line[n] != '`') {
                    outside += line[n++];
                    continue;
                }
                const std::size_t run = std::min(line.find_first_not_of('`', n), line.size()) - n;
                std::size_t close = n + run;
                while (close < line.size()) {
                    close = line.find('`', close);
                    ASSERT_NE(close, std::string::npos) << line;
                    const std::size_t length =
                        std::min(line.find_first_not_of('`', close), line.size()) - close;
                    if (length == run) break;
                    close += length;
                }
                n = close + run;
            }
            outside += '\n';
        }
        EXPECT_EQ(fence, "") << "a block has no end";
        for (const char* never : {"<script", "<img", "<b>", "evil.example", "@everyone", "secrets", "\x1b"})
            EXPECT_THAT(outside, Not(HasSubstr(never))) << text;
    }
}

}  // namespace
}  // namespace aibuild
