#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/report_sample.h"
#include "tool/report/report_data.h"

namespace aibuild {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A run of steps that took so long, each after the ones named; nothing else is in the graph.
class Case {
  public:
    std::size_t ran(std::int64_t start, std::int64_t end, const std::vector<std::size_t>& after = {},
                    bool pooled = false) {
        const std::size_t n = known_.graph.size();
        std::vector<std::string> inputs;
        for (const std::size_t other : after) inputs.push_back(known_.graph[other].output);
        known_.graph.push_back(test::step("out" + std::to_string(n), "compile", "CC", 0, std::move(inputs)));
        known_.graph.back().pooled = pooled;
        known_.runs[0].run.steps.push_back({known_.graph.back().output, "", start, end});
        return n;
    }
    std::vector<Recommendation> said(int jobs) {
        known_.runs[0].run.jobs = jobs;
        return report_data(known_).recommendations;
    }
    Case() {
        known_.plan.targets = {test::target("t", Kind::executable, {}, {})};
        known_.runs.emplace_back();
        known_.runs[0].run.id = 1;
    }

  private:
    Known known_;
};

TEST(Recommendations, NoneOfAnOrdinaryRun) {
    EXPECT_THAT(report_data(test::report_sample()).recommendations, IsEmpty());
}

TEST(Recommendations, OneStepDominates) {
    Case run;
    const std::size_t slow = run.ran(0, 9000);
    run.ran(0, 1000);
    run.ran(9000, 9500, {slow});
    const auto said = run.said(4);
    ASSERT_THAT(said, SizeIs(1));
    EXPECT_THAT(said[0].what, HasSubstr("`CC out0`"));
    EXPECT_THAT(said[0].evidence, HasSubstr("9.00 s of the 9.50 s"));
    EXPECT_EQ(said[0].saves_ms, 8500);  // what is left is the other step, beside the last one
}

TEST(Recommendations, NotOfALongStepBesideOthersThatTakeAsLong) {
    Case run;
    run.ran(0, 9000);
    run.ran(0, 8900);
    EXPECT_THAT(run.said(4), IsEmpty());
}

TEST(Recommendations, OfAStepThatIsHalfOfThePathAndNotOfAShorterOne) {
    Case run;
    run.ran(5500, 11'600, {run.ran(0, 5500)});
    const auto said = run.said(4);
    ASSERT_THAT(said, SizeIs(1));
    EXPECT_THAT(said[0].what, HasSubstr("`CC out1`"));
}

TEST(Recommendations, NotOfAStepThatTakesNoTimeWorthTalkingOf) {
    Case run;
    run.ran(0, 4900);
    EXPECT_THAT(run.said(4), IsEmpty());
}

TEST(Recommendations, MoreAtATimeWhereAllSlotsWereBusy) {
    Case run;
    for (int n = 0; n < 10; ++n) {
        run.ran(n * 1000, n * 1000 + 1000);
        run.ran(n * 1000, n * 1000 + 1000);
    }
    const auto said = run.said(2);
    ASSERT_THAT(said, SizeIs(1));
    EXPECT_THAT(said[0].what, HasSubstr("-j"));
    EXPECT_THAT(said[0].evidence, HasSubstr("100 %"));
    EXPECT_EQ(said[0].saves_ms, 9000);
    EXPECT_THAT(run.said(8), IsEmpty());  // more may run already
    EXPECT_THAT(run.said(0), IsEmpty());  // how many might, nobody recorded
}

TEST(Recommendations, APoolThatIsTooNarrow) {
    for (const bool pooled : {true, false}) {
        Case run;
        for (int n = 0; n < 4; ++n) run.ran(n * 2000, n * 2000 + 2000, {}, pooled);
        const auto said = run.said(4);
        if (!pooled) {
            EXPECT_THAT(said, IsEmpty());
            continue;
        }
        ASSERT_THAT(said, SizeIs(1));
        EXPECT_THAT(said[0].what, HasSubstr("pool"));
        EXPECT_EQ(said[0].saves_ms, 6000);
    }
}

}  // namespace
}  // namespace aibuild
