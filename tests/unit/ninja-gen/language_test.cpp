#include "ninja-gen/language.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "ninja-gen/json.h"
#include "ninja-gen/ninja_writer.h"
#include "tests/support/fake_tools.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::slurp;
using test::thrown;

const fs::path folder = fs::path(AIBUILD_SOURCE_DIR) / "ninja-gen/languages";

std::vector<fs::path> files() {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".json") && !name.ends_with(".schema.json")) out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

TEST(Language, EachShippedFileReads) {
    ASSERT_GE(files().size(), 4U);
    for (const fs::path& file : files()) {
        const Language language = read_language(slurp(file), file.filename().string());
        EXPECT_EQ(language.name + ".json", file.filename());
        EXPECT_FALSE(language.title.empty());
        EXPECT_FALSE(language.extensions.empty());
        for (const std::string& extension : language.extensions)
            EXPECT_TRUE(extension.starts_with(".")) << extension;
        EXPECT_TRUE(language.default_standard.empty() ||
                    language.standards.contains(language.default_standard));
        for (const std::string configuration : {"debug", "release"})
            EXPECT_TRUE(language.configurations.contains(configuration)) << language.name;
        for (const std::string warning : {"default", "none", "all", "errors"})
            EXPECT_TRUE(language.warnings.contains(warning)) << language.name;
        for (const std::string& helper : language.helpers)
            EXPECT_FALSE(helper_text(helper).empty()) << helper;
        EXPECT_TRUE(language.supports(Kind::executable) || language.supports(Kind::library)) << language.name;
    }
}

TEST(Language, AreBuiltInByNameAndAlias) {
    const Languages languages;
    EXPECT_EQ(languages.all().size(), files().size());
    EXPECT_EQ(languages.find("c++")->title, "C++");
    EXPECT_EQ(languages.find("cpp"), languages.find("c++"));
    EXPECT_EQ(languages.find("py")->name, "python");
    EXPECT_EQ(languages.find("C++"), nullptr);
    EXPECT_EQ(languages.find(""), nullptr);
    std::set<std::string> seen;
    for (const std::string& name : languages.names())
        EXPECT_TRUE(seen.insert(name).second) << name << " means two languages";
}

TEST(Language, ATestWithoutAProductRunsFromItsSources) {
    const Languages languages;
    EXPECT_TRUE(languages.find("python")->supports(Kind::test));
    EXPECT_FALSE(languages.find("python")->products.contains(Kind::test));
    EXPECT_TRUE(languages.find("c")->supports(Kind::test));
    EXPECT_FALSE(languages.find("python")->supports(Kind::static_library));
    EXPECT_TRUE(languages.find("c")->supports(Kind::interface_library));
}

// A plan of every kind that a language has: each of its commands is expanded, so each placeholder of it is
// known.
TEST(Language, EachCommandOfEachIsExpanded) {
    const test::FakeTools tools;
    const Languages languages;
    Toolchain toolchain;
    for (const Language& language : languages.all()) {
        Plan plan;
        plan.name = "p";
        plan.version = "1";
        for (Kind kind : {Kind::static_library, Kind::shared_library, Kind::interface_library, Kind::library,
                          Kind::executable, Kind::test}) {
            if (!language.supports(kind)) continue;
            Target target;
            target.name = "t" + std::to_string(static_cast<int>(kind));
            target.kind = kind;
            target.language = language.name;
            if (kind != Kind::interface_library) target.sources = {"d/s" + language.extensions.front()};
            plan.targets.push_back(target);
        }
        const std::string text = write_plan(plan);
        const Lowered lowered = lower({plan, text, "plan"}, languages, toolchain);
        NinjaSettings settings;
        settings.root = "../";
        std::set<std::string> used;
        for (const std::string configuration : {"debug", "release"}) {
            settings.configuration = configuration;
            for (const Tool* tool : tools_of(lowered)) tools.program(tool->commands.front(), "");
            EXPECT_FALSE(write_ninja(lowered, toolchain, settings).empty());
        }
        for (const Rule& rule : lowered.graph.rules) {
            for (const Words& command : rule.commands) {
                for (const std::string& word : command) {
                    if (const std::size_t at = word.find(mark::helper); at != std::string::npos)
                        used.insert(word.substr(at + 1));
                }
            }
        }
        for (const std::string& helper : language.helpers) {
            // By a command, or by another helper.
            const bool run =
                used.contains(helper) ||
                std::any_of(language.helpers.begin(), language.helpers.end(), [&](const auto& other) {
                    return other != helper && helper_text(other).find(helper) != std::string::npos;
                });
            EXPECT_TRUE(run) << language.name << " does not run " << helper;
        }
        for (const std::string& helper : used) {
            const bool own =
                std::find(language.helpers.begin(), language.helpers.end(), helper) != language.helpers.end();
            EXPECT_TRUE(own || helper == "run-test.sh" || helper == "count-tests.sh")
                << language.name << " does not list " << helper;
        }
    }
}

const std::string minimal = R"({
  "format": 1,
  "name": "x",
  "title": "X",
  "sources": [".x"],
  "tools": {"x/c": {"commands": ["xc"], "version": ["-V"]}},
  "products": {
    "executable": [{"interface": "program", "verb": "X", "output": "bin/{name}", "in": ["sources"],
      "commands": [["{x/c}", "{out}"]]}]
  },
  "uses": [],
  "run": ["{program}"]
})";

Error broken(const std::string& from, const std::string& to) {
    std::string text = minimal;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return thrown([&] { read_language(text, "x.json"); });
}

TEST(Language, LittleIsEnough) {
    const Language language = read_language(minimal, "x.json");
    EXPECT_EQ(language.tools.front().name, "x/c");
    EXPECT_TRUE(language.supports(Kind::executable));
    EXPECT_FALSE(language.supports(Kind::test));
    EXPECT_FALSE(language.compile.has_value());
}

TEST(Language, ABrokenOneSaysWhere) {
    const struct {
        std::string from, to, rule, place, why;
    } cases[] = {
        {"\"format\": 1", "\"format\": 2", "language.newer", "x.json:2 (/format)", "format 2"},
        {"\"title\": \"X\",\n", "", "language.schema", "x.json:1", "\"title\" is missing"},
        {"\"uses\": []", "\"use\": []", "language.schema", "x.json:11 (/use)", "no key \"use\""},
        {"[\".x\"]", "[]", "language.schema", "x.json:5 (/sources)", "too short"},
        {"[\"-V\"]", "\"-V\"", "language.schema", "x.json:6 (/tools/x~1c/version)", "type array"},
        {"\"in\": [\"sources\"]", "\"in\": [\"source\"]", "language.schema",
         "x.json:8 (/products/executable/0/in/0)", "not one of"},
        {"\"verb\": \"X\", ", "", "language.schema", "x.json:8 (/products/executable/0)",
         "\"verb\" is missing"},
        {"\"executable\":", "\"program\":", "language.kind", "x.json:8 (/products/program)", "no kind"},
        {"[\"{program}\"]", "[]", "language.schema", "x.json:12 (/run)", "too short"},
        {"\"run\": [\"{program}\"]", "\"run\": [\"{program}\"],", "json.syntax", "x.json:13", ""},
    };
    for (const auto& each : cases) {
        const Error error = broken(each.from, each.to);
        EXPECT_EQ(error.rule(), each.rule) << each.to;
        EXPECT_EQ(error.place(), each.place) << each.to;
        EXPECT_NE(error.why().find(each.why), std::string::npos) << error.why();
        EXPECT_EQ(error.fix().find("plan.schema.json"), std::string::npos) << "that is another schema";
    }
}

TEST(Language, HelpersAreScripts) {
    for (const std::string name : {"run-test.sh", "count-tests.sh", "own-source.sh"})
        EXPECT_TRUE(helper_text(name).starts_with("#!/bin/sh\n")) << name;
}

void keys_into(std::set<std::string>& out, const boost::json::value& schema) {
    const auto* object = schema.if_object();
    if (object == nullptr) return;
    if (const auto* properties = object->if_contains("properties")) {
        for (const auto& property : properties->as_object()) {
            out.insert(std::string(property.key()));
            keys_into(out, property.value());
        }
    }
    for (const char* inner : {"items", "additionalProperties"}) {
        if (const auto* found = object->if_contains(inner)) keys_into(out, *found);
    }
}

// The reference tells every key that the grammar allows and every placeholder that lowering knows.
TEST(Language, TheReferenceIsComplete) {
    const std::string reference = slurp(folder / "README.md");
    const std::string code = slurp(folder / "../lowering/placeholders.cpp");
    const std::regex placeholder("name(?: == |\\.starts_with\\()\"([a-z:-]+)\"");
    std::set<std::string> placeholders;
    for (std::sregex_iterator it(code.begin(), code.end(), placeholder), end; it != end; ++it)
        placeholders.insert((*it)[1]);
    EXPECT_TRUE(placeholders.contains("crate-directories") && placeholders.contains("helper:"));
    for (const std::string& name : placeholders) {
        const std::string shown = "`{" + name + (name.back() == ':' ? "" : "}");
        EXPECT_NE(reference.find(shown), std::string::npos) << name;
    }
    std::set<std::string> keys;
    keys_into(keys, json::parse(slurp(folder / "language.schema.json"), "schema"));
    EXPECT_TRUE(keys.contains("root-marker") && keys.contains("environment") && keys.contains("response"));
    keys.erase("$schema");
    for (const std::string& key : keys) EXPECT_NE(reference.find("`" + key + "`"), std::string::npos) << key;
    // Its example is a language.
    const std::size_t begin = reference.find("```json\n");
    ASSERT_NE(begin, std::string::npos);
    const std::size_t end = reference.find("\n```", begin);
    EXPECT_NO_THROW(read_language(reference.substr(begin + 8, end - begin - 8), "README.md"));
}

}  // namespace
}  // namespace aibuild
