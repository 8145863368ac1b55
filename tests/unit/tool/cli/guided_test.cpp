#include "tool/cli/guided.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <sstream>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Languages& languages() {
    static const Languages all;
    return all;
}

struct Talked {
    GuidedAnswers answers;
    std::string shown;
};

Talked talk(const std::string& typed, GuidedAnswers given = {}) {
    std::istringstream in(typed);
    std::ostringstream out;
    guided_talk(given, languages(), in, out);
    return {given, out.str()};
}

std::string rule_of(const std::string& typed) {
    try {
        talk(typed);
    } catch (const Error& error) {
        EXPECT_EQ(error.exit(), Exit::declined);
        return error.rule();
    }
    return "";
}

TEST(Guided, EveryQuestionIsAsked) {
    const Talked talked = talk(
        "a word counter\nthat reads UTF-8\n\nlibrary\nC++, Rust\nn\nuse zlib\nno "
        "exceptions\n\nno-such-place\nmake\n");
    EXPECT_EQ(talked.answers.description, "a word counter\nthat reads UTF-8");
    EXPECT_EQ(talked.answers.kind, "library");
    EXPECT_THAT(talked.answers.languages, ElementsAre("c++", "rust"));
    EXPECT_FALSE(talked.answers.tests);
    EXPECT_THAT(talked.answers.constraints, ElementsAre("use zlib", "no exceptions"));
    EXPECT_EQ(talked.answers.directory, "no-such-place");
    EXPECT_THAT(talked.shown, HasSubstr("\n  1  what it does  a word counter that reads UTF-8\n"
                                        "  2  kind          library\n"
                                        "  3  languages     c++, rust\n"
                                        "  4  tests         no\n"
                                        "  5  constraints   use zlib; no exceptions\n"
                                        "  6  directory     no-such-place\n"));
    EXPECT_THAT(
        talked.shown,
        HasSubstr("aibuild-gen new 'a word counter\nthat reads UTF-8' --kind library --language c++ "
                  "--language rust --no-tests --constraint 'use zlib' --constraint 'no exceptions' -C "
                  "no-such-place\n"));
}

TEST(Guided, EnterLeavesItToAIBuild) {
    const Talked talked = talk("a word counter in C\n\n\n\n\n\n\nmake\n");
    EXPECT_EQ(talked.answers.kind, "");
    EXPECT_THAT(talked.answers.languages, IsEmpty());
    EXPECT_TRUE(talked.answers.tests);
    EXPECT_THAT(talked.answers.constraints, IsEmpty());
    EXPECT_EQ(talked.answers.directory, "word-counter");
    EXPECT_EQ(description_of(talked.answers), "a word counter in C");
}

TEST(Guided, WhatAFlagSaysIsNotAsked) {
    GuidedAnswers given;
    given.kind = "both";
    given.languages = {"go"};
    given.tests = false;
    given.constraints = {"no network"};
    given.directory = "there";
    const Talked talked = talk("a tool\n\nmake\n", given);
    for (const char* question :
         {"program, a library", "which languages", "With tests", "keep to", "which directory"})
        EXPECT_THAT(talked.shown, Not(HasSubstr(question)));
    EXPECT_EQ(
        command_line_of(talked.answers),
        "aibuild-gen new 'a tool' --kind both --language go --no-tests --constraint 'no network' -C there");
}

TEST(Guided, AMistakeIsAskedAgain) {
    const Talked talked = talk("\n\na tool\n\nliberry\nlib\nrsut\nPYTH\nperhaps\ny\n\nd\nmaybe\n\nmake it\n");
    EXPECT_THAT(talked.shown, HasSubstr("There is no kind \"liberry\"; did you mean library?"));
    EXPECT_THAT(talked.shown, HasSubstr("There is no language \"rsut\"; did you mean rust?"));
    EXPECT_THAT(talked.shown, HasSubstr("Please say yes or no."));
    EXPECT_THAT(talked.shown, HasSubstr("Please say \"make\""));
    EXPECT_EQ(talked.answers.kind, "library");
    EXPECT_THAT(talked.answers.languages, ElementsAre("python"));  // completed
}

TEST(Guided, AnAnswerIsChanged) {
    const Talked talked = talk("a tool\n\n\nc\n\n\nd\nchange 3\nc++ and C\n2\nservice\nmake\n");
    EXPECT_THAT(talked.answers.languages, ElementsAre("c++", "c"));
    EXPECT_EQ(talked.answers.kind, "service");
}

TEST(Guided, ControlCharactersAreRefusedAndNeverShown) {
    const Talked talked = talk("a \x1b[31mtool\na tool\n\n\nx\x07\n\n\n\nd\nmake\n");
    EXPECT_THAT(talked.shown, HasSubstr("Please type it again."));
    EXPECT_THAT(talked.shown, Not(HasSubstr("\x1b")));
    EXPECT_EQ(talked.answers.description, "a tool");
}

TEST(Guided, StoppingAndTheEndOfInputAreANo) {
    const std::string all = "a tool\n\n\n\n\n\nd\n";
    for (const char* word : {"stop\n", "s\n", "no\n", "n\n", "q\n"})
        EXPECT_EQ(rule_of(all + word), "consent.declined");
    for (std::size_t i = 0; i <= all.size(); ++i)
        EXPECT_EQ(rule_of(all.substr(0, i)), "consent.declined") << i;
}

TEST(Guided, ADirectoryThatIsTakenIsNotTaken) {
    const Talked talked = talk("a nowhere\n\n\n\n\n\n" AIBUILD_SOURCE_DIR "\n\nmake\n");
    EXPECT_THAT(talked.shown, HasSubstr("There is something in " AIBUILD_SOURCE_DIR));
    EXPECT_EQ(talked.answers.directory, "nowhere");
}

TEST(Guided, TheProposedDirectoryIsAPlainName) {
    const std::pair<const char*, const char*> cases[] = {
        {"a word-frequency library and a tool", "word-frequency-library"},
        {"The ../../etc/passwd", "etcpasswd"},
        {"-rf / $(reboot)", "reboot"},
        {"\xc3\xa9\xc3\xa9", "project"},
        {"with numbers", "with-numbers"},
        {"one two three four", "one-two-three"},
    };
    for (const auto& [description, directory] : cases)
        EXPECT_EQ(talk(std::string(description) + "\n\n\n\n\n\n\nmake\n").answers.directory, directory);
}

TEST(Guided, OneText) {
    GuidedAnswers answers;
    answers.description = " a tool \n";
    EXPECT_EQ(description_of(answers), " a tool \n");  // as it came: it is compared with the lock's
    answers.kind = "both";
    answers.languages = {"c", "c++", "rust"};
    answers.tests = false;
    answers.constraints = {" use zlib ", "no threads"};
    EXPECT_EQ(description_of(answers),
              "a tool\n\nIt is a library, with a command-line program that uses it.\nIt is written in c, c++ "
              "and rust.\n"
              "It has no tests.\nIt keeps to this:\n- use zlib\n- no threads");
}

TEST(Guided, LanguagesOfFlags) {
    GuidedAnswers answers;
    answers.languages = {"cpp", "c++", "rust"};
    check_languages(answers, languages());
    EXPECT_THAT(answers.languages, ElementsAre("c++", "rust"));
    answers.languages = {"rsut"};
    try {
        check_languages(answers, languages());
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "new.language");
        EXPECT_THAT(error.fix(), HasSubstr("rust"));
    }
}

// What the summary shows is a command line that gives the same answers.
TEST(Guided, FlagsSayTheSame) {
    GuidedAnswers answers;
    CLI::App app;
    add_guided_flags(app, answers);
    app.parse(
        "--language c --language c++ 'a tool' --kind both --constraint 'one' --constraint=-two --no-tests -C "
        "there");
    EXPECT_EQ(answers.description, "a tool");
    EXPECT_THAT(answers.languages, ElementsAre("c", "c++"));
    EXPECT_THAT(answers.constraints, ElementsAre("one", "-two"));
    EXPECT_EQ(command_line_of(answers),
              "aibuild-gen new 'a tool' --kind both --language c --language c++ --no-tests --constraint one "
              "--constraint=-two -C there");
    answers = {};
    answers.description = "-x";
    EXPECT_EQ(command_line_of(answers), "aibuild-gen new -- -x");
    CLI::App other;
    add_guided_flags(other, answers);
    EXPECT_THROW(other.parse("'a tool' --kind lirbary"), CLI::ValidationError);
}

}  // namespace
}  // namespace aibuild
