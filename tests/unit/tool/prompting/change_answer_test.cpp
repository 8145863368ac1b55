#include "tool/prompting/change_answer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "ninja-gen/json.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using test::thrown;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* planned =
    R"({"format": 1, "project": {"name": "p", "version": null, "description": null}, "packages": null, "steps": null,
        "targets": [{"name": "p", "kind": "executable", "language": "c", "sources": ["a.c", "mine.c"]}],
        "files": [{"path": "a.c", "purpose": "says it"}%s]})";

std::string plan_with(const std::string& files = "") {
    std::string out = planned;
    return out.replace(out.find("%s"), 2, files);
}

// The project's plan: mine.c is somebody's own.
Plan before() {
    return read_plan(R"({"format": 1, "project": {"name": "p"}, "targets": [
        {"name": "p", "kind": "executable", "language": "c", "sources": ["a.c", "mine.c"]}],
        "files": [{"path": "a.c", "purpose": "says it"}]})",
                     "aibuild.json");
}

Response response(const std::string& text) {
    Response out;
    out.outcome = Outcome::complete;
    out.text = text;
    return out;
}

ChangeAnswer taken(const std::string& text, const std::vector<std::string>& theirs = {}) {
    return change_answer(response(text), before(), theirs);
}

std::string answer(const std::string& plan, const std::string& files,
                   const std::string& summary = "It is so.") {
    return fmt::format(R"({{"summary": "{}", "plan": {}, "files": [{}]}})", summary, plan, files);
}

std::string rule(const std::string& text, const std::vector<std::string>& theirs = {}) {
    return thrown([&] { taken(text, theirs); }).rule();
}

constexpr const char* a_changes = R"({"path": "a.c", "change": "says\nmore"})";

TEST(ChangeAnswer, IsAPlanAndTheFilesThatChange) {
    const ChangeAnswer read = taken(answer(plan_with(), a_changes));
    EXPECT_EQ(read.summary, "It is so.");
    EXPECT_EQ(read.text, write_plan(before())) << "canonical, without nulls";
    ASSERT_EQ(read.files.size(), 1U);
    EXPECT_EQ(read.files[0].path, "a.c");
    EXPECT_EQ(read.files[0].change, "says more") << "one line: it stands in the next prompt";
    EXPECT_THAT(read.repairs, IsEmpty());
    EXPECT_EQ(plan_of_change(response(answer(plan_with(), ""))), read.text);
}

TEST(ChangeAnswer, ANewFileIsWrittenFromItsPurpose) {
    const std::string plan = plan_with(R"(, {"path": "b.c", "purpose": "is new"})");
    EXPECT_THAT(taken(answer(plan, R"({"path": "b.c", "change": "is new"})")).files, IsEmpty());
}

TEST(ChangeAnswer, WhatTheProjectHasNeedNotBeListedAndMayHaveAnyName) {
    EXPECT_NO_THROW(taken(answer(plan_with(), "")));
    std::string other = plan_with();
    other.replace(other.find("mine.c"), 6, "more.c");
    EXPECT_EQ(rule(answer(other, "")), "answer.files");
}

TEST(ChangeAnswer, Refusals) {
    EXPECT_EQ(rule("No."), "answer.prose");
    EXPECT_EQ(rule(R"({"summary": "x", "files": []})"), "answer.change");
    EXPECT_EQ(rule(R"({"summary": "x", "plan": {}, "files": [], "more": 1})"), "answer.change");
    EXPECT_EQ(rule(answer("{}", "")), "answer.plan");
    EXPECT_EQ(rule(answer(plan_with(), "", " \\n ")), "answer.change");
    EXPECT_EQ(rule(answer(plan_with(), "", std::string(2001, 'x'))), "answer.change");
    EXPECT_EQ(rule(answer(plan_with(), R"({"path": "b.c", "change": "x"})")), "answer.files");
    EXPECT_EQ(rule(answer(plan_with(), R"({"path": "mine.c", "change": "x"})")), "answer.files");
    EXPECT_EQ(rule(answer(plan_with(), std::string(a_changes) + "," + a_changes)), "answer.files");
    EXPECT_EQ(rule(answer(plan_with(), a_changes), {"a.c"}), "answer.theirs");
    EXPECT_EQ(rule(answer(plan_with(R"(, {"path": ".git/hooks/x", "purpose": "x"})"), "")), "answer.path");
    EXPECT_EQ(rule(answer(plan_with(R"(, {"path": "CMakeLists.txt", "purpose": "x"})"), "")), "answer.path");
    EXPECT_THAT(thrown([&] { taken(answer(plan_with(), R"({"path": "a.h", "change": "x"})")); }).why(),
                HasSubstr("Did you mean a.c?"));
}

TEST(ChangeSchema, HasThePlansInItAndIsStrict) {
    const boost::json::value schema = change_schema();
    const auto& properties = schema.as_object().at("properties").as_object();
    EXPECT_TRUE(properties.at("plan").as_object().at("properties").as_object().contains("targets"));
    EXPECT_EQ(properties.at("plan").as_object().at("additionalProperties"), false);
}

}  // namespace
}  // namespace aibuild
