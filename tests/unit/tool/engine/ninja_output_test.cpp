#include "tool/engine/ninja_output.h"

#include <gmock/gmock.h>

#include <optional>

namespace aibuild {
namespace {

using ::testing::ElementsAre;

// What was told, a line each.
class Told : public NinjaOutput::Reader {
  public:
    void began(const NinjaLine& line) override { lines.push_back("began " + line.text()); }
    void ended(const NinjaLine& line) override { lines.push_back("ended " + line.text()); }
    void failed(const std::string& outputs, const std::string& command, int code) override {
        lines.push_back("failed " + outputs + "|" + command + "|" + std::to_string(code));
    }
    void printed(std::string_view line) override { lines.push_back("printed " + std::string(line)); }

    std::vector<std::string> lines;
};

class NinjaOutputTest : public ::testing::Test {
  protected:
    // As ninja has it for a terminal, and with -v.
    std::string status(int started, int finished, int total) const {
        std::string out = output_->variable();
        for (const auto& [from, to] :
             {std::pair<std::string, int>{"%s", started}, {"%f", finished}, {"%t", total}}) {
            for (std::size_t at = 0; (at = out.find(from)) != out.npos;)
                out.replace(at, 2, std::to_string(to));
        }
        return out;
    }
    std::string drawn(int started, int finished, int total, const std::string& description) const {
        return "\r" + status(started, finished, total) + description + "\x1b[K";
    }

    // The same must be told whatever pieces it comes in.
    std::vector<std::string> told(const std::string& bytes, std::size_t piece) {
        told_.lines.clear();
        for (std::size_t n = 0; n < bytes.size(); n += piece)
            output_->take(std::string_view(bytes).substr(n, piece));
        output_->end();
        return told_.lines;
    }

    // A ninja of its own, with another mark.
    void start_again() { output_.emplace(told_, "[%f/%t] "); }

    Told told_;
    std::optional<NinjaOutput> output_{std::in_place, told_, "[%f/%t] "};
};

TEST_F(NinjaOutputTest, ALineOfMegabytesInPieces) {
    const std::string bytes =
        drawn(1, 0, 1, "D a") + drawn(1, 1, 1, "D a") + "\n" + std::string(16'000'000, 'x') + "\nshort\n";
    const std::vector<std::string> lines = told(bytes, 4096);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[2].size(), std::string_view("printed ").size() + 16'000'001);
    EXPECT_EQ(lines[3], "printed short\n");
}

TEST_F(NinjaOutputTest, BeginningsAndEnds) {
    const std::string bytes = drawn(1, 0, 3, "D a") + drawn(2, 0, 3, "D c") + drawn(2, 1, 3, "D c") +
                              drawn(2, 2, 3, "D a") + "\nhi\n\nyou\n" + drawn(3, 2, 3, "D b") +
                              drawn(3, 3, 3, "D b") +
                              "\n\x1b[31mFAILED: \x1b[0mb \nexit 3\nx\nninja: build stopped\n";
    for (const std::size_t piece : {1U, 2U, 7U, 100000U}) {
        NinjaOutput fresh(told_, "[%f/%t] ");
        std::string mine = bytes;
        const std::string old_mark = output_->variable().substr(0, 18), mark = fresh.variable().substr(0, 18);
        for (std::size_t at = 0; (at = mine.find(old_mark, at)) != mine.npos; at += 18)
            mine.replace(at, 18, mark);
        told_.lines.clear();
        for (std::size_t n = 0; n < mine.size(); n += piece)
            fresh.take(std::string_view(mine).substr(n, piece));
        fresh.end();
        EXPECT_THAT(told_.lines, ElementsAre("began [0/3] D a", "began [0/3] D c", "ended [1/3] D c",
                                             "ended [2/3] D a", "printed hi\n", "printed \n", "printed you\n",
                                             "began [2/3] D b", "ended [3/3] D b", "failed b |exit 3|1",
                                             "printed x\n", "printed ninja: build stopped\n"))
            << piece;
    }
}

TEST_F(NinjaOutputTest, WithoutATerminalOnlyEnds) {
    EXPECT_THAT(told(status(2, 1, 3) + "cc -c a\nwarning\n" + status(3, 3, 3) + "cc -c b\n", 5),
                ElementsAre("ended [1/3] cc -c a", "printed warning\n", "ended [3/3] cc -c b"));
}

TEST_F(NinjaOutputTest, ItsOwnCodeFrom113On) {
    EXPECT_THAT(told(drawn(1, 0, 1, "D") + drawn(1, 1, 1, "D") + "\nFAILED: [code=7] out two \nfalse\n", 3),
                ElementsAre("began [0/1] D", "ended [1/1] D", "failed out two |false|7"));
}

TEST_F(NinjaOutputTest, AStepThatPrintsFailedHasNot) {
    EXPECT_THAT(
        told(drawn(1, 0, 1, "D") + drawn(1, 1, 1, "D") + "\nall well\nFAILED: nothing\n", 4),
        ElementsAre("began [0/1] D", "ended [1/1] D", "printed all well\n", "printed FAILED: nothing\n"));
}

TEST_F(NinjaOutputTest, MakingBuildNinjaAnewCountsFromTheBeginning) {
    EXPECT_THAT(
        told(drawn(1, 0, 1, "EMIT") + drawn(1, 1, 1, "EMIT") + drawn(1, 0, 2, "A") + drawn(1, 1, 2, "A"), 9),
        ElementsAre("began [0/1] EMIT", "ended [1/1] EMIT", "began [0/2] A", "ended [1/2] A"));
}

TEST_F(NinjaOutputTest, AStepThatHasTheTerminal) {
    EXPECT_THAT(told(drawn(1, 0, 1, "T") + "\nFAILED: a test of its own\nof two\n", 6),
                ElementsAre("began [0/1] T", "printed FAILED: a test of its own\n", "printed of two\n"));
    start_again();
    EXPECT_THAT(
        told(drawn(1, 0, 2, "T") + "\nits own words\n" + drawn(2, 1, 2, "A") + drawn(2, 2, 2, "A"), 6),
        ElementsAre("began [0/2] T", "printed its own words\n", "began [1/2] A", "ended [2/2] A"));
}

// A step may know the mark, and leave half of a line for ninja's next one to end.
TEST_F(NinjaOutputTest, NoLineSwallowsTheNext) {
    const std::string half = status(7, 6, 9) + "D forged";
    for (const std::string& open :
         {half, half.substr(0, half.find('\x03')), half.substr(0, half.find('\x02'))}) {
        EXPECT_THAT(told(drawn(1, 0, 2, "D a") + drawn(1, 1, 2, "D a") + "\n" + open + drawn(2, 1, 2, "D b") +
                             drawn(2, 2, 2, "D b") + "\nFAILED: b \nfalse\n",
                         5),
                    ElementsAre("began [0/2] D a", "ended [1/2] D a", testing::StartsWith("printed "),
                                "began [1/2] D b", "ended [2/2] D b", "failed b |false|1"));
    }
    EXPECT_THAT(
        told("\x01 no mark" + drawn(1, 0, 1, "D a") + drawn(1, 1, 1, "D a") + "\nFAILED: a \nfalse\n", 500),
        ElementsAre("printed \x01 no mark", "began [0/1] D a", "ended [1/1] D a", "failed a |false|1"));
}

TEST_F(NinjaOutputTest, AFailureIsToldWhateverAStepCounted) {
    for (const std::vector<std::pair<int, int>>& counts :
         {std::vector<std::pair<int, int>>{{2, 2}}, {{1, 2}}, {{9, 8}, {9, 9}}, {{1, 0}, {1, 1}, {1, 2}}}) {
        start_again();
        std::string bytes = drawn(1, 0, 2, "D a") + drawn(2, 0, 2, "D b") + drawn(2, 1, 2, "D a") + "\n";
        for (const auto& [started, finished] : counts) bytes += drawn(started, finished, 2, "D x") + "\n";
        bytes += drawn(2, 2, 2, "D b") + "\nFAILED: b \nfalse\n";
        EXPECT_THAT(told(bytes, 9), testing::Contains("failed b |false|1"));
    }
}

TEST_F(NinjaOutputTest, NothingButText) {
    EXPECT_THAT(told("ninja: no work to do.\n", 3), ElementsAre("printed ninja: no work to do.\n"));
    EXPECT_THAT(told("a \x01 b\nhalf", 2), ElementsAre("printed a \x01 b\n", "printed half"));
}

TEST(FirstOutput, OfOneStepThatMayHaveSpaces) {
    EXPECT_EQ(first_output("one ", "false"), "one");
    EXPECT_EQ(first_output("one two ", "touch one two"), "one");
    EXPECT_EQ(first_output("my dir/a b.o ", "cc -o 'my dir/a b.o' -c 'a b.c'"), "my dir/a b.o");
    EXPECT_EQ(first_output("my app ", ": && /usr/bin/cc \"main.o\" -o \"my app\" && :"), "my app");
    EXPECT_EQ(first_output("a b c.txt ", "cc a\\ b -o c.txt"), "a b");
    EXPECT_EQ(first_output("gen file.txt ", "cd \"/b dir\" && cmake -E touch \"/b dir/gen file.txt\""),
              "gen file.txt");
    EXPECT_EQ(first_output("it's it ", "touch \"it's it\""), "it's it");
    EXPECT_EQ(first_output("one two ", "make everything"), "one") << "nobody knows";
    EXPECT_EQ(first_output("", "x"), "");
}

TEST(Escapes, AreTakenOut) {
    EXPECT_EQ(without_escapes("a\x1b[1;31mred\x1b[0m\x1b[Kb"), "aredb");
    EXPECT_EQ(without_escapes("\x1b"), "");
}

TEST(Escapes, ColoursAloneReachATerminal) {
    EXPECT_EQ(with_colours("\x1b[1;31mred\x1b[0m\tx\r\n"), "\x1b[1;31mred\x1b[0m\tx\r\n");
    for (const char* text :
         {"\x1b]52;c;ZXZpbA==\x07", "\x1b[2J", "\x1b[6n", "\x1bPq\x1b\\", "\x1b", "\x1b[", "\x1b[31"})
        EXPECT_EQ(with_colours(text).find('\x1b'), std::string::npos) << with_colours(text);
}

}  // namespace
}  // namespace aibuild
