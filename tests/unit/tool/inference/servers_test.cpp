#include "tool/inference/servers.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "ninja-gen/error.h"
#include "tool/inference/endpoint.h"

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Sent {
    const char* server;
    const char* url;  // of the API that is tried first, for the model "a/b c"
    const char* models_url;
    const char* key_header;  // for the key "k"
    const char* body;
};

class Presets : public testing::TestWithParam<Sent> {};

Request plan_request() {
    Request request;
    request.stage = "plan";
    request.model = "a/b c";
    request.messages = {{"user", "x"}};
    request.schema = boost::json::object{{"type", "object"}};
    request.limits.max_output_tokens = 9;
    return request;
}

OpenAiSettings settings_of(const ServerPreset& server) {
    OpenAiSettings settings;
    settings.server = server;
    settings.base_url = server.base_url.empty() ? "https://mine.example/" : server.base_url;
    settings.key = "k";
    settings.headers = {{"X-Team", "tools"}};
    return settings;
}

TEST_P(Presets, SendThis) {
    const ServerPreset& server = server_preset(GetParam().server);
    const OpenAiSettings settings = settings_of(server);
    const Dialect dialect = server.dialect();
    EXPECT_EQ(endpoint_of(settings, dialect.api, "a/b c").url, GetParam().url);
    EXPECT_EQ(models_endpoint_of(settings).url, GetParam().models_url);
    EXPECT_THAT(headers_of(settings),
                ElementsAre("Content-Type: application/json", GetParam().key_header, "X-Team: tools"));
    EXPECT_EQ(body_of(plan_request(), dialect), GetParam().body);
}

#define CHAT(LIMIT)                                                                                           \
    R"({"model":"a/b c","messages":[{"role":"user","content":"x"}],"stream":true,)"                           \
    R"("stream_options":{"include_usage":true},")" LIMIT                                                      \
    R"(":9,"response_format":{"type":"json_schema","json_schema":{"name":"plan","schema":{"type":"object"},)" \
    R"("strict":true}}})"

const Sent all_presets[] = {
    {"openai", "https://api.openai.com/v1/responses", "https://api.openai.com/v1/models",
     "Authorization: Bearer k",
     R"({"model":"a/b c","input":[{"role":"user","content":"x"}],"stream":true,"store":false,"max_output_tokens":9,)"
     R"("text":{"format":{"type":"json_schema","name":"plan","schema":{"type":"object"},"strict":true}}})"},
    {"azure", "https://mine.example/openai/deployments/a%2Fb%20c/chat/completions?api-version=2024-10-21",
     "https://mine.example/openai/models?api-version=2024-10-21", "api-key: k",
     CHAT("max_completion_tokens")},
    {"ollama", "http://127.0.0.1:11434/v1/chat/completions", "http://127.0.0.1:11434/v1/models",
     "Authorization: Bearer k", CHAT("max_tokens")},
    {"llama.cpp", "http://127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080/v1/models",
     "Authorization: Bearer k", CHAT("max_completion_tokens")},
    {"vllm", "http://127.0.0.1:8000/v1/chat/completions", "http://127.0.0.1:8000/v1/models",
     "Authorization: Bearer k", CHAT("max_completion_tokens")},
    {"lm-studio", "http://127.0.0.1:1234/v1/chat/completions", "http://127.0.0.1:1234/v1/models",
     "Authorization: Bearer k", CHAT("max_tokens")},
    {"openrouter", "https://openrouter.ai/api/v1/chat/completions", "https://openrouter.ai/api/v1/models",
     "Authorization: Bearer k", CHAT("max_tokens")},
};

INSTANTIATE_TEST_SUITE_P(Servers, Presets, testing::ValuesIn(all_presets), [](const auto& row) {
    std::string name = row.param.server;
    for (char& c : name)
        if (c == '-' || c == '.') c = '_';
    return name;
});

TEST(ServerPresets, AreTheseAndNoOther) {
    EXPECT_EQ(server_presets().size(), std::size(all_presets));
    for (const ServerPreset& each : server_presets()) {
        EXPECT_FALSE(each.title.empty());
        EXPECT_FALSE(each.deviations.empty()) << each.name;
    }
}

TEST(ServerPresets, DifferInTheirLadders) {
    EXPECT_EQ(next(Format::json_schema, server_preset("lm-studio").rungs), Format::text);
    EXPECT_EQ(next(Format::json_schema, server_preset("vllm").rungs), Format::json_object);
    EXPECT_FALSE(server_preset("ollama").costs);
    EXPECT_TRUE(server_preset("openrouter").costs);
}

TEST(ServerPresets, SayWhatWasMeant) {
    try {
        server_preset("olama");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "provider.server");
        EXPECT_EQ(error.exit(), Exit::usage);
        EXPECT_THAT(error.fix(), HasSubstr("ollama"));
    }
    try {
        server_preset("something-else");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.fix(), HasSubstr("azure, llama.cpp, lm-studio, ollama, openai, openrouter, vllm"));
    }
}

TEST(ServerPresets, ReadTheirOwnVariables) {
    setenv("AZURE_OPENAI_ENDPOINT", "https://mine.example", 1);
    setenv("AZURE_OPENAI_API_KEY", "k", 1);
    setenv("AZURE_OPENAI_API_VERSION", "2025-04-01-preview", 1);
    const OpenAiSettings settings = openai_settings_for(server_preset("azure"));
    EXPECT_EQ(settings.key, "k");
    EXPECT_EQ(endpoint_of(settings, Api::responses, "m").url,
              "https://mine.example/openai/responses?api-version=2025-04-01-preview");
    unsetenv("AZURE_OPENAI_ENDPOINT");
    unsetenv("AZURE_OPENAI_API_KEY");
    unsetenv("AZURE_OPENAI_API_VERSION");
    try {
        openai_settings_for(server_preset("azure"));
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "provider.url");
        EXPECT_THAT(error.fix(), HasSubstr("AZURE_OPENAI_ENDPOINT"));
    }
}

const std::string good =
    R"({"schema":"aibuild.server/1","name":"x","title":"X","base_url":"","base_url_environment":"",)"
    R"("key_environment":"","key_header":"a","key_prefix":"","urls":{"chat":"c","responses":"r","models":"m"},)"
    R"("api_version":"","api_version_environment":"","apis":["chat"],"formats":["json_object","text"],)"
    R"("token_limit":"max_tokens","stream_options":true,"costs":false,"deviations":[]})";

TEST(ServerFile, IsReadStrictly) {
    const auto with = [](const std::string& old, const std::string& other) {
        std::string text = good;
        text.replace(text.find(old), old.size(), other);
        return text;
    };
    EXPECT_EQ(read_server_preset(good, "x.json").dialect(),
              (Dialect{Format::json_object, false, true, Api::chat}));
    for (const std::string& text :
         {with("\"title\"", "\"titel\""), with("/1\"", "/2\""), with("\"text\"]", "\"json_schema\"]"),
          with("[\"json_object\",\"text\"]", "[]"), with("[\"chat\"]", "[]"),
          with("[\"chat\"]", "[\"soap\"]"), with("[\"chat\"]", "7"), with("max_tokens", "tokens"),
          with("\"costs\":false", "\"costs\":0"), with("\"name\"", "\"more\":1,\"name\""),
          with("\"models\"", "\"model\""), with(":{\"chat\"", ":[],\"z\":{\"chat\"")}) {
        try {
            read_server_preset(text, "x.json");
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.rule(), "provider.server") << text;
            EXPECT_THAT(error.place(), HasSubstr("x.json"));
        }
    }
}

}  // namespace
}  // namespace aibuild
