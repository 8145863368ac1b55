#include "tool/inference/sse.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Events = std::vector<std::string>;

Events decode(std::string_view input, std::size_t chunk) {
    SseDecoder decoder;
    Events events;
    for (std::size_t i = 0; i < input.size(); i += chunk) {
        decoder.feed(input.substr(i, chunk), [&](std::string_view data) { events.emplace_back(data); });
    }
    return events;
}

Events decode(std::string_view input) {
    return decode(input, input.size());
}

TEST(Sse, EndsLinesInAllThreeWays) {
    EXPECT_THAT(decode("data: a\n\ndata: b\r\rdata: c\r\n\r\n"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(decode("data: a\r\n\ndata: b\r\n\r"), ElementsAre("a", "b"));
    EXPECT_THAT(decode("data: a\r\ndata: b\r\n\r\n"), ElementsAre("a\nb"));  // CRLF is one end, not two
}

TEST(Sse, TakesOneSpaceAfterTheColon) {
    EXPECT_THAT(decode("data:a\n\ndata:  b\n\ndata:\tc\n\n"), ElementsAre("a", " b", "\tc"));
}

TEST(Sse, JoinsDataLines) {
    EXPECT_THAT(decode("data: a\ndata\ndata: b\n\n"), ElementsAre("a\n\nb"));
}

TEST(Sse, IgnoresCommentsAndOtherFields) {
    EXPECT_THAT(decode(": still here\n\n:\n\nevent: x\nid: 1\nretry: 5\nnonsense\ndatax: y\ndata: a\n\n"),
                ElementsAre("a"));
    EXPECT_THAT(decode("event: x\n\n"), IsEmpty());
}

TEST(Sse, GivesEmptyDataAndDropsWhatIsNotEnded) {
    EXPECT_THAT(decode("data\n\ndata:\n\ndata: lost\n"), ElementsAre("", ""));
}

TEST(Sse, SkipsAByteOrderMarkOnlyAtTheStart) {
    EXPECT_THAT(decode("\xef\xbb\xbf"
                       "data: a\n\n\xef\xbb\xbf"
                       "data: b\n\n"),
                ElementsAre("a"));
}

TEST(Sse, EverySplitOfTheInputGivesTheSameEvents) {
    const std::string input =
        "\xef\xbb\xbf"
        "data: \xc3\xa9t\xc3\xa9\r\n\r\n: note\r\rdata:1\ndata: 2\r\n\nevent: e\rdata:  x\r\r\n\r\ndata\n\n"
        "data: [DONE]\r\n\r\ndata: pending";
    const Events whole = decode(input);
    ASSERT_THAT(whole, ElementsAre("\xc3\xa9t\xc3\xa9", "1\n2", " x", "", "[DONE]"));
    for (std::size_t chunk = 1; chunk < input.size(); ++chunk)
        EXPECT_EQ(decode(input, chunk), whole) << chunk;
    for (std::size_t first = 0; first <= input.size(); ++first) {
        for (std::size_t second = first; second <= input.size(); ++second) {
            SseDecoder decoder;
            Events events;
            const auto take = [&](std::string_view data) { events.emplace_back(data); };
            decoder.feed(input.substr(0, first), take);
            decoder.feed(input.substr(first, second - first), take);
            decoder.feed(input.substr(second), take);
            ASSERT_EQ(events, whole) << first << ' ' << second;
        }
    }
}

// What browsers are held to, by the names that the tests of the web platform give it (eventsource/format-*).
struct Vector {
    const char* name;
    std::string_view input;
    Events events;
};

using namespace std::string_view_literals;

const Vector vectors[] = {
    {"bom",
     "\xef\xbb\xbf"
     "data:a\n\n\xef\xbb\xbf"
     "data:b\n\ndata:c\n\n"sv,
     {"a", "c"}},
    {"bom_2",
     "\xef\xbb\xbf\xef\xbb\xbf"
     "data:a\n\ndata:b\n\n"sv,
     {"b"}},
    {"comments", "data:a\r:\0\n:\r\n:data:no\rdata:b\n:no\ndata:c\n\n"sv, {"a\nb\nc"}},
    {"data_before_final_empty_line", "retry:9\ndata:a\n\nid:x\ndata:b\n"sv, {"a"}},
    {"field_data", "data:\n\ndata\ndata\n\ndata:a\n\n"sv, {"", "\n", "a"}},
    {"field_event", "event:x\ndata:a\n\ndata:b\n\n"sv, {"a", "b"}},
    {"field_event_empty", "event:\ndata:a\n\n"sv, {"a"}},
    {"field_id", "id\nid: 1\ndata:a\n\nid:\ndata:b\n\n"sv, {"a", "b"}},
    {"field_id_null", "id: \0 1\ndata:a\n\n"sv, {"a"}},
    {"field_parsing",
     "data:\0\ndata:  b\rData:no\ndata\0:no\ndata:c\r\0data:no\nda-ta:no\rdata_no\n data:no\rdata:\r\ndata:d\n\n"sv,
     {std::string("\0\n b\nc\n\nd"sv)}},
    {"field_retry", "retry:3000\nretry:\nretry:1000x\nretry\ndata:a\n\n"sv, {"a"}},
    {"field_unknown", "data:a\n data\ndata\nx:y\nwords\n:comment\ndata:b\n\n"sv, {"a\n\nb"}},
    {"leading_space", "data:\ta\rdata: \ndata:b\n\n"sv, {"\ta\n\nb"}},
    {"newlines", "data:a\r\ndata\ndata:b\r\n\r"sv, {"a\n\nb"}},
    {"null_character", "data:\0\n\n\n\n"sv, {std::string("\0"sv)}},
    {"utf_8", "data:ok\xe2\x80\xa6\n\n"sv, {"ok\xe2\x80\xa6"}},
};

class WebPlatform : public testing::TestWithParam<Vector> {};

TEST_P(WebPlatform, IsTheSameForEverySplit) {
    for (std::size_t chunk = 1; chunk <= GetParam().input.size(); ++chunk)
        EXPECT_EQ(decode(GetParam().input, chunk), GetParam().events) << chunk;
}

INSTANTIATE_TEST_SUITE_P(Format, WebPlatform, testing::ValuesIn(vectors),
                         [](const auto& vector) { return std::string(vector.param.name); });

std::string rule_of(std::string_view input, std::size_t times) {
    SseDecoder decoder;
    try {
        for (std::size_t i = 0; i < times; ++i) decoder.feed(input, [](std::string_view) {});
    } catch (const Error& error) {
        return error.rule();
    }
    return "";
}

TEST(Sse, BoundsLinesAndEvents) {
    EXPECT_EQ(rule_of(std::string(SseDecoder::max_line, 'x'), 1), "");
    EXPECT_EQ(rule_of(std::string(SseDecoder::max_line / 4, 'x'), 5), "provider.too-large");
    const std::string line = "data: " + std::string(SseDecoder::max_line - 6, 'x') + "\n";
    EXPECT_EQ(rule_of(line, 8), "");
    EXPECT_EQ(rule_of(line, 9), "provider.too-large");
}

}  // namespace
}  // namespace aibuild
