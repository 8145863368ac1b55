#include "ninja-gen/schema.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "ninja-gen/json.h"
#include "ninja-gen/plan.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

namespace bj = boost::json;
using test::thrown;

// A schema is compiled once by its address, so each of these is a literal of its own.
Error checked(const char* schema, const std::string& text) {
    return thrown([&] { check_schema(json::parse(text, "f.json"), text, "f.json", schema, "f.schema"); });
}

void passes(const char* schema, const std::string& text) {
    EXPECT_EQ(checked(schema, text).rule(), "nothing") << text;
}

void rejected(const char* schema, const std::string& text, const std::string& place) {
    EXPECT_EQ(checked(schema, text).rule(), "f.schema") << text;
    EXPECT_EQ(checked(schema, text).place(), place) << text;
}

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> shipped() {
    const std::string root = AIBUILD_SOURCE_DIR;
    return {file_text(root + "/prompts/plan.schema.json"),
            file_text(root + "/ninja-gen/languages/language.schema.json")};
}

void keywords_into(std::set<std::string>& out, const bj::value& schema) {
    const auto* object = schema.if_object();
    if (object == nullptr) return;
    for (const auto& entry : *object) {
        out.insert(std::string(entry.key()));
        if (entry.key() == "properties") {
            for (const auto& property : entry.value().as_object()) keywords_into(out, property.value());
        } else if (entry.key() == "items" || entry.key() == "additionalProperties") {
            keywords_into(out, entry.value());
        }
    }
}

TEST(Schema, ShippedOnesUseOnlyWhatIsEnforced) {
    // Each of the second row is proven below; the first row only describes.
    const std::set<std::string> known = {"$schema", "title",    "description", "type",
                                         "enum",    "required", "properties",  "additionalProperties",
                                         "items",   "minItems", "minLength",   "minimum"};
    for (const std::string& text : shipped()) {
        ASSERT_FALSE(text.empty());
        std::set<std::string> used;
        keywords_into(used, json::parse(text, "schema"));
        for (const std::string& keyword : used) EXPECT_TRUE(known.contains(keyword)) << keyword;
    }
}

TEST(Schema, Type) {
    static constexpr char text[] = R"({"type": "string"})";
    passes(text, "\"x\"");
    for (const char* wrong : {"1", "true", "null", "[]", "{}"}) rejected(text, wrong, "f.json:1");
    static constexpr char integer[] = R"({"type": "integer"})";
    passes(integer, "3");
    for (const char* wrong : {"\"3\"", "3.5", "true"}) rejected(integer, wrong, "f.json:1");
    static constexpr char boolean[] = R"({"type": "boolean"})";
    passes(boolean, "true");
    for (const char* wrong : {"\"true\"", "1", "null"}) rejected(boolean, wrong, "f.json:1");
    static constexpr char array[] = R"({"type": "array"})";
    passes(array, "[]");
    rejected(array, "{}", "f.json:1");
    static constexpr char object[] = R"({"type": "object"})";
    passes(object, "{}");
    rejected(object, "[]", "f.json:1");
    EXPECT_EQ(checked(object, "[]").why(), "This must be of type object, and is [].");
}

TEST(Schema, Enum) {
    static constexpr char text[] = R"({"enum": ["executable", "test"]})";
    passes(text, "\"test\"");
    rejected(text, "\"tset\"", "f.json:1");
    EXPECT_EQ(checked(text, "\"tset\"").fix(), "Did you mean \"test\"?");
    EXPECT_EQ(checked(text, "\"banana\"").why(), "\"banana\" is not one of: executable, test.");
    rejected(text, "null", "f.json:1");
}

TEST(Schema, RequiredAndProperties) {
    static constexpr char text[] =
        R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}})";
    passes(text, R"({"a": 1, "b": 2})");
    rejected(text, R"({"b": 2})", "f.json:1");
    EXPECT_EQ(checked(text, "{}").why(), "The key \"a\" is missing.");
    rejected(text, "{\n\"a\": \"1\"}", "f.json:2 (/a)");
}

TEST(Schema, AdditionalProperties) {
    static constexpr char closed[] =
        R"({"type": "object", "additionalProperties": false, "properties": {"sources": {}, "headers": {}}})";
    passes(closed, R"({"sources": 1})");
    rejected(closed, "{\"headers\": 1,\n\"sorces\": 2}", "f.json:2 (/sorces)");
    EXPECT_EQ(checked(closed, R"({"sorces": 2})").why(), "There is no key \"sorces\" here.");
    EXPECT_EQ(checked(closed, R"({"sorces": 2})").fix(), "Did you mean \"sources\"?");
    EXPECT_EQ(checked(closed, R"({"banana": 2})").fix(), "The keys here are: sources, headers.");
    rejected(closed, "{\n\"a/b~\": 2}", "f.json:2 (/a~1b~0)");

    static constexpr char map[] =
        R"({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}})";
    passes(map, R"({"x": ["y"]})");
    rejected(map, "{\"x\": [],\n\"a/b\": [1]}", "f.json:2 (/a~1b/0)");
    EXPECT_EQ(checked(map, R"({"x": [1]})").why(), "This must be of type string, and is 1.");
    rejected(map, "{\n\"x]\": 1}", "f.json:2 (/x])");
}

TEST(Schema, Items) {
    static constexpr char text[] = R"({"type": "array", "items": {"type": "string"}})";
    passes(text, R"(["a", "b"])");
    rejected(text, "[\"a\",\n2]", "f.json:2 (/1)");
}

TEST(Schema, MinItems) {
    static constexpr char text[] = R"({"type": "array", "minItems": 1})";
    passes(text, "[1]");
    rejected(text, "[]", "f.json:1");
    EXPECT_EQ(checked(text, "[]").why(), "The list is too short.");
}

TEST(Schema, MinLength) {
    static constexpr char text[] = R"({"type": "string", "minLength": 2})";
    passes(text, "\"ab\"");
    rejected(text, "\"a\"", "f.json:1");
    EXPECT_EQ(checked(text, "\"a\"").why(), "The text is too short.");
}

TEST(Schema, Minimum) {
    static constexpr char text[] = R"({"type": "integer", "minimum": 1})";
    passes(text, "1");
    rejected(text, "0", "f.json:1");
    EXPECT_EQ(checked(text, "0").why(), "0 is below 1.");
}

TEST(Schema, ShowsLongValuesInShort) {
    static constexpr char text[] = R"({"type": "integer"})";
    EXPECT_LT(checked(text, "\"" + std::string(5000, 'x') + "\"").why().size(), 120U);
}

// --- the strict subset

void expect_strict(const bj::value& schema, const bj::value& original, const std::string& where) {
    const auto* object = schema.if_object();
    ASSERT_NE(object, nullptr) << where;
    for (const auto& entry : *object) {
        static const std::set<std::string> kept = {
            "description", "type", "enum", "properties", "required", "items", "additionalProperties"};
        EXPECT_TRUE(kept.contains(std::string(entry.key()))) << where << " has " << entry.key();
    }
    if (const bj::value* items = object->if_contains("items"))
        expect_strict(*items, original.at("items"), where + "/items");
    const bj::value* properties = object->if_contains("properties");
    if (properties == nullptr) return;
    EXPECT_EQ(object->at("additionalProperties"), bj::value(false)) << where;

    std::vector<std::string> keys, required, before;
    for (const auto& property : properties->as_object()) keys.emplace_back(property.key());
    for (const bj::value& name : object->at("required").as_array()) required.emplace_back(name.as_string());
    EXPECT_EQ(required, keys) << where;
    for (const auto& property : original.at("properties").as_object()) {
        if (property.key() != "$schema") before.emplace_back(property.key());
    }
    EXPECT_EQ(keys, before) << "models answer in this order: " << where;

    std::set<std::string> needed;
    if (const bj::value* had = original.as_object().if_contains("required")) {
        for (const bj::value& name : had->as_array()) needed.emplace(name.as_string());
    }
    for (const auto& property : properties->as_object()) {
        const std::string key(property.key());
        const bj::value& type = property.value().at("type");
        const bool nullable = type.is_array() && type.as_array().back() == bj::value("null");
        EXPECT_EQ(nullable, !needed.contains(key)) << where << "/" << key;
        if (const bj::value* choices = property.value().as_object().if_contains("enum")) {
            EXPECT_EQ(choices->as_array().back().is_null(), nullable) << where << "/" << key;
        }
        expect_strict(property.value(), original.at("properties").at(key), where + "/" + key);
    }
}

TEST(StrictSubset, OfThePlanIsWhatStrictServersTake) {
    const bj::value strict = strict_subset(plan_schema());
    expect_strict(strict, json::parse(plan_schema(), "schema"), "");
    EXPECT_EQ(strict, strict_subset(plan_schema()));
    EXPECT_EQ(bj::serialize(strict).find("\"minimum\""), std::string::npos);
}

TEST(StrictSubset, KeepsPropertiesThatAreCalledLikeKeywords) {
    static constexpr char schema[] =
        R"({"type": "object", "additionalProperties": false, "required": ["title"],
            "properties": {"title": {"type": "string"}, "minimum": {"enum": ["a"]}}})";
    const bj::value strict = strict_subset(schema);
    EXPECT_EQ(strict.at("required"), bj::value({"title", "minimum"}));
    EXPECT_EQ(strict.at("properties").at("title").at("type"), bj::value("string"));
    EXPECT_EQ(strict.at("properties").at("minimum").at("type"), bj::value({"string", "null"}));
    EXPECT_EQ(strict.at("properties").at("minimum").at("enum"), bj::value({"a", nullptr}));
}

}  // namespace
}  // namespace aibuild
