#include "ninja-gen/json.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

#include "tests/support/thrown.h"

namespace aibuild::json {
namespace {

using test::thrown;

Error refused(const std::string& text) {
    return thrown([&] { parse(text, "f.json"); });
}

TEST(JsonParse, TakesEveryKindOfValue) {
    const bj::value value = parse(R"( {"a": [1, -2.5, "x", true, null], "b": {}} )", "f.json");
    EXPECT_EQ(value.at("a").as_array().size(), 5U);
    EXPECT_EQ(value.at("a").at(0).as_int64(), 1);
    EXPECT_TRUE(value.at("b").as_object().empty());
    EXPECT_EQ(parse("7\n", "f.json").as_int64(), 7);
    EXPECT_EQ(parse("\"\"", "f.json").as_string(), "");
}

TEST(JsonParse, SaysWhichLineIsNoJson) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "f.json:1"},      {"{\n\"a\": 1,\n}", "f.json:3"}, {"[1,\n 2\n", "f.json:3"},
        {"{} x", "f.json:1"},  {"{}\n\n[]", "f.json:3"},        {"{'a': 1}", "f.json:1"},
        {"[01]", "f.json:1"},  {"// no\n{}", "f.json:1"},       {"\"\xff\"", "f.json:1"},
        {"[NaN]", "f.json:1"}, {"\"a\tb\"", "f.json:1"},        {"\xef\xbb\xbf{}", "f.json:1"},
    };
    for (const auto& [text, place] : cases) {
        EXPECT_EQ(refused(text).rule(), "json.syntax") << text;
        EXPECT_EQ(refused(text).place(), place) << text;
        EXPECT_EQ(refused(text).exit(), Exit::usage);
    }
}

TEST(JsonParse, NamesAByteOrderMark) {
    EXPECT_EQ(refused("\xef\xbb\xbf{}").why(), "It begins with a byte order mark, which JSON can't have.");
    EXPECT_EQ(refused("\xef\xbb\xbf{}").fix(), "Save it as UTF-8 without a mark.");
}

TEST(JsonParse, RefusesAKeyThatIsThereTwice) {
    EXPECT_EQ(refused("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}").rule(), "json.duplicate");
    EXPECT_EQ(refused("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}").place(), "f.json:3 (/a)");
    EXPECT_EQ(refused("[1,\n{\"x\": {\"y\": [[\n{\"k\": 1, \"j\": 2,\n\"k\": 2}]]}}]").place(),
              "f.json:4 (/1/x/y/0/0/k)");
    // Equal is what readers see, not what is written.
    EXPECT_EQ(refused("{\"a\": 1, \"\\u0061\": 2}").rule(), "json.duplicate");
    EXPECT_EQ(refused("{\"a/b~\": 1,\n\"a\\/b~\": 2}").place(), "f.json:2 (/a~1b~0)");
    // The same key in another object is another key.
    EXPECT_EQ(refused(R"({"a": {"a": [{"a": 1}, {"a": 2}]}})").rule(), "nothing");
}

TEST(JsonParse, FindsADuplicateAtAnyDepth) {
    for (int depth = 1; depth < 31; ++depth) {
        std::string text = R"({"k": 1, "k": 2})";
        for (int level = 0; level < depth; ++level)
            text = level % 2 == 0 ? "[" + text + "]" : "{\"x\": " + text + "}";
        EXPECT_EQ(refused(text).rule(), "json.duplicate") << text;
    }
}

TEST(JsonParse, RefusesNumbersThatAreNone) {
    EXPECT_EQ(refused("[1,\n1e400]").rule(), "json.number");
    EXPECT_EQ(refused("[1,\n1e400]").place(), "f.json:2 (/1)");
    EXPECT_EQ(refused("{\"a\": {\"b\": -1e999}}").place(), "f.json:1 (/a/b)");
    EXPECT_EQ(refused("1e400").place(), "f.json:1");
    EXPECT_EQ(refused("1e308").rule(), "nothing");
    EXPECT_EQ(refused("[\"1e400\"]").rule(), "nothing");
}

TEST(JsonParse, IsNotLedIntoTheDeep) {
    const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    EXPECT_EQ(refused(nested(32)).rule(), "nothing");
    EXPECT_EQ(refused(nested(33)).rule(), "json.depth");
    EXPECT_EQ(refused(std::string(1'000'000, '[')).rule(), "json.depth");
}

constexpr std::string_view document = R"({
  "a": 1,
  "b/c": {
    "d~e": [
      10,
      {"f": "x\"}]", "g":
        true}
    ],
    "": 3
  }, "h": [[], [
    null]],
  "\u0069": "i"
})";

TEST(JsonLine, FindsEveryValue) {
    const std::pair<std::string, int> cases[] = {
        {"", 1},
        {"/a", 2},
        {"/b~1c", 3},
        {"/b~1c/d~0e", 4},
        {"/b~1c/d~0e/0", 5},
        {"/b~1c/d~0e/1", 6},
        {"/b~1c/d~0e/1/f", 6},
        {"/b~1c/d~0e/1/g", 7},
        {"/b~1c/", 9},
        {"/h", 10},
        {"/h/0", 10},
        {"/h/1", 10},
        {"/h/1/0", 11},
        {"/i", 12},
        // Not there.
        {"/x", 0},
        {"/a/x", 0},
        {"/h/2", 0},
        {"/b~1c/d~0e/1/f/0", 0},
        {"/b", 0},
        {"/h/-", 0},
    };
    for (const auto& [pointer, line] : cases) EXPECT_EQ(line_of(document, pointer), line) << pointer;
}

TEST(JsonLine, MakesAPlace) {
    EXPECT_EQ(place("f.json", document, "/h/1/0"), "f.json:11 (/h/1/0)");
    EXPECT_EQ(place("f.json", document, ""), "f.json:1");
    EXPECT_EQ(place("f.json", document, "/nowhere"), "f.json (/nowhere)");
}

// A value with everything that a writer can get wrong, from a fixed seed.
bj::value random_value(std::mt19937& random, int depth) {
    const auto below = [&](int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random); };
    const auto text = [&] {
        static const std::vector<std::string> pieces = {
            "a", "\"", "\\", "\n",           "\t",  "\x01", "/", "~", "é", "\xf0\x9f\x8d\x8e",
            " ", "{",  "]",  "\xe2\x80\xa8", "\x7f"};
        std::string out;
        for (int n = below(5); n > 0; --n)
            out += pieces[static_cast<std::size_t>(below(static_cast<int>(pieces.size())))];
        return out;
    };
    switch (below(depth > 4 ? 5 : 7)) {
        case 0:
            return nullptr;
        case 1:
            return below(2) == 0;
        case 2:
            return below(2'000'000) - 1'000'000;
        case 3:
            return (below(2'000'000) - 1'000'000) / 1024.0;
        case 4:
            return bj::value(text());
        case 5: {
            bj::array out;
            for (int n = below(5); n > 0; --n) out.push_back(random_value(random, depth + 1));
            return out;
        }
        default: {
            bj::object out;
            for (int n = below(5); n > 0; --n) out[text()] = random_value(random, depth + 1);
            return out;
        }
    }
}

TEST(JsonWrite, ReadsBackAsItWas) {
    std::mt19937 random(3);
    for (int n = 0; n < 2000; ++n) {
        const bj::value value = random_value(random, 0);
        const std::string text = pretty(value);
        ASSERT_EQ(parse(text, "f.json"), value) << text;
        ASSERT_EQ(pretty(parse(text, "f.json")), text);
        ASSERT_EQ(parse(canonical(value), "f.json"), value);
        ASSERT_EQ(canonical(parse(text, "f.json")), canonical(value));
    }
}

TEST(JsonWrite, LinesOfWhatIsWrittenAreFound) {
    std::mt19937 random(5);
    for (int n = 0; n < 300; ++n) {
        const bj::value value = bj::object{{"x", random_value(random, 0)}, {"last", 1}};
        const std::string text = pretty(value);
        const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
        ASSERT_EQ(line_of(text, "/last"), lines - 1) << text;
    }
}

TEST(JsonWrite, PrettyIsForPeople) {
    const bj::value value = bj::object{{"z", 1},
                                       {"a", bj::array{1, "two", nullptr}},
                                       {"empty", bj::array{}},
                                       {"none", bj::object{}},
                                       {"o", bj::parse("[{\"p\": 1, \"q\": 2}, [[]]]")},
                                       {"long", bj::array{std::string(60, 'x'), std::string(60, 'y')}}};
    EXPECT_EQ(pretty(value),
              "{\n"
              "  \"z\": 1,\n"
              "  \"a\": [1, \"two\", null],\n"
              "  \"empty\": [],\n"
              "  \"none\": {},\n"
              "  \"o\": [\n"
              "    {\"p\": 1, \"q\": 2},\n"
              "    [\n"
              "      []\n"
              "    ]\n"
              "  ],\n"
              "  \"long\": [\n"
              "    \"" +
                  std::string(60, 'x') +
                  "\",\n"
                  "    \"" +
                  std::string(60, 'y') +
                  "\"\n"
                  "  ]\n"
                  "}\n");
}

TEST(JsonWrite, CanonicalDoesNotSeeTheOrderOfKeys) {
    EXPECT_EQ(canonical(parse(R"({"b": [ {"y":1, "x":2} ], "a": 1.5})", "f")),
              R"({"a":1.5E0,"b":[{"x":2,"y":1}]})");
    EXPECT_EQ(canonical(parse(R"({"a": 1.5, "b": [{"x": 2, "y": 1}]})", "f")),
              R"({"a":1.5E0,"b":[{"x":2,"y":1}]})");
    EXPECT_NE(canonical(parse("[1, 2]", "f")), canonical(parse("[2, 1]", "f")));
    EXPECT_NE(canonical(parse("1", "f")), canonical(parse("\"1\"", "f")));
}

}  // namespace
}  // namespace aibuild::json
