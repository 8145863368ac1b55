// Rows 36 to 50 of the fault table: what is in a stream's events.

#include "rows.h"

namespace aibuild {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;

boost::json::array streams(const std::string& body) {
    return each(answer({send(head() + body)}));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

std::vector<Row> ends() {
    const std::string error = event(R"({"error":{"message":"the model crashed","code":500}})");
    const std::string pieces = delta("some") + delta(" ") + delta("text");
    const std::string line_ends = good_stream;
    return {
        {"Row36_AnErrorFirst", streams(error), "provider.failed"},
        {"Row36_AnErrorInTheMiddle", streams(delta("some") + error), "provider.failed"},
        {"Row36_AnErrorAfterTheReason", streams(pieces + finish() + error + done), "provider.failed"},
        {"Row36_AnErrorOfOpenRouter",
         streams(delta("some") +
                 event(R"({"error":{"code":"server_error","message":"x"},"choices":[{"index":0,)"
                       R"("delta":{"content":""},"finish_reason":"error"}]})")),
         "provider.failed"},
        {"Row37_AnEmptyChunkThenTheEnd", streams(delta("some") + delta("")), "incomplete", 2},
        {"Row37_OnlyAnEmptyChunk", streams(delta("")), "incomplete", 2},
        {"Row38_DoneWithoutAReason", streams(pieces + done), "incomplete", 2},
        {.name = "Row38_AReasonWithoutDone",
         .connections = streams(pieces + finish()),
         .expected = "complete",
         .warns = "never ended its stream with [DONE]"},
        {.name = "Row38_AReasonWithoutDoneThenSilence",
         .connections = each(answer({send(head() + pieces + finish()), silence})),
         .expected = "complete",
         .clock = 150ms,
         .change = [](OpenAiSettings& with) { with.idle_timeout = 150ms; },
         .warns = "never ended its stream with [DONE]"},
        {.name = "Row40_DoneAndGarbage",
         .connections = streams(pieces + finish() + event("[DONE]garbage")),
         .expected = "complete",
         .warns = "[DONE]garbage in place of [DONE]"},
        {.name = "Row40_DoneAndTheKey",
         .connections = streams(pieces + finish() + event("[DONE]" + key)),
         .expected = "complete",
         .warns = "[DONE][the key] in place of [DONE]"},
        {"Row40_DoneWithoutASpace", streams(pieces + finish() + "data:[DONE]\n\n"), "complete"},
        {"Row40_DoneEndedByCrLf", streams(pieces + finish() + "data: [DONE]\r\n\r\n"), "complete"},
        {"Row42_AByteOrderMark", streams("\xef\xbb\xbf" + good_stream), "complete"},
        {"Row42_OnlyCr", streams(replaced(good_stream, "\n", "\r")), "complete"},
        {"Row42_CrLf", streams(replaced(good_stream, "\n", "\r\n")), "complete"},
        {.name = "Row42_NoBlankLineAfterDone",
         .connections = streams(pieces + finish() + "data: [DONE]"),
         .expected = "complete",
         .warns = "never ended its stream with [DONE]"},
        {"Row42_NoBlankLineAfterTheReason", streams(pieces + finish().substr(0, finish().size() - 1)),
         "incomplete", 2},
        {"Row43_DataThatIsNoJson", streams(delta("some") + event("{oops")), "provider.protocol"},
        {"Row43_DataThatIsAComment", streams(event(": OPENROUTER PROCESSING") + good_stream),
         "provider.protocol"},
        {"Row43_EmptyData", streams("data:\n\ndata: \n\n" + good_stream), "complete"},
    };
}

std::vector<Row> texts() {
    const auto content = [](std::string_view json) {
        return streams(choice(R"({"index":0,"delta":{"content":)" + std::string(json) + "}}") + good_stream);
    };
    const auto other = [](std::string_view index) {
        return choice(R"({"index":)" + std::string(index) +
                      R"(,"delta":{"content":"other"},"finish_reason":"length"})");
    };
    const std::string umlaut = delta("gr\xc3\xbc\xc3\x9f") + finish() + done;
    const std::size_t in_umlaut = umlaut.find("\xbc");
    Steps split =
        answer({send(head("200 OK", "text/event-stream", chunked) + chunk(umlaut.substr(0, in_umlaut))),
                {{"wait", 0.05}},
                send(chunk(umlaut.substr(in_umlaut)) + chunk(""))});
    return {
        {.name = "Row41_Utf8SplitAcrossChunks",
         .connections = each(split),
         .expected = "complete",
         .says = "gr\xc3\xbc\xc3\x9f"},
        {"Row41_Utf8SplitAcrossEvents",
         streams(choice("{\"index\":0,\"delta\":{\"content\":\"gr\xc3\"}}") +
                 choice("{\"index\":0,\"delta\":{\"content\":\"\xbc\"}}") + finish()),
         "provider.protocol"},
        {"Row41_InvalidUtf8", streams(choice("{\"index\":0,\"delta\":{\"content\":\"\xff\xfe\"}}")),
         "provider.protocol"},
        {"Row44_AnotherIndex", streams(other("1") + good_stream), "complete"},
        {"Row44_TwoChoices",
         streams(event(R"({"choices":[{"index":1,"delta":{"content":"other"}},)"
                       R"({"index":0,"delta":{"content":"some text"},"finish_reason":"stop"}]})") +
                 done),
         "complete"},
        {"Row44_ANegativeIndex", streams(other("-1") + good_stream), "complete"},
        {"Row44_AHugeIndex", streams(other("1000000000") + good_stream), "complete"},
        {"Row44_AnIndexThatIsNoNumber", streams(other("\"0\"") + good_stream), "complete"},
        {"Row45_Null", content("null"), "complete"},
        {"Row45_ANumber", content("7"), "provider.protocol"},
        {"Row45_AnArray", content(R"(["x"])"), "provider.protocol"},
        {"Row45_AnObject", content(R"({"text":"x"})"), "provider.protocol"},
        {"Row48_ARefusal",
         streams(choice(R"({"index":0,"delta":{"refusal":"I can't help."}})") + finish() + done), "refused",
         1, 0ms, [](OpenAiSettings&) {}, false, "I can't help."},
        {"Row48_ARefusalInJson",
         each(answer({send(whole(R"({"choices":[{"index":0,"message":{"content":null,)"
                                 R"("refusal":"I can't help."},"finish_reason":"stop"}]})"))})),
         "refused", 1, 0ms, [](OpenAiSettings&) {}, false, "I can't help."},
        {"Row48_AContentFilter", streams(delta("some") + finish("content_filter")), "filtered"},
        {"Row48_Length", streams(delta("some") + finish("length")), "cut"},
        {"Row48_LengthInJson", each(answer({send(whole(good_json("length")))})), "cut"},
        {"Row49_OnlyThoughts",
         streams(choice(R"({"index":0,"delta":{"content":null,"reasoning_content":"{\"a\": 1}"}})") +
                 finish()),
         "provider.empty", 2, 0ms, [](OpenAiSettings&) {}, true, "only thought"},
        {"A02_AnEmptyReason", streams(delta("some") + finish("")), "incomplete", 2},
        {"A02_AnUnknownReason", streams(delta("some") + finish("because")), "incomplete"},
        {"A02_ToolCalls", streams(delta("some") + finish("tool_calls")), "incomplete"},
        {"A05_FieldsThatMeanNothing",
         streams(": comment\nevent: x\nid: 1\nretry: 10\nunknown: y\nno colon\n" + good_stream), "complete"},
        {"A05_ALineOfMoreThan1MiB",
         each(answer(
             {send(head() + ": "), send_times(std::string(1024, 'x'), 1025), send("\n" + good_stream)})),
         "provider.too-large"},
        {"A05_AnEventOfMoreThan8MiB",
         each(answer({send(head()), send_times("data: " + std::string(1018, 'x') + "\n", (8 << 10) + 99)})),
         "provider.too-large"},
        {"A06_NoChoicesFirstMiddleAndLast",
         streams(event(R"({"choices":[]})") + delta("some ") + event(R"({"choices":[]})") + delta("text") +
                 finish() + event(R"({"choices":[],"usage":{"prompt_tokens":7}})") + done),
         "complete"},
    };
}

INSTANTIATE_TEST_SUITE_P(Ends, TableB, testing::ValuesIn(ends()), name_of_row);
INSTANTIATE_TEST_SUITE_P(Texts, TableB, testing::ValuesIn(texts()), name_of_row);

// Tokens, as servers count them and do not.
struct Count {
    const char* name;
    const char* usage;
    std::optional<std::int64_t> input, output;
    bool rejected = false;
};

class Counts : public testing::TestWithParam<Count> {};

TEST_P(Counts, Holds) {
    const FaultServer server(streams(delta(good_text) + finish() + event(GetParam().usage) + done));
    const Came came = come_of(settings(server), file_request());
    EXPECT_EQ(came.to, "complete");  // it was paid for, whatever is said of it
    EXPECT_EQ(came.response.usage.input_tokens, GetParam().input);
    EXPECT_EQ(came.response.usage.output_tokens, GetParam().output);
    ASSERT_EQ(came.response.warnings.size(), GetParam().rejected ? 1U : 0U);
    if (GetParam().rejected) {
        EXPECT_THAT(came.response.warnings[0], testing::HasSubstr("none of them is used"));
    }
}

const Count counts[] = {
    {"Row50_Absent", R"({"choices":[]})", {}, {}},
    {"Row50_Null", R"({"choices":[],"usage":null})", {}, {}},
    {"Row50_NoneOfThem", R"({"usage":{}})", {}, {}},
    {"Row50_Negative", R"({"usage":{"prompt_tokens":-7,"completion_tokens":5}})", {}, {}, true},
    {"Row50_TwoTo63",
     R"({"usage":{"prompt_tokens":9223372036854775808,"completion_tokens":5}})",
     {},
     {},
     true},
    {"Row50_OneLessThanTwoTo63",
     R"({"usage":{"prompt_tokens":7,"completion_tokens":9223372036854775807}})",
     {},
     {},
     true},
    {"Row50_AString", R"({"usage":{"prompt_tokens":"7","completion_tokens":5}})", {}, {}, true},
    {"Row50_AFraction", R"({"usage":{"prompt_tokens":7.5,"completion_tokens":5}})", {}, {}, true},
    {"Row50_NegativeOfTheCache",
     R"({"usage":{"prompt_tokens":7,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":-1}}})",
     {},
     {},
     true},
    {"A26_Both", R"({"usage":{"prompt_tokens":7,"completion_tokens":5}})", 7, 5},
};

INSTANTIATE_TEST_SUITE_P(TableB, Counts, testing::ValuesIn(counts),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace aibuild
