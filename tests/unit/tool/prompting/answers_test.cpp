#include "tool/prompting/answers.h"

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

const std::string plan =
    R"({"format": 1, "project": {"name": "p", "version": null, "description": "d"}, "packages": null,
"targets": [{"name": "p", "kind": "executable", "language": "c", "interface": null, "sources": ["src/main.c"], "headers": [],
  "include_directories": null, "uses": null, "packages": null, "data": null, "settings": {"standard": null, "warnings": null,
  "defines": [{"name": "A", "value": null}]}}],
"files": [{"path": "src/main.c", "purpose": "the program"}, {"path": "README.md", "purpose": "read it"}]})";

std::string with(const std::string& from, const std::string& to) {
    std::string out = plan;
    const std::size_t at = out.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return out.replace(at, from.size(), to);
}

Error refused_plan(const std::string& text, Outcome outcome = Outcome::complete) {
    return thrown([&] { plan_answer(answer(text, outcome)); });
}

TEST(PlanAnswer, IsReadAndWrittenAsTheProjectWillHaveIt) {
    const PlanAnswer read = plan_answer(answer(plan));
    EXPECT_EQ(read.plan.targets.front().sources, std::vector<std::string>{"src/main.c"});
    EXPECT_EQ(read.plan.version, "0.1.0") << "null is left out";
    EXPECT_EQ(read.plan.targets.front().settings.defines.front().value, "");
    EXPECT_THAT(read.repairs, IsEmpty());
    EXPECT_EQ(read.text, write_plan(read.plan));
    EXPECT_EQ(read.text.find("null"), std::string::npos);
}

TEST(PlanAnswer, TakesOffWhatFramesIt) {
    const std::string text = plan_answer(answer(plan)).text;
    const std::string bom = "\xef\xbb\xbf", think = "<think>\n{\"not\": \"this\"}\n```json\n</think>\n\n";
    const struct {
        std::string answer;
        Repairs repairs;
    } cases[] = {
        {"\n\n  " + plan + "\n\n", {}},
        {bom + plan, {"a byte order mark"}},
        {think + plan, {"a <think> block"}},
        {"```json\n" + plan + "\n```", {"a Markdown fence"}},
        {"```\n" + plan + "\n```\n", {"a Markdown fence"}},
        {"\n````json\n" + plan + "\n````\n\n", {"a Markdown fence"}},
        {bom + think + "```json\n" + plan + "\n```",
         {"a byte order mark", "a <think> block", "a Markdown fence"}},
    };
    for (const auto& each : cases) {
        const PlanAnswer read = plan_answer(answer(each.answer));
        EXPECT_EQ(read.text, text) << each.answer;
        EXPECT_EQ(read.repairs, each.repairs) << each.answer;
    }
}

TEST(PlanAnswer, IsTheOneObjectInTheText) {
    const PlanAnswer read = plan_answer(answer("Here is the plan:\n" + plan + "\n\nIt has one target."));
    EXPECT_EQ(read.text, plan_answer(answer(plan)).text);
    EXPECT_THAT(read.repairs, ElementsAre("text around the JSON"));
}

TEST(PlanAnswer, WhatIsNotClearIsRefused) {
    const struct {
        std::string text, rule;
    } cases[] = {
        {"```json\n" + plan + "\n```\nand\n```json\n" + plan + "\n```", "answer.ambiguous"},
        {plan + plan, "answer.ambiguous"},
        {"<think>\n" + plan, "answer.think"},
        {plan.substr(0, plan.size() - 1), "answer.incomplete"},
        {"", "answer.empty"},
        {"I can't do that.", "answer.prose"},
        {with("\"format\": 1", "\"format\": 1, \"format\": 1"), "answer.duplicate"},
        {with("\"format\": 1", "\"format\": 9007199254740993"), "answer.number"},
        {with("\"format\": 1", "\"format\": 1.5"), "answer.plan"},
        {with("\"sources\": [\"src/main.c\"]", "\"sources\": \"src/main.c\""), "answer.plan"},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(refused_plan(each.text).rule(), each.rule) << each.text;
        EXPECT_EQ(refused_plan(each.text).exit(), Exit::rejected) << each.text;
    }
}

TEST(PlanAnswer, KeepsTheRulesOfPlans) {
    const struct {
        std::string from, to, why;
    } cases[] = {
        {"\"format\": 1", "\"format\": 2", "plan.newer"},
        {"\"executable\"", "\"program\"", "plan.schema"},
        {"\"headers\": []", "\"headers\": [null]", "plan.schema"},
        {"\"targets\": [", "\"command\": \"rm -rf /\", \"targets\": [", "plan.schema"},
        {"\"uses\": null", "\"uses\": [\"q\"]", "plan.unknown-use"},
        {"{\"name\": \"p\", \"version\"", "{\"name\": \"all\", \"version\"", "plan.name"},
        {"\"value\": null", "\"value\": \"$(id)\"", "plan.define"},
        {"[\"src/main.c\"]", "[\"../main.c\"]", "plan.path"},
    };
    for (const auto& each : cases) {
        const Error error = refused_plan(with(each.from, each.to));
        EXPECT_EQ(error.rule(), "answer.plan") << each.to;
        EXPECT_EQ(error.exit(), Exit::rejected);
        EXPECT_THAT(error.why(), HasSubstr(each.why));
        EXPECT_THAT(error.place(), testing::StartsWith("the model's plan:"));
    }
}

TEST(PlanAnswer, MayOnlyNameHarmlessPaths) {
    for (const std::string path :
         {"a b.c", "a$(id).c", "-x.c", "src/con.c", "CMakeLists.txt", "src/x.cmake", ".git/hooks/x.c",
          ".aibuild/x.c", "build/x.c", "aibuild.json", "AGENTS.md", ".github/workflows/x.c", "é.c"}) {
        std::string text = plan;
        for (std::size_t at = 0; (at = text.find("src/main.c", at)) != std::string::npos; at += path.size())
            text.replace(at, 10, path);
        EXPECT_EQ(refused_plan(text).rule(), "answer.path") << path;
        EXPECT_EQ(refused_plan(with("\"path\": \"README.md\"", "\"path\": \"" + path + "\"")).rule(),
                  "answer.path")
            << path;
        EXPECT_EQ(
            refused_plan(with("\"include_directories\": null", "\"include_directories\": [\"" + path + "\"]"))
                .rule(),
            "answer.path")
            << path;
        EXPECT_EQ(refused_plan(with("\"headers\": []", "\"headers\": [\"" + path + "\"]")).rule(),
                  "answer.path")
            << path;
    }
}

// A test is written while the program is, by somebody who sees nothing else of it.
TEST(PlanAnswer, SaysWhatUsersMayRelyOn) {
    const std::string test =
        R"(, {"name": "t", "kind": "test", "language": "c", "interface": null, "sources": ["t.c"], "headers": [],
  "include_directories": null, "uses": ["p"], "packages": null, "data": null, "settings": null}],
"files": [{"path": "t.c", "purpose": "the test"}, )";
    std::string text = with("],\n\"files\": [", test);
    const Error error = refused_plan(text);
    EXPECT_EQ(error.rule(), "answer.plan");
    EXPECT_EQ(error.place(), "target p");
    EXPECT_THAT(error.why(), testing::StartsWith("t uses it, and it has no interface"));
    text.replace(text.find("\"interface\": null"), 17, "\"interface\": \"p N: prints N\"");
    EXPECT_EQ(refused_plan(text).rule(), "nothing");
}

TEST(PlanAnswer, ListsEveryFileThatItNeeds) {
    EXPECT_EQ(refused_plan(with("\"headers\": []", "\"headers\": [\"src/x.h\"]")).rule(), "answer.files");
    EXPECT_EQ(refused_plan(with("[\"src/main.c\"]", "[\"src/main.c\", \"src/more.c\"]")).rule(),
              "answer.files");
    const std::string test = with("\"executable\"", "\"test\"");
    std::string data = test;
    data.replace(data.find("\"data\": null"), 12, "\"data\": [\"d.txt\"]");
    EXPECT_EQ(refused_plan(data).rule(), "answer.files");
    EXPECT_THAT(refused_plan(data).why(), HasSubstr("d.txt"));
    // A directory is no file.
    EXPECT_EQ(
        refused_plan(with("\"include_directories\": null", "\"include_directories\": [\"src\"]")).rule(),
        "nothing");
}

TEST(Answer, MustBeWhole) {
    const struct {
        Outcome outcome;
        std::string rule;
        Exit exit;
    } cases[] = {{Outcome::incomplete, "answer.incomplete", Exit::provider},
                 {Outcome::cut, "answer.cut", Exit::provider},
                 {Outcome::refused, "answer.refused", Exit::rejected},
                 {Outcome::filtered, "answer.filtered", Exit::rejected}};
    for (const auto& each : cases) {
        EXPECT_EQ(refused_plan(plan, each.outcome).rule(), each.rule);
        EXPECT_EQ(refused_plan(plan, each.outcome).exit(), each.exit);
        const Error file = thrown([&] { file_answer(answer("int x;", each.outcome), "x.c"); });
        EXPECT_EQ(file.rule(), each.rule);
        EXPECT_EQ(file.place(), "x.c");
    }
}

// --- files

std::string text_of(const std::string& text, const std::string& path = "src/a.cpp") {
    return file_answer(answer(text), path).text;
}

Error refused_file(const std::string& text, const std::string& path = "src/a.cpp") {
    return thrown([&] { file_answer(answer(text), path); });
}

TEST(FileAnswer, IsTheTextToTheByte) {
    EXPECT_EQ(text_of("int x;\n"), "int x;\n");
    EXPECT_EQ(text_of("\n\n  int x;\t\r\n\n"), "\n\n  int x;\t\r\n\n");
    EXPECT_EQ(text_of("int x;"), "int x;\n") << "but for the last newline";
    EXPECT_EQ(text_of("// ```\nint x;\n// ```\n"), "// ```\nint x;\n// ```\n");
    EXPECT_EQ(text_of("auto s = \"<think>\"; // süß \xf0\x9f\x8d\x8e\n"),
              "auto s = \"<think>\"; // süß \xf0\x9f\x8d\x8e\n");
    EXPECT_EQ(text_of("a\f\tb\n"), "a\f\tb\n");
}

TEST(FileAnswer, TakesOffWhatFramesIt) {
    const struct {
        std::string answer, text;
        Repairs repairs;
    } cases[] = {
        {"```cpp\nint x;\n```", "int x;\n", {"a Markdown fence"}},
        {"\n```\n  int x;\n\n```\n\n", "  int x;\n\n", {"a Markdown fence"}},
        {"~~~\nint x;\n~~~", "~~~\nint x;\n~~~\n", {}},
        {"````cpp\nint x;\n// ```\n````", "int x;\n// ```\n", {"a Markdown fence"}},
        {"\xef\xbb\xbfint x;\n", "int x;\n", {"a byte order mark"}},
        {"<think>hm ```</think>\nint x;\n", "int x;\n", {"a <think> block"}},
        {"<think></think>```\nint x;\n```", "int x;\n", {"a <think> block", "a Markdown fence"}},
        {"```\n```", "", {"a Markdown fence"}},
    };
    for (const auto& each : cases) {
        const FileAnswer read = file_answer(answer(each.answer), "data.txt");
        EXPECT_EQ(read.text, each.text) << each.answer;
        EXPECT_EQ(read.repairs, each.repairs) << each.answer;
    }
}

TEST(FileAnswer, OfMarkdownKeepsItsFences) {
    const std::string text = "```sh\nninja\n```\n";
    const FileAnswer read = file_answer(answer(text), "README.md");
    EXPECT_EQ(read.text, text);
    EXPECT_THAT(read.repairs, IsEmpty());
}

TEST(FileAnswer, SeveralFencesAreRefused) {
    for (const std::string& text : std::vector<std::string>{
             "```cpp\nint x;\n```\n\n```cpp\nint y;\n```", "```cpp\nint x;\n```\nThat is it.",
             "```cpp\nint x;\n", "Here it is:\n```cpp\nint x;\n```\n"}) {
        EXPECT_EQ(refused_file(text).rule(), "answer.fence") << text;
        EXPECT_EQ(refused_file(text).exit(), Exit::rejected);
        EXPECT_EQ(refused_file(text).place(), "src/a.cpp");
    }
}

TEST(FileAnswer, AThoughtWithoutAnEndIsRefused) {
    EXPECT_EQ(refused_file("<think>\nFirst I").rule(), "answer.think");
    EXPECT_EQ(refused_file("\n <think>int x;\n", "a.md").rule(), "answer.think");
    EXPECT_EQ(refused_file("<think>a <think>b</think> int x;\n").rule(), "answer.think") << "one is open";
    EXPECT_EQ(text_of("<think>a <think>b</think> c</think>int x;\n"), "int x;\n");
}

TEST(FileAnswer, EmptyIsRefusedWhereItMeansNothing) {
    for (const std::string& text : std::vector<std::string>{"", " \n\t\n", "```\n```", "<think>x</think>"})
        EXPECT_EQ(refused_file(text).rule(), "answer.empty") << text;
    EXPECT_EQ(text_of("", "pkg/__init__.py"), "");
    EXPECT_EQ(text_of("", "data/empty.txt"), "");
}

TEST(FileAnswer, AConflictIsNoFile) {
    const Error error = refused_file("int a;\n<<<<<<< HEAD\nint b;\n=======\nint c;\n>>>>>>> theirs\n");
    EXPECT_EQ(error.rule(), "answer.conflict");
    EXPECT_THAT(error.why(), HasSubstr("Line 2 "));
    EXPECT_EQ(refused_file("<<<<<<< a\nx\n||||||| b\ny\n=======\r\nz\n>>>>>>> c", "README.md").rule(),
              "answer.conflict");
    // A heading, an arrow, text about it.
    for (const std::string text : {"Title\n=======\n\n>>>>>>> quoted\n", "// <<<<<<< a\n=======\n>>>>>>> b\n",
                                   "<<<<<<< a\n>>>>>>> b\n", "<<<<<<<\n=======\n>>>>>>>\n"})
        EXPECT_EQ(refused_file(text).rule(), "nothing") << text;
}

TEST(FileAnswer, IsText) {
    const std::string cases[] = {
        std::string("a\0b", 3),
        "a\x01",
        "\x1b[31m",
        "a\x08"
        "b",
        "\xff",
        "\xc3",
        "\xc0\xaf",
        "\xe0\x80\xaf",
        "\xf0\x80\x80\xaf",  // no UTF-8, cut, overlong
        "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "\xe2\x82",  // a surrogate, beyond the last, cut
        "int a; \xe2\x80\xae// x",
        "\xe2\x80\xaa",
        "\xe2\x81\xa6",
        "\xe2\x81\xa9",  // CVE-2021-42574
    };
    for (const std::string& text : cases) {
        EXPECT_EQ(refused_file(text).rule(), "answer.text") << testing::PrintToString(text);
        EXPECT_EQ(refused_file("# x\n" + text, "README.md").rule(), "answer.text")
            << testing::PrintToString(text);
    }
    EXPECT_THAT(refused_file("\xe2\x80\xae").why(), HasSubstr("U+202E"));
    EXPECT_THAT(refused_file("\x1b").why(), HasSubstr("0x1b"));
    // Neighbours of what is refused.
    for (const std::string text :
         {"\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xf4\x8f\xbf\xbf", "\xc2\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80"})
        EXPECT_EQ(refused_file(text).rule(), "nothing") << testing::PrintToString(text);
}

}  // namespace
}  // namespace aibuild
