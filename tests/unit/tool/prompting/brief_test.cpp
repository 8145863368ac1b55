#include "tool/prompting/brief.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Response answer(std::string text, Outcome outcome = Outcome::complete) {
    Response out;
    out.outcome = outcome;
    out.text = std::move(text);
    return out;
}

std::string brief(const std::string& languages, const std::string& questions = "[]",
                  const std::string& constraints = "[]") {
    return R"({"languages": )" + languages +
           R"(, "kinds": ["program", "tests"], "packages": ["zlib"], "constraints": )" + constraints +
           R"(, "questions": )" + questions + "}";
}

std::string question(const std::string& text) {
    return R"({"question": ")" + text + R"(", "choices": ["a", "b"], "decision": "a"})";
}

Brief read(const std::string& text) {
    return brief_answer(answer(text), Languages());
}

Error refused(const std::string& text, Outcome outcome = Outcome::complete) {
    return thrown([&] { brief_answer(answer(text, outcome), Languages()); });
}

TEST(BriefAnswer, IsRead) {
    const Brief out =
        read(brief(R"(["c++", "python"])", "[" + question("Which?") + "]", R"(["It is fast."])"));
    EXPECT_THAT(out.languages, ElementsAre("c++", "python"));
    EXPECT_THAT(out.kinds, ElementsAre("program", "tests"));
    EXPECT_THAT(out.packages, ElementsAre("zlib"));
    EXPECT_THAT(out.constraints, ElementsAre("It is fast."));
    ASSERT_EQ(out.questions.size(), 1U);
    EXPECT_EQ(out.questions[0].question, "Which?");
    EXPECT_THAT(out.questions[0].choices, ElementsAre("a", "b"));
    EXPECT_EQ(out.questions[0].decision, "a");
    EXPECT_THAT(out.repairs, IsEmpty());
    EXPECT_THAT(read(brief("[]")).languages, IsEmpty()) << "the planner chooses";
}

TEST(BriefAnswer, TellsWhatWasMended) {
    EXPECT_THAT(read("```json\n" + brief("[]") + "\n```").repairs, ElementsAre("a Markdown fence"));
}

TEST(BriefAnswer, LanguagesAreCalledByTheirNames) {
    EXPECT_THAT(read(brief(R"(["cpp", "c++", "c", "cpp"])")).languages, ElementsAre("c++", "c"));
    const Error error = refused(brief(R"(["c", "c", "rsut"])"));
    EXPECT_EQ(error.rule(), "answer.brief");
    EXPECT_EQ(error.exit(), Exit::rejected);
    EXPECT_EQ(error.place(), "/languages/2");
    EXPECT_THAT(error.why(), HasSubstr("\"rsut\" is not in the list of languages. Did you mean rust?"));
    EXPECT_THAT(refused(brief(R"(["klingon"])")).why(),
                testing::EndsWith("is not in the list of languages."));
}

TEST(BriefAnswer, HasTheFormThatItsSchemaSays) {
    for (const std::string& text : {std::string("{}"), brief("null"), brief("\"c\""), brief("[1]"),
                                    brief("[]", "{}"), brief("[]", R"([{"question": "x"}])"),
                                    brief("[]", "[]", "[null]"), brief("[]", "[]", "[], \"more\": 1")}) {
        const Error error = refused(text);
        EXPECT_EQ(error.rule(), "answer.brief") << text;
        EXPECT_EQ(error.exit(), Exit::rejected);
        EXPECT_THAT(error.place(), HasSubstr("the model's brief"));
    }
    EXPECT_EQ(refused("Sure!").rule(), "answer.prose");
    EXPECT_EQ(refused("").rule(), "answer.empty");
}

TEST(BriefAnswer, MustBeWhole) {
    EXPECT_EQ(refused(brief("[]"), Outcome::cut).rule(), "answer.cut");
    EXPECT_EQ(refused("no", Outcome::refused).rule(), "answer.refused");
    EXPECT_EQ(refused(brief("[]").substr(0, 50)).rule(), "answer.incomplete");
}

// Each becomes a line of the next prompt, and of a terminal.
TEST(BriefAnswer, ItsLinesAreLines) {
    EXPECT_THAT(read(brief("[]", "[]", R"(["a\nb\tc\r\nd"])")).constraints, ElementsAre("a b c  d"));
    EXPECT_EQ(read(brief("[]", "[" + question("a\\nb") + "]")).questions[0].question, "a b");
    const std::string longest(500, 'x');
    EXPECT_THAT(read(brief("[]", "[]", "[\"" + longest + "\"]")).constraints, ElementsAre(longest));
    const Error error = refused(brief("[]", "[]", "[\"a\", \"" + longest + "x\"]"));
    EXPECT_EQ(error.rule(), "answer.brief");
    EXPECT_EQ(error.place(), "/constraints/1");
    EXPECT_THAT(error.why(), HasSubstr("501 bytes; 500 is the most"));
}

TEST(BriefAnswer, AsksAtMostThreeQuestions) {
    const Brief out = read(brief(
        "[]", "[" + question("1") + "," + question("2") + "," + question("3") + "," + question("4") + "]"));
    ASSERT_EQ(out.questions.size(), 3U);
    EXPECT_EQ(out.questions[2].question, "3");
}

}  // namespace
}  // namespace aibuild
