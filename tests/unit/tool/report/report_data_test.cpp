#include "tool/report/report_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/report_sample.h"

namespace aibuild {
namespace {

using test::failed_sample;
using test::hash;
using test::report_sample;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const ReportStep& step(const ReportData& report, std::string_view output) {
    const auto found = std::find_if(report.run->steps.begin(), report.run->steps.end(),
                                    [&](const ReportStep& each) { return each.output == output; });
    return *found;
}

const ReportFile& file(const ReportData& report, std::string_view path) {
    return *std::find_if(report.files.begin(), report.files.end(),
                         [&](const ReportFile& each) { return each.path == path; });
}

std::vector<std::string> tests(const ReportData& report, const ReportFile& of) {
    std::vector<std::string> out;
    for (const std::size_t n : report.tests_of(of)) out.push_back(report.tests[n].name);
    return out;
}

TEST(ReportData, TheLastRunIsTheOneThatIsReported) {
    const ReportData report = report_data(report_sample());
    ASSERT_TRUE(report.run);
    EXPECT_EQ(report.run->id, 3);
    EXPECT_EQ(report.run->steps.size(), 6U);
    EXPECT_EQ(report.run->wall_ms, 3210);
    EXPECT_EQ(report.run->step_ms, 2000 + 40 + 360 + 460 + 800 + 10);
    EXPECT_EQ(report.run->widest, 2U);
    EXPECT_EQ(report.run->up_to_date, 2U);
    EXPECT_EQ(report.history.size(), 2U);
    EXPECT_EQ(report.verdict, Verdict::succeeded);
    EXPECT_EQ(report.verdict_text, "Succeeded in 3.21 s, 7 tests passed");
}

TEST(ReportData, StepsKnowWhatTheyWaitedFor) {
    const ReportData report = report_data(report_sample());
    const auto outputs = [&](const ReportStep& of) {
        std::vector<std::string> out;
        for (const std::size_t n : of.span.after) out.push_back(report.run->steps[n].output);
        return out;
    };
    EXPECT_THAT(outputs(step(report, "obj/words/src/words.cpp.o")), IsEmpty());
    // Its other object did not run.
    EXPECT_THAT(outputs(step(report, "bin/demo")), ElementsAre("lib/libwords.a"));
    EXPECT_THAT(outputs(step(report, "tests/passed")), ElementsAre("tests/words-test.passed"));
}

TEST(ReportData, TheCriticalPathLeadsToTheTests) {
    const ReportData report = report_data(report_sample());
    std::vector<std::string> path;
    for (const CriticalStep& each : report.run->critical) path.push_back(report.run->steps[each.step].output);
    EXPECT_THAT(path, ElementsAre("obj/words/src/words.cpp.o", "lib/libwords.a", "tests/words-test",
                                  "tests/words-test.passed", "tests/passed"));
    EXPECT_EQ(report.run->critical_ms, 3210);
    EXPECT_EQ(report.run->critical[0].saves_ms, 2000);
    EXPECT_TRUE(step(report, "lib/libwords.a").critical);
    EXPECT_FALSE(step(report, "bin/demo").critical);
}

TEST(ReportData, StepsKnowWhatAModelWroteAndHowLongTheyTookBefore) {
    const ReportData report = report_data(report_sample());
    std::vector<std::string> generated;
    for (const std::size_t n : step(report, "obj/words/src/words.cpp.o").generated)
        generated.push_back(report.files[n].path);
    EXPECT_THAT(generated, ElementsAre("src/words.cpp", "include/words.h"));
    EXPECT_THAT(step(report, "bin/demo").generated, IsEmpty());
    EXPECT_EQ(step(report, "obj/words/src/words.cpp.o").before_ms, 1500);
    EXPECT_EQ(step(report, "bin/demo").before_ms, 400);
    EXPECT_EQ(step(report, "tests/words-test").before_ms, std::nullopt);
}

TEST(ReportData, Files) {
    const ReportData report = report_data(report_sample());
    const ReportFile& words = file(report, "src/words.cpp");
    EXPECT_EQ(words.state, FileState::edited);
    EXPECT_EQ(words.edits->added, 3U);
    EXPECT_EQ(words.cost, 0.0125);
    EXPECT_EQ(words.response, ".aibuild/responses/cc/words.json");
    EXPECT_THAT(words.targets, ElementsAre("words"));
    EXPECT_THAT(tests(report, words), ElementsAre("words-test"));
    const ReportFile& main = file(report, "src/main.cpp");
    EXPECT_EQ(main.state, FileState::locked);
    EXPECT_EQ(main.output_tokens, std::nullopt);
    EXPECT_EQ(main.cost, std::nullopt);
    EXPECT_EQ(main.response, "");  // its response is not there
    EXPECT_THAT(tests(report, main), IsEmpty());
    EXPECT_EQ(file(report, "tests/words_test.cpp").state, FileState::own);
    EXPECT_EQ(file(report, "tests/words_test.cpp").origin, "person");
    EXPECT_EQ(file(report, "CMakeLists.txt").origin, "emitter");
}

TEST(ReportData, AFileIsStaleAcceptedTakenOverOrBuiltIn) {
    Known known = report_sample();
    known.stale_files = {{"src/main.cpp", "its purpose changed"}, {"src/words.cpp", "its purpose changed"}};
    ReportData report = report_data(known);
    EXPECT_EQ(file(report, "src/main.cpp").state, FileState::stale);
    EXPECT_EQ(file(report, "src/main.cpp").why, "its purpose changed");
    EXPECT_EQ(file(report, "src/words.cpp").state, FileState::edited);  // the edit is what counts
    known.lock.files["src/words.cpp"].generated = hash('3');
    known.lock.files["src/words.cpp"].base = hash('5');
    known.lock.files["src/words.cpp"].change = 1;
    known.lock.changes = {{"keep apostrophes", hash('f'), hash('9'), {"src/words.cpp"}, "", "", {}, {}}};
    known.lock.files["src/main.cpp"].origin = "person";
    known.lock.files["include/words.h"].provider = "builtin";
    known.stale_files.clear();
    report = report_data(known);
    EXPECT_EQ(file(report, "src/words.cpp").state, FileState::edited);
    EXPECT_EQ(file(report, "src/words.cpp").why, "accepted");
    EXPECT_EQ(file(report, "src/words.cpp").change, "keep apostrophes");
    EXPECT_EQ(file(report, "src/main.cpp").origin, "person");
    EXPECT_EQ(file(report, "src/main.cpp").why, "taken over");
    EXPECT_EQ(file(report, "include/words.h").origin, "builtin");
}

TEST(ReportData, AFileThatIsGoneIsMissing) {
    Known known = report_sample();
    known.hashes.erase("src/main.cpp");
    known.plan.files = {{"docs/guide.md", "", {}}};
    const ReportData report = report_data(known);
    EXPECT_EQ(file(report, "src/main.cpp").state, FileState::missing);
    EXPECT_EQ(file(report, "docs/guide.md").state, FileState::missing);
}

TEST(ReportData, AFailure) {
    const ReportData report = report_data(failed_sample());
    EXPECT_EQ(report.verdict, Verdict::failed);
    EXPECT_EQ(report.verdict_text, "1 step failed after 2.50 s");
    EXPECT_EQ(report.targets[1].failed, 1U);
    EXPECT_EQ(report.tests[0].state, "pending");
}

TEST(ReportData, ATestThatFailedIsAFailureAfterPlainNinjaToo) {
    Known known = report_sample();
    known.runs.back().logged = true;
    known.tests = {{"tests/words-test.passed", {std::nullopt, "not ok 3 - empty"}}};
    known.graph[6].stale = known.graph[7].stale = "not built yet";
    const ReportData report = report_data(known);
    EXPECT_EQ(report.verdict, Verdict::failed);
    EXPECT_EQ(report.verdict_text, "1 test failed");
    EXPECT_EQ(report.tests[0].why, "not ok 3 - empty");
    EXPECT_EQ(report.targets[2].failed, 1U);
}

// The log has successes only: that it says nothing of a failure is no success.
TEST(ReportData, ALoggedRunThatLeavesStepsIsNotFinished) {
    Known known = report_sample();
    known.runs.back().logged = true;
    known.graph[3].stale = "not built yet";
    const ReportData report = report_data(known);
    EXPECT_EQ(report.verdict, Verdict::unfinished);
    EXPECT_EQ(report.verdict_text, "Not finished: 1 step of 8 left to make");
    EXPECT_EQ(report.run->up_to_date, std::nullopt);
    EXPECT_THAT(report.unknown, ElementsAre(HasSubstr("ninja's log does not say")));
}

TEST(ReportData, NothingRan) {
    Known known = report_sample();
    known.runs.clear();
    known.ran = false;
    const ReportData report = report_data(known);
    EXPECT_FALSE(report.run);
    EXPECT_EQ(report.verdict, Verdict::nothing);
    EXPECT_THAT(report.stale, IsEmpty());
    EXPECT_EQ(report.files.size(), 5U);
}

// Of an older plan, or of ninja's own: it ran, and nobody knows more.
TEST(ReportData, AStepThatIsNoLongerInTheGraph) {
    Known known = report_sample();
    known.runs.back().run.steps.push_back({"obj/gone.o", "", 0, 50});
    EXPECT_EQ(step(report_data(known), "obj/gone.o").kind, "other");
}

TEST(ReportData, PathsOfTheProject) {
    EXPECT_EQ(project_path("../src/a.cpp", "../"), "src/a.cpp");
    EXPECT_EQ(project_path("obj/a.o", "../"), std::nullopt);
    EXPECT_EQ(project_path("../../other/a.h", "../"), std::nullopt);
    EXPECT_EQ(project_path("/usr/include/a.h", "../"), std::nullopt);
    EXPECT_EQ(project_path("../", "../"), std::nullopt);
}

}  // namespace
}  // namespace aibuild
