#include "tool/inference/responses.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <functional>
#include <sstream>

#include "ninja-gen/error.h"
#include "tool/inference/sse.h"

namespace aibuild {
namespace {

using testing::HasSubstr;
using testing::Not;

Request plan_request() {
    Request request;
    request.stage = "plan";
    request.model = "some-model";
    request.messages = {{"system", "You plan."}, {"user", "A tool"}};
    request.schema = boost::json::parse(R"({"type":"object"})");
    request.limits.max_output_tokens = 100;
    return request;
}

Request file_request() {
    Request request = plan_request();
    request.schema = nullptr;
    return request;
}

Error error_of(const std::function<void(Answer&)>& use) {
    const Request request = file_request();
    ResponsesAnswer answer(request);
    try {
        use(answer);
    } catch (const Error& error) {
        return error;
    }
    return {Exit::ok, "none", "", "", ""};
}

TEST(ResponsesBody, IsThisAndNothingElse) {
    EXPECT_EQ(
        responses_body(plan_request(), {}),
        R"({"model":"some-model","instructions":"You plan.","input":[{"role":"user","content":"A tool"}],)"
        R"("stream":true,"store":false,"max_output_tokens":100,"text":{"format":{"type":"json_schema",)"
        R"("name":"plan","schema":{"type":"object"},"strict":true}}})");
}

TEST(ResponsesBody, SpeaksSimplerDialects) {
    EXPECT_THAT(responses_body(plan_request(), {Format::json_schema}), HasSubstr(R"("strict":false)"));
    EXPECT_THAT(responses_body(plan_request(), {Format::json_object}),
                HasSubstr(R"("text":{"format":{"type":"json_object"}})"));
    EXPECT_THAT(responses_body(plan_request(), {Format::text}), Not(HasSubstr("\"text\"")));
    EXPECT_THAT(responses_body(file_request(), {}), Not(HasSubstr("\"text\"")));
}

Response after(const std::string& last, const std::string& type = "response.completed",
               const std::string& delta = "int x;") {
    const Request request = file_request();
    ResponsesAnswer answer(request);
    if (!delta.empty())
        answer.add_event(R"({"type":"response.output_text.delta","delta":")" + delta + R"("})");
    if (!last.empty()) answer.add_event(R"({"type":")" + type + R"(","response":)" + last + "}");
    return answer.response();
}

TEST(ResponsesAnswer, OnlyCompletedIsComplete) {
    EXPECT_EQ(after(R"({"status":"completed"})").outcome, Outcome::complete);
    EXPECT_EQ(after("").outcome, Outcome::incomplete);
    EXPECT_EQ(after(R"({"status":"in_progress"})", "response.in_progress").outcome, Outcome::incomplete);
    EXPECT_EQ(after(R"({"status":"cancelled"})", "response.incomplete").outcome, Outcome::incomplete);
    EXPECT_EQ(after(R"({"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}})",
                    "response.incomplete")
                  .outcome,
              Outcome::cut);
    EXPECT_EQ(after(R"({"status":"incomplete","incomplete_details":{"reason":"content_filter"}})",
                    "response.incomplete")
                  .outcome,
              Outcome::filtered);
    EXPECT_EQ(after(R"({"status":"incomplete"})", "response.incomplete").outcome, Outcome::incomplete);
}

TEST(ResponsesAnswer, NeedsAText) {
    const Request request = file_request();
    ResponsesAnswer answer(request);
    answer.add_event(R"({"type":"response.reasoning_summary_text.delta","delta":"hm"})");
    answer.add_event(R"({"type":"response.completed","response":{"status":"completed"}})");
    EXPECT_TRUE(answer.empty());
    EXPECT_TRUE(answer.thought());
    EXPECT_TRUE(answer.done());
}

TEST(ResponsesAnswer, KnowsProgress) {
    const Request request = file_request();
    ResponsesAnswer answer(request);
    EXPECT_FALSE(
        answer.add_event(R"({"type":"response.created","response":{"status":"in_progress","model":"m"}})"));
    EXPECT_FALSE(answer.add_event(R"({"type":"response.output_text.delta","delta":""})"));
    EXPECT_FALSE(answer.add_event(R"({"type":"response.something.new"})"));
    EXPECT_TRUE(answer.add_event(R"({"type":"response.output_text.delta","delta":"x"})"));
    // What the events before it said is not said twice.
    EXPECT_FALSE(answer.add_event(R"({"type":"response.output_text.done","text":"x"})"));
    EXPECT_FALSE(answer.finished());
    EXPECT_TRUE(answer.add_event(R"({"type":"response.completed","response":{"status":"completed"}})"));
    EXPECT_EQ(answer.response().text, "x");
    EXPECT_EQ(answer.response().model, "m");
}

TEST(ResponsesAnswer, TheEndMayBringTheTextThatNoEventBrought) {
    const std::string end =
        R"({"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"all"}]}]})";
    EXPECT_EQ(after(end, "response.completed", "").text, "all");
    EXPECT_EQ(after(end, "response.completed", "piece").text, "piece");
}

TEST(ResponsesAnswer, ARefusalSaysHow) {
    const Request request = file_request();
    ResponsesAnswer answer(request);
    answer.add_event(R"({"type":"response.refusal.delta","delta":"I can't."})");
    answer.add_event(R"({"type":"response.completed","response":{"status":"completed"}})");
    EXPECT_EQ(answer.response().outcome, Outcome::refused);
    EXPECT_EQ(answer.response().text, "I can't.");
}

TEST(ResponsesAnswer, AnErrorIsOneInEachOfItsForms) {
    for (
        const char* data :
        {R"({"type":"error","code":"server_error","message":"overloaded"})",
         R"({"type":"error","error":{"message":"overloaded"}})",
         R"({"type":"response.failed","response":{"status":"failed","error":{"code":"x","message":"overloaded"}}})"}) {
        const Error error = error_of([&](Answer& answer) { answer.add_event(data); });
        EXPECT_EQ(error.rule(), "provider.failed") << data;
        EXPECT_THAT(error.why(), HasSubstr("overloaded"));
    }
}

TEST(ResponsesAnswer, RefusesWhatIsNoAnswer) {
    for (const char* data : {"{", "[1]", R"({"type":"response.output_text.delta","delta":7})",
                             R"({"type":"response.completed"})"}) {
        EXPECT_EQ(error_of([&](Answer& answer) { answer.add_event(data); }).rule(), "provider.protocol")
            << data;
    }
}

TEST(ResponsesAnswer, AWholeBodyIsWalked) {
    const Request request = file_request();
    ResponsesAnswer answer(request);
    answer.add_whole(
        R"({"status":"completed","model":"resolved","error":null,"output":[{"type":"reasoning","content":[{"type":"output_text",)"
        R"("text":"no"}]},{"type":"message","content":[{"type":"output_text","text":"int "},{"type":"output_text",)"
        R"("text":"x;"}]}],"usage":{"input_tokens":7,"output_tokens":2,"input_tokens_details":{"cached_tokens":3}}})");
    EXPECT_TRUE(answer.done());
    const Response response = answer.response();
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_EQ(response.text, "int x;");
    EXPECT_EQ(response.model, "resolved");
    EXPECT_EQ(response.usage.input_tokens, 7);
    EXPECT_EQ(response.usage.output_tokens, 2);
    EXPECT_EQ(response.usage.cached_tokens, 3);
}

TEST(ResponsesAnswer, OfAUsageThatCannotBeNothingIsTaken) {
    for (const char* count : {"-1", "9223372036854775808", "\"7\"", "null", "1.5", "{}"}) {
        const std::string number = count;
        const Response response =
            after(R"({"status":"completed","usage":{"output_tokens":3,"input_tokens":)" + number +
                  R"(,"input_tokens_details":{"cached_tokens":)" + number + "}}}");
        EXPECT_EQ(response.outcome, Outcome::complete) << count;
        EXPECT_EQ(response.usage.input_tokens, std::nullopt) << count;
        EXPECT_EQ(response.usage.cached_tokens, std::nullopt) << count;
        const bool unknown = number == "null";
        EXPECT_EQ(response.usage.output_tokens, unknown ? std::optional<std::int64_t>(3) : std::nullopt)
            << count;
        EXPECT_EQ(response.warnings.size(), unknown ? 0U : 1U) << count;
    }
}

// What a real server sent, in pieces of several sizes.
TEST(ResponsesRecorded, AStream) {
    std::ifstream file(AIBUILD_SOURCE_DIR "/tests/data/wire/llama-server-responses-stream.http",
                       std::ios::binary);
    std::ostringstream read;
    read << file.rdbuf();
    const std::string whole = read.str();
    const std::string body = whole.substr(whole.find("\r\n\r\n") + 4);
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, body.size()}) {
        const Request request = file_request();
        ResponsesAnswer answer(request);
        SseDecoder decoder;
        for (std::size_t at = 0; at < body.size(); at += size) {
            decoder.feed(std::string_view(body).substr(at, size),
                         [&](std::string_view data) { answer.add_event(data); });
        }
        EXPECT_TRUE(answer.done());
        const Response response = answer.response();
        EXPECT_EQ(response.outcome, Outcome::complete);
        EXPECT_TRUE(response.text.starts_with("odge Lists Regener clinics nonprofit")) << response.text;
        EXPECT_TRUE(response.text.ends_with("ikh Shinra exposing")) << response.text;
        EXPECT_EQ(response.text.size(), 249U);
        EXPECT_EQ(response.model, "tiny.gguf");
        EXPECT_EQ(response.usage.input_tokens, 30);
        EXPECT_EQ(response.usage.output_tokens, 40);
        EXPECT_EQ(response.usage.cached_tokens, 29);
    }
}

}  // namespace
}  // namespace aibuild
