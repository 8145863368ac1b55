#include "tool/prompting/templates.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ninja-gen/hash.h"
#include "tests/support/thrown.h"
#include "tests/support/variable.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string mine = "version: 7\n--- system\nYou {{verb}}.\n--- user\n{{description}}\n";

class PromptTemplatesTest : public testing::Test {
  protected:
    void of_project(const std::string& text, const std::string& name = "plan") const {
        directory.put("root/.aibuild/prompts/" + name + ".mustache", text);
    }
    void of_person(const std::string& text, const std::string& name = "plan") const {
        directory.put("config/prompts/" + name + ".mustache", text);
    }
    PromptTemplates templates() const { return {directory / "root", directory / "config"}; }
    Error refused(const std::string& text) const {
        of_project(text);
        return thrown([&] { templates().find("plan"); });
    }
    Error unfilled(const std::string& text) const {
        of_project(text);
        return thrown([&] { templates().request("plan", data(), "m"); });
    }
    static TemplateData data() {
        TemplateData out;
        out.set("verb", "plan");
        out.set("description", "a <b>");
        return out;
    }
    std::string file() const { return (directory / "root/.aibuild/prompts/plan.mustache").string(); }

    const test::Directory directory;
};

TEST_F(PromptTemplatesTest, AFileThatNoTemplateIsNamedAfterIsAStranger) {
    EXPECT_TRUE(templates().strangers().empty());
    of_project(mine);
    EXPECT_TRUE(templates().strangers().empty());
    of_project(mine, "plans");
    of_person(mine, "zebra");
    directory.put("config/prompts/file.md", mine);
    directory.put("config/prompts/README.md", "what these are for");
    const std::vector<Error> found = templates().strangers();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].rule(), "prompt.name");
    EXPECT_EQ(found[0].place(), (directory / "root/.aibuild/prompts/plans.mustache").string());
    EXPECT_THAT(found[0].fix(), HasSubstr("Did you mean plan.mustache?"));
    EXPECT_EQ(found[1].fix(), "Call it file.mustache.");
    EXPECT_EQ(found[2].place(), (directory / "config/prompts/zebra.mustache").string());
    EXPECT_THAT(found[2].fix(), HasSubstr(fmt::format("{}", fmt::join(PromptTemplates::names(), ", "))));
}

TEST_F(PromptTemplatesTest, AllAreBuiltIn) {
    EXPECT_THAT(PromptTemplates::names(),
                ElementsAre("again", "brief", "change", "declared", "edit", "file", "plan", "repair"));
    for (const std::string& name : PromptTemplates::names()) {
        const PromptTemplate found = PromptTemplates("", "").find(name);
        EXPECT_EQ(found.name, name);
        EXPECT_EQ(found.place, "built in");
        EXPECT_THAT(found.version, testing::MatchesRegex("[0-9]+"));
        EXPECT_FALSE(found.user.empty());
        EXPECT_THAT(found.system, Not(HasSubstr("---")));
    }
}

TEST_F(PromptTemplatesTest, TheProjectsComesBeforeThePersonsBeforeTheBuiltIn) {
    EXPECT_EQ(templates().find("plan").place, "built in");
    of_person(mine);
    EXPECT_EQ(templates().find("plan").place, (directory / "config/prompts/plan.mustache").string());
    of_project(mine);
    EXPECT_EQ(templates().find("plan").place, file());
    EXPECT_EQ(templates().find("file").place, "built in") << "each counts for itself";
    EXPECT_EQ(PromptTemplates("", directory / "config").find("plan").place,
              (directory / "config/prompts/plan.mustache").string());
    const PromptTemplate found = templates().find("plan");
    EXPECT_EQ(found.system, "You {{verb}}.\n");
    EXPECT_EQ(found.user, "{{description}}\n");
}

TEST_F(PromptTemplatesTest, TheVersionOfAnOverrideHoldsItsHash) {
    const std::string built_in = templates().find("plan").version;
    EXPECT_THAT(built_in, Not(HasSubstr("+")));
    of_project(mine);
    EXPECT_EQ(templates().find("plan").version, "7+" + sha256(mine).substr(0, 12));
    of_project(mine + " ");
    EXPECT_EQ(templates().find("plan").version, "7+" + sha256(mine + " ").substr(0, 12));
    EXPECT_EQ(templates().request("plan", data(), "m").template_version, templates().find("plan").version);
}

TEST_F(PromptTemplatesTest, ARequestIsItsTwoPartsFilled) {
    of_person(mine);
    const Request request = templates().request("plan", data(), "m");
    EXPECT_EQ(request.stage, "plan");
    EXPECT_EQ(request.model, "m");
    ASSERT_EQ(request.messages.size(), 2U);
    EXPECT_EQ(request.messages[0].role, "system");
    EXPECT_EQ(request.messages[0].text, "You plan.");
    EXPECT_EQ(request.messages[1].role, "user");
    EXPECT_EQ(request.messages[1].text, "a <b>") << "no HTML";
    EXPECT_EQ(templates().filled("plan", "user", data()), "a <b>");
}

TEST_F(PromptTemplatesTest, WhatHasNotTheFormOfOneIsRefused) {
    for (const std::string text :
         {"", "You plan.", "--- system\na\n--- user\nb\n", "version: 1\n--- user\na\n--- system\nb\n",
          "version: 1\n--- system\na\n", "version: 1\n--- user\na\n", "version: 1\n--- system\n--- user\nb\n",
          "version: 1\n--- system\na\n--- user\n", "version: 1\n--- system\na\n--- user\n \n\n"}) {
        const Error error = refused(text);
        EXPECT_EQ(error.rule(), "prompt.template") << text;
        EXPECT_EQ(error.exit(), Exit::usage) << text;
        EXPECT_EQ(error.place(), file()) << text;
        EXPECT_THAT(error.fix(), HasSubstr("aibuild-gen prompts show plan"));
    }
}

// What is said after an answer goes on a conversation, whose system message was its first.
TEST_F(PromptTemplatesTest, ThatOfAskingAgainHasOneSection) {
    EXPECT_EQ(templates().find("again").system, "");
    const fs::path path = fs::path(file()).parent_path() / "again.mustache";
    fs::create_directories(path.parent_path());
    const auto write = [&](const std::string& text) { std::ofstream(path) << text; };
    write("version: 3\n--- user\nNo: {{why}}\n");
    EXPECT_EQ(templates().find("again").user, "No: {{why}}\n");
    for (const char* wrong :
         {"version: 3\n--- system\na\n--- user\nb\n", "version: 3\n--- user\n", "--- user\nb\n"}) {
        write(wrong);
        EXPECT_EQ(thrown([&] { templates().find("again"); }).rule(), "prompt.template") << wrong;
    }
}

TEST_F(PromptTemplatesTest, OneThatIsTooLargeIsRefused) {
    const std::size_t most = 256U << 10U;
    EXPECT_EQ(refused(mine + std::string(most - mine.size(), 'x')).rule(), "nothing");
    const Error error = refused(mine + std::string(most - mine.size() + 1, 'x'));
    EXPECT_EQ(error.rule(), "prompt.template");
    EXPECT_THAT(error.why(), HasSubstr("262144 bytes"));
}

// Passing it over would ask something else than its person thinks.
TEST_F(PromptTemplatesTest, OneThatCannotBeReadIsRefused) {
    of_person(mine);
    fs::create_directories(file());
    EXPECT_EQ(thrown([&] { templates().find("plan"); }).rule(), "prompt.template") << "a directory";
    fs::remove(file());
    fs::create_symlink("nowhere", file());
    EXPECT_EQ(thrown([&] { templates().find("plan"); }).rule(), "prompt.template") << "a link to nowhere";
    fs::remove(file());
    fs::create_symlink("/dev/zero", file());
    const Error error = thrown([&] { templates().find("plan"); });
    EXPECT_EQ(error.rule(), "prompt.template");
    EXPECT_EQ(error.place(), file());
    fs::remove(file());
    ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
    EXPECT_EQ(thrown([&] { templates().find("plan"); }).rule(), "prompt.template") << "would block";
}

TEST_F(PromptTemplatesTest, AMisspeltNameTeaches) {
    const Error error = thrown([&] { templates().find("paln"); });
    EXPECT_EQ(error.rule(), "prompt.name");
    EXPECT_EQ(error.exit(), Exit::usage);
    EXPECT_EQ(error.place(), "paln");
    EXPECT_EQ(error.fix(), "Did you mean plan?");
    EXPECT_EQ(thrown([&] { templates().find("xyzzy-q"); }).fix(),
              "There are: again, brief, change, declared, edit, file, plan, repair.");
    for (const std::string name : {"", "../plan", "plan.mustache", "brief.schema"})
        EXPECT_EQ(thrown([&] { templates().find(name); }).rule(), "prompt.name") << name;
}

TEST_F(PromptTemplatesTest, AMissingKeyTeachesWhoseFileItIs) {
    const Error error = unfilled("version: 1\n--- system\na\n--- user\n{{descripton}}\n");
    EXPECT_EQ(error.rule(), "template.key");
    EXPECT_EQ(error.exit(), Exit::usage);
    EXPECT_EQ(error.place(), file() + " (--- user)");
    EXPECT_THAT(error.why(), HasSubstr("`descripton`"));
    EXPECT_THAT(error.fix(), HasSubstr("aibuild-gen prompts show plan"));
    EXPECT_THAT(error.fix(), Not(HasSubstr("report")));
}

TEST_F(PromptTemplatesTest, ABrokenTemplateTeachesWhoseFileItIs) {
    const Error error = unfilled("version: 1\n--- system\n{{#verb}}a\n--- user\nb\n");
    EXPECT_EQ(error.rule(), "template.syntax");
    EXPECT_EQ(error.exit(), Exit::usage);
    EXPECT_EQ(error.place(), file() + " (--- system)");
}

TEST_F(PromptTemplatesTest, NothingIsIncluded) {
    // Itself would be without an end.
    for (const std::string name : {"plan", "plan user", "file", "x"}) {
        const Error error = unfilled("version: 1\n--- system\na\n--- user\n{{> " + name + "}}\n");
        EXPECT_EQ(error.rule(), "template.missing") << name;
        EXPECT_THAT(error.why(), HasSubstr("`" + name + "`"));
    }
}

TEST(UserConfiguration, IsWhereTheEnvironmentSays) {
    const test::Variable home("HOME", "/home/ann");
    {
        const test::Variable xdg("XDG_CONFIG_HOME", "/etc/ann");
        EXPECT_EQ(user_configuration(), "/etc/ann/aibuild");
    }
    const test::Variable xdg("XDG_CONFIG_HOME", "relative");
    EXPECT_EQ(user_configuration(), "/home/ann/.config/aibuild");
    const test::Variable none("HOME");
    EXPECT_EQ(user_configuration(), "");
}

}  // namespace
}  // namespace aibuild
