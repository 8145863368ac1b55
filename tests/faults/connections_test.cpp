// Rows 1 to 27 of the fault table: connections that fail, fall silent, break or speak no proper HTTP.

#include "rows.h"

namespace aibuild {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;

const std::string comment = ": still here\n\n";

auto attempts(int n) {
    return [n](OpenAiSettings& with) { with.attempts = n; };
}
auto first_byte(std::chrono::milliseconds limit) {
    return [limit](OpenAiSettings& with) { with.first_byte_timeout = limit; };
}
auto idle(std::chrono::milliseconds limit) {
    return [limit](OpenAiSettings& with) { with.idle_timeout = limit; };
}
auto total(std::chrono::milliseconds limit) {
    return [limit](OpenAiSettings& with) { with.total_timeout = limit; };
}
auto body_of(std::size_t limit) {
    return [limit](OpenAiSettings& with) { with.max_body = limit; };
}

// A stream whose body has a chunk of the text and then nothing more.
std::string begun() {
    return head("200 OK", "text/event-stream", chunked) + chunk(delta("some"));
}

std::string of_length(std::string_view body, std::size_t length, std::string_view type) {
    return head("200 OK", type, "Content-Length: " + std::to_string(length) + "\r\n") + std::string(body);
}

std::vector<Row> silent() {
    const std::string json = whole(good_json());
    return {
        {"Row02_NeverAnswers", each(answer({silence})), "provider.first-byte-timeout", 3, 450ms,
         first_byte(150ms)},
        {"Row02_ThenAnswers", {answer({silence}), good()}, "complete", 2, 200ms, first_byte(200ms)},
        {"Row03_HeadersThenSilence", each(answer({send(head()), silence})), "provider.idle-timeout", 3, 450ms,
         first_byte(150ms)},
        {"Row04_OneEventThenSilence", each(answer({send(head() + delta("some")), silence})),
         "provider.idle-timeout", 2, 300ms, idle(150ms)},
        {"Row04_ThenAnswers",
         {answer({send(head() + delta("other")), silence}), good()},
         "complete",
         2,
         150ms,
         idle(150ms)},
        {"Row05_CommentsForEver", each(answer({send(head()), send_always(comment, 0.01)})),
         "provider.idle-timeout", 3, 450ms, first_byte(150ms)},
        {"Row05_CommentsForEverAfterAnEvent",
         each(answer({send(head() + delta("some")), send_always(comment, 0.01)})), "provider.idle-timeout", 2,
         300ms, idle(150ms)},
        {"Row06_DripsAndProgresses", each(answer({send(head()), drip(good_stream, 0.0005)})), "complete", 1,
         0ms, idle(500ms)},
        {"Row06_DripsTooSlowly", each(answer({send(head() + delta("some")), drip(delta(" text"), 0.05)})),
         "provider.idle-timeout", 2, 300ms, idle(150ms)},
        {"Row06_DripsForTooLong", each(answer({send(head()), send_always(delta("x"), 0.01)})),
         "provider.total-timeout", 1, 300ms, total(300ms)},
        {"A15_AllOfItUnderComments",
         each(answer({send(head()), send_always(comment + comment + delta("x"), 0.01)})),
         "provider.total-timeout", 1, 300ms, total(300ms)},
        {"A15_AllOfItUnderADrip", each(answer({send(head()), drip(comment + std::string(999, ':'), 0.01)})),
         "provider.total-timeout", 1, 300ms, total(300ms)},
        {"Row06_DripsItsHead", each(answer({drip(head(), 0.05)})), "provider.first-byte-timeout", 3, 450ms,
         first_byte(150ms)},
        {"Row06_DripsJson", each(answer({send(json.substr(0, json.size() - 10)), drip("          ", 0.05)})),
         "provider.idle-timeout", 2, 300ms, idle(150ms)},
    };
}

std::vector<Row> broken() {
    const std::string json = good_json();
    const std::string half = json.substr(0, json.size() / 2);
    return {
        {"Row07_ChunkedAndHungUpOn", each(answer({send(begun()), fin})), "incomplete", 2},
        {"Row07_InTheMiddleOfAChunk", each(answer({send(begun() + "ff\r\ndata: {"), fin})), "incomplete", 2},
        {"Row07_JsonInTheMiddle",
         each(answer({send(head("200 OK", "application/json", chunked) + chunk(half)), fin})), "incomplete",
         2},
        {"Row07_ThenAnswers", {answer({send(begun()), fin}), good()}, "complete", 2},
        {"Row08_ChunkedAndReset", each(answer({send(begun()), {{"wait", 0.05}}, reset})), "incomplete", 2},
        {"Row09_ContentLengthTooLong",
         each(answer({send(of_length(delta("some"), 999, "text/event-stream"))})), "incomplete", 2},
        {"Row09_ContentLengthTooLongForJson", each(answer({send(of_length(half, 999, "application/json"))})),
         "incomplete", 2},
        {"Row10_ContentLengthTooShort",
         each(answer({send(of_length(json, json.size() - 9, "application/json"))})), "incomplete", 2},
        {"Row10_ContentLengthTooShortForAStream",
         each(answer({send(of_length(good_stream, 150, "text/event-stream"))})), "incomplete", 2},
        {"Row11_ClosedWithoutAReason", each(answer({send(head() + delta("some"))})), "incomplete", 2},
        {"Row11_JsonClosedInTheMiddle", each(answer({send(head("200 OK", "application/json") + half)})),
         "incomplete", 2},
        {"Row12_ResetBeforeTheHead", each(answer({reset})), "provider.connection", 3},
        {"Row12_ThenAnswers", {answer({reset}), good()}, "complete", 2},
        {"Row13_ClosedBeforeTheHead", each(answer({fin})), "provider.connection", 3},
        {"Row13_ThenAnswers", {answer({fin}), answer({fin}), good()}, "complete", 3},
    };
}

std::vector<Row> no_http() {
    std::string hints;
    for (int i = 0; i < 200; ++i) hints += "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    const std::string wrong = "Content-Length: 5\r\n";
    const std::string right = "Content-Length: " + std::to_string(good_json().size()) + "\r\n";
    const auto twice = [](const std::string& lengths) {
        return each(answer({send(head("200 OK", "application/json", lengths) + good_json())}));
    };
    return {
        {"Row14_GarbageInPlaceOfAStatus", each(answer({send("SSH-2.0-not-http\r\n\r\n")})),
         "provider.protocol"},
        {"Row15_ABadChunkSize",
         each(answer({send(head("200 OK", "text/event-stream", chunked) + "zz\r\nx")})), "provider.protocol",
         2},
        {"Row15_ABadChunkSizeAfterAnEvent", each(answer({send(begun() + "zz\r\nx")})), "provider.protocol",
         2},
        {"Row15_ThenAnswers", {answer({send(begun() + "zz\r\nx")}), good()}, "complete", 2},
        {"Row16_AHeaderOf400kB",
         each(answer(
             {send("HTTP/1.1 200 OK\r\nX: "), send_times(std::string(1000, 'x'), 400), send("\r\n\r\n")})),
         "provider.protocol", 1, 0ms, attempts(3), false, "header", "memory"},
        {"Row17_20000Headers",
         each(answer(
             {send("HTTP/1.1 200 OK\r\n"), send_times("X-Header: some text\r\n", 20'000), send("\r\n")})),
         "provider.protocol", 1, 0ms, attempts(3), false, "header"},
        {"Row18_200InformationalAnswers", each(answer({send(hints + head() + good_stream)})), "complete"},
        {"Row18_InformationalAnswersForEver",
         each(answer({send_always("HTTP/1.1 103 Early Hints\r\n\r\n", 0.01)})), "provider.first-byte-timeout",
         3, 450ms, first_byte(150ms)},
        {"Row19_AGzipBomb",
         each(answer({send(head("200 OK", "application/json", "Content-Encoding: gzip\r\n")),
                      {{"zip", 50'000'000}}})),
         "provider.too-large", 1, 0ms, body_of(40'000)},
        {"Row19_AGzipBombWithinTheLimit",
         each(answer({send(head("200 OK", "application/json", "Content-Encoding: gzip\r\n")),
                      {{"zip", 50'000'000}}})),
         "provider.protocol", 1, 0ms, body_of(60'000)},
        {"Row20_ABogusEncoding",
         each(answer({send(head("200 OK", "application/json", "Content-Encoding: bogus\r\n") + "\x01\x02")})),
         "provider.protocol"},
        {"Row21_AStreamWithoutEnd", each(answer({send(head()), send_always(comment + delta("more"))})),
         "provider.too-large", 1, 0ms, body_of(500'000)},
        {"Row21_JsonWithoutEnd",
         each(answer(
             {send(head("200 OK", "application/json") + "{\"choices\":\""), send_always("xxxxxxxxxxxx")})),
         "provider.too-large", 1, 0ms, body_of(500'000)},
        {"Row21_AnEventWithoutEnd",
         each(answer({send(head() + "data: "), send_always(std::string(4096, 'x'))})), "provider.too-large"},
        {"Row22_TwoContentLengths", twice(wrong + right), "provider.protocol"},
        {"Row22_TwoContentLengthsTheWrongLast", twice(right + wrong), "provider.protocol"},
        {"Row22_TheSameContentLengthTwice", twice(right + right), "complete"},
        {"Row24_TooLargeBeforeTheBodyIsRead",
         each({{{"read", "head"}}, send(whole(R"({"error":"too large"})", "413 Payload Too Large")), fin}),
         "provider.request-too-large"},
    };
}

std::vector<Row> redirects() {
    std::vector<Row> out;
    for (const char* status : {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"}) {
        out.push_back(
            {"Row26_ToAFile" + std::string(status, 3),
             each(answer({send(whole("", status, "text/plain", "Location: file:///etc/passwd\r\n"))})),
             "provider.redirect", 1, 0ms, attempts(3), false, "file:///etc/passwd"});
        out.push_back(
            {"Row27_ToItself" + std::string(status, 3),
             each(answer(
                 {send(whole("", status, "text/plain", "Location: /v1/chat/completions\r\n")), again})),
             "provider.redirect"});
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(Silent, TableB, testing::ValuesIn(silent()), name_of_row);
INSTANTIATE_TEST_SUITE_P(Broken, TableB, testing::ValuesIn(broken()), name_of_row);
INSTANTIATE_TEST_SUITE_P(NoHttp, TableB, testing::ValuesIn(no_http()), name_of_row);
INSTANTIATE_TEST_SUITE_P(Redirect, TableB, testing::ValuesIn(redirects()), name_of_row);

}  // namespace
}  // namespace aibuild
