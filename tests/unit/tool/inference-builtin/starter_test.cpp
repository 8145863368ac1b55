// The files of starters, and the provider that hands them out.
#include "starter.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cctype>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/names.h"
#include "ninja-gen/plan.h"
#include "tool/inference/builtin.h"
#include "tool/inference/builtin/files.h"
#include "tool/inference/builtin/planning.h"

namespace aibuild {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string lower_case(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// What must hold of every starter: the plan passes, lowers, and has exactly the files that its targets need;
// no two of them collide, and each can be written.
void check_starter(const std::string& description) {
    SCOPED_TRACE(description);
    const std::string text = write_plan(starter_plan(description));
    EXPECT_EQ(text, write_plan(starter_plan(description)));
    const Plan plan = read_plan(text, "aibuild.json");

    static const Languages languages;
    Toolchain toolchain;
    EXPECT_NO_THROW(lower(PlanText{plan, text, "aibuild.json"}, languages, toolchain));

    std::set<std::string> needed{"README.md"};
    for (const Target& target : plan.targets) {
        for (const auto* paths : {&target.sources, &target.headers, &target.data})
            needed.insert(paths->begin(), paths->end());
    }
    std::set<std::string> listed, folded;
    for (const PlannedFile& file : plan.files) {
        EXPECT_FALSE(proposed_path_problem(file.path).has_value()) << file.path;
        EXPECT_FALSE(file.purpose.empty()) << file.path;
        listed.insert(file.path);
        folded.insert(lower_case(file.path));
    }
    EXPECT_EQ(listed, needed);
    EXPECT_EQ(folded.size(), plan.files.size());
    for (const std::string& path : listed) {
        for (const std::string& other : listed)
            EXPECT_FALSE(other.starts_with(path + "/")) << path << " and " << other;
        const std::string written = starter_file(plan, path);
        EXPECT_THAT(written, Not(HasSubstr("{{"))) << path;
        EXPECT_THAT(written, Not(HasSubstr("\x01"))) << path;
        EXPECT_THAT(written, Not(HasSubstr("\n\n\n\n"))) << path;
        EXPECT_TRUE(written.ends_with("\n") && !written.ends_with("\n\n")) << path;
    }
}

// Descriptions as people write them, from a fixed seed.
class Family {
  public:
    std::string next() {
        const auto language = [&] {
            return one({"C", "C++", "Rust", "Python", "C++17", "C11", "c++", "python3"});
        };
        std::string text = one({"a ", "An ", "the ", "Write me a ", "please create a small "});
        text += one({"word-frequency", "JSON", "log", "switch", "core", "test", "3d matrix", "x",
                     "very long descriptive many worded"}) +
                " ";
        if (maybe()) text += language() + " ";
        text += one({"library", "shared library", "header-only library", "command-line tool", "program",
                     "server", "parser", "script", "counter"});
        if (maybe()) text += " and " + one({"", "a "}) + one({"library", "tool", "app", "daemon"});
        if (maybe()) text += " in " + language();
        if (maybe()) text += ", " + language();
        if (maybe()) text += " and " + language();
        while (maybe()) {
            text += one({", with a ", " with a ", " and a ", " plus a "}) +
                    one({"", language() + " ", "header-only C++ ", "shared Rust "}) +
                    one({"tokenizer", "parser", "report", "engine", "frobnicator", "core", "library", "tool",
                         "tests"});
        }
        if (maybe())
            text += one({" without tests", ", no library", ", no program", " but not in C++", ", no Rust",
                         " with unit tests in Python"});
        if (maybe())
            text += one({" called wc", " named Foo.Bar", ", named test", " `con`", " \"lib\"",
                         " called c_api", " called data"});
        return text;
    }

  private:
    bool maybe() { return random_() % 3 == 0; }
    std::string one(std::vector<std::string> choices) { return choices[random_() % choices.size()]; }

    std::mt19937 random_{20240229};
};

TEST(Starter, HoldsForAFamilyOfDescriptions) {
    Family family;
    int made = 0;
    for (int n = 0; n < 250; ++n) {
        const std::string description = family.next();
        try {
            check_starter(description);
            ++made;
        } catch (const Error& error) {
            EXPECT_EQ(error.exit(), Exit::usage) << description << ": " << error.what();
            EXPECT_THAT(error.rule(), ::testing::AnyOf("description.absurd", "builtin.language"))
                << description;
        }
    }
    EXPECT_GT(made, 230);
}

TEST(Starter, AnyBytesAreAPlanOrARefusal) {
    std::mt19937 random(1);
    static constexpr std::array<unsigned char, 17> alphabet = {'a', 'b', 'C', '+', '\'', '"',  '`',  '.', ',',
                                                               ':', '-', '/', ' ', ' ',  '\n', 0xc3, 0x9f};
    for (int n = 0; n < 2000; ++n) {
        std::string description = n % 2 == 0 ? "a C tool " : "";
        for (auto length = random() % 60; length > 0; --length) {
            const auto byte = n % 3 == 0 ? random() % 256 : alphabet[random() % alphabet.size()];
            description += static_cast<char>(byte);
        }
        try {
            read_plan(write_plan(starter_plan(description)), "aibuild.json");
        } catch (const Error& error) {
            EXPECT_EQ(error.exit(), Exit::usage) << error.what();
        }
    }
}

TEST(Starter, EveryTemplateIsUsed) {
    // All kinds in all languages together with every way in which they meet.
    std::string all;
    for (std::string_view description :
         {"a C tool with a C++ tokenizer and a C lexer", "a C++ tool with a C++ parser",
          "a C++ tool with a C parser", "a C++ library and a C tool", "a C library and a C++ tool",
          "a Rust tool with a C parser and a Rust lexer", "a Rust shared library and a Rust tool",
          "a C tool with a shared Rust parser", "a Python tool with a tokenizer", "a header-only C library",
          "a C tool with a Python report", "a C library with a Python report"}) {
        const Plan plan = starter_plan(description);
        for (const PlannedFile& file : plan.files) all += starter_file(plan, file.path);
    }
    // Any line of a template that holds no tag must be somewhere in there.
    for (const auto& [name, text] : embedded::starter_files()) {
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            if (line.find("{{") != std::string_view::npos) continue;
            EXPECT_NE(all.find(line), std::string::npos) << name << ": " << line;
        }
    }
}

TEST(Starter, ATargetThatWasRenamedKeepsItsFilesInStep) {
    Plan plan = starter_plan("a matrix library in C++ with a Rust tokenizer");
    ASSERT_EQ(plan.targets[0].name, "tokenizer");
    plan.targets[0].name = "cutter";
    plan.targets[1].uses = {"cutter"};
    EXPECT_THAT(starter_file(plan, "src/matrix.cpp"), HasSubstr("through_c<cutter_next>"));
    EXPECT_THAT(starter_file(plan, "src/tokenizer.rs"), HasSubstr("fn cutter_next("));
}

TEST(Starter, RefusesFilesThatAreNotItsOwn) {
    Plan plan = starter_plan("a matrix library in C++");
    plan.files.push_back({"docs/manual.md", "The manual.", {}});
    const auto rule_of = [&](std::string_view path) -> std::string {
        try {
            starter_file(plan, path);
        } catch (const Error& error) {
            EXPECT_EQ(error.exit(), Exit::usage);
            return error.rule();
        }
        return "";
    };
    EXPECT_EQ(rule_of("docs/manual.md"), "builtin.file");
    EXPECT_EQ(rule_of("src/matrix.cpp"), "");
    plan.targets[0].language = "ada";
    EXPECT_EQ(rule_of("src/matrix.cpp"), "builtin.file");
    plan.targets[0].language = "c++";
    plan.targets[0].headers.clear();
    EXPECT_EQ(rule_of("src/matrix.cpp"), "builtin.file");
}

TEST(Starter, NeverReadsBeyondWhatAnEditedPlanHas) {
    // Whatever people remove, there is a file or a refusal.
    const Plan whole =
        starter_plan("a matrix library and tool in C++ with a Rust tokenizer and a Python report");
    for (std::size_t n = 0; n < whole.targets.size(); ++n) {
        for (int what = 0; what < 4; ++what) {
            Plan plan = whole;
            Target& target = plan.targets[n];
            if (what == 0) target.uses.clear();
            if (what == 1) target.headers.clear();
            if (what == 2) target.sources.resize(std::min<std::size_t>(target.sources.size(), 1));
            if (what == 3) target.kind = target.kind == Kind::test ? Kind::executable : Kind::test;
            for (const PlannedFile& file : plan.files) {
                try {
                    starter_file(plan, file.path);
                } catch (const Error& error) {
                    EXPECT_EQ(error.rule(), "builtin.file") << error.what();
                }
            }
        }
    }
}

// --- the provider

Response ask(const Request& request) {
    const auto provider = builtin();
    EXPECT_FALSE(provider->costs());
    boost::asio::io_context loop;
    std::exception_ptr failed;
    Response response;
    boost::asio::co_spawn(loop, provider->answer(request), [&](std::exception_ptr error, Response answer) {
        failed = error;
        response = std::move(answer);
    });
    loop.run();
    if (failed) std::rethrow_exception(failed);
    return response;
}

TEST(Builtin, AnswersAPlanAndThenItsFiles) {
    Request request;
    request.stage = "plan";
    request.context["description"] = "a matrix library in C";
    const Response planned = ask(request);
    EXPECT_EQ(planned.outcome, Outcome::complete);
    EXPECT_EQ(planned.provider, "builtin");
    EXPECT_EQ(planned.model, "builtin");
    EXPECT_FALSE(planned.usage.input_tokens.has_value());
    EXPECT_FALSE(planned.usage.output_tokens.has_value());
    const Plan plan = read_plan(planned.text, "aibuild.json");

    request.stage = "file";
    request.context = {{"plan", json::parse(planned.text, "aibuild.json")}, {"path", "src/matrix.c"}};
    const Response written = ask(request);
    EXPECT_EQ(written.outcome, Outcome::complete);
    EXPECT_EQ(written.text, starter_file(plan, "src/matrix.c"));
    EXPECT_THAT(written.text, HasSubstr("size_t matrix_count("));
}

TEST(Builtin, SaysWhatARequestLacks) {
    const auto rule_of = [](const Request& request) -> std::string {
        try {
            ask(request);
        } catch (const Error& error) {
            return error.rule();
        }
        return "";
    };
    Request request;
    request.stage = "plan";
    EXPECT_EQ(rule_of(request), "builtin.context");
    request.context["description"] = 7;
    EXPECT_EQ(rule_of(request), "builtin.context");
    request.context["description"] = "a Kotlin app";
    EXPECT_EQ(rule_of(request), "builtin.language");
    request.stage = "repair";
    EXPECT_EQ(rule_of(request), "builtin.stage");
}

}  // namespace
}  // namespace aibuild
