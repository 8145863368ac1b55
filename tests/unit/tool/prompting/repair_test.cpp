#include "tool/prompting/repair.h"

#include <gmock/gmock.h>

#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

RepairAsked fault() {
    RepairAsked out;
    out.step = "obj/a.o";
    out.fault = "src/a.c:3:5: no";
    out.output = "what it printed";
    out.files = {{"src/a.c", "the source", true, false},
                 {"include/a.h", "the header", true, false},
                 {"tests/a_test.c", "the test", false, true}};
    return out;
}

Response answered(std::string text) {
    Response out;
    out.outcome = Outcome::complete;
    out.text = std::move(text);
    return out;
}

std::string user(const Request& request) {
    return request.messages.back().text;
}

class RepairPromptsTest : public testing::Test {
  protected:
    const PromptTemplates templates{"", ""};
    const RepairPrompts prompts{templates, "m"};
};

TEST_F(RepairPromptsTest, BothRequestsBeginAlike) {
    const Request which = prompts.which(fault());
    const Request text = prompts.text(fault(), "the cause", {"src/a.c", "the change"});
    EXPECT_EQ(which.messages[0].text, text.messages[0].text);
    const std::size_t fault_at = user(which).find("What it printed");
    ASSERT_NE(fault_at, std::string::npos);
    EXPECT_EQ(user(which).substr(0, fault_at), user(text).substr(0, fault_at));
    EXPECT_FALSE(which.schema.is_null());
    EXPECT_TRUE(text.schema.is_null());
    EXPECT_THAT(user(text), testing::EndsWith("Write src/a.c."));
    EXPECT_THAT(user(text), HasSubstr("the change"));
}

TEST_F(RepairPromptsTest, WhatMayNotChangeIsShownAndSaid) {
    const std::string said = user(prompts.which(fault()));
    EXPECT_THAT(said, HasSubstr("tests/a_test.c, as it is, in part (it can't be changed):"));
    EXPECT_THAT(said, HasSubstr("- src/a.c\n- include/a.h\n"));
    EXPECT_THAT(said, Not(HasSubstr("- tests/a_test.c")));
}

TEST_F(RepairPromptsTest, TheFarthestAreLeftOutForWantOfRoom) {
    RepairAsked asked = fault();
    asked.files[1].text = std::string(30'000, 'x');
    const RepairPrompts narrow(templates, "m", {1000, 6000});
    const std::string said = user(narrow.which(asked));
    EXPECT_THAT(said, HasSubstr("the source"));
    EXPECT_THAT(said, Not(HasSubstr("xxxx")));
    EXPECT_THAT(said, HasSubstr("include/a.h is concerned, too, and not shown"));
}

TEST_F(RepairPromptsTest, SameFaultSameBytes) {
    EXPECT_EQ(key_of(prompts.which(fault())), key_of(prompts.which(fault())));
    RepairAsked tried = fault();
    tried.tried = {"a change"};
    EXPECT_NE(key_of(prompts.which(fault())), key_of(prompts.which(tried)));
}

TEST(RepairAnswer, IsRead) {
    const RepairAnswer out = repair_answer(
        answered(
            R"({"cause": "a\nslip", "files": [{"path": "src/a.c", "change": "x"}, {"path": "src/a.c", "change": "y"}]})"),
        fault());
    EXPECT_EQ(out.cause, "a slip");
    ASSERT_EQ(out.files.size(), 1U);
    EXPECT_EQ(out.files[0].path, "src/a.c");
    EXPECT_THAT(repair_answer(answered(R"({"cause": "the test", "files": []})"), fault()).files, IsEmpty());
}

TEST(RepairAnswer, NothingElseMayChange) {
    for (const char* path :
         {"tests/a_test.c", "CMakeLists.txt", "aibuild.lock.json", "../a.c", "/etc/passwd", "src/a.c ", ""}) {
        const Error error = thrown([&] {
            repair_answer(answered(std::string(R"({"cause": "x", "files": [{"path": ")") + path +
                                   R"(", "change": "y"}]})"),
                          fault());
        });
        EXPECT_EQ(error.rule(), "answer.repair-file") << path;
        EXPECT_EQ(error.exit(), Exit::rejected);
        EXPECT_THAT(error.why(), HasSubstr("src/a.c, include/a.h"));
    }
}

TEST(RepairAnswer, WhatDoesNotPass) {
    const auto rule = [](const std::string& text) {
        return thrown([&] { repair_answer(answered(text), fault()); }).rule();
    };
    EXPECT_EQ(rule("no idea"), "answer.prose");
    EXPECT_EQ(rule(R"({"cause": "x"})"), "answer.repair");
    EXPECT_EQ(rule(R"({"cause": "x", "files": "src/a.c"})"), "answer.repair");
    EXPECT_EQ(rule(R"({"cause": ")" + std::string(2000, 'x') + R"(", "files": []})"), "answer.repair");
}

}  // namespace
}  // namespace aibuild
