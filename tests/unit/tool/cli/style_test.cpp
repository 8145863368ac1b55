#include "tool/cli/style.h"

#include <gtest/gtest.h>

#include "tests/support/variable.h"

namespace aibuild {
namespace {

using test::Variable;
using Value = std::optional<std::string>;

struct Case {
    Value no_color, force_color, clicolor_force, clicolor, term;
    bool terminal, colour, redraw;
};

TEST(Style, ColourAndMotionAreSeparateQuestions) {
    const Value none;
    const Case cases[] = {
        {none, none, none, none, "xterm", true, true, true},
        {none, none, none, none, "xterm", false, false, false},
        {none, none, none, none, "dumb", true, false, false},
        {none, none, none, none, none, true, false, false},
        {"1", none, none, none, "xterm", true, false, true},  // no colours, and a live view all the same
        {"", none, none, none, "xterm", true, true, true},    // an empty one is not set
        {"1", "1", "1", "1", "xterm", true, false, true},
        {none, "1", none, none, "xterm", false, true, false},
        {none, none, "1", none, "dumb", false, true, false},
        {none, "0", none, none, "xterm", true, false, true},
        {none, none, none, "0", "xterm", true, false, true},
        {none, none, none, "1", "xterm", false, false, false},
        {none, "1", none, "0", "xterm", true, true, true},
    };
    int number = 0;
    for (const Case& each : cases) {
        SCOPED_TRACE(++number);
        const Variable no_color("NO_COLOR", each.no_color), force_color("FORCE_COLOR", each.force_color),
            clicolor_force("CLICOLOR_FORCE", each.clicolor_force), clicolor("CLICOLOR", each.clicolor),
            term("TERM", each.term);
        EXPECT_EQ(wants_colour(each.terminal), each.colour);
        EXPECT_EQ(can_redraw(each.terminal), each.redraw);
    }
}

TEST(Style, Text) {
    EXPECT_EQ(Style(false)(Tone::good, "done"), "done");
    EXPECT_EQ(Style(true)(Tone::good, "done"), "\x1b[32mdone\x1b[0m");
    EXPECT_EQ(Style(true)(Tone::good, ""), "");
    EXPECT_EQ(Style(true)(Tone::warning, std::vector<std::string>{"a", "b"}),
              (std::vector<std::string>{"\x1b[33ma\x1b[0m", "\x1b[33mb\x1b[0m"}));
}

}  // namespace
}  // namespace aibuild
