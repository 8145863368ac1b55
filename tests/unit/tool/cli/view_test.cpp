// The model of a stage, and the texts that are made of it: lines that stay, and the live view's block.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tool/cli/columns.h"
#include "tool/cli/live_view.h"
#include "tool/cli/plain_lines.h"

namespace aibuild {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const Style plain(false);
constexpr ViewTime zero{};
using Lines = std::vector<std::string>;

std::vector<AskedItem> two_and_one() {
    return {{"include/a.hpp", {}, 100}, {"include/c.hpp", {}, 100}, {"src/b.cpp", {0, 1}, 300}};
}

ItemEnd counted_end(std::int64_t tokens) {
    ItemEnd end;
    end.usage.output_tokens = tokens;
    return end;
}

TEST(ViewModel, LinesThatStay) {
    ViewModel model;
    model.begin(two_and_one(), zero);
    model.started(0, zero);
    ItemEnd end = counted_end(1'203);
    end.notes = {"a Markdown\nfence", "a trailing comma"};
    EXPECT_THAT(model.finished(0, end, zero + milliseconds(2'100)),
                ElementsAre("[1/3] include/a.hpp (1,203 tokens, 2.1 s)",
                            "      mended: a Markdown fence, a trailing comma"));
    ItemEnd kept;
    kept.from_store = true;
    kept.requests = 0;
    EXPECT_THAT(model.finished(1, kept, zero), ElementsAre("[2/3] include/c.hpp (kept from before)"));
    model.started(2, zero);
    model.received(2, 3'000);
    EXPECT_THAT(model.waits(2, "a limit of requests\x1b[1m", seconds(4), zero),
                ElementsAre("src/b.cpp waits 4 s: a limit of requests\\x1b[1m"));
    EXPECT_THAT(model.again(2, "answer.plan: no."), ElementsAre("src/b.cpp asked again: answer.plan: no."));
    model.received(2, 3'000);
    ItemEnd uncounted;
    uncounted.requests = 2;
    EXPECT_THAT(model.finished(2, uncounted, zero + seconds(12)),
                ElementsAre("[3/3] src/b.cpp (about 1,000 tokens, 12 s, 2 requests)"));
    EXPECT_THAT(model.ended({}, zero), ElementsAre("used so far: no requests"));
    EXPECT_TRUE(model.empty());
}

TEST(ViewModel, WhatDidNotArriveIsTold) {
    ViewModel model;
    model.begin(two_and_one(), zero);
    model.started(0, zero);
    model.received(0, 4'100);
    EXPECT_THAT(model.ended({}, zero + seconds(3)),
                ElementsAre("include/a.hpp was not finished (4.1 kB after 3.0 s)",
                            "2 more were not asked for", "used so far: no requests"));
}

TEST(ViewModel, CostIsUnknownWhereOneIs) {
    ViewModel model;
    model.begin(two_and_one(), zero);
    EXPECT_EQ(model.cost(), 0.0);
    ItemEnd end = counted_end(1);
    end.cost = 0.25;
    model.started(0, zero);
    EXPECT_EQ(model.cost(), std::nullopt);
    model.finished(0, end, zero);
    EXPECT_EQ(model.cost(), 0.25);
    model.started(1, zero);
    model.finished(1, counted_end(1), zero);
    EXPECT_EQ(model.cost(), std::nullopt);
}

TEST(ViewModel, TimeLeftFollowsTheLongestChain) {
    ViewModel model;
    model.begin(two_and_one(), zero);
    EXPECT_EQ(model.left(zero), std::nullopt);
    model.started(0, zero);
    model.started(1, zero);
    EXPECT_EQ(model.left(zero + seconds(1)), std::nullopt);  // nothing came yet
    model.received(0, 150);                                  // 50 tokens each, in a second
    model.received(1, 150);
    // The chain: 50 and then 300 at 50 a second. All that is left, two at a time: 400 at 100 a second.
    EXPECT_EQ(model.left(zero + seconds(1)), milliseconds(7'000));
    model.finished(0, counted_end(100), zero + seconds(2));
    model.finished(1, counted_end(100), zero + seconds(2));
    EXPECT_EQ(model.left(zero + seconds(2)), milliseconds(6'000));
}

TEST(ViewModel, TimeLeftIsSharedByAsManyAsCameAtTheSameTime) {
    ViewModel model;
    model.begin({{"a", {}, 100}, {"b", {}, 100}, {"c", {}, 100}, {"d", {}, 100}}, zero);
    model.started(0, zero);
    model.finished(0, counted_end(100), zero + seconds(1));
    EXPECT_EQ(model.left(zero + seconds(1)), milliseconds(3'000));
}

TEST(ViewModel, WithoutAGuessThereIsNoTimeLeft) {
    ViewModel model;
    model.begin({{"a", {}, 100}, {"b", {}, 0}}, zero);
    model.started(0, zero);
    model.received(0, 300);
    EXPECT_EQ(model.left(zero + seconds(1)), std::nullopt);
}

ViewModel busy() {
    ViewModel model;
    model.begin({{"include/a.hpp", {}, 100},
                 {"include/c.hpp", {}, 100},
                 {"src/b.cpp", {0, 1}, 300},
                 {"src/x.cpp", {}, 300},
                 {"src/y.cpp", {}, 300}},
                zero);
    for (std::size_t i : {0U, 1U, 3U}) model.started(i, zero);
    model.finished(0, counted_end(100), zero + seconds(1));
    model.received(1, 150);
    model.waits(3, "the server asks to wait", seconds(9), zero + seconds(1));
    return model;
}

TEST(ViewLines, Block) {
    EXPECT_THAT(
        view_lines(busy(), zero + seconds(2), {80, 24}, plain),
        ElementsAre("1 of 5 files, 2 under way, 150 tokens, cost unknown, about 12 s left",
                    "  asked    include/c.hpp                                 50 tokens        2.0 s",
                    "  pauses   src/x.cpp      8 s more: the server asks to wait",
                    "  waits    src/b.cpp      for include/c.hpp", "  waits    src/y.cpp      for its turn",
                    "  arrived  include/a.hpp                                100 tokens        1.0 s"));
}

TEST(ViewLines, APauseBeforeTheFirstRequest) {
    ViewModel model;
    model.begin({{"plan", {}, 0}}, zero);
    model.waits(0, "a limit of requests a minute", seconds(5), zero);
    EXPECT_THAT(view_lines(model, zero + seconds(1), {80, 24}, plain),
                testing::Contains("  pauses   plan  4 s more: a limit of requests a minute"));
    model.started(0, zero + seconds(5));
    EXPECT_THAT(view_lines(model, zero + seconds(5), {80, 24}, plain),
                testing::Contains(StartsWith("  asked    plan")));
}

TEST(ViewLines, APauseThatIsOverSaysWhyOnly) {
    EXPECT_THAT(view_lines(busy(), zero + seconds(11), {80, 24}, plain),
                testing::Contains("  pauses   src/x.cpp      the server asks to wait"));
}

TEST(ViewLines, OneThing) {
    ViewModel model;
    model.begin({{"plan", {}, 0}}, zero);
    model.started(0, zero);
    EXPECT_THAT(
        view_lines(model, zero, {80, 24}, plain),
        ElementsAre("plan, 0 tokens, cost unknown, time left unknown", StartsWith("  asked    plan")));
}

TEST(ViewLines, AskedAgainSaysWhy) {
    ViewModel model;
    model.begin({{"plan", {}, 0}}, zero);
    model.started(0, zero);
    model.again(0, "answer.plan: no");
    const Lines lines = view_lines(model, zero, {80, 24}, plain);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[1], AllOf(StartsWith("  again    plan  answer.plan: no"), HasSubstr("0.0 s")));
}

TEST(ViewLines, NothingIsUnderWay) {
    EXPECT_THAT(view_lines({}, zero, {80, 24}, plain), IsEmpty());
}

TEST(ViewLines, FitsEveryTerminal) {
    ViewModel model;
    std::vector<AskedItem> items;
    for (std::size_t i = 0; i < 60; ++i)
        items.push_back({"src/\xe8\xa9\x9e/a/rather/long/directory/name/file" + std::to_string(i) + ".cpp",
                         i >= 30 ? std::vector<std::size_t>{i - 30, i - 29} : std::vector<std::size_t>{},
                         500});
    model.begin(items, zero);
    for (std::size_t i = 0; i < 25; ++i) model.started(i, zero);
    for (std::size_t i = 0; i < 8; ++i) model.finished(i, counted_end(100), zero + seconds(1));
    for (std::size_t i = 8; i < 25; ++i) model.received(i, 100'000);
    model.again(9, "answer.text: a long reason that goes on and on and on, and then it goes on");
    for (std::size_t width = 1; width <= 200; width += width < 60 ? 1 : 13) {
        for (std::size_t height = 1; height <= 60; height += height < 20 ? 1 : 9) {
            SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height));
            const Lines lines = view_lines(model, zero + seconds(100), {width, height}, plain);
            EXPECT_GE(lines.size(), 1U);
            EXPECT_LE(lines.size(), height > 3 ? height - 2 : 1U);
            for (const std::string& line : lines)
                EXPECT_LE(columns_of(line), width > 1 ? width - 1 : 1U) << line;
        }
    }
    // What has no line is counted: 17 are under way.
    const Lines small = view_lines(model, zero, {80, 10}, plain);
    ASSERT_EQ(small.size(), 8U);
    EXPECT_EQ(small[5], "           and 13 more");
    EXPECT_THAT(small[6], HasSubstr("and 35 more"));
    EXPECT_THAT(small[7], StartsWith("  arrived "));
}

// A terminal that knows what the view needs: lines, the cursor upwards, erasing to the end of line and of
// screen.
class Screen {
  public:
    void write(std::string_view text) {
        ++writes;
        while (!text.empty()) {
            if (text.starts_with("\x1b[")) {
                const std::size_t end = text.find_first_of("AJKm");
                const std::string number(text.substr(2, end - 2));
                if (text[end] == 'A') row_ -= std::stoul(number);
                if (text[end] == 'J') lines.resize(row_ + 1), lines[row_].resize(column_);
                if (text[end] == 'K') lines[row_].resize(column_);
                text.remove_prefix(end + 1);
                continue;
            }
            if (text[0] == '\n') {
                ++row_;
                column_ = 0;
                if (row_ == lines.size()) lines.emplace_back();
            } else if (text[0] == '\r') {
                column_ = 0;
            } else {
                lines[row_].resize(std::max(lines[row_].size(), column_ + 1));
                lines[row_][column_++] = text[0];
            }
            text.remove_prefix(1);
        }
    }

    Lines lines = {""};
    int writes = 0;

  private:
    std::size_t row_ = 0, column_ = 0;
};

class Drawn : public testing::Test {
  protected:
    LiveView::Screen on_screen() {
        return {[this](std::string_view text) { screen.write(text); },
                [] {
                    return ScreenSize{80, 24};
                },
                [this] { return now; }};
    }

    Screen screen;
    ViewTime now = zero + seconds(1'000);
};

TEST_F(Drawn, WhatIsSaidStaysAboveTheBlock) {
    LiveView view(on_screen(), plain);
    view.say("before");
    view.begin(two_and_one());
    view.say("between\x1b[2J");
    EXPECT_THAT(screen.lines,
                ElementsAre("before", "between\\x1b[2J", StartsWith("0 of 3 files"),
                            StartsWith("  waits    include/a.hpp"), StartsWith("  waits    include/c.hpp"),
                            StartsWith("  waits    src/b.cpp"), ""));
}

TEST_F(Drawn, TheEndLeavesLines) {
    LiveView view(on_screen(), plain);
    view.begin(two_and_one());
    view.started(0);
    now += seconds(2);
    view.finished(0, counted_end(1'203));
    view.waits(1, "a limit", seconds(2));
    view.started(1);
    view.end({});
    EXPECT_THAT(screen.lines,
                ElementsAre("[1/3] include/a.hpp (1,203 tokens, 2.0 s)", "include/c.hpp waits 2 s: a limit",
                            "include/c.hpp was not finished (0 B after 0.0 s)", "1 more was not asked for",
                            "used so far: no requests", ""));
    view.tick();
    now += seconds(1);
    view.tick();
    view.say("after");
    EXPECT_THAT(screen.lines, testing::Contains("after"));
    EXPECT_EQ(screen.lines.size(), 7U);
}

TEST_F(Drawn, AtMostTenTimesASecond) {
    LiveView view(on_screen(), plain);
    view.begin(two_and_one());
    view.started(0);
    for (int i = 0; i < 1'000; ++i) {
        now += milliseconds(1);
        view.received(0, static_cast<std::size_t>(i));
    }
    EXPECT_EQ(screen.writes, 11);
    now += milliseconds(100);
    view.tick();
    EXPECT_EQ(screen.writes, 12);
}

TEST_F(Drawn, AViewThatGoesAwayLeavesWhatHappened) {
    {
        LiveView view(on_screen(), plain);
        view.begin(two_and_one());
        view.started(0);
        view.finished(0, counted_end(1));
    }
    EXPECT_THAT(screen.lines, ElementsAre("[1/3] include/a.hpp (1 token, 0.0 s)", ""));
}

TEST(PlainLines, EachWhenItHappens) {
    std::string text;
    ViewTime now = zero;
    PlainLines lines([&](std::string_view more) { text += more; }, plain, [&] { return now; });
    lines.say("a\x07");
    lines.begin({{"plan", {}, 0}});
    lines.started(0);
    now += seconds(2);
    lines.received(0, 10);
    lines.tick();
    EXPECT_EQ(text, "a\\x07\n");
    lines.finished(0, counted_end(7));
    EXPECT_EQ(text, "a\\x07\n[1/1] plan (7 tokens, 2.0 s)\n");
    lines.end({1, 5, 7, 0, false, std::nullopt});
    EXPECT_THAT(text, testing::EndsWith("\nused so far: 1 request, 5 tokens in, 7 out, cost unknown\n"));
}

}  // namespace
}  // namespace aibuild
