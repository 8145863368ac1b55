#include "tool/prompting/prompts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <functional>
#include <set>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using testing::HasSubstr;
using testing::Not;

const Snapshot machine{
    {{"c++", "c++ 12.2.0"}, {"python", "Python 3.11"}}, {"Rust", "sqlite3"}, {{"zlib", "1.2.13"}}};

Described described(const std::string& description, const Snapshot& snapshot = machine) {
    Described out;
    out.description = description;
    out.machine = snapshot;
    return out;
}

// A library of two files, a second one that uses it, and a test.
Plan small_plan() {
    Plan plan;
    plan.name = "p";
    plan.version = "1";
    plan.description = "adds & multiplies";
    const auto target = [&](const char* name, Kind kind, const char* stem) -> Target& {
        Target& out = plan.targets.emplace_back();
        out.name = name;
        out.kind = kind;
        out.language = "c";
        out.sources = {std::string(stem) + ".c"};
        return out;
    };
    Target& add = target("add", Kind::static_library, "add");
    add.interface = "int add(int, int);";
    add.headers = {"add.h"};
    Target& mul = target("mul", Kind::static_library, "mul");
    mul.interface = "int mul(int, int);";
    mul.headers = {"mul.h"};
    mul.uses = {"add"};
    target("check", Kind::test, "check").uses = {"mul"};
    target("alone", Kind::executable, "alone").interface = "prints nothing";
    plan.files = {{"add.c", "adds {{two}} numbers", {}}, {"add.h", "declares adding", {}},
                  {"mul.c", "multiplies", {}},           {"mul.h", "declares multiplying", {}},
                  {"check.c", "checks 2 * 3", {}},       {"README.md", "tells it", {}}};
    return plan;
}

enum : std::size_t { add_c, add_h, mul_c, mul_h, check_c, readme };

class PromptsTest : public testing::Test {
  protected:
    Prompts prompts(Room room = {}, const std::string& model = "m") const {
        return {templates, languages, model, room};
    }
    Request brief_of(const Described& of) const { return prompts().brief(of); }
    Request plan_of(const Described& of, const Brief& brief = {}, const Decisions& decisions = {}) const {
        return prompts().plan(of, brief, decisions);
    }
    Request file_of(std::size_t file, Room room = {}, const std::string& agents = "") const {
        return file_of(small_plan(), file, texts(), room, agents);
    }
    Request file_of(const Plan& plan, std::size_t file, const std::map<std::size_t, std::string>& shown,
                    Room room = {}, const std::string& agents = "") const {
        Described of = described("x");
        of.surroundings.agents = agents;
        return prompts(room).file(plan, file, file_order(plan)[file], of, shown);
    }
    static std::map<std::size_t, std::string> texts() {
        return {{add_c, "int add(int a, int b) { return a + b; }\n"},
                {add_h, "int add(int, int);\n"},
                {mul_h, "int mul(int, int);\n"},
                {check_c, "int main() {}\n"}};
    }

    const PromptTemplates templates{"", ""};
    const Languages languages;
};

std::string all_text(const Request& request) {
    std::string out;
    for (const Message& message : request.messages) out += message.role + "\n" + message.text + "\n";
    return out;
}

const std::string& system_of(const Request& request) {
    return request.messages.at(0).text;
}
const std::string& user_of(const Request& request) {
    return request.messages.at(1).text;
}

void expect_form(const Request& request, const std::string& stage) {
    EXPECT_EQ(request.stage, stage);
    EXPECT_EQ(request.model, "m");
    EXPECT_FALSE(request.template_version.empty());
    ASSERT_EQ(request.messages.size(), 2U);
    EXPECT_EQ(request.messages[0].role, "system");
    EXPECT_EQ(request.messages[1].role, "user");
}

// The parts of mul.c's request that are others with another plan.
std::string changed_parts(const Prompts& prompts, const Plan& plan, std::size_t file,
                          std::map<std::size_t, std::string> texts) {
    const auto parts = [&](const Plan& of) {
        return prompts.file_parts("", of, file, file_order(of)[file], described("x"), texts);
    };
    const auto before = parts(small_plan()), after = parts(plan);
    std::string out;
    for (const auto& [name, text] : after) {
        if (!before.contains(name) || before.at(name) != text) out += name + ' ';
    }
    return out;
}

TEST_F(PromptsTest, AFileDependsOnWhatConcernsItAlone) {
    const auto with = [&](const std::function<void(Plan&)>& change, std::size_t file) {
        Plan plan = small_plan();
        change(plan);
        return changed_parts(prompts(), plan, file, texts());
    };
    const auto interface_of = [](std::size_t target) {
        return [target](Plan& plan) { plan.targets[target].interface = "int other(int);"; };
    };
    enum : std::size_t { add, mul, check, alone };
    EXPECT_EQ(with(interface_of(mul), mul_c), "plan ");
    EXPECT_EQ(with(interface_of(add), mul_c), "plan ") << "mul uses add";
    EXPECT_EQ(with(interface_of(mul), add_c), "") << "add does not use mul";
    EXPECT_EQ(with(interface_of(alone), mul_c), "");
    EXPECT_EQ(with(interface_of(alone), readme), "plan ") << "the whole plan concerns it";
    EXPECT_EQ(with([](Plan& plan) { plan.version = "2"; }, mul_c), "");
    EXPECT_EQ(with([](Plan& plan) { plan.description = "divides"; }, mul_c), "project ");
    EXPECT_EQ(with([](Plan& plan) { plan.targets.emplace_back(plan.targets[alone]).name = "more"; }, mul_c),
              "");
    EXPECT_EQ(with([](Plan& plan) { plan.files[mul_c].purpose = "divides"; }, mul_c), "plan purpose ");
    EXPECT_EQ(with([](Plan& plan) { plan.files[check_c].purpose = "divides"; }, mul_c), "");
}

TEST_F(PromptsTest, AnEditShowsTheTextAndWhatChanges) {
    const Plan plan = small_plan();
    const FileEdit edit{"int mul(int a, int b) { return a * b; }\n", "let it divide", "divides, too"};
    const Request request =
        prompts().file(plan, mul_c, file_order(plan)[mul_c], described("x"), texts(), &edit);
    expect_form(request, "edit");
    for (const char* said : {"Write mul.c.", "return a * b;", "let it divide",
                             "What changes in this file: divides, too", "int add(int, int);"})
        EXPECT_THAT(user_of(request), HasSubstr(said));
    const FileEdit bare{edit.text, "", ""};
    EXPECT_THAT(user_of(prompts().file(plan, mul_c, file_order(plan)[mul_c], described("x"), texts(), &bare)),
                HasSubstr("It has fallen behind"));
}

TEST_F(PromptsTest, AChangeLeavesOutTheTextsThatHaveLeastToDoWithIt) {
    ChangeAsked asked;
    asked.description = "let the multiplier saturate";
    asked.plan = write_plan(small_plan());
    asked.texts = {{"add.c", std::string(9000, 'a')}, {"mul.c", "the multiplier\n" + std::string(9000, 'm')}};
    const Request whole = prompts().change(asked);
    EXPECT_EQ(whole.stage, "change");
    EXPECT_THAT(user_of(whole), HasSubstr(std::string(9000, 'a')));
    const auto most = static_cast<int>((all_text(whole).size() - 3000) / 3) + 1000;
    const Request cut = prompts({1000, most}).change(asked);
    EXPECT_THAT(user_of(cut), HasSubstr("add.c exists and is not shown, for want of room."));
    EXPECT_THAT(user_of(cut), HasSubstr("the multiplier\nm"));
    EXPECT_THAT(user_of(cut), HasSubstr("let the multiplier saturate"));
}

TEST_F(PromptsTest, ABriefIsAskedForWithAllLanguages) {
    const Request request = brief_of(described("a word counter in C++"));
    expect_form(request, "brief");
    EXPECT_EQ(request.subject, "brief");
    EXPECT_THAT(user_of(request), HasSubstr("a word counter in C++"));
    for (const Language& language : languages.all())
        EXPECT_THAT(system_of(request), HasSubstr("- " + language.name + ": " + language.title));
    EXPECT_THAT(system_of(request), HasSubstr("- rust: Rust, not installed on this machine"));
    EXPECT_THAT(system_of(request), Not(HasSubstr("Python, not installed")));
    EXPECT_TRUE(request.schema.is_object());
    EXPECT_EQ(request.context.at("description").as_string(), "a word counter in C++");
    EXPECT_LE(request.limits.max_output_tokens, 4096) << "a brief is brief";
    EXPECT_EQ(prompts({100, 64'000}).brief(described("x")).limits.max_output_tokens, 100);
}

TEST_F(PromptsTest, APlanRequestSaysWhatPlanningNeeds) {
    const Request request = plan_of(described("a word counter in C++"));
    expect_form(request, "plan");
    EXPECT_EQ(request.subject, "plan");
    EXPECT_THAT(user_of(request), HasSubstr("a word counter in C++"));
    const std::string& system = system_of(request);
    for (const Language& language : languages.all()) {
        EXPECT_THAT(system, HasSubstr("- " + language.name + ": "));
        EXPECT_THAT(system, HasSubstr(language.rules));
    }
    EXPECT_THAT(system, HasSubstr("- c++: c++ 12.2.0"));
    EXPECT_THAT(system, HasSubstr("- no Rust:"));
    EXPECT_THAT(system, HasSubstr("- no sqlite3:"));
    EXPECT_THAT(system, HasSubstr("20 (default)"));
    EXPECT_EQ(request.context.at("description").as_string(), "a word counter in C++");
    EXPECT_TRUE(request.schema.is_object()) << "a plan is asked for by its schema";
    EXPECT_EQ(request.limits.max_output_tokens, Room().max_output_tokens);
}

TEST_F(PromptsTest, PackagesAndDecisionsStandInThePlanRequest) {
    const Request request = plan_of(described("x"), {}, {{"Which format?", "TOML"}, {"Which?", "both"}});
    EXPECT_THAT(system_of(request), HasSubstr("the package zlib, as pkg-config calls it: 1.2.13"));
    EXPECT_THAT(system_of(request), Not(HasSubstr("no packages beside")));
    EXPECT_THAT(user_of(request), HasSubstr("Decided:\n- Which format? TOML\n- Which? both"));
    Snapshot without = machine;
    without.packages.clear();
    EXPECT_THAT(system_of(plan_of(described("x", without))), HasSubstr("no packages beside"));
    EXPECT_THAT(user_of(plan_of(described("x"))), Not(HasSubstr("Decided")));
}

TEST_F(PromptsTest, ABriefStandsInThePlanRequest) {
    Brief brief;
    brief.languages = {"c++", "python"};
    brief.kinds = {"library", "tests"};
    brief.constraints = {"Reads UTF-8.", "Never writes."};
    EXPECT_THAT(user_of(plan_of(described("x"), brief)),
                HasSubstr("it was understood:\n- it is: library, tests\n- languages: c++, python\n"
                          "- Reads UTF-8.\n- Never writes."));
    EXPECT_THAT(user_of(plan_of(described("x"))), Not(HasSubstr("understood")));
}

TEST_F(PromptsTest, ABriefsLanguagesLimitRulesAndTools) {
    Brief brief;
    brief.languages = {"c++"};
    const std::string system = system_of(plan_of(described("x"), brief));
    EXPECT_THAT(system, HasSubstr("- c++: c++ 12.2.0"));
    EXPECT_THAT(system, Not(HasSubstr("Python 3.11")));
    for (const Language& language : languages.all()) {
        const bool named = language.name == "c++";
        EXPECT_EQ(system.find("\n- " + language.name + ": ") != std::string::npos, named) << language.name;
        if (!named && !language.rules.empty()) {
            EXPECT_THAT(system, Not(HasSubstr(language.rules)));
        }
    }
    EXPECT_THAT(system, HasSubstr("- no Rust:")) << "what is missing is told all the same";
}

TEST_F(PromptsTest, PeoplesWordsAndFilesAreShown) {
    Described of = described("x");
    for (const Request& request : {brief_of(of), plan_of(of), file_of(add_c)}) {
        EXPECT_THAT(all_text(request), Not(HasSubstr("AGENTS.md")));
        EXPECT_THAT(all_text(request), Not(HasSubstr("has these files already")));
    }
    of.surroundings = {{"LICENSE", "docs/a.md"}, "Use {{tabs}}.\nAlways."};
    for (const Request& request : {brief_of(of), plan_of(of)}) {
        EXPECT_THAT(system_of(request), HasSubstr("AGENTS.md"));
        EXPECT_THAT(system_of(request), HasSubstr("\n\nUse {{tabs}}.\nAlways."));
        EXPECT_THAT(user_of(request), HasSubstr("- LICENSE\n- docs/a.md\n"));
    }
    EXPECT_THAT(system_of(file_of(add_c, {}, "Use {{tabs}}.")), HasSubstr("\n\nUse {{tabs}}."));
}

TEST_F(PromptsTest, AFileRequestSaysWhatWritingNeeds) {
    const Request request = file_of(mul_c);
    expect_form(request, "file");
    EXPECT_EQ(request.subject, "mul.c");
    const std::string& user = user_of(request);
    EXPECT_THAT(user, HasSubstr("The project p: adds & multiplies"));
    EXPECT_THAT(user, HasSubstr("- mul: static-library in c, uses add\n"));
    EXPECT_THAT(user, HasSubstr("- alone: executable in c\n")) << "all targets have a line";
    EXPECT_THAT(user, HasSubstr("int mul(int, int);")) << "the plan's interface";
    EXPECT_THAT(user, HasSubstr("\"interface\": \"int add(int, int);\"")) << "of what it uses, too";
    EXPECT_THAT(user, Not(HasSubstr("prints nothing"))) << "what it has nothing to do with";
    EXPECT_THAT(user, HasSubstr("declares multiplying")) << "what is left to its neighbours";
    for (const char* other : {"declares adding", "checks 2 * 3", "tells it"})
        EXPECT_THAT(user, Not(HasSubstr(other))) << "what is not";
    EXPECT_THAT(user, HasSubstr("add.h, as it is:\n\nint add(int, int);\n"));
    EXPECT_LT(user.find("add.h, as it is"), user.find("mul.h, as it is")) << "the nearest stands last";
    EXPECT_THAT(user, HasSubstr("Write mul.c.\n\nIts purpose: multiplies"));
    EXPECT_TRUE(request.schema.is_null()) << "a file is plain text";
    EXPECT_EQ(request.context.at("path").as_string(), "mul.c");
    EXPECT_EQ(request.context.at("plan"), boost::json::parse(write_plan(small_plan())));
}

TEST_F(PromptsTest, TheRulesOfAFilesLanguageAreTold) {
    Plan plan = small_plan();
    plan.targets[1].language = "py";  // an alias
    const std::string system = system_of(file_of(plan, mul_c, texts()));
    const Language& python = *languages.find("python");
    ASSERT_FALSE(python.rules.empty());
    EXPECT_THAT(system, HasSubstr("Python in this project, by standard 3: " + python.rules +
                                  "\n- python here: Python 3.11"));
    for (const Language& language : languages.all()) {
        if (language.name != "python" && !language.rules.empty()) {
            EXPECT_THAT(system, Not(HasSubstr(language.rules)));
        }
    }
}

TEST_F(PromptsTest, ATestIsWrittenFromInterfacesOfAllItUses) {
    const std::string user = user_of(file_of(check_c));
    EXPECT_THAT(user, HasSubstr("\"interface\": \"int add(int, int);\"")) << "mul uses it";
    EXPECT_THAT(user, HasSubstr("mul.h, as it is:"));
    EXPECT_THAT(user, Not(HasSubstr("return a + b")));
}

TEST_F(PromptsTest, AFileOfNoTargetIsShownTheWholePlan) {
    const Request request = file_of(readme);
    EXPECT_THAT(user_of(request), HasSubstr(write_plan(small_plan())));
    EXPECT_THAT(system_of(request), Not(HasSubstr("in this project: ")));
}

// Servers keep the beginning of a prompt that they saw before: files differ as late as they can.
TEST_F(PromptsTest, FilesOfOneTargetBeginAlike) {
    const Request header = file_of(mul_h), source = file_of(mul_c);
    EXPECT_EQ(system_of(header), system_of(source));
    const std::string& text = user_of(source);
    const std::size_t end = text.find("mul.h, as it is");
    ASSERT_NE(end, std::string::npos);
    EXPECT_THAT(text.substr(0, end), HasSubstr("add.h, as it is")) << "what both are shown";
    EXPECT_EQ(text.substr(0, end), user_of(header).substr(0, end));
    EXPECT_NE(text, user_of(header));
    // Those of two targets have still the project in common.
    const std::size_t targets = user_of(file_of(add_c)).find("The part of the plan");
    EXPECT_EQ(user_of(file_of(add_c)).substr(0, targets), text.substr(0, targets));
}

TEST_F(PromptsTest, TheFarthestTextsAreLeftOutFirst) {
    const std::map<std::size_t, std::string> big = {{add_h, std::string(30'000, 'a')},
                                                    {mul_h, std::string(30'000, 'm')}};
    const auto shown = [&](int context_tokens) {
        const std::string user = user_of(file_of(small_plan(), mul_c, big, {1000, context_tokens}));
        std::string out;
        for (const char* name : {"add.h", "mul.h"}) {
            const bool is = user.find(std::string(name) + ", as it is") != std::string::npos;
            const bool told = user.find(std::string(name) + " exists and is not shown") != std::string::npos;
            EXPECT_NE(is, told) << name;
            out += is ? "+" : "-";
        }
        return out;
    };
    EXPECT_EQ(shown(64'000), "++");
    EXPECT_EQ(shown(20'000), "-+");
    EXPECT_EQ(shown(4'000), "--");
    EXPECT_EQ(shown(1), "--") << "the request goes out all the same: the server decides";
}

TEST_F(PromptsTest, TheAnswerCountsAsRoomToo) {
    const std::map<std::size_t, std::string> big = {{add_h, std::string(30'000, 'a')},
                                                    {mul_h, std::string(30'000, 'm')}};
    const Request little = file_of(small_plan(), mul_c, big, {1000, 30'000});
    EXPECT_THAT(user_of(little), Not(HasSubstr("not shown")));
    EXPECT_EQ(little.limits.max_output_tokens, 1000);
    EXPECT_THAT(user_of(file_of(small_plan(), mul_c, big, {16'000, 30'000})), HasSubstr("not shown"));
}

TEST_F(PromptsTest, AreTheSameBytesEveryTime) {
    const auto all = [&] {
        return std::vector{brief_of(described("x")), plan_of(described("x"), {}, {{"a", "b"}}),
                           file_of(mul_c)};
    };
    const auto one = all(), two = all();
    for (std::size_t n = 0; n < one.size(); ++n) {
        EXPECT_EQ(all_text(one[n]), all_text(two[n]));
        EXPECT_EQ(key_of(one[n]), key_of(two[n]));
    }
}

TEST_F(PromptsTest, AByteMoreIsAnotherKey) {
    Described tools = described("x"), missing = described("x"), agents = described("x"),
              tree = described("x"), packages = described("x");
    tools.machine.tools["c++"] = "c++ 12.2.1";
    missing.machine.missing.pop_back();
    agents.surroundings.agents = "a";
    tree.surroundings.files = {"a"};
    packages.machine.packages["zlib"] = "1.2.14";
    Brief brief;
    brief.constraints = {"a"};
    std::set<std::string> keys = {key_of(plan_of(described("x"))),
                                  key_of(plan_of(described("X"))),
                                  key_of(plan_of(described("x "))),
                                  key_of(plan_of(tools)),
                                  key_of(plan_of(missing)),
                                  key_of(plan_of(agents)),
                                  key_of(plan_of(tree)),
                                  key_of(plan_of(packages)),
                                  key_of(plan_of(described("x"), brief)),
                                  key_of(plan_of(described("x"), {}, {{"q", "a"}})),
                                  key_of(plan_of(described("x"), {}, {{"q", "b"}})),
                                  key_of(prompts({}, "n").plan(described("x"), {}, {})),
                                  key_of(prompts({1, 2}).plan(described("x"), {}, {}))};
    EXPECT_EQ(keys.size(), 13U);
    keys = {key_of(brief_of(described("x"))), key_of(brief_of(described("X"))), key_of(brief_of(agents)),
            key_of(brief_of(tree)), key_of(prompts({}, "n").brief(described("x")))};
    EXPECT_EQ(keys.size(), 5U);
    Plan plan = small_plan();
    plan.targets[1].interface += " ";
    auto other = texts();
    other[add_h] += " ";
    keys = {key_of(file_of(mul_c)), key_of(file_of(add_c)), key_of(file_of(mul_c, {}, "tabs")),
            key_of(file_of(small_plan(), mul_c, other)), key_of(file_of(plan, mul_c, texts()))};
    EXPECT_EQ(keys.size(), 5U);
}

TEST_F(PromptsTest, LeaveNoTagUnrendered) {
    Described of = described("x");
    of.surroundings = {{"a"}, "b"};
    for (const Request& request :
         {brief_of(described("x", {})), brief_of(of), plan_of(described("x", {})),
          plan_of(of, {{"c"}, {"k"}, {"p"}, {"c"}, {}, {}}, {{"q", "a"}}), file_of(add_c), file_of(mul_c),
          file_of(readme), file_of(mul_c, {1, 1}, "tabs")}) {
        std::string text = all_text(request);
        const std::string said = "adds {{two}} numbers";  // the plan's own
        for (std::size_t at = 0; (at = text.find(said)) != std::string::npos;) text.erase(at, said.size());
        EXPECT_THAT(text, Not(HasSubstr("{{")));
        EXPECT_THAT(text, Not(HasSubstr("}}")));
        EXPECT_THAT(text, Not(HasSubstr("&quot;"))) << "nothing is escaped for HTML";
        EXPECT_THAT(text, Not(HasSubstr("&amp;")));
    }
}

TEST_F(PromptsTest, TakeDescriptionsAsText) {
    for (const std::string description : {"{{plan}}", "{{#tools}}x{{/tools}}", "{{> file}}", "{{",
                                          "a & b < \"c\"", "{{{x}}}", "--- user\nx"}) {
        for (const Request& request : {brief_of(described(description)), plan_of(described(description))}) {
            EXPECT_THAT(user_of(request), HasSubstr(description));
            EXPECT_THAT(system_of(request), Not(HasSubstr(description)));
        }
    }
}

TEST_F(PromptsTest, HoldNothingOfTheirPlace) {
    const test::Directory directory;
    const auto before = std::filesystem::current_path();
    const std::string here = key_of(plan_of(described("x")));
    std::filesystem::current_path(directory.path());
    EXPECT_EQ(key_of(plan_of(described("x"))), here);
    std::filesystem::current_path(before);
}

TEST_F(PromptsTest, AskingAgainKeepsAllAndTellsWhatWasWrong) {
    const Request first = file_of(add_c);
    const Error error(Exit::rejected, "answer.fence", "add.c", "There are <two> fences.", "x");
    const Request again = prompts().again(first, "``` {{wrong}}", error);
    ASSERT_EQ(again.messages.size(), 4U);
    EXPECT_EQ(system_of(again), system_of(first));
    EXPECT_EQ(user_of(again), user_of(first));
    EXPECT_EQ(again.messages[2].role, "assistant");
    EXPECT_EQ(again.messages[2].text, "``` {{wrong}}");
    EXPECT_EQ(again.messages[3].role, "user");
    EXPECT_THAT(again.messages[3].text, HasSubstr("rule:  answer.fence\nplace: add.c\n"));
    EXPECT_THAT(again.messages[3].text, HasSubstr("There are <two> fences."));
    EXPECT_NE(key_of(again), key_of(first));
    EXPECT_THAT(prompts().again(first, "", Error(Exit::rejected, "r", "", "w", "f")).messages[3].text,
                HasSubstr("place: the whole answer"));
}

}  // namespace
}  // namespace aibuild
