#include "tool/report/writers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "ninja-gen/json.h"
#include "ninja-gen/schema.h"
#include "tests/support/report_sample.h"
#include "tests/support/well_formed.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/report/html.h"

namespace aibuild {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<Known> samples() {
    Known bare;
    bare.plan.name = "bare";
    Known logged = test::report_sample();
    logged.runs.pop_back();
    return {test::report_sample(), test::failed_sample(), logged, bare};
}

TEST(Writers, JsonIsWhatItsSchemaSays) {
    static const std::string schema =
        test::slurp(std::string(AIBUILD_SOURCE_DIR) + "/tool/report/report.schema.json");
    for (const Known& known : samples()) {
        const std::string text = write_json(report_data(known));
        EXPECT_NO_THROW(
            check_schema(json::parse(text, "report.json"), text, "report.json", schema, "schema"));
    }
    // The schema says something.
    const std::string wrong = R"({"schema": "aibuild.report/1", "verdict": {}})";
    EXPECT_THROW(check_schema(json::parse(wrong, "w"), wrong, "w", schema, "schema"), Error);
}

TEST(Writers, ThePageIsWellFormed) {
    for (const Known& known : samples()) EXPECT_EQ(test::markup_problem(write_html(report_data(known))), "");
}

TEST(Writers, ThePageFetchesAndRunsNothing) {
    const std::string page = write_html(report_data(test::report_sample()));
    EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'sha256-"));
    for (const char* never : {"<script", "http://", "https://", " src=", " style=\"", " onclick", "@import",
                              "url(http", "<iframe", "<img"})
        EXPECT_THAT(page, Not(HasSubstr(never)));
}

// Where a link leads is there.
TEST(Writers, LinksOfThePageLeadSomewhere) {
    for (const Known& known : samples()) {
        const std::string page = write_html(report_data(known));
        std::set<std::string> ids;
        const auto each = [&](std::string_view before, auto visit) {
            for (std::size_t at = 0; (at = page.find(before, at)) != std::string::npos;) {
                at += before.size();
                visit(page.substr(at, page.find('"', at) - at));
            }
        };
        each(" id=\"", [&](const std::string& id) { EXPECT_TRUE(ids.insert(id).second) << id; });
        each("href=\"#", [&](const std::string& id) { EXPECT_TRUE(ids.contains(id)) << id; });
        each("aria-labelledby=\"", [&](const std::string& id) { EXPECT_TRUE(ids.contains(id)) << id; });
    }
}

TEST(Writers, UnknownIsSaidAndNeverNought) {
    Known known = test::report_sample();
    for (auto& [path, entry] : known.lock.files) entry.input_tokens = entry.output_tokens = std::nullopt;
    known.state.tasks.clear();
    const ReportData report = report_data(known);
    const std::string page = write_html(report);
    EXPECT_THAT(page, HasSubstr("How many tokens they took is unknown; what they cost is unknown."));
    EXPECT_THAT(page, Not(HasSubstr("0.0000")));
    const auto document = json::parse(write_json(report), "report.json");
    for (const auto& each : document.at("files").as_array()) {
        EXPECT_TRUE(each.at("cost").is_null());
        EXPECT_TRUE(each.at("input_tokens").is_null());
    }
}

// Perfetto nests slices of a thread: two that overlap without one in the other are drawn wrong.
TEST(Writers, SlicesOfALaneFollowEachOther) {
    Known known = test::report_sample();
    for (int n = 0; n < 40; ++n)
        known.runs.back().run.steps.push_back(
            {"x" + std::to_string(n), "", n * 37 % 400, n * 37 % 400 + n * 13 % 97});
    const auto trace = json::parse(write_trace(report_data(known)), "trace.json");
    std::map<std::int64_t, std::int64_t> busy_until;
    std::size_t slices = 0;
    double counter = -1;
    for (const auto& event : trace.at("traceEvents").as_array()) {
        const std::string_view kind = event.at("ph").as_string();
        if (kind == "X") {
            ++slices;
            auto& until = busy_until[event.at("tid").as_int64()];
            EXPECT_GE(event.at("ts").as_int64(), until);
            until = event.at("ts").as_int64() + event.at("dur").as_int64();
        }
        if (kind == "C") counter = event.at("args").at("steps").to_number<double>();
    }
    EXPECT_EQ(slices, 46U);
    EXPECT_EQ(counter, 0);  // at the end nothing runs
}

// The Trace Event Format, as far as it is used: complete slices, one counter, names of process and threads.
TEST(Writers, ATraceHasWhatItsFormatAsksFor) {
    for (const Known& known : samples()) {
        const auto trace = json::parse(write_trace(report_data(known)), "trace.json");
        EXPECT_EQ(trace.at("displayTimeUnit").as_string(), "ms");
        std::set<std::int64_t> named, used;
        bool process = false;
        for (const auto& event : trace.at("traceEvents").as_array()) {
            const std::string_view kind = event.at("ph").as_string();
            const std::string_view name = event.at("name").as_string();
            EXPECT_EQ(event.at("pid").as_int64(), 1);
            const std::int64_t thread = event.at("tid").as_int64();
            EXPECT_FALSE(name.empty());
            if (kind == "M") {
                EXPECT_FALSE(event.at("args").at("name").as_string().empty());
                process = process || name == "process_name";
                if (name == "thread_name") named.insert(thread);
                EXPECT_TRUE(name == "process_name" || name == "thread_name") << name;
                continue;
            }
            EXPECT_GE(event.at("ts").as_int64(), 0);
            if (kind == "X") {
                used.insert(thread);
                EXPECT_GE(event.at("dur").as_int64(), 0);
                EXPECT_EQ(event.at("cat").as_string().find(','), std::string_view::npos);
            } else {
                EXPECT_EQ(kind, "C");
                for (const auto& value : event.at("args").as_object()) EXPECT_TRUE(value.value().is_number());
            }
        }
        EXPECT_TRUE(process);
        EXPECT_EQ(named, used);
    }
}

TEST(Writers, TheSameAgain) {
    for (const Known& known : samples()) {
        EXPECT_EQ(write_html(report_data(known)), write_html(report_data(known)));
        EXPECT_EQ(write_json(report_data(known)), write_json(report_data(known)));
    }
}

}  // namespace
}  // namespace aibuild
