#include "tool/prompting/structure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

#include "ninja-gen/json.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

namespace bj = boost::json;

using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Error refused(const std::string& text) {
    return thrown([&] { structure_in(text, "plan"); });
}

// What a text becomes: a value with its repairs, or the rule that refuses it.
struct Case {
    std::string shape, text, verdict;  // JSON, or a rule
    Repairs repairs = {};
};

void expect(const Case& each) {
    SCOPED_TRACE(each.shape + ": " + each.text);
    if (each.verdict.starts_with("answer.")) {
        const Error error = refused(each.text);
        EXPECT_EQ(error.rule(), each.verdict) << error.why();
        EXPECT_EQ(error.exit(), Exit::rejected);
        EXPECT_THAT(error.place(), testing::StartsWith("the model's plan"));
        return;
    }
    EXPECT_EQ(refused(each.text).rule(), "nothing") << refused(each.text).why();
    if (refused(each.text).rule() != "nothing") return;
    const StructureAnswer read = structure_in(each.text, "plan");
    EXPECT_EQ(bj::serialize(read.value), bj::serialize(bj::parse(each.verdict)));
    EXPECT_EQ(read.repairs, each.repairs);
}

const std::string fence = "a Markdown fence", around = "text around the JSON";

// The shapes in which weak models were seen to fail, numbered.
TEST(Structure, OfEveryShapeInWhichModelsFail) {
    const std::string one = R"({"a": 1})";
    const Case cases[] = {
        {"1 a fence", "```json\n{\"a\": 1}\n```", one, {fence}},
        {"1", "```json\n{\"a\": 1}\n```\n", one, {fence}},
        {"2 a bare fence", "```\n{\"a\": 1}\n```", one, {fence}},
        {"2 four backticks, then three", "````json\n{\"a\": 1}\n```", one, {fence}},
        {"2 only the end of a fence", "{\"a\": 1}\n```", one, {fence}},
        {"2 only the beginning", "```json\n{\"a\": 1}", one, {fence}},
        {"2 in one line", "```{\"a\": 1}```", one, {fence}},
        {"2 nothing inside", "```json\n```", "answer.empty"},
        {"3 backticks in a string", R"({"a": "```sh\nninja\n```"})", R"({"a": "```sh\nninja\n```"})"},
        {"3", "```json\n{\"a\": \"```\\n}\\n```\"}\n```", R"({"a": "```\n}\n```"})", {fence}},
        {"4 prose before and after", "Here:\n{\"a\": 1}\nIt closes with } and ], see [1].", one, {around}},
        {"4 prose with braces", "Fill {NAME} in [this] form: {\"a\": 1}", one, {around}},
        {"4 prose with a bracket left open", "Open with { first.\n\n{\"a\": 1}", "answer.json"},
        {"5 several fences", "```bash\necho ${HOME}\n```\n\n```json\n{\"a\": 1}\n```\nDone.", one, {around}},
        {"5 several with an object", "```bash\ncurl -d '{\"b\": 2}'\n```\n\n```json\n{\"a\": 1}\n```",
         "answer.ambiguous"},
        {"6 two objects", "{\"a\": 1}\n{\"b\": 2}", "answer.ambiguous"},
        {"6 an object, then an array", "{\"a\": 1}\n[1, 2]", "answer.ambiguous"},
        {"6 an object, then an array of objects", "{\"a\": 1} [{\"b\": 2}]", "answer.ambiguous"},
        {"6 an array, then an object", "[1, 2] {\"a\": 1}", "answer.ambiguous"},
        {"6 an object in a comment", "{\"a\": 1} // or {\"a\": 2}", "answer.ambiguous"},
        {"6 the second is broken", "{\"a\": 1} {b: 2", "answer.ambiguous"},
        {"6 the first is broken", "{b: 2} {\"a\": 1}", "answer.json"},
        {"7 a trailing comma", "{\"a\": 1,}", one, {"a trailing comma"}},
        {"7 several",
         "{\"a\": [1, 2, ], \"b\": {\"c\": 1,\n},}",
         R"({"a": [1, 2], "b": {"c": 1}})",
         {"3 trailing commas"}},
        {"7 two in a row", "{\"a\": [1,,]}", "answer.json"},
        {"7 and nothing else", "{,}", "answer.json"},
        {"8 comments", "{ // one\n \"a\": /* two } */ 1 # three\n}", one, {"3 comments"}},
        {"8 none in a string", R"({"a": "/* x */ // y # z"})", R"({"a": "/* x */ // y # z"})"},
        {"8 an invented token", "{\"a\": 1, COMMENT}", "answer.json"},
        {"9 single quotes", "{'a': 1}", "answer.json"},
        {"9 in a value", "{\"a\": 'x'}", "answer.json"},
        {"9 typographic quotes",
         "{“a”: “x \\n y”, ”b”: „c“}",
         R"({"a": "x \n y", "b": "c"})",
         {"4 strings in typographic quotes"}},
        {"9 typographic quotes as content", "{\"a\": \"“x” isn’t\"}", "{\"a\": \"“x” isn’t\"}"},
        {"9 it is not clear which one ends it", "{“a”: “say \"x\"”}", "answer.json"},
        {"9", "{\"k\": [“a\", \"b”]}", "answer.json"},
        {"9 nested", "{“a”: “say “x” twice”}", "answer.json"},
        {"9 single typographic ones", "{‘a’: 1}", "answer.json"},
        {"10 an unquoted key", "{a: 1}", "answer.json"},
        {"10 an unquoted value", "{\"a\": x}", "answer.json"},
        {"10", "{\"a\": null_value}", "answer.json"},
        {"11 Python's literals",
         "{\"a\": [True, False, None]}",
         R"({"a": [true, false, null]})",
         {"3 Python literals"}},
        {"11 not in a string", R"({"a": "True"})", R"({"a": "True"})"},
        {"11 not in other capitals", "{\"a\": TRUE}", "answer.json"},
        {"12 a quotation mark in a string", R"({"a": "lorem "ipsum" sic"})", "answer.json"},
        {"12", R"({"a": "x"y"})", "answer.json"},
        {"12", R"({"a": "x", y", "b": 1})", "answer.json"},
        {"13 a line break in a string", "{\"a\": \"x\ny\"}", "answer.json"},
        {"13 a tab in a string", "{\"a\": \"x\ty\"}", "answer.json"},
        {"14 cut in a string", "{\"a\": \"x", "answer.incomplete"},
        {"14 cut in an object", "{\"a\": 1, \"b\"", "answer.incomplete"},
        {"14 cut behind prose, in a fence", "Here:\n```json\n{\"a\": 1,\n```", "answer.incomplete"},
        {"15 an ellipsis", "{\"a\": [1, 2, ...]}", "answer.json"},
        {"15", "{\"a\": 1, …}", "answer.json"},
        {"15", "{...}", "answer.json"},
        {"16 one bracket more", "{\"a\": 1}}", "answer.json"},
        {"16", "{\"a\": {\"b\": 1}}, \"c\": 2}", "answer.json"},
        {"16", "{{\"a\": 1}}", "answer.json"},
        {"16", "{\"a\": [1]]}", "answer.json"},
        {"16 one bracket less", "{\"a\": [1, 2}", "answer.json"},
        {"16", "{\"a\": {\"b\": 1}", "answer.incomplete"},
        {"17 a key twice", R"({"a": 1, "a": 2})", "answer.duplicate"},
        {"17 behind a repair", R"({"a": 1, "b": {"c": 1, "c": 1,}})", "answer.duplicate"},
        {"18 an array", R"([{"a": 1}])", "answer.json"},
        {"18 behind prose", "Here: [{\"a\": 1}]", "answer.json"},
        {"18 an object where an array belongs is for the schema", R"({"a": {}})", R"({"a": {}})"},
        {"19 JSON in a string", R"("{\"a\": 1}")", "answer.json"},
        {"19 without its quotation marks", R"({\"a\": 1})", "answer.json"},
        {"19 as a value it is a string", R"({"a": "{\"b\": 1}"})", R"({"a": "{\"b\": 1}"})"},
        {"20 a number in a string is for the schema", R"({"a": "12,111"})", R"({"a": "12,111"})"},
        {"20 a fraction", "{\"a\": 1/5}", "answer.json"},
        {"20 thousands", "{\"a\": 12,111}", "answer.json"},
        {"21 thinking", "<think>{\"b\": 2}\n</think>\n{\"a\": 1}", one, {"a <think> block"}},
        {"21 in itself", "<think>a <think>{}</think> {}</think>{\"a\": 1}", one, {"a <think> block"}},
        {"21 without an end", "<think>{\"a\": 1}", "answer.think"},
        {"21 without a beginning", "It needs one key.\n</think>\n{\"a\": 1}", one, {around}},
        {"21 later on", "{\"a\": 1}\n<think>or {\"a\": 2}?</think>", "answer.ambiguous"},
        {"22 nothing, because it all was reasoning", "", "answer.empty"},
        {"23 white space without end", "{\"a\": " + std::string(5000, '\n'), "answer.incomplete"},
        {"23", std::string(5000, ' '), "answer.empty"},
        {"24 a tuple", "{\"a\": (1, 2)}", "answer.json"},
        {"24", "({\"a\": 1}, {\"b\": 2})", "answer.ambiguous"},
        {"25 nothing", "\n", "answer.empty"},
        {"26 the schema", R"({"$schema": "http://json-schema.org/draft-07/schema#"})", "answer.schema"},
        {"26", R"({"type": "object", "properties": {"a": {"type": "integer"}}})", "answer.schema"},
        {"27 a refusal", "I'm sorry, but I can't help with that.", "answer.prose"},
        {"28 a bold answer", "Answer: **True**", "answer.prose"},
    };
    for (const Case& each : cases) expect(each);
}

TEST(Structure, WithoutRepairsIsUntouched) {
    const StructureAnswer read = structure_in("\n {\"a\": [1, \"\\u00e9\"]}\n\n", "plan");
    EXPECT_EQ(bj::serialize(read.value), "{\"a\":[1,\"é\"]}");
    EXPECT_THAT(read.repairs, IsEmpty());
}

TEST(Structure, TellsItsRepairsInTheirOrder) {
    EXPECT_THAT(structure_in("\xef\xbb\xbf<think>x</think>```\n{“a”: True, // x\n}\n```", "plan").repairs,
                ElementsAre("a byte order mark", "a <think> block", "a Markdown fence", "a comment",
                            "a trailing comma", "a Python literal", "a string in typographic quotes"));
}

TEST(Structure, SaysWhereAndWhat) {
    const struct {
        std::string text, place, why;
    } cases[] = {
        {"{\n\"a\": 'x'}", ":2", "Found 'x'} where a value belongs. Strings stand in double quotes"},
        {"{\n\n a: 1}", ":3", "Found a: 1} where a key in double quotes or } belongs."},
        {"{\"a\": x}", ":1", "Text stands in double quotes"},
        {"\n<think>\n\n</think>\n{\"a\": \"b\" \"c\": 1}", ":5", "or a comma is missing"},
        {"{\"a\" 1}", ":1", "where a colon belongs"},
        {"{\"a\": 1,\n\"b\": (1, 2)}", ":2", "no tuples"},
        {"{\"a\": [\n1, ...]}", ":2", "ellipsis"},
        {"Here:\n\n{\"a\": [1,\n2}", ":4", "The [ of line 3 is closed by }"},
        {"{\"a\": 1}\n}", ":2", "Found } behind the end of the object"},
        {R"({\"a\": 1})", ":1", "not once more inside of a string"},
        {R"("{\"a\": 1}")", ":1", "encoded twice"},
        {"{\"a\":\n \"it\\'s\"}", ":2", "is no escape that JSON has"},
        {"{\"a\": \"x\ny\"}", ":1", "a raw line break; in JSON it is written \\n"},
        {"{\n\"a\": [1,\n2", ":2", "ends before the [ of this line is closed"},
        {"{\n\"a\": \"x", ":2", "ends inside of the string that begins in this line"},
        {"{\"a\": 1}\n\n{\"b\": 2}", ":3", "A second JSON object"},
        {"x\n{\"a\":\n NaN}", ":3", "NaN is no number"},
        {"{\"a\":\n {\"b\": 1, \"b\": 2}}", ":2 (/a/b)", "twice"},
        {"```json\n{\"a\":\n {\"b\": 1, \"b\": 2}}\n```", ":3 (/a/b)", "twice"},
        {"{\"a\": [0, 9007199254740993]}", " (/a/1)", "2^53"},
        {"{ /* x\n\n */ \"a\": 1,\n\"b\": 2, \"b\": 3}", ":4 (/b)", "twice"},
        {"{\n\"a\": \"\xff\"}", ":2", "not UTF-8"},
        {"No.", ":1", "It reads: No."},
    };
    for (const auto& each : cases) {
        const Error error = refused(each.text);
        EXPECT_EQ(error.place(), "the model's plan" + each.place) << each.text;
        EXPECT_THAT(error.why(), HasSubstr(each.why)) << each.text;
    }
    EXPECT_THAT(refused(std::string(100000, 'x')).why().size(), testing::Lt(1000U));
    EXPECT_THAT(refused("{\"a\": " + std::string(100000, 'x') + "}").why().size(), testing::Lt(200U));
}

// A model that was cut off must never be taken at half its word.
TEST(Structure, OfEveryBeginningIsIncomplete) {
    EXPECT_EQ(refused("{\"a\": 1} na\xc3").rule(), "answer.incomplete") << "cut behind the object";
    const std::string whole =
        R"({"näme": "a \"b\" \\ \u00e9 \n ]}", "n": [-1, 0.5, 1e-5, 12],
  "t": [true, false, null, {}, [], {"x": {"y": [[]]}}], "🍎": ""})";
    EXPECT_EQ(refused(whole).rule(), "nothing") << refused(whole).why();
    for (const std::string frame : {"", "```json\n", "Here it is: ", "<think>{}</think>"}) {
        for (std::size_t length = 1; length < whole.size(); ++length) {
            EXPECT_EQ(refused(frame + whole.substr(0, length)).rule(), "answer.incomplete")
                << frame << whole.substr(0, length);
        }
    }
}

bj::value random_value(std::mt19937& random, int depth) {
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const auto text = [&] {
        static constexpr std::string_view pieces[] = {
            "a", "\"", "\\", "{", "}", "[", "]",    "```", "//",     "/*",       "\n", "é",  "“",
            "’", "🍎",  ",}", "#", ":", "'", "True", ",",   "\u2026", "</think>", " ",  "\t", "..."};
        std::string out;
        for (unsigned n = below(6); n > 0; --n) out += pieces[below(std::size(pieces))];
        return out;
    };
    switch (below(depth > 0 ? 8 : 6)) {
        case 0:
            return nullptr;
        case 1:
            return below(2) == 0;
        case 2:
            return static_cast<std::int64_t>(below(2000)) - 1000;
        case 3:
            return static_cast<double>(below(1000)) / 8;
        case 4:
        case 5:
            return bj::string(text());
        case 6: {
            bj::array out;
            for (unsigned n = below(4); n > 0; --n) out.push_back(random_value(random, depth - 1));
            return out;
        }
        default: {
            bj::object out;
            for (unsigned n = below(4); n > 0; --n)
                out.insert_or_assign(text(), random_value(random, depth - 1));
            return out;
        }
    }
}

// JSON as a careless writer leaves it: the same value with every fix that is allowed to be made.
std::string careless(const bj::value& value) {
    if (const auto* object = value.if_object()) {
        std::string out = "{ // an object }\n";
        for (const auto& member : *object)
            out += bj::serialize(member.key()) + " /* { */ : " + careless(member.value()) + ",";
        return out + "}";
    }
    if (const auto* array = value.if_array()) {
        std::string out = "[";
        for (const auto& element : *array) out += careless(element) + " # ]\n,";
        return out + "]";
    }
    if (value.is_bool()) return value.get_bool() ? "True" : "False";
    return value.is_null() ? "None" : bj::serialize(value);
}

TEST(Structure, IsTheSameInEveryFrame) {
    std::mt19937 random(20240229);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    for (int n = 0; n < 500; ++n) {
        bj::object object{{"k", random_value(random, 4)}, {"l", random_value(random, 4)}};
        const std::string plain = bj::serialize(object), pretty = json::pretty(object);
        const std::string texts[] = {
            plain,
            pretty,
            "\xef\xbb\xbf" + plain,
            "```json\n" + pretty + "```",
            "````\n" + pretty + "\n```\n",
            "<think>\n{\"not\": \"this\"}\n</think>\n" + plain,
            "Here is [the] object:\n\n" + plain + "\n\nIt ends with } or ].",
            "```sh\necho {a,b} ${HOME}\n```\n```json\n" + pretty + "```\n",
            careless(object),
            "So:\n" + careless(object) + "\nThat is all.",
        };
        for (const std::string& text : texts) {
            const Error error = refused(text);
            ASSERT_EQ(error.rule(), "nothing") << text << "\n" << error.what();
            ASSERT_EQ(bj::serialize(structure_in(text, "plan").value), plain) << text;
        }
    }
}

TEST(StructureOf, MustBeWhole) {
    Response response;
    response.text = "{\"a\": 1}";
    response.outcome = Outcome::complete;
    EXPECT_EQ(structure_of(response, "brief").value, bj::parse(response.text));
    response.text = "{";
    EXPECT_THAT(thrown([&] { structure_of(response, "brief"); }).place(), HasSubstr("the model's brief"));
    response.text = "{\"a\": 1}";
    for (const auto& [outcome, rule] :
         {std::pair{Outcome::incomplete, "answer.incomplete"}, std::pair{Outcome::cut, "answer.cut"},
          std::pair{Outcome::refused, "answer.refused"}, std::pair{Outcome::filtered, "answer.filtered"}}) {
        response.outcome = outcome;
        const Error error = thrown([&] { structure_of(response, "brief"); });
        EXPECT_EQ(error.rule(), rule);
        EXPECT_EQ(error.place(), "brief");
    }
}

}  // namespace
}  // namespace aibuild
