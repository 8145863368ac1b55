// What the built-in planner makes of descriptions: names, kinds, languages and who uses whom.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/plan.h"
#include "tool/inference/builtin/planning.h"

namespace aibuild {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// "name kind language <- uses", tests left out: they follow from the others, and have a test of their own.
std::string shape(std::string_view description) {
    const Plan plan = starter_plan(description);
    std::string out = plan.name;
    for (const Target& target : plan.targets) {
        if (target.kind == Kind::test) continue;
        out += fmt::format(" | {} {} {}{}", target.name, name_of(target.kind), target.language,
                           target.settings.standard);
        if (!target.uses.empty()) out += fmt::format(" <- {}", fmt::join(target.uses, " "));
    }
    return out;
}

struct Case {
    std::string_view description;
    std::string_view expected;
};

void PrintTo(const Case& each, std::ostream* out) {
    *out << each.description;
}

class Descriptions : public ::testing::TestWithParam<Case> {};

TEST_P(Descriptions, BecomesTheseTargets) {
    EXPECT_EQ(shape(GetParam().description), GetParam().expected) << GetParam().description;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Descriptions,
    ::testing::Values(
        Case{"a word-frequency library and command-line tool in C++, with a Rust tokenizer, a Python report "
             "and tests",
             "word-frequency | tokenizer static-library rust | word-frequency static-library c++ <- "
             "tokenizer | "
             "word-frequency-cli executable c++ <- word-frequency | report executable python"},
        Case{"a word-frequency tool in C++ with a Rust tokenizer and tests",
             "word-frequency | tokenizer static-library rust | word-frequency-core static-library c++ <- "
             "tokenizer | "
             "word-frequency executable c++ <- word-frequency-core"},
        Case{"a JSON library in Rust", "json | json-lib static-library rust"},
        Case{"a header-only JSON parser in C++17", "json-parser | json-parser interface-library c++17"},
        Case{"a shared library in C for matrices", "matrices | matrices shared-library c"},
        Case{
            "an echo server in C",
            "echo-server | echo-server-core static-library c | echo-server executable c <- echo-server-core"},
        Case{"A Python script that counts words",
             "count-words-script | count-words-script-core library python | count-words-script executable "
             "python <- count-words-script-core"},
        Case{"a calculator in C",
             "calculator | calculator-core static-library c | calculator executable c <- calculator-core"},
        Case{"a C library and a Rust command-line tool for logs",
             "logs | logs static-library c | logs-cli executable rust <- logs"},
        Case{"a log analyzer CLI in Rust, with a Python report",
             "log-analyzer | log-analyzer-core static-library rust | log-analyzer executable rust <- "
             "log-analyzer-core | "
             "report executable python"},
        Case{"a Python package called graphs and a Python app",
             "graphs | graphs library python | graphs-app executable python <- graphs"}));

INSTANTIATE_TEST_SUITE_P(
    Languages, Descriptions,
    ::testing::Values(
        // Bound to the noun near it, before or after.
        Case{"wordfreq: a library in C and a tool in C++",
             "wordfreq | wordfreq static-library c | wordfreq-tool executable c++ <- wordfreq"},
        Case{"a library and a tool; the library in C, the tool in C++, named both",
             "both | both static-library c | both-tool executable c++ <- both"},
        Case{"a tokenizer in Rust, used by a C++ tool",
             "tokenizer | tokenizer static-library rust | tokenizer-core static-library c++ <- tokenizer | "
             "tokenizer-tool executable c++ <- tokenizer-core"},
        Case{"a tool with an engine in Rust and a library in C, called mix",
             "mix | engine static-library rust | mix-core static-library c <- engine | "
             "mix executable c <- mix-core"},
        Case{"a Python interpreter in Rust",
             "python-interpreter | python-interpreter-core static-library rust | "
             "python-interpreter executable rust <- python-interpreter-core"},
        // Named without a noun: what can be linked is, and Python reports.
        Case{"a word counter in C++, C, Rust and Python",
             "word-counter | word-counter-c static-library c | word-counter-rust static-library rust | "
             "word-counter-core static-library c++ <- word-counter-c word-counter-rust | "
             "word-counter executable c++ <- word-counter-core | report executable python"},
        Case{"a C/C++ matrix library",
             "matrix | matrix-c static-library c | matrix static-library c++ <- matrix-c"},
        // A language that can't link the library gets one of its own.
        Case{"a C library and a Python app, named duo",
             "duo | duo static-library c | duo-app-core library python | duo-app executable python <- "
             "duo-app-core"},
        // No language.
        Case{"a chess engine", "chess-engine | chess-engine static-library c++"},
        // Words that only look like languages.
        Case{"a library with a C ABI in Rust, named bridge", "bridge | bridge static-library rust"},
        Case{"a vitamin C tracker in Python",
             "vitamin-c-tracker | vitamin-c-tracker-core library python | vitamin-c-tracker executable "
             "python <- vitamin-c-tracker-core"},
        Case{"a tool to go to the shop, about python the snake, rust-coloured, called snake",
             "snake | snake-core static-library c++ | snake executable c++ <- snake-core"},
        Case{"a Java class-file reader in C++",
             "java-class-file-reader | java-class-file-reader-core static-library c++ | "
             "java-class-file-reader executable c++ <- java-class-file-reader-core"}));

INSTANTIATE_TEST_SUITE_P(
    Negations, Descriptions,
    ::testing::Values(
        Case{"a parser tool, not in C++ but in C, without Rust",
             "parser | parser-core static-library c | parser executable c <- parser-core"},
        Case{"a chess engine, no C++ please", "chess-engine | chess-engine static-library c"},
        Case{"a matrix tool in C++, without a Rust tokenizer",
             "matrix | matrix-core static-library c++ | matrix executable c++ <- matrix-core"},
        Case{"a chess engine: no C++, C or Python", "chess-engine | chess-engine static-library rust"},
        Case{"a chess engine, not in C++ but C", "chess-engine | chess-engine static-library c"},
        Case{"a matrix program in C++ with a C parser, no library",
             "matrix | parser static-library c | matrix executable c++ <- parser"},
        Case{"a matrix thing in C++, no program", "matrix | matrix static-library c++"},
        Case{"a matrix tool in C++, no external libraries",
             "matrix | matrix-core static-library c++ | matrix executable c++ <- matrix-core"},
        Case{"not only a matrix library in C but also a tool in C",
             "matrix | matrix static-library c | matrix-tool executable c <- matrix"}));

INSTANTIATE_TEST_SUITE_P(
    Names, Descriptions,
    ::testing::Values(
        Case{"a library in C called Foo.Bar", "Foo.Bar | foo-bar static-library c"},
        Case{"a library in C, \"quoted\"", "quoted | quoted static-library c"},
        Case{"a `ticks` library in C", "ticks | ticks static-library c"},
        Case{"a C tool that prints \"hello\", named greeter",
             "greeter | greeter-core static-library c | greeter executable c <- greeter-core"},
        Case{"a C library using named pipes", "pipes | pipes-lib static-library c"},
        Case{"a C library called libpng2", "libpng2 | png2 static-library c"},
        // Names that mean something to a compiler, to Ninja, or to both.
        Case{"a C++ library called switch", "switch | switch-lib static-library c++"},
        Case{"a C++ tool called log", "log | log-core static-library c++ | log executable c++ <- log-core"},
        Case{"a Python tool called json",
             "json | json-core library python | json-app executable python <- json-core"},
        Case{"a C tool called test",
             "test-project | test-core static-library c | test-app executable c <- test-core"},
        Case{"a Rust core and a C++ matrix tool",
             "matrix | matrix-core static-library rust | matrix-core-cpp static-library c++ <- matrix-core | "
             "matrix executable c++ <- matrix-core-cpp"},
        Case{"gro\xc3\x9f-artig na\xc3\xafve library in C", "word-count | word-count static-library c"}));

// --- tests

std::vector<std::string> tests_of(std::string_view description) {
    std::vector<std::string> out;
    for (const Target& target : starter_plan(description).targets) {
        if (target.kind == Kind::test) {
            out.push_back(fmt::format("{} {} <- {}{}", target.name, target.language,
                                      fmt::join(target.uses, " "), target.data.empty() ? "" : " + data"));
        }
    }
    return out;
}

TEST(Tests, EveryLibraryAndProgramHasOne) {
    EXPECT_THAT(
        tests_of("a word-frequency library and tool in C++, with a Rust tokenizer and a Python report"),
        ::testing::ElementsAre("tokenizer-test rust <- tokenizer",
                               "word-frequency-test c++ <- word-frequency",
                               "word-frequency-tool-test c++ <- word-frequency-tool + data",
                               "report-test python <- word-frequency-tool report + data"));
}

TEST(Tests, ThereAreNoneWhereNoneAreWanted) {
    EXPECT_THAT(tests_of("a matrix tool in C++ without tests"), ::testing::IsEmpty());
    EXPECT_THAT(tests_of("a matrix tool with no tests, in C++"), ::testing::IsEmpty());
    EXPECT_THAT(tests_of("a matrix tool in C++. It should not have tests or a report."),
                ::testing::IsEmpty());
    EXPECT_THAT(tests_of("a matrix tool in C++; don't write tests"), ::testing::IsEmpty());
}

TEST(Tests, NoTestsInALanguageDoesNotForbidTheLanguage) {
    EXPECT_EQ(shape("a matrix library with no tests in C"), "matrix | matrix static-library c");
}

TEST(Tests, AreInTheLanguageThatWasAskedFor) {
    EXPECT_THAT(
        tests_of("a matrix tool in C++ with tests in Python"),
        ::testing::ElementsAre("matrix-core-test c++ <- matrix-core", "matrix-test python <- matrix + data"));
}

TEST(Tests, OfARustProgramAreInALanguageWhoseTestsTakeArguments) {
    EXPECT_THAT(tests_of("a matrix tool in Rust"),
                ::testing::ElementsAre("matrix-core-test rust <- matrix-core"));
    EXPECT_THAT(tests_of("a matrix tool in Rust with a C parser"),
                ::testing::Contains("matrix-test c <- matrix + data"));
}

// --- what the plan says of itself

TEST(PlanDescription, SaysWhatWasAssumed) {
    EXPECT_THAT(starter_plan("a chess engine").description,
                HasSubstr("No language was named, so it is written in C++."));
    EXPECT_THAT(starter_plan("a chess engine in C").description, Not(HasSubstr("No language")));
    EXPECT_THAT(starter_plan("a calculator in C").description, HasSubstr("Its kind was not named"));
    EXPECT_THAT(starter_plan("a matrix tool in Python with a Rust engine").description,
                HasSubstr("engine stands by itself"));
}

TEST(PlanDescription, QuotesTheDescriptionWithoutWhatCouldHarm) {
    const std::string text =
        starter_plan("a C library\x1b[31m\n\n  of matrices \xff\xe2\x80\xae!").description;
    EXPECT_THAT(text, HasSubstr("a C library [31m of matrices ?"));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_LT(starter_plan("a C library of " + std::string(10'000, 'x')).description.size(), 500U);
}

// --- refusals

struct Refusal {
    std::string_view description;
    std::string_view rule;
    std::string_view says;
};

void PrintTo(const Refusal& each, std::ostream* out) {
    *out << each.description;
}

class Refused : public ::testing::TestWithParam<Refusal> {};

TEST_P(Refused, WithARuleAndAFix) {
    try {
        starter_plan(GetParam().description);
        FAIL() << GetParam().description << " became " << shape(GetParam().description);
    } catch (const Error& error) {
        EXPECT_EQ(error.exit(), Exit::usage);
        EXPECT_EQ(error.rule(), GetParam().rule);
        EXPECT_THAT(error.what(), HasSubstr(std::string(GetParam().says)));
        EXPECT_FALSE(error.fix().empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Nonsense, Refused,
                         ::testing::Values(Refusal{"", "description.empty", "no word"},
                                           Refusal{"  \n\t ", "description.empty", "no word"},
                                           Refusal{"!!! 123 ???", "description.empty", "no word"},
                                           Refusal{"a tool", "description.absurd", "too short"},
                                           Refusal{"please make it", "description.absurd", "too short"},
                                           Refusal{"tool tool tool", "description.absurd", "too short"},
                                           Refusal{"a C++ thing, no library and no program",
                                                   "description.absurd", "nothing is left"},
                                           Refusal{"a C library without a library", "description.absurd",
                                                   "nothing is left"}));

INSTANTIATE_TEST_SUITE_P(
    OtherLanguages, Refused,
    ::testing::Values(
        Refusal{"a Kotlin app for notes", "builtin.language", "Kotlin"},
        Refusal{"a compiler in Go", "builtin.language", "Go"},
        Refusal{"a web server written in TypeScript", "builtin.language", "C++, C, Rust and Python"},
        Refusal{"a C++ library with a Java app", "builtin.language", "OPENAI_BASE_URL"},
        Refusal{"a parser in C and Haskell", "builtin.language", "Haskell"},
        Refusal{"a matrix tool in R", "builtin.language", "R"},
        Refusal{"an app: no C, no C++, no Rust, no Python", "builtin.language", "forbids every language"}));

TEST(Refusals, OfWhatIsTooLong) {
    EXPECT_NO_THROW(starter_plan("a C library " + std::string(19'000, ' ')));
    try {
        starter_plan("a C library " + std::string(20'000, 'x'));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "description.absurd");
        EXPECT_THAT(error.why(), HasSubstr("20012 bytes"));
    }
}

TEST(OtherLanguages, AreNoneWhereTheyAreNotMeant) {
    EXPECT_NO_THROW(starter_plan("a tool in C that parses Java and Kotlin files"));
    EXPECT_NO_THROW(starter_plan("a C++ tool, not in Java"));
    EXPECT_NO_THROW(starter_plan("a swift and basic tool in C to go d'accord"));
}

}  // namespace
}  // namespace aibuild
