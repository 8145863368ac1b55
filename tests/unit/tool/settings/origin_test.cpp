#include "tool/settings/origin.h"

#include "tests/support/thrown.h"

using namespace aibuild;

namespace {

TEST(Origin, IsSchemeHostAndPort) {
    EXPECT_EQ(name_of(origin_of("https://API.OpenAI.com/v1", "f")), "https://api.openai.com:443");
    EXPECT_EQ(name_of(origin_of("http://127.0.0.1:8080/v1?a=b", "f")), "http://127.0.0.1:8080");
    EXPECT_EQ(name_of(origin_of("http://localhost", "f")), "http://localhost:80");
    EXPECT_EQ(name_of(origin_of("HTTP://[::1]:11434/v1", "f")), "http://[::1]:11434");
    EXPECT_EQ(origin_of("https://a.example", "f"), origin_of("https://A.example:443/x", "f"));
    EXPECT_NE(origin_of("https://a.example", "f"), origin_of("http://a.example:443", "f"));
}

// Each of these is one host for one reader of URLs and another for the next.
TEST(Origin, WhatCouldBeReadInTwoWaysIsRefused) {
    for (const char* url : {"",
                            "a.example",
                            "ftp://a.example",
                            "https://",
                            "https://a.example@b.example/",
                            "https://user:hunter2@a.example",
                            "https://a.example\\@b.example",
                            "https://a b",
                            "https://a.example\t",
                            "https://a.example\n.b",
                            "https://a.example:",
                            "https://a.example:80x",
                            "https://a.example:0",
                            "https://a.example:65536",
                            "https://a.example:99999999999",
                            "https://[::1",
                            "https://[::1]x",
                            "https://[]/",
                            "https://[a.example]",
                            "https://ex\xc3\xa4mple",
                            "https://a%2eexample"}) {
        const Error error = test::thrown([&] { origin_of(url, "the place"); });
        EXPECT_EQ(error.rule(), "provider.url") << url;
        EXPECT_EQ(error.place(), "the place");
        EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos)
            << "a password is not repeated";
    }
}

}  // namespace
