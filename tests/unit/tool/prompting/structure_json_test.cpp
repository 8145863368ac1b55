// What is JSON, what is too much of it, and what of it readers would disagree about.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <random>

#include "ninja-gen/json.h"
#include "tests/support/thrown.h"
#include "tool/prompting/structure.h"

namespace aibuild {
namespace {

namespace bj = boost::json;

using test::thrown;
using testing::HasSubstr;
using testing::IsEmpty;

Error refused(const std::string& text) {
    return thrown([&] { structure_in(text, "plan"); });
}

// What the JSON standard allows and forbids, in the manner of JSONTestSuite.
TEST(Structure, AcceptsWhatIsJson) {
    for (const std::string value : {"[]",
                                    "{}",
                                    "[[]]",
                                    "0",
                                    "-0",
                                    "1",
                                    "-1",
                                    "123",
                                    "0.5",
                                    "-0.5",
                                    "1e5",
                                    "1E5",
                                    "1e+5",
                                    "1e-5",
                                    "0e1",
                                    "1.5e-10",
                                    "0.000000000000000000000000001",
                                    "1e-400",
                                    "9007199254740992",
                                    "-9007199254740992",
                                    "true",
                                    "false",
                                    "null",
                                    R"("")",
                                    R"(" ")",
                                    R"("\"\\\/\b\f\n\r\t")",
                                    R"("\u0041")",
                                    R"("\u0000")",
                                    R"("\ud834\udd1e")",
                                    R"("\uFFFF")",
                                    "\"\x7f\"",
                                    "\"é\"",
                                    "\"\xf4\x8f\xbf\xbf\"",
                                    "\"\xe2\x80\xa8\"",
                                    R"("/*x*/")",
                                    R"("{")",
                                    R"("]")",
                                    R"({"":0})",
                                    R"({"a":{},"b":[]})",
                                    R"({"x":[{"id":"y"}]})",
                                    "[1 \n,\t2\r]",
                                    R"([null,1,"1",{}])",
                                    R"({"a":1,"A":2})"}) {
        const std::string text = "{\"k\": " + value + "}";
        const bj::value strict = json::parse(text, "f");
        const StructureAnswer read = structure_in(text, "plan");
        EXPECT_EQ(read.value, strict) << text;
        EXPECT_THAT(read.repairs, IsEmpty()) << text;
    }
}

TEST(Structure, RefusesWhatIsNotJson) {
    for (const std::string value : {"[1 true]",
                                    "[1,,2]",
                                    "[,1]",
                                    "[1 2]",
                                    "[x",
                                    "[\"\": 1]",
                                    "[*]",
                                    "[-]",
                                    "[+1]",
                                    "[.5]",
                                    "[1.]",
                                    "[-.5]",
                                    "[-01]",
                                    "[01]",
                                    "[1e]",
                                    "[1e+]",
                                    "[0x1]",
                                    "[1_000]",
                                    "[1.2.3]",
                                    "[1+2]",
                                    "[--1]",
                                    "[1,\n1\n,1",
                                    "[nul]",
                                    "[tru]",
                                    "[truee]",
                                    "nan",
                                    "NaN",
                                    "Infinity",
                                    "-Infinity",
                                    "inf",
                                    R"(["\x00"])",
                                    R"(["\u12"])",
                                    R"(["\u00G0"])",
                                    R"(["\uD800"])",
                                    R"(["\uDC00\uDC00"])",
                                    R"(["\a"])",
                                    R"(["\'"])",
                                    "[\"a\nb\"]",
                                    "[\"a\tb\"]",
                                    "['a']",
                                    "[a]",
                                    R"({"a" "b"})",
                                    R"({"a"})",
                                    R"({"a":})",
                                    R"({:1})",
                                    R"({1:1})",
                                    R"({null:1})",
                                    R"({"a":1 "b":2})",
                                    R"({"a":1,,"b":2})",
                                    R"({"a"::1})",
                                    R"({"a";1})",
                                    R"({"a":"b"]})",
                                    "{[1]:1}",
                                    "[1}",
                                    "[\"a\",4\n,1,",
                                    "<null>",
                                    "\u200b1",
                                    "[\xef\xbb\xbf]",
                                    "1e400",
                                    "[1e400]",
                                    "-1e400",
                                    "`1`",
                                    "(1)",
                                    "1;",
                                    "...",
                                    "@",
                                    "\\n",
                                    "'"}) {
        const std::string text = "{\"k\": " + value + "}";
        EXPECT_THAT(thrown([&] { json::parse(text, "f"); }).rule(), testing::StartsWith("json.")) << text;
        EXPECT_THAT(refused(text).rule(), testing::StartsWith("answer.")) << text;
    }
}

TEST(Structure, RefusesAKeyTwiceAtEveryDepth) {
    std::string text = R"({"x": 1, "y": 2, "x": 1})", pointer = "/x";
    for (std::size_t depth = 1; depth <= json::max_depth; depth += 2) {
        const Error error = refused(text);
        EXPECT_EQ(error.rule(), "answer.duplicate") << text;
        EXPECT_THAT(error.place(), HasSubstr("(" + pointer + ")"));
        text = "{\"a\": [0, " + text + "]}";
        pointer = "/a/1" + pointer;
    }
    EXPECT_EQ(refused(R"({"a": 1, "\u0061": 2})").rule(), "answer.duplicate");
}

TEST(Structure, RefusesNumbersThatReadersDisagreeAbout) {
    for (const std::string number : {"9007199254740993", "-9007199254740993", "9223372036854775807",
                                     "18446744073709551615", "18446744073709551616", "1e16", "1e308"})
        EXPECT_EQ(refused("{\"a\": [" + number + "]}").rule(), "answer.number") << number;
    for (const std::string number : {"1e309", "1e400", "-1e400", "NaN", "nan", "Infinity", "-Infinity"})
        EXPECT_EQ(refused("{\"a\": [" + number + "]}").rule(), "answer.number") << number;
    for (const std::string number : {"9007199254740992", "-9007199254740992", "9007199254740991.0"})
        EXPECT_EQ(refused("{\"a\": [" + number + "]}").rule(), "nothing") << number;
}

TEST(Structure, HasLimits) {
    const auto nested = [](std::size_t depth) {
        return "{\"a\": " + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    EXPECT_EQ(refused(nested(32)).rule(), "nothing");
    EXPECT_EQ(refused(nested(33)).rule(), "answer.depth");
    EXPECT_EQ(refused("so: " + nested(32)).rule(), "nothing");
    EXPECT_EQ(refused("so: " + nested(33)).rule(), "answer.depth");
    EXPECT_THAT(refused("so: " + nested(33)).why(), HasSubstr("The answer is nested deeper than 32 levels"));

    const auto many = [](std::size_t values) {
        std::string text = "{\"a\": [0";
        for (std::size_t n = 3; n < values; ++n) text += ",0";
        return text + "]}";
    };
    EXPECT_EQ(refused(many(100'000)).rule(), "nothing");
    EXPECT_EQ(refused(many(100'001)).rule(), "answer.size");

    const std::string text = "{\"a\": \"" + std::string((4U << 20U) - 9, 'x') + "\"}";
    EXPECT_EQ(refused(text).rule(), "nothing");
    EXPECT_EQ(refused(text + " ").rule(), "answer.size");
}

TEST(Structure, IsText) {
    const std::string texts[] = {std::string("{\"a\": \"\0\"}", 10), "{\"a\": \"\xff\"}", "{\"a\": \"\x1b\"}",
                                 "{\"a\": \"\xe2\x80\xae\"}",        "\xc3{\"a\": 1}",    "{} \xed\xa0\x80"};
    for (const std::string& text : texts)
        EXPECT_EQ(refused(text).rule(), "answer.text") << testing::PrintToString(text);
}

// Whatever stands in the text, the outcome is an object or a refusal that a model can be told.
TEST(Structure, OfAnyTextIsAnObjectOrARefusal) {
    static constexpr std::string_view pieces[] = {
        "{",  "}",   "[",    "]",    "\"", ",",    ":", "'",   "\\", "//",      "/*",       "*/",     "#",
        "\n", "```", "“",    "”",    "„",  "True", "1", "-",   ".",  "<think>", "</think>", "\"a\":", "null",
        " ",  "x",   "\xff", "\x01", "é",  "…",    "e", "\\u", "(",  ")",       "NaN",      "\"b\""};
    std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::size_t objects = 0, refusals = 0;
    for (int n = 0; n < 20'000; ++n) {
        std::string text = R"(So: {"a": [1, {"b": "c"}], "d": null} and on.)";
        for (std::size_t changes = 1 + below(4); changes > 0; --changes)
            text.replace(below(text.size()), below(4), pieces[below(std::size(pieces))]);
        try {
            ASSERT_TRUE(structure_in(text, "plan").value.is_object()) << text;
            ++objects;
        } catch (const Error& error) {
            ASSERT_EQ(error.exit(), Exit::rejected) << text;
            ASSERT_THAT(error.rule(), testing::StartsWith("answer.")) << text;
            ++refusals;
        }
    }
    EXPECT_GT(objects, 1000U);
    EXPECT_GT(refusals, 1000U);
}

// 4 MiB of anything. What takes the square of that doesn't end before the test's timeout.
TEST(Structure, OfAHostileTextIsReadInLinearTime) {
    const auto repeated = [](const std::string& begin, const std::string& piece,
                             const std::string& end = "") {
        std::string out = begin;
        while (out.size() + piece.size() + end.size() <= (4U << 20U)) out += piece;
        return out + end;
    };
    const std::string texts[] = {
        repeated("", "["),
        repeated("", "{"),
        repeated("x", "["),
        repeated("x", "{"),
        repeated("x", "{ "),
        repeated("x", "{a"),
        repeated("x", "[1"),
        repeated("x", "[ "),
        repeated("{", "/*"),
        repeated("x", "{/*"),
        repeated("x", "{//"),
        repeated("", "<think>"),
        repeated("", "<"),
        repeated("", "`"),
        repeated("", "```\n"),
        repeated("{", "\n"),
        repeated("{\"", "\\\""),
        repeated("{\"a\":", "1"),
        repeated("{\"a\":", "t"),
        repeated("{", "„"),
        repeated("{\"a\":[", "„a“,"),
        repeated("{\"a\":[", "1,"),
        repeated("{\"a\":[", "1,", "]}"),
        repeated("{\"a\":[", "[],", "]}"),
        repeated("x{\"a\":[", "True,#\n", "]}"),
        repeated("", "\n"),
        repeated("x ", "}"),
        repeated("x {a} ", "] "),
        repeated("\"", "{"),
        // A long key above many short ones: whoever makes a pointer for each pays for their product.
        repeated("{\"" + std::string(2U << 20U, 'k') + "\":[", "[],", "0]}"),
    };
    for (const std::string& text : texts)
        EXPECT_THAT(refused(text).rule(), testing::StartsWith("answer.")) << text.substr(0, 20);
}

}  // namespace
}  // namespace aibuild
