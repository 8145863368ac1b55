#include "tool/inference/chat.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>
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
    request.subject = "plan";
    request.model = "some-model";
    request.messages = {{"system", "You plan."}, {"user", "A \"tool\"\n"}};
    request.schema = boost::json::parse(R"({"type":"object","properties":{"b":{},"a":{}}})");
    request.limits.max_output_tokens = 100;
    return request;
}

Request file_request() {
    Request request = plan_request();
    request.stage = "file";
    request.schema = nullptr;
    return request;
}

template <typename Call>
std::string rule_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.rule();
    }
    return "";
}

TEST(ChatBody, IsThisAndNothingElse) {
    EXPECT_EQ(
        chat_body(plan_request(), {}),
        R"({"model":"some-model","messages":[{"role":"system","content":"You plan."},)"
        R"({"role":"user","content":"A \"tool\"\n"}],"stream":true,"stream_options":{"include_usage":true},)"
        R"("max_completion_tokens":100,"response_format":{"type":"json_schema","json_schema":{"name":"plan",)"
        R"("schema":{"type":"object","properties":{"b":{},"a":{}}},"strict":true}}})");
    EXPECT_EQ(chat_body(plan_request(), {}), chat_body(plan_request(), {}));
}

TEST(ChatBody, WantsNoFormatForPlainText) {
    EXPECT_THAT(chat_body(file_request(), {}), Not(HasSubstr("response_format")));
}

TEST(ChatBody, SpeaksSimplerDialects) {
    Dialect dialect;
    dialect.format = Format::json_schema;
    EXPECT_THAT(chat_body(plan_request(), dialect), HasSubstr(R"("type":"json_schema")"));
    EXPECT_THAT(chat_body(plan_request(), dialect), Not(HasSubstr("strict")));
    dialect.format = Format::json_object;
    EXPECT_THAT(chat_body(plan_request(), dialect), HasSubstr(R"("response_format":{"type":"json_object"})"));
    dialect = {Dialect::Format::text, false, false};
    const std::string body = chat_body(plan_request(), dialect);
    EXPECT_THAT(body, Not(HasSubstr("response_format")));
    EXPECT_THAT(body, Not(HasSubstr("max_completion_tokens")));
    EXPECT_THAT(body, HasSubstr(R"("max_tokens":100)"));
    EXPECT_THAT(body, Not(HasSubstr("stream_options")));
}

TEST(Simpler, LeavesOutWhatTheServerNames) {
    const auto after = [](const std::string& message, const Dialect& dialect = {}) {
        return simpler(dialect, {message, "", "", ""}, plan_request());
    };
    EXPECT_EQ(after("Unknown name response_format").format, Format::json_schema);
    EXPECT_EQ(after("Unknown name response_format", {Format::json_schema}).format, Format::json_object);
    EXPECT_EQ(after("Invalid parameter: text.format").format, Format::json_schema);
    EXPECT_EQ(after("'response_format.type' must be 'json_schema' or 'text'", {Dialect::Format::json_object})
                  .format,
              Dialect::Format::text);
    EXPECT_EQ(after("JSON schema conversion failed").format, Format::json_schema);
    EXPECT_FALSE(after("Unrecognized argument: max_completion_tokens").max_completion_tokens);
    EXPECT_FALSE(simpler({}, {"Extra inputs are not permitted", "", "", "stream_options"}, plan_request())
                     .stream_options);
    EXPECT_EQ(after("temperature is out of range"), Dialect{});
    // Nothing is left to leave out: the same again would fail the same way.
    EXPECT_EQ(after("response_format", {Dialect::Format::text}), (Dialect{Dialect::Format::text}));
    EXPECT_EQ(simpler({}, {"response_format", "", "", ""}, file_request()), Dialect{});
}

TEST(Rungs, GoDownOneByOne) {
    EXPECT_EQ(next(Format::json_schema_strict), Format::json_schema);
    EXPECT_EQ(next(Format::json_schema), Format::json_object);
    EXPECT_EQ(next(Format::json_object), Format::text);
    EXPECT_EQ(next(Format::text), Format::text);
    const Rungs without_object = {Format::json_schema_strict, Format::json_schema, Format::text};
    EXPECT_EQ(next(Format::json_schema, without_object), Format::text);
    EXPECT_EQ(without_schema(Format::json_schema_strict), Format::json_object);
    EXPECT_EQ(without_schema(Format::json_schema_strict, without_object), Format::text);
    EXPECT_EQ(without_schema(Format::json_object), Format::text);
}

TEST(NamesThePath, AndNotTheModel) {
    EXPECT_TRUE(names_the_path(404, {"File Not Found", "not_found_error", "404", ""}));
    EXPECT_TRUE(names_the_path(405, {"Method Not Allowed", "", "", ""}));
    EXPECT_FALSE(names_the_path(404, {"The model `x` does not exist", "", "model_not_found", ""}));
    EXPECT_FALSE(names_the_path(404, {"no", "", "DeploymentNotFound", ""}));
    EXPECT_FALSE(names_the_path(400, {"File Not Found", "", "", ""}));
}

TEST(ChatAnswer, AccumulatesDeltas) {
    const Request request = file_request();
    ChatAnswer answer(request);
    EXPECT_FALSE(answer.add_event(R"({"choices":[]})"));
    EXPECT_FALSE(
        answer.add_event(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]})"));
    EXPECT_TRUE(answer.add_event(R"({"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]})"));
    EXPECT_TRUE(
        answer.add_event(R"({"model":"resolved","choices":[{"index":0,"delta":{"content":"int "}}]})"));
    EXPECT_FALSE(answer.add_event(""));
    EXPECT_FALSE(
        answer.add_event(R"({"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"length"}]})"));
    EXPECT_FALSE(answer.add_event(
        R"({"choices":[{"index":-1,"delta":{"content":"no"}},{"index":1000000000,"delta":{"content":"no"}}]})"));
    EXPECT_TRUE(answer.add_event(R"({"choices":[{"delta":{"content":"x;"},"finish_reason":""}]})"));
    EXPECT_FALSE(answer.finished());
    EXPECT_TRUE(answer.add_event(R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"));
    EXPECT_TRUE(answer.add_event(R"({"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}})"));
    EXPECT_FALSE(answer.done());
    EXPECT_FALSE(answer.add_event("[DONE]"));
    EXPECT_TRUE(answer.done());
    EXPECT_FALSE(answer.add_event("not even JSON"));
    const Response response = answer.response();
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_EQ(response.text, "int x;");
    EXPECT_EQ(response.model, "resolved");
    EXPECT_EQ(response.usage.input_tokens, 7);
    EXPECT_EQ(response.usage.output_tokens, 2);
}

Response after(std::string_view finish, std::string_view delta = R"({"content":"x"})") {
    const Request request = file_request();
    ChatAnswer answer(request);
    answer.add_event(R"({"choices":[{"index":0,"delta":)" + std::string(delta) + R"(,"finish_reason":)" +
                     std::string(finish) + "}]}");
    answer.add_event("[DONE]");
    return answer.response();
}

TEST(ChatAnswer, OnlyStopIsComplete) {
    EXPECT_EQ(after(R"("stop")").outcome, Outcome::complete);
    for (const char* finish : {R"("length")", R"("tool_calls")", R"("error")", R"("")", "null", "1"}) {
        EXPECT_EQ(after(finish).outcome,
                  std::string_view(finish) == R"("length")" ? Outcome::cut : Outcome::incomplete)
            << finish;
    }
    EXPECT_EQ(after(R"("content_filter")").outcome, Outcome::filtered);
}

TEST(ChatAnswer, ARefusalSaysHow) {
    const Response response = after(R"("stop")", R"({"refusal":"I can't."})");
    EXPECT_EQ(response.outcome, Outcome::refused);
    EXPECT_EQ(response.text, "I can't.");
}

TEST(ChatAnswer, AnErrorInTheStreamIsOne) {
    const Request request = file_request();
    for (const char* data : {R"({"error":{"message":"overloaded"}})", R"({"error":"overloaded"})",
                             R"({"choices":[],"error":{"message":"overloaded","code":502}})"}) {
        ChatAnswer answer(request);
        answer.add_event(R"({"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]})");
        try {
            answer.add_event(data);
            ADD_FAILURE() << data;
        } catch (const Error& error) {
            EXPECT_EQ(error.rule(), "provider.failed");
            EXPECT_THAT(error.why(), HasSubstr("overloaded"));
        }
    }
    ChatAnswer answer(request);
    EXPECT_TRUE(answer.add_event(R"({"error":null,"choices":[{"delta":{"content":"x"}}]})"));
}

TEST(ChatAnswer, RefusesWhatIsNoAnswer) {
    const Request request = file_request();
    for (const char* data :
         {"{", "[1]", "7", ": OPENROUTER PROCESSING", R"({"choices":[1]})",
          R"({"choices":[{"delta":{"content":7}}]})", R"({"choices":[{"delta":{"content":["x"]}}]})",
          "{\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}"}) {
        ChatAnswer answer(request);
        EXPECT_EQ(rule_of([&] { answer.add_event(data); }), "provider.protocol") << data;
    }
    ChatAnswer answer(request);
    EXPECT_EQ(rule_of([&] { answer.add_whole("<html>log in</html>"); }), "provider.protocol");
}

TEST(ChatAnswer, OfAUsageThatCannotBeNothingIsTaken) {
    const Request request = file_request();
    for (const char* count :
         {"-1", "18446744073709551615", "9223372036854775807", "\"7\"", "null", "1.5", "{}"}) {
        ChatAnswer answer(request);
        answer.add_event(R"({"choices":[],"usage":{"completion_tokens":3,"prompt_tokens":)" +
                         std::string(count) + "}}");
        EXPECT_EQ(answer.response().usage.input_tokens, std::nullopt) << count;
        const bool unknown = std::string_view(count) == "null";
        EXPECT_EQ(answer.response().usage.output_tokens,
                  unknown ? std::optional<std::int64_t>(3) : std::nullopt)
            << count;
        EXPECT_EQ(answer.response().warnings.size(), unknown ? 0U : 1U) << count;
    }
}

TEST(ChatAnswer, BoundsTheText) {
    Request request = file_request();
    request.limits.max_bytes = 5;
    ChatAnswer answer(request);
    answer.add_event(R"({"choices":[{"delta":{"content":"12345"}}]})");
    EXPECT_FALSE(answer.over());
    answer.add_event(R"({"choices":[{"delta":{"content":"6"},"finish_reason":"stop"}]})");
    EXPECT_TRUE(answer.over());
    EXPECT_EQ(answer.response().outcome, Outcome::cut);
    EXPECT_EQ(answer.response().text, "12345");
}

TEST(ChatAnswer, SeesWhiteSpaceWithoutEnd) {
    const std::string blanks(ChatAnswer::max_blank_run + 1, ' ');
    const auto flooded = [](const Request& request, const std::string& text) {
        ChatAnswer answer(request);
        answer.add_whole(R"({"choices":[{"message":{"content":")" + text + R"("},"finish_reason":"stop"}]})");
        return answer.flooded();
    };
    EXPECT_TRUE(flooded(plan_request(), R"({\"a\": )" + blanks));
    EXPECT_TRUE(flooded(plan_request(), R"({\"a\\\\\": \"\",)" + blanks));
    EXPECT_FALSE(flooded(plan_request(), R"({\"a\": \")" + blanks + R"(\"})"));
    EXPECT_FALSE(flooded(plan_request(), R"({\"a\": \"\\\")" + blanks + R"(\"})"));
    EXPECT_FALSE(flooded(plan_request(), blanks.substr(1) + "{" + blanks.substr(1)));
    EXPECT_FALSE(flooded(file_request(), blanks));
}

// What a real server sent.

std::string recorded_body(const std::string& name) {
    std::ifstream file(AIBUILD_SOURCE_DIR "/tests/data/wire/llama-server-" + name + ".http",
                       std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const std::string whole = text.str();
    return whole.substr(whole.find("\r\n\r\n") + 4);
}

Response streamed(const std::string& name) {
    const Request request = plan_request();
    ChatAnswer answer(request);
    SseDecoder decoder;
    decoder.feed(recorded_body(name), [&](std::string_view data) { answer.add_event(data); });
    EXPECT_TRUE(answer.done());
    return answer.response();
}

TEST(Recorded, AStream) {
    const Response response = streamed("chat-stream");
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_EQ(response.text, R"({ "name":"/ kbCorn QCo","kind":"library"})");
    EXPECT_EQ(response.model, "tiny.gguf");
    EXPECT_EQ(response.usage.input_tokens, 30);
    EXPECT_EQ(response.usage.output_tokens, 18);
    EXPECT_EQ(response.usage.cached_tokens, 29);
}

TEST(Recorded, AStreamCutByItsLength) {
    const Response response = streamed("chat-length");
    EXPECT_EQ(response.outcome, Outcome::cut);
    EXPECT_EQ(response.text, R"({ "name":"/ kb)");
    EXPECT_EQ(response.usage.input_tokens, std::nullopt);
}

TEST(Recorded, AWholeAnswer) {
    const Request request = plan_request();
    ChatAnswer answer(request);
    answer.add_whole(recorded_body("chat-whole"));
    EXPECT_EQ(answer.response().outcome, Outcome::complete);
    EXPECT_EQ(answer.response().text, R"({ "name":"/ kbCorn QCo","kind":"library"})");
    EXPECT_EQ(answer.response().usage.output_tokens, 18);
}

TEST(Recorded, ASchemaThatTheServerCannotCompile) {
    EXPECT_EQ(simpler({}, server_error(recorded_body("bad-schema")), plan_request()).format,
              Format::json_schema);
}

TEST(ChatAnswer, AWholeBodyWithoutItsEndIsAnAnswerWithoutOne) {
    const Request request = file_request();
    for (const char* body : {"", "{", R"({"choices":[{"message":{"content":"x"},"finish_reason":"stop"}])"}) {
        ChatAnswer answer(request);
        answer.add_whole(body);
        EXPECT_FALSE(answer.finished()) << body;
        EXPECT_EQ(answer.response().outcome, Outcome::incomplete) << body;
    }
}

}  // namespace
}  // namespace aibuild
