#include <gtest/gtest.h>

#include "tool/inference/chat.h"

namespace aibuild {
namespace {

struct Shape {
    const char* who;
    const char* body;
    const char* message;
    const char* type = "";
    const char* code = "";
};

class ServerErrors : public testing::TestWithParam<Shape> {};

TEST_P(ServerErrors, AreUnderstood) {
    const ServerError error = server_error(GetParam().body);
    EXPECT_EQ(error.message, GetParam().message);
    EXPECT_EQ(error.type, GetParam().type);
    EXPECT_EQ(error.code, GetParam().code);
}

const Shape shapes[] = {
    {"OpenAI", R"({"error":{"message":"m","type":"t","param":null,"code":"c"}})", "m", "t", "c"},
    {"OpenRouter", R"({"error":{"code":402,"message":"m","metadata":{}}})", "m", "", "402"},
    {"Anthropic", R"({"type":"error","error":{"type":"overloaded_error","message":"m"},"request_id":"r"})",
     "m", "overloaded_error", ""},
    {"OlderVllm", R"({"object":"error","message":"m","type":"t","param":null,"code":400})", "m", "t", "400"},
    {"LmStudio", R"({"error":"'response_format.type' must be 'json_schema' or 'text'"})",
     "'response_format.type' must be 'json_schema' or 'text'"},
    {"Ray", R"({"detail":"m"})", "m"},
    {"FastApi",
     R"({"detail":[{"loc":["body","stream"],"msg":"Extra inputs are not permitted","type":"extra"}]})",
     "Extra inputs are not permitted [\"body\",\"stream\"]"},
    {"Gemini", R"([{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}])", "m", "", "400"},
    {"Gateway", R"({"message":"m"})", "m"},
    {"Cloudflare", R"({"success":false,"errors":[{"code":7003,"message":"m"}]})", "m", "", "7003"},
    {"SeveralErrors", R"({"errors":["a","b"]})", "a; b"},
    {"OAuth", R"({"error":"invalid_token","error_description":"m"})", "m", "", "invalid_token"},
    {"ProblemDetails", R"({"type":"about:blank","title":"Bad","status":400,"detail":"m"})", "m",
     "about:blank"},
    {"UnknownJson", R"({"status":"sad"})", R"({"status":"sad"})"},
    {"ProxyPage", "\n<!DOCTYPE html><html><HEAD><Title>502 Bad Gateway</title></head><body>...</body></html>",
     "an HTML page, \"502 Bad Gateway\""},
    {"PageWithoutTitle", "<html><body>no</body></html>", "an HTML page"},
    {"Text", "upstream\n connect   error\r\n", "upstream connect error"},
    {"Nothing", "", ""},
    {"OnlySpace", " \r\n", ""},
};

INSTANTIATE_TEST_SUITE_P(Shapes, ServerErrors, testing::ValuesIn(shapes),
                         [](const auto& row) { return std::string(row.param.who); });

TEST(ServerErrors, NamesTheParameter) {
    EXPECT_EQ(server_error(R"({"error":{"message":"m","param":"max_completion_tokens"}})").param,
              "max_completion_tokens");
}

TEST(ServerErrors, IsCutBetweenCharacters) {
    std::string text = "x";
    while (text.size() < 2000) text += "\xc3\xa9";
    const std::string message = server_error(text).message;
    EXPECT_EQ(message, text.substr(0, 501) + "...");
}

}  // namespace
}  // namespace aibuild
