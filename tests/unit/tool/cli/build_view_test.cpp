#include "tool/cli/build_view.h"

#include <gmock/gmock.h>

namespace aibuild {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Style plain(false);

TEST(BuildViewLines, HowFarItIsAndWhatRuns) {
    const ViewTime now{std::chrono::seconds(100)};
    BuildViewModel model;
    EXPECT_THAT(build_view_lines(model, now, {}, plain), IsEmpty());
    model.total = 1200;
    model.finished = 17;
    model.running = {{"CXX obj/a.o", now - milliseconds(12300)}, {"CXX obj/b.o", now - milliseconds(240)}};
    model.left = milliseconds(61000);
    EXPECT_THAT(
        build_view_lines(model, now, {42, 24}, plain),
        ElementsAre("17 of 1,200 steps, about 1 min 10 s left", "  CXX obj/a.o                      12 s",
                    "  CXX obj/b.o                     0.2 s"));
    model.failed = 1;
    EXPECT_EQ(build_view_lines(model, now, {100, 24}, plain)[0],
              "17 of 1,200 steps, 2 running, 1 failed, about 1 min 10 s left");
}

TEST(BuildViewLines, AtMostWhatTheScreenHas) {
    BuildViewModel model;
    model.total = 100;
    for (int n = 0; n < 20; ++n) model.running.push_back({"step " + std::to_string(n), {}});
    for (const std::size_t height : {1U, 2U, 3U, 4U, 5U, 6U, 24U}) {
        const auto lines = build_view_lines(model, {}, {30, height}, plain);
        EXPECT_LE(lines.size(), std::max<std::size_t>(1, height > 2 ? height - 2 : 1)) << height;
        for (const std::string& line : lines) EXPECT_LE(line.size(), 29U) << line;
    }
    EXPECT_EQ(build_view_lines(model, {}, {30, 24}, plain).back(), "  and 13 more");
}

class BuildLinesTest : public ::testing::Test {
  protected:
    NinjaLine line(const std::string& description, int started, int finished) const {
        return {"[" + std::to_string(finished) + "/9] ", description, started, finished, 9};
    }
    BuildLines lines(bool colour) {
        return {[this](std::string_view text) { out_ += text; },
                [this](std::string_view text) { err_ += text; }, colour};
    }
    std::string out_, err_;
};

TEST_F(BuildLinesTest, AsNinjaPrintsIntoAPipe) {
    BuildLines view = lines(false);
    view.began(line("A", 1, 0));
    view.began(line("B", 2, 0));
    view.ended(line("A", 2, 1));
    view.printed("\x1b[1mwarning\x1b[0m\n");
    view.ended(line("B", 2, 2));
    view.failed("b ", "false", 1);
    view.printed("ninja: build stopped\n");
    view.errors("ninja: error\n");
    view.say("run 1");
    EXPECT_EQ(out_, "[1/9] A\nwarning\n[2/9] B\nFAILED: b \nfalse\nninja: build stopped\n");
    EXPECT_EQ(err_, "ninja: error\nrun 1\n");
}

TEST_F(BuildLinesTest, AStepThatHasTheTerminalIsNamedFirst) {
    BuildLines view = lines(true);
    view.began(line("T", 1, 0));
    view.printed("\x1b[1mits words\x1b[0m\n");
    view.printed("and more\n");
    view.failed("t ", "false", 7);
    EXPECT_EQ(out_, "[0/9] T\n\x1b[1mits words\x1b[0m\nand more\nFAILED: [code=7] t \nfalse\n");
}

TEST(BuildView, NothingThatAStepPrintsMovesTheCursor) {
    std::string shown;
    ViewTime now{std::chrono::seconds(1)};
    {
        BuildView view({[&](std::string_view text) { shown += text; },
                        [] {
                            return ScreenSize{80, 24};
                        },
                        [&] { return now; }},
                       plain);
        view.began({"[0/1] ", "A", 1, 0, 1});
        now += std::chrono::seconds(1);
        view.ended({"[1/1] ", "A", 1, 1, 1});
        view.printed("\x1b[2Jgone\ttab\x07\r\n");
        view.end();
    }
    EXPECT_EQ(shown.find("\x1b[2J"), shown.npos);
    EXPECT_EQ(shown.find('\x07'), shown.npos);
    EXPECT_NE(shown.find("[1/1] A"), shown.npos) << "who says something is named";
    EXPECT_NE(shown.find("gone        tab"), shown.npos) << shown;
}

}  // namespace
}  // namespace aibuild
