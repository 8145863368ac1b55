#include "tool/engine/plan_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Plan small() {
    Plan plan;
    plan.name = "p";
    plan.version = "0.1.0";
    plan.description = "does it";
    Target& library = plan.targets.emplace_back();
    library.name = "words";
    library.kind = Kind::static_library;
    library.language = "c";
    library.sources = {"a.c", "b.c"};
    library.interface = "int words(const char *text); counts the words of a text";
    plan.files = {{"a.c", "counts", {}}, {"b.c", "reads", {}}};
    return plan;
}

TEST(PlanDiff, OfTheSamePlanIsNothing) {
    EXPECT_THAT(plan_diff(small(), small()), IsEmpty());
}

TEST(PlanDiff, SaysWhatIsNewGoneAndChanged) {
    Plan plan = small();
    plan.version = "0.2.0";
    plan.packages = {{"zlib", "zlib"}};
    plan.targets[0].sources = {"a.c", "c.c"};
    plan.targets[0].interface = "int words(const char *text, int all); counts them in another way";
    Target& tool = plan.targets.emplace_back();
    tool.name = "tool";
    tool.language = "c";
    tool.sources = {"tool.c"};
    plan.files = {{"a.c", "counts all", {}}, {"c.c", "reads on", {}}};
    EXPECT_THAT(plan_diff(small(), plan),
                ElementsAre("~ project: version 0.1.0 -> 0.2.0", "+ package zlib",
                            "~ target words: interface; sources +c.c -b.c",
                            "    - int words(const char *text); counts the words of a text",
                            "    + int words(const char *text, int all); counts them in another way",
                            "+ target tool: executable in c", "~ file a.c: purpose counts -> counts all",
                            "+ file c.c: reads on", "- file b.c"));
    EXPECT_THAT(plan_diff(plan, small()), testing::Contains("- target tool"));
}

// Of a long text what differs, and a few words around it.
TEST(PlanDiff, ShowsBothSidesOfALongText) {
    const std::string begin(300, 'b'), end(300, 'e');
    Plan before = small(), after = small();
    before.targets[0].interface = begin + " and it counts the words of\na text and nothing else " + end;
    after.targets[0].interface = begin + " and it counts the lines of\na text and nothing else " + end;
    EXPECT_THAT(plan_diff(before, after),
                ElementsAre("~ target words: interface",
                            "    - \u2026 and it counts the words of a text and nothing else \u2026",
                            "    + \u2026 and it counts the lines of a text and nothing else \u2026"));
    after.targets[0].interface.clear();
    EXPECT_THAT(plan_diff(small(), after), testing::Contains("    + (none)"));
    after.targets[0].interface = std::string(5000, 'x');
    for (const std::string& line : plan_diff(small(), after)) EXPECT_LT(line.size(), 450U);
}

TEST(PlanDiff, AnotherOrderIsAChange) {
    Plan plan = small();
    std::swap(plan.targets[0].sources[0], plan.targets[0].sources[1]);
    EXPECT_THAT(plan_diff(small(), plan), ElementsAre("~ target words: sources in another order"));
}

TEST(PlanDiff, AStepShowsWhatItRuns) {
    Plan plan = small();
    plan.steps = {{"table", "", {"python3", "{in:0}"}, {"t.py"}, {"gen/table/t.c"}}};
    EXPECT_THAT(plan_diff(small(), plan), ElementsAre("+ step table: runs python3 {in:0}"));
}

}  // namespace
}  // namespace aibuild
