#include "tool/prompting/prompts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <set>

#include "tests/support/fake_tools.h"

namespace aibuild {
namespace {

using testing::HasSubstr;
using testing::Not;

const Snapshot machine{{{"c++", "c++ 12.2.0"}, {"python", "Python 3.11"}}, {"Rust"}};

Request plan_of(std::string_view description, const Snapshot& snapshot = machine,
                std::string_view model = "m") {
    return plan_request(description, Languages(), snapshot, model);
}

Plan small_plan() {
    Plan plan;
    plan.name = "p";
    plan.version = "1";
    plan.targets.push_back({});
    plan.targets[0].name = "lib";
    plan.targets[0].kind = Kind::static_library;
    plan.targets[0].language = "c";
    plan.targets[0].interface = "int add(int, int);";
    plan.targets[0].sources = {"add.c"};
    plan.targets[0].headers = {"add.h"};
    plan.files = {{"add.c", "adds {{two}} numbers"}, {"add.h", "declares it"}};
    return plan;
}

Request file_of(const std::vector<KnownHeader>& headers = {{"add.h", "int add(int, int);\n"}},
                std::size_t file = 0, std::string_view model = "m") {
    const Plan plan = small_plan();
    return file_request(plan, plan.files[file], headers, model);
}

std::string all_text(const Request& request) {
    std::string out;
    for (const Message& message : request.messages) out += message.role + "\n" + message.text + "\n";
    return out;
}

TEST(PlanRequest, SaysWhatPlanningNeeds) {
    const Request request = plan_of("a word counter in C++");
    EXPECT_EQ(request.stage, "plan");
    EXPECT_EQ(request.subject, "plan");
    EXPECT_EQ(request.model, "m");
    EXPECT_FALSE(request.template_version.empty());
    ASSERT_EQ(request.messages.size(), 2U);
    EXPECT_EQ(request.messages[0].role, "system");
    EXPECT_EQ(request.messages[1].role, "user");
    EXPECT_THAT(request.messages[1].text, HasSubstr("a word counter in C++"));
    const std::string& system = request.messages[0].text;
    const Languages languages;
    for (const Language& language : languages.all()) {
        EXPECT_THAT(system, HasSubstr("- " + language.name + ": "));
        EXPECT_THAT(system, HasSubstr(language.rules));
    }
    EXPECT_THAT(system, HasSubstr("- c++: c++ 12.2.0"));
    EXPECT_THAT(system, HasSubstr("- no Rust:"));
    EXPECT_THAT(system, HasSubstr("20 (default)"));
    EXPECT_EQ(request.context.at("description").as_string(), "a word counter in C++");
    EXPECT_TRUE(request.schema.is_object()) << "a plan is asked for by its schema";
}

TEST(FileRequest, SaysWhatWritingNeeds) {
    const Request request = file_of();
    EXPECT_EQ(request.stage, "file");
    EXPECT_EQ(request.subject, "add.c");
    ASSERT_EQ(request.messages.size(), 2U);
    EXPECT_THAT(request.messages[0].text, HasSubstr("int add(int, int);"));
    EXPECT_THAT(request.messages[0].text, HasSubstr("add.h, as it is:\n\nint add(int, int);"));
    EXPECT_THAT(request.messages[0].text, HasSubstr(write_plan(small_plan())));
    EXPECT_THAT(request.messages[1].text, HasSubstr("add.c"));
    EXPECT_THAT(request.messages[1].text, HasSubstr("adds {{two}} numbers"));
    EXPECT_TRUE(request.schema.is_null()) << "a file is plain text";
    EXPECT_EQ(request.context.at("path").as_string(), "add.c");
    EXPECT_EQ(request.context.at("plan"), boost::json::parse(write_plan(small_plan())));
}

// Servers keep the beginning of a prompt that they saw before: files of one project differ as late as they
// can.
TEST(FileRequest, OfOneProjectBeginAlike) {
    EXPECT_EQ(file_of({}, 0).messages[0].text, file_of({}, 1).messages[0].text);
    EXPECT_NE(file_of({}, 0).messages[1].text, file_of({}, 1).messages[1].text);
}

TEST(Requests, AreTheSameBytesEveryTime) {
    EXPECT_EQ(all_text(plan_of("x")), all_text(plan_of("x")));
    EXPECT_EQ(key_of(plan_of("x")), key_of(plan_of("x")));
    EXPECT_EQ(all_text(file_of()), all_text(file_of()));
    EXPECT_EQ(key_of(file_of()), key_of(file_of()));
}

TEST(Requests, AByteMoreIsAnotherKey) {
    Snapshot other = machine;
    other.tools["c++"] = "c++ 12.2.1";
    Snapshot more = machine;
    more.missing.clear();
    std::set<std::string> keys = {key_of(plan_of("x")),       key_of(plan_of("X")),
                                  key_of(plan_of("x ")),      key_of(plan_of("x", other)),
                                  key_of(plan_of("x", more)), key_of(plan_of("x", machine, "n"))};
    EXPECT_EQ(keys.size(), 6U);
    Plan plan = small_plan();
    plan.targets[0].interface += " ";
    keys = {key_of(file_of()),
            key_of(file_of({}, 0)),
            key_of(file_of({{"add.h", "int add(int, int) ;\n"}})),
            key_of(file_of({{"add.h", "int add(int, int);\n"}}, 1)),
            key_of(file_of({{"add.h", "int add(int, int);\n"}}, 0, "n")),
            key_of(file_request(plan, plan.files[0], {{"add.h", "int add(int, int);\n"}}, "m"))};
    EXPECT_EQ(keys.size(), 6U);
}

TEST(Requests, LeaveNoTagUnrendered) {
    for (const Request& request : {plan_of("x"), plan_of("x", {}), file_of({}), file_of()}) {
        std::string text = all_text(request);
        const std::string said = "adds {{two}} numbers";  // the plan's own
        for (std::size_t at = 0; (at = text.find(said)) != std::string::npos;) text.erase(at, said.size());
        EXPECT_THAT(text, Not(HasSubstr("{{")));
        EXPECT_THAT(text, Not(HasSubstr("}}")));
        EXPECT_THAT(text, Not(HasSubstr("&quot;"))) << "nothing is escaped for HTML";
    }
}

TEST(Requests, TakeDescriptionsAsText) {
    for (const std::string description : {"{{plan}}", "{{#tools}}x{{/tools}}", "{{> file}}", "{{",
                                          "a & b < \"c\"", "{{{x}}}", "--- user\nx"}) {
        EXPECT_THAT(plan_of(description).messages[1].text, HasSubstr(description));
        EXPECT_THAT(plan_of(description).messages[0].text, Not(HasSubstr(description)));
    }
}

TEST(Requests, HoldNothingOfTheirPlace) {
    const test::Directory directory;
    const auto before = std::filesystem::current_path();
    const std::string here = key_of(plan_of("x"));
    std::filesystem::current_path(directory.path());
    EXPECT_EQ(key_of(plan_of("x")), here);
    std::filesystem::current_path(before);
}

TEST(TakeSnapshot, TellsVersionsAndWhatIsMissing) {
    const test::FakeTools tools;
    tools.program("c++", "#!/bin/sh\necho 'c++ (Fake) 1.0'\necho more\n");
    std::filesystem::remove(tools.directory() / "rustc");
    const Snapshot snapshot = take_snapshot(Languages());
    EXPECT_EQ(snapshot.tools.at("c++"), "c++ (Fake) 1.0");
    EXPECT_EQ(snapshot.tools.at("cc"), "unknown") << "it is there, and says nothing";
    EXPECT_FALSE(snapshot.tools.contains("rustc"));
    EXPECT_THAT(snapshot.missing, testing::Contains("Rust"));
    EXPECT_THAT(snapshot.missing, Not(testing::Contains("C++")));
}

}  // namespace
}  // namespace aibuild
