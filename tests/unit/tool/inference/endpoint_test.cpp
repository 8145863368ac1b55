#include "tool/inference/endpoint.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

using testing::HasSubstr;
using testing::Not;

OpenAiSettings to(std::string url, std::string key = "") {
    OpenAiSettings settings;
    settings.base_url = std::move(url);
    settings.key = std::move(key);
    return settings;
}

std::string rule_of(const OpenAiSettings& settings) {
    try {
        endpoint_of(settings);
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
        return error.rule();
    }
    return "";
}

TEST(Endpoint, AddsThePath) {
    EXPECT_EQ(endpoint_of(to("https://api.openai.com/v1")).url, "https://api.openai.com/v1/chat/completions");
    EXPECT_EQ(endpoint_of(to("http://127.0.0.1:8080/v1//")).url, "http://127.0.0.1:8080/v1/chat/completions");
    EXPECT_TRUE(endpoint_of(to("https://api.openai.com/v1")).https);
}

TEST(Endpoint, PlainHttpStaysOnThisMachine) {
    for (const char* url :
         {"http://localhost:1/v1", "http://127.0.0.1/v1", "http://127.9.9.9/v1", "http://[::1]:1/v1"}) {
        EXPECT_TRUE(endpoint_of(to(url)).loopback) << url;
    }
    for (const char* url :
         {"http://example.com/v1", "http://127.0.0.1.example.com/v1", "http://localhost.example.com",
          "http://128.0.0.1/v1", "http://[::2]/v1", "http://0.0.0.0/v1"}) {
        EXPECT_EQ(rule_of(to(url)), "provider.plain-http") << url;
    }
    EXPECT_FALSE(endpoint_of(to("https://example.com/v1")).loopback);
}

TEST(Endpoint, PlainHttpGoesFurtherOnlyWhereThePersonSaysSo) {
    OpenAiSettings settings = to("http://192.0.2.1:8080/v1");
    EXPECT_EQ(rule_of(settings), "provider.plain-http");
    settings.allow_http = true;
    EXPECT_EQ(endpoint_of(settings).url, "http://192.0.2.1:8080/v1/chat/completions");
    EXPECT_FALSE(endpoint_of(settings).loopback);
    settings.base_url = "ftp://192.0.2.1/v1";
    EXPECT_EQ(rule_of(settings), "provider.url");
}

TEST(Asked, NamesTheServerAndWhereItsUrlAndKeyAreSaid) {
    OpenAiSettings settings = to("https://example.com/v1", "sk-1");
    Asked asked = asked_of(settings, "https://example.com/v1/models", "m");
    EXPECT_EQ(asked.server, "The server");
    EXPECT_EQ(asked.url_place, "OPENAI_BASE_URL");
    EXPECT_EQ(asked.key_place, "OPENAI_API_KEY");
    EXPECT_TRUE(asked.with_key);
    settings.server = server_preset("azure");
    asked = asked_of(settings, "u", "m");
    EXPECT_EQ(asked.server, settings.server.title);
    EXPECT_EQ(asked.url_place, "AZURE_OPENAI_ENDPOINT");
    EXPECT_EQ(asked.key_place, "AZURE_OPENAI_API_KEY");
    settings.server = server_preset("ollama");
    asked = asked_of(settings, "u", "m");
    EXPECT_EQ(asked.url_place, "its base URL");
    EXPECT_THAT(asked.key_place, HasSubstr("in your settings"));
    settings.name = "work";
    settings.url_place = "here";
    settings.key_place = "there";
    asked = asked_of(settings, "u", "m");
    EXPECT_EQ(asked.server, "The server work");
    EXPECT_EQ(asked.url_place, "here");
    EXPECT_EQ(asked.key_place, "there");
}

TEST(Endpoint, RefusesWhatIsNoBaseUrl) {
    for (const char* url : {"", "/v1", "api.openai.com/v1", "ftp://example.com/v1", "file:///etc/passwd",
                            "https://example.com/v1?api-version=1", "https://example.com/v1#x",
                            "https://exa mple.com/v1", "https://example.com/v1\r\nx",
                            "https://user:secret@example.com/v1", "https://secret@example.com/v1"}) {
        EXPECT_EQ(rule_of(to(url)), "provider.url") << url;
    }
}

TEST(Endpoint, RefusesAKeyThatWouldBreakTheHeader) {
    EXPECT_EQ(rule_of(to("https://example.com/v1", "sk-1234")), "");
    for (const char* key : {"secret\n", "secret\r\nX: y", " secret", "secret\x01", "secret\xc3\xa9"}) {
        EXPECT_EQ(rule_of(to("https://example.com/v1", key)), "key.malformed") << key;
    }
}

TEST(Environment, GivesUrlAndKey) {
    setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1", 1);
    setenv("OPENAI_API_KEY", "sk-1", 1);
    EXPECT_EQ(openai_settings_from_environment().base_url, "http://127.0.0.1:1/v1");
    EXPECT_EQ(openai_settings_from_environment().key, "sk-1");
    setenv("OPENAI_BASE_URL", "", 1);
    unsetenv("OPENAI_API_KEY");
    EXPECT_EQ(openai_settings_from_environment().base_url, "https://api.openai.com/v1");
    EXPECT_EQ(openai_settings_from_environment().key, "");
    setenv("OPENAI_BASE_URL", "nonsense", 1);
    EXPECT_THROW(openai_settings_from_environment(), Error);
    unsetenv("OPENAI_BASE_URL");
}

}  // namespace
}  // namespace aibuild
