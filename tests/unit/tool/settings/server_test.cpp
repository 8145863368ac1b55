#include "tool/settings/server.h"

#include <boost/json/parse.hpp>

#include "tests/support/thrown.h"

using namespace aibuild;

namespace {

Server parsed(const std::string& name, const std::string& text, bool personal = true) {
    const SettingsText source{"/c/config.json", "{\"servers\": {\"" + name + "\": " + text + "}}", "/c",
                              "/home/ann", personal};
    return read_server(source, name, boost::json::parse(text));
}

std::string rule(const std::string& text, const std::string& name = "work") {
    return test::thrown([&] { parsed(name, text); }).rule();
}

TEST(Server, HasAllThatItsFileSays) {
    const Server server = parsed("work", R"({"preset": "azure", "base_url": "https://w.example/openai/v1",
        "api": "chat", "key_environment": "WORK_KEY", "key_file": "~/k", "key_command": ["pass", "w"],
        "headers": {"X-Team": "tools"}, "model": ["a", "b"], "price_input": 1.5, "price_output": 6,
        "requests_per_minute": 20, "tokens_per_minute": 40000, "max_output_tokens": 8192, "context_tokens": 32768})");
    EXPECT_EQ(server.name, "work");
    EXPECT_EQ(server.place, "/c/config.json:1 (/servers/work)");
    EXPECT_EQ(server.preset, "azure");
    EXPECT_EQ(server.base_url, "https://w.example/openai/v1");
    EXPECT_EQ(server.api, "chat");
    EXPECT_EQ(server.key_environment, "WORK_KEY");
    EXPECT_EQ(server.key_file, "/home/ann/k");
    EXPECT_EQ(server.key_command, (std::vector<std::string>{"pass", "w"}));
    EXPECT_EQ(server.headers.at("X-Team"), "tools");
    EXPECT_EQ(server.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(server.price_input, 1.5);
    EXPECT_EQ(server.price_output, 6.0);
    EXPECT_EQ(server.requests_per_minute, 20);
    EXPECT_EQ(server.tokens_per_minute, 40000);
    EXPECT_EQ(server.max_output_tokens, 8192);
    EXPECT_EQ(server.context_tokens, 32768);
    EXPECT_EQ(parsed("local", R"({"preset": "ollama"})").price_input, std::nullopt);
}

TEST(Server, WhatIsWrongIsRefused) {
    EXPECT_EQ(rule("7"), "settings.type");
    EXPECT_EQ(rule("{}"), "settings.server") << "nothing says where it is";
    EXPECT_EQ(rule(R"({"preset": "azure"})", "openai"), "settings.server");
    EXPECT_EQ(rule(R"({"preset": "azure"})", "a b"), "settings.server");
    EXPECT_EQ(rule(R"({"preset": "azure", "bass_url": "x"})"), "settings.unknown");
    EXPECT_EQ(rule(R"({"preset": "azure", "price_input": "1"})"), "settings.type");
    EXPECT_EQ(rule(R"({"base_url": "ftp://a"})"), "provider.url");
    for (const char* variable : {"PATH", "HOME", "work_key", "1KEY", "A KEY", "LD_PRELOAD"})
        EXPECT_EQ(rule(R"({"preset": "azure", "key_environment": ")" + std::string(variable) + "\"}"),
                  "settings.key")
            << variable;
}

TEST(Server, HeadersCarryNoKeyAndNothingThatBreaksARequest) {
    for (const char* header : {R"("Authorization": "Bearer sk-1")", R"("api-key": "sk-1")",
                               R"("Cookie": "a")", R"("Host": "b")", R"("Content-Length": "1")",
                               R"("X-A": "a\r\nX-B: c")", R"("X A": "a")", R"("": "a")", R"("X-A": 1)"}) {
        const Error error = test::thrown(
            [&] { parsed("work", R"({"preset": "azure", "headers": {)" + std::string(header) + "}}"); });
        EXPECT_EQ(error.rule(), "settings.header") << header;
        EXPECT_EQ(std::string(error.what()).find("sk-1"), std::string::npos);
    }
}

}  // namespace
