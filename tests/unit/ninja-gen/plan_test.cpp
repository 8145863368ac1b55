#include "ninja-gen/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using test::thrown;

// A plan in which everything stands on a line of its own; `targets` begin on line 4.
std::string plan(const std::string& targets, const std::string& rest = "") {
    return "{\"format\": 1,\n\"project\": {\"name\": \"p\"},\n\"targets\": [\n" + targets + "\n]" + rest +
           "}";
}

const std::string library =
    R"({"name": "lib", "kind": "static-library", "language": "c", "sources": ["lib.c"]})";
const std::string program =
    R"({"name": "prog", "kind": "executable", "language": "c", "sources": ["main.c"]})";
const std::string check = R"({"name": "check", "kind": "test", "language": "c", "sources": ["check.c"]})";

std::string target(const std::string& further, const std::string& kind = "executable",
                   const std::string& sources = "[\"a.c\"]") {
    return R"({"name": "t", "kind": ")" + kind + R"(", "language": "c", "sources": )" + sources + ",\n" +
           further + "}";
}

struct Case {
    std::string text, rule, place, why;
};

void expect(const std::vector<Case>& cases) {
    for (const Case& each : cases) {
        const Error error = thrown([&] { read_plan(each.text, "aibuild.json"); });
        EXPECT_EQ(error.rule(), each.rule) << each.text;
        EXPECT_EQ(error.place(), "aibuild.json:" + each.place) << each.text;
        EXPECT_NE(error.why().find(each.why), std::string::npos) << error.why();
        EXPECT_EQ(error.exit(), Exit::usage);
    }
}

TEST(Plan, ReadsAll) {
    const Plan read = read_plan(
        plan(R"({"name": "lib", "kind": "shared-library", "language": "c++", "interface": "int f();",
        "sources": ["a.cpp"], "headers": ["i/a.h"], "include_directories": ["i"], "packages": ["z"],
        "settings": {"standard": "17", "warnings": "errors", "defines": [{"name": "A"}, {"name": "B", "value": "2"}]}},
        {"name": "check", "kind": "test", "language": "python", "sources": ["t.py"], "uses": ["lib"], "data": ["d"]})",
             R"(, "packages": [{"name": "z", "pkg_config": "zlib"}, {"name": "math"}],
        "files": [{"path": "a.cpp", "purpose": "does it"}])"),
        "f");
    EXPECT_EQ(read.name, "p");
    EXPECT_EQ(read.version, "0.1.0");
    EXPECT_EQ(read.packages.size(), 2U);
    EXPECT_EQ(read.packages[0].pkg_config, "zlib");
    ASSERT_EQ(read.targets.size(), 2U);
    const Target& lib = read.targets[0];
    EXPECT_EQ(lib.kind, Kind::shared_library);
    EXPECT_EQ(lib.interface, "int f();");
    EXPECT_EQ(lib.headers, std::vector<std::string>{"i/a.h"});
    EXPECT_EQ(lib.include_directories, std::vector<std::string>{"i"});
    EXPECT_EQ(lib.settings.standard, "17");
    EXPECT_EQ(lib.settings.warnings, Warnings::errors);
    ASSERT_EQ(lib.settings.defines.size(), 2U);
    EXPECT_EQ(lib.settings.defines[0].value, "");
    EXPECT_EQ(lib.settings.defines[1].value, "2");
    EXPECT_EQ(read.targets[1].settings.warnings, Warnings::all);
    EXPECT_EQ(read.targets[1].data, std::vector<std::string>{"d"});
    EXPECT_EQ(read.files[0].purpose, "does it");
}

TEST(Plan, Format) {
    std::string newer = plan(program);
    newer.replace(newer.find("1"), 1, "2");
    // A newer grammar's new keys are not called mistakes.
    newer.replace(newer.find("\"project\""), 9, "\"future\": 1, \"project\"");
    expect({{newer, "plan.newer", "1 (/format)", "format 2"},
            {"{\"format\": 0" + plan(program).substr(12), "plan.schema", "1 (/format)", "below 1"},
            {"{\"format\": \"1\"" + plan(program).substr(12), "plan.schema", "1 (/format)", "integer"},
            {"[]", "plan.schema", "1", "object"},
            {"{}", "plan.schema", "1", "missing"}});
}

TEST(Plan, Schema) {
    expect({{plan(""), "plan.schema", "3 (/targets)", "too short"},
            {plan(R"({"name": "t", "kind": "exe", "language": "c", "sources": []})"), "plan.schema",
             "4 (/targets/0/kind)", "not one of"},
            {plan(target("\"sorces\": []")), "plan.schema", "5 (/targets/0/sorces)", "no key"},
            {plan(R"({"name": "t", "kind": "test", "language": "c"})"), "plan.schema", "4 (/targets/0)",
             "\"sources\" is missing"},
            {plan(target("\"uses\": [\n1]")), "plan.schema", "6 (/targets/0/uses/0)", "type string"},
            {plan(target("\"uses\": null")), "plan.schema", "5 (/targets/0/uses)", "type array"},
            {plan(target("\"settings\": {\n\"warnings\": \"error\"}")), "plan.schema",
             "6 (/targets/0/settings/warnings)", "not one of"}});
    EXPECT_EQ(thrown([] { read_plan(plan(target("\"settings\": {\"warnings\": \"error\"}")), "f"); }).fix(),
              "Did you mean \"errors\"?");
}

TEST(Plan, Json) {
    expect({{plan(program + ","), "json.syntax", "5", ""},
            {plan(target("\"name\": \"u\"")), "json.duplicate", "5 (/targets/0/name)", "twice"}});
}

TEST(Plan, NamesAndVersions) {
    const auto project = [](const std::string& text) {
        return "{\"format\": 1, \"project\": {\n" + text + "}, \"targets\": [" + program + "]}";
    };
    expect(
        {{project("\"name\": \"all\""), "plan.name", "2 (/project/name)", "of their own"},
         {project("\"name\": \"\""), "plan.name", "2 (/project/name)", "empty"},
         {project("\"name\": \"p\",\n\"version\": \"1.x\""), "plan.version", "3 (/project/version)", "1.x"},
         {project("\"name\": \"p\",\n\"version\": \"1.2.3.4.5\""), "plan.version", "3 (/project/version)",
          ""},
         {project("\"name\": \"p\",\n\"version\": \"1.\""), "plan.version", "3 (/project/version)", ""},
         {plan(R"({"name": "a b", "kind": "test", "language": "c", "sources": ["a.c"]})"), "plan.name",
          "4 (/targets/0/name)", ""},
         {plan(program + ",\n" + program), "plan.duplicate", "5 (/targets/1/name)", "Target 0"}});
}

TEST(Plan, Packages) {
    const auto with = [](const std::string& packages) {
        return plan(program, ",\n\"packages\": [\n" + packages + "]");
    };
    expect(
        {{with(R"({"name": "x y"})"), "plan.name", "7 (/packages/0/name)", ""},
         {with("{\"name\": \"math\"},\n{\"name\": \"math\"}"), "plan.duplicate", "8 (/packages/1/name)",
          "math"},
         {with(R"({"name": "zlib"})"), "plan.package", "7 (/packages/0)", "How is zlib found?"},
         {with(R"({"name": "z", "pkg_config": "--version"})"), "plan.name", "7 (/packages/0/pkg_config)", ""},
         {with(R"({"name": "z", "pkg_config": "z;rm"})"), "plan.name", "7 (/packages/0/pkg_config)", ""},
         {with(R"({"name": "z", "pkg_config": "evil.pc"})"), "plan.name", "7 (/packages/0/pkg_config)",
          "no file"},
         {with(R"({"name": "z", "pkg_config": "a/b"})"), "plan.name", "7 (/packages/0/pkg_config)", ""},
         {plan(target("\"packages\": [\n\"mth\"]"), ",\n\"packages\": [{\"name\": \"math\"}]"),
          "plan.unknown-package", "6 (/targets/0/packages/0)", "mth"}});
}

TEST(Plan, Paths) {
    expect(
        {{plan(target("\"headers\": []", "executable", "[\"a.c\",\n\"../b.c\"]")), "plan.path",
          "5 (/targets/0/sources/1)", ".."},
         {plan(target("\"headers\": [\n\"/a.h\"]")), "plan.path", "6 (/targets/0/headers/0)", "relative"},
         {plan(target("\"include_directories\": [\n\".\"]")), "plan.path",
          "6 (/targets/0/include_directories/0)", ""},
         {plan(target("\"data\": [\n\"a\\tb\"]", "test")), "plan.path", "6 (/targets/0/data/0)", "tab"},
         {plan(target("\"data\": []", "test", "[\"a.c\",\n\"a.c\"]")), "plan.duplicate",
          "5 (/targets/0/sources/1)", "twice"},
         {plan(program,
               ",\n\"files\": [{\"path\": \"a\", \"purpose\": \"\"},\n{\"path\": \"a\", \"purpose\": \"\"}]"),
          "plan.duplicate", "7 (/files/1/path)", "twice"},
         {plan(program, ",\n\"files\": [{\"path\": \"a/\", \"purpose\": \"\"}]"), "plan.path",
          "6 (/files/0/path)", "slash"}});
}

TEST(Plan, Kinds) {
    expect({{plan(target("\"uses\": []", "executable", "[]")), "plan.kind", "4 (/targets/0/sources)",
             "at least one source"},
            {plan(target("\"uses\": []", "interface-library")), "plan.kind", "4 (/targets/0/sources)",
             "headers only"},
            {plan(target("\"data\": [\"d\"]")), "plan.kind", "5 (/targets/0/data)", "Only a test"},
            {plan(program + ",\n" + target("\"uses\": [\n\"prog\"]")), "plan.kind", "7 (/targets/1/uses/0)",
             "is a program"},
            {plan(check + ",\n" + target("\"uses\": [\n\"check\"]", "test")), "plan.kind",
             "7 (/targets/1/uses/0)", "is a test"}});
    EXPECT_NO_THROW(read_plan(plan(program + ",\n" + target("\"uses\": [\"prog\"]", "test")), "f"));
}

TEST(Plan, Uses) {
    expect({{plan(library + ",\n" + target("\"uses\": [\n\"lbi\"]")), "plan.unknown-use",
             "7 (/targets/1/uses/0)", "lbi"},
            {plan(library + ",\n" + target("\"uses\": [\"lib\",\n\"lib\"]")), "plan.duplicate",
             "7 (/targets/1/uses/1)", "twice"},
            {plan(target("\"uses\": [\n\"t\"]", "static-library")), "plan.cycle", "6 (/targets/0/uses/0)",
             "t -> t"}});
    EXPECT_EQ(thrown([] { read_plan(plan(library + "," + target("\"uses\": [\"lbi\"]")), "f"); }).fix(),
              "Did you mean lib?");
    const auto uses = [](const std::string& name, const std::string& used) {
        return R"({"name": ")" + name +
               R"(", "kind": "static-library", "language": "c", "sources": ["a.c"], "uses": [)" +
               (used.empty() ? "" : "\"" + used + "\"") + "]}";
    };
    // The whole circle is shown, without the way that leads to it.
    expect({{plan(uses("a", "b") + ",\n" + uses("b", "c") + ",\n" + uses("c", "d") + ",\n" + uses("d", "b")),
             "plan.cycle", "7 (/targets/3/uses/0)", "circle: b -> c -> d -> b"}});
}

// --- files[].needs

std::string with_files(const std::string& files) {
    return plan(program, ",\n\"files\": [\n" + files + "]");
}

std::string file_with(const std::string& path, const std::string& needs) {
    return "{\"path\": \"" + path + "\", \"purpose\": \"\", \"needs\": [" + needs + "]}";
}

TEST(PlanNeeds, AreReadAndWritten) {
    const Plan read = read_plan(
        with_files(file_with("a", "\"b\", \"c\"") + "," + file_with("b", "\"c\"") + "," + file_with("c", "")),
        "f");
    EXPECT_EQ(read.files[0].needs, (std::vector<std::string>{"b", "c"}));
    EXPECT_EQ(read.files[2].needs, std::vector<std::string>{});
    const std::string text = write_plan(read);
    EXPECT_EQ(read_plan(text, "f").files[0].needs, read.files[0].needs);
    EXPECT_EQ(text.find("\"needs\": []"), std::string::npos) << "what is empty is left out";
}

TEST(PlanNeeds, Refusals) {
    const std::string a = file_with("a", "\"b\""), b = file_with("b", "\"c\"");
    expect({{with_files(file_with("a", "\"b\",\n\"main.c\"") + ",\n" + file_with("b", "")), "plan.needs",
             "8 (/files/0/needs/1)", "main.c is not among the files of the plan"},
            {with_files(file_with("a", "\"a\"")), "plan.needs", "7 (/files/0/needs/0)", "circle: a -> a."},
            {with_files(a + ",\n" + file_with("b", "\"a\"")), "plan.needs", "8 (/files/1/needs/0)",
             "circle: a -> b -> a."},
            // The whole circle is shown, without the way that leads to it.
            {with_files(file_with("x", "\"a\"") + ",\n" + a + ",\n" + b + ",\n" + file_with("c", "\"a\"")),
             "plan.needs", "10 (/files/3/needs/0)", "circle: a -> b -> c -> a."},
            {with_files(file_with("a", "1")), "plan.schema", "7 (/files/0/needs/0)", "type string"},
            {with_files("{\"path\": \"a\", \"purpose\": \"\", \"needs\": \"a\"}"), "plan.schema",
             "7 (/files/0/needs)", "type array"}});
}

TEST(PlanNeeds, TwoWaysToOneFileAreNoCircle) {
    EXPECT_NO_THROW(read_plan(with_files(file_with("a", "\"b\", \"c\"") + "," + file_with("b", "\"d\"") +
                                         "," + file_with("c", "\"d\"") + "," + file_with("d", "")),
                              "f"));
}

TEST(PlanNeeds, ALongChainIsNoCircle) {
    Plan chain = read_plan(plan(program), "f");
    constexpr std::size_t length = 5'000;
    for (std::size_t n = 0; n < length; ++n) {
        chain.files.push_back({"f" + std::to_string(n), "", {}});
        if (n + 1 < length) chain.files.back().needs = {"f" + std::to_string(n + 1)};
    }
    EXPECT_EQ(read_plan(write_plan(chain), "f").files.size(), length);
    chain.files.back().needs = {"f0"};
    const Error error = thrown([&] { read_plan(write_plan(chain), "f"); });
    EXPECT_EQ(error.rule(), "plan.needs");
    EXPECT_LT(error.why().size(), 2000U) << "a circle of thousands is not printed whole";
}

TEST(Plan, Defines) {
    const auto with = [](const std::string& define) {
        return plan(target("\"settings\": {\"defines\": [\n" + define + "]}"));
    };
    for (const std::string name : {"", "1A", "A B", "A=1", "A-B", "é", "A(x)"})
        expect({{with(R"({"name": ")" + name + R"("})"), "plan.define",
                 "6 (/targets/0/settings/defines/0/name)", ""}});
    for (const std::string value : {"a b", "$(id)", "`id`", "'", "\\\"", "a;b", "-DX=1 ", "a,b"})
        expect({{with(R"({"name": "A", "value": ")" + value + R"("})"), "plan.define",
                 "6 (/targets/0/settings/defines/0/value)", ""}});
    EXPECT_NO_THROW(read_plan(with(R"({"name": "_A9", "value": "1.2+x-y_"})"), "f"));
}

TEST(Plan, ALongChainIsNoCircle) {
    // Whoever writes the plan chooses the depth.
    Plan chain;
    chain.name = "chain";
    chain.version = "1";
    for (int n = 0; n < 30'000; ++n) {
        chain.targets.push_back({});
        chain.targets.back().name = "l" + std::to_string(n);
        chain.targets.back().kind = Kind::static_library;
        chain.targets.back().language = "c";
        chain.targets.back().sources = {"a.c"};
        if (n + 1 < 30'000) chain.targets.back().uses = {"l" + std::to_string(n + 1)};
    }
    const Plan read = read_plan(write_plan(chain), "f");
    const auto order = use_order(read);
    ASSERT_EQ(order.size(), 30'000U);
    EXPECT_EQ(order.front(), 29'999U);
    EXPECT_EQ(order.back(), 0U);
}

TEST(Plan, UsedComesBeforeUser) {
    const auto uses = [](const std::string& name, const std::string& used) {
        return R"({"name": ")" + name +
               R"(", "kind": "static-library", "language": "c", "sources": ["a.c"], "uses": [)" + used + "]}";
    };
    const Plan read = read_plan(plan(uses("a", R"("c", "b")") + "," + uses("b", "") + "," +
                                     uses("c", R"("b")") + "," + uses("d", "")),
                                "f");
    EXPECT_EQ(use_order(read), (std::vector<std::size_t>{1, 2, 0, 3}));
}

TEST(Plan, WhatIsWrittenIsAFixedPoint) {
    const std::string full =
        plan(R"({"name": "lib", "kind": "static-library", "language": "c++", "interface": "f \"x\"\n",
        "sources": ["a b.cpp", "é.cpp"], "headers": ["i/a.h"], "include_directories": ["i"], "packages": ["z"], "uses": [],
        "settings": {"standard": "17", "warnings": "default", "defines": [{"name": "A", "value": ""}, {"name": "B", "value": "2"}]}},
        {"name": "check", "kind": "test", "language": "c", "sources": ["t.c"], "uses": ["lib"], "data": ["d"],
         "settings": {"warnings": "all", "defines": []}})",
             R"(, "packages": [{"name": "z", "pkg_config": "zlib"}], "files": [], "$schema": "x")");
    const std::string once = write_plan(read_plan(full, "f"));
    EXPECT_EQ(write_plan(read_plan(once, "f")), once);
    EXPECT_EQ(once.find("\"uses\": []"), std::string::npos) << "defaults are left out";
    EXPECT_EQ(once.find("\"all\""), std::string::npos);
    EXPECT_NE(once.find("\"warnings\": \"default\""), std::string::npos);
    EXPECT_NE(once.find("\"$schema\": \".aibuild/plan.schema.json\""), std::string::npos);
}

TEST(Plan, EveryKindHasItsName) {
    for (const std::string name :
         {"executable", "static-library", "shared-library", "interface-library", "library", "test"}) {
        const std::string sources = name == "interface-library" ? "[]" : "[\"a.c\"]";
        EXPECT_EQ(name_of(read_plan(plan(target("\"uses\": []", name, sources)), "f").targets[0].kind), name);
    }
}

}  // namespace
}  // namespace aibuild
