// A report of a large project can still be opened.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/report_sample.h"
#include "tests/support/well_formed.h"
#include "tool/report/html.h"
#include "tool/report/writers.h"

namespace aibuild {
namespace {

// `steps` compiles in libraries of 50, each with a source that a model wrote; names as long as real ones are.
Known large(std::size_t steps) {
    Known out;
    out.plan.name = "large";
    out.configuration = "release";
    out.root = "../";
    out.build = "build";
    out.ran = true;
    out.runs.resize(2);
    out.runs[0].logged = true;
    BuildRun& run = out.runs[1].run;
    run.id = 1;
    run.jobs = 16;
    for (std::size_t n = 0; n < steps; ++n) {
        const std::size_t library = n / 50;
        if (n % 50 == 0) {
            std::vector<std::string> uses;
            if (library > 0) uses.push_back(fmt::format("component-library-{:04}", (library - 1) / 2));
            out.plan.targets.push_back(test::target(fmt::format("component-library-{:04}", library),
                                                    Kind::static_library, {}, uses));
        }
        const std::string source =
            fmt::format("components/library-{:04}/source/implementation_of_something_{:05}.cpp", library, n);
        const std::string object = fmt::format("obj/component-library-{:04}/{}.o", library, source);
        out.graph.push_back(test::step(object, "compile", "CXX", library, {"../" + source}));
        out.lock.files[source] = test::by_model(test::hash('1'), test::hash('a'));
        out.hashes[source] = test::hash('1');
        const auto start = static_cast<std::int64_t>(n / 16 * 1000 + n % 16);
        run.steps.push_back({object, "../" + source + " is newer", start,
                             start + 900 + static_cast<std::int64_t>(n * 7919 % 90)});
        out.runs[0].run.steps.push_back({object, "", start, start + 800});
    }
    run.duration_ms = static_cast<std::int64_t>(steps / 16 * 1000 + 1000);
    return out;
}

TEST(ReportSize, AThousandSteps) {
    const ReportData report = report_data(large(1000));
    const std::string page = write_html(report);
    EXPECT_EQ(test::markup_problem(page), "");
    EXPECT_LT(page.size(), 2'000'000U);
    EXPECT_GT(page.size(), 500'000U);  // all of them are in it
    EXPECT_LE(write_markdown(report).size(), markdown_limit);
    RecordProperty("bytes", std::to_string(page.size()));
}

// Every test covers every file.
TEST(ReportSize, AThousandStepsUnderAHundredTests) {
    Known known = large(1000);
    std::vector<std::string> objects;
    for (const GraphStep& step : known.graph) objects.push_back(step.output);
    for (std::size_t n = 0; n < 100; ++n) {
        const std::string name = fmt::format("component-library-test-{:04}", n);
        known.plan.targets.push_back(test::target(name, Kind::test, {}, {}));
        known.graph.push_back(
            test::step("tests/" + name + ".passed", "test", "TEST", known.plan.targets.size() - 1, objects));
    }
    const ReportData report = report_data(known);
    EXPECT_EQ(report.tests_of(report.files[0]).size(), 100U);
    EXPECT_LT(write_html(report).size(), 2'000'000U);
}

// Of a project whose thousand tests nobody has run yet, a summary does not name each.
TEST(ReportSize, TestsThatHaveNotRunAreCounted) {
    Known known = large(50);
    for (std::size_t n = 0; n < 1000; ++n)
        known.ctests.push_back(
            {fmt::format("suite.test-{}", n), std::nullopt, std::nullopt, std::nullopt, ""});
    known.ctests[0].passed = true;
    const ReportData report = report_data(known);
    EXPECT_EQ(report.tests[1].why, "ctest has not run here");
    const std::string summary = write_markdown(report);
    EXPECT_THAT(summary, testing::HasSubstr("| `suite.test-0` | passed |"));
    EXPECT_THAT(summary, testing::HasSubstr("\n999 tests have not run.\n"));
    EXPECT_EQ(summary.find("suite.test-1`"), summary.npos);
    const std::string page = write_html(report);
    EXPECT_EQ(test::markup_problem(page), "");
    EXPECT_THAT(page, testing::HasSubstr("999 tests have not run</summary>"));
}

// What tests cover is told once for all files that the same ones do, and steps name each other by number.
TEST(ReportSize, ThousandsOfSourcesUnderHundredsOfTests) {
    Known known = large(9600);
    std::vector<std::string> objects;
    for (const GraphStep& step : known.graph) objects.push_back(step.output);
    known.graph.push_back(test::step("lib/libeverything.a", "product", "AR", 0, objects));
    known.runs[1].run.steps.push_back({"lib/libeverything.a", "", 601'000, 602'000});
    for (std::size_t n = 0; n < 400; ++n) {
        const std::string name = fmt::format("component-library-test-{:04}", n);
        known.plan.targets.push_back(test::target(name, Kind::test, {}, {}));
        const std::string output = "tests/" + name + ".passed";
        known.graph.push_back(
            test::step(output, "test", "TEST", known.plan.targets.size() - 1, {"lib/libeverything.a"}));
        const auto start = static_cast<std::int64_t>(602'000 + n);
        known.runs[1].run.steps.push_back({output, "lib/libeverything.a is newer", start, start + 10});
    }
    const ReportData report = report_data(known);
    ASSERT_EQ(report.files.size(), 9600U);
    EXPECT_EQ(report.tests_of(report.files[0]).size(), 400U);
    const std::string json = write_json(report);
    RecordProperty("bytes", std::to_string(json.size()));
    // For each step and its source: names of 100 characters five times, times, hashes. It was 166 MB.
    EXPECT_LT(json.size(), 10'000U * 1600);
    EXPECT_LT(write_trace(report).size(), 10'000U * 600);
    EXPECT_LT(write_html(report).size(), 4'500'000U);
}

// Of very many a page shows the longest, and JSON has all.
TEST(ReportSize, AHundredThousandSteps) {
    const Known known = large(100'000);
    const auto began = std::chrono::steady_clock::now();
    const ReportData report = report_data(known);
    const std::string page = write_html(report);
    const std::string summary = write_markdown(report);
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(page.size(), 4'500'000U);
    EXPECT_LE(summary.size(), markdown_limit);
    EXPECT_EQ(report.run->steps.size(), 100'000U);
    // 1.5 s measured; this finds what is quadratic, on a machine with much else to do.
    EXPECT_LT(took, std::chrono::seconds(60));
}

}  // namespace
}  // namespace aibuild
