// What is quoted, in front of those who take the quotes off again: a real shell, cmake and ar.

#include "ninja-gen/quote.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <random>
#include <vector>

#include "tests/support/process.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using test::Directory;
using test::run;

template <class Quote>
std::string quoted(Quote quote, std::string_view text) {
    std::string out;
    quote(out, text);
    return out;
}

// Every byte but NUL, every pair of those that mean something to somebody, and random ones.
std::vector<std::string> texts() {
    std::vector<std::string> out{""};
    for (int c = 1; c < 256; ++c) out.emplace_back(1, static_cast<char>(c));
    const std::string special = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\t\n\rax0\xc3\xa9";
    for (char a : special) {
        // \r\n is \n to CMake; no path has either.
        for (char b : special) {
            if (a != '\r' || b != '\n') out.push_back({a, b});
        }
    }
    std::mt19937 random(1);
    for (int n = 0; n < 2000; ++n) {
        std::string text;
        for (auto length = random() % 20; length > 0; --length) text += static_cast<char>(1 + random() % 255);
        out.push_back(text);
    }
    for (const char* text : {"$HOME", "${x}", "$(id)", "`id`", "$<1:x>", "@x@", "a;b", "[[x]]", "[=[x]=]",
                             "\\n", "-n", "--", "~", "a='b'", "%s", "'\\''"})
        out.emplace_back(text);
    return out;
}

std::vector<std::string> split(const std::string& text, const std::string& end) {
    std::vector<std::string> out;
    for (std::size_t at = 0, next = 0; at < text.size(); at = next + end.size()) {
        next = std::min(text.find(end, at), text.size());
        out.push_back(text.substr(at, next - at));
    }
    return out;
}

TEST(QuoteShell, AShellReadsTheSameBytes) {
    const Directory directory;
    std::string script;
    for (const std::string& text : texts()) script += "printf '%s\\000' " + quoted(quote::shell, text) + "\n";
    directory.put("script", script);
    const auto ran = run(directory.path(), {"/bin/sh", "script"});
    ASSERT_EQ(ran.code, 0) << ran.out.substr(0, 500);
    EXPECT_EQ(split(ran.out, std::string(1, '\0')), texts());
}

TEST(QuoteShell, WhatIsSafeStaysReadable) {
    EXPECT_EQ(quoted(quote::shell, "-I../include"), "-I../include");
    EXPECT_EQ(quoted(quote::shell, "-Wl,-soname,libx.so"), "-Wl,-soname,libx.so");
    EXPECT_EQ(quoted(quote::shell, "it's"), "'it'\\''s'");
    EXPECT_EQ(quoted(quote::shell, ""), "''");
    EXPECT_EQ(quoted(quote::shell, "~"), "'~'");
    for (const std::string& text : texts())
        EXPECT_EQ(quote::shell_safe(text), quoted(quote::shell, text) == text);
}

TEST(QuoteShell, SameEverywhereIsNinjasOwnSet) {
    for (int c = 0; c < 256; ++c) {
        const bool safe = (c < 128 && std::isalnum(c) != 0) ||
                          (c != 0 && std::string_view("_+-./").find(static_cast<char>(c)) < 5);
        EXPECT_EQ(quote::same_everywhere(std::string("a") + static_cast<char>(c)), safe) << c;
    }
    EXPECT_FALSE(quote::same_everywhere("-x"));
    EXPECT_FALSE(quote::same_everywhere(""));
    EXPECT_TRUE(quote::same_everywhere("../-x"));
}

// As all that is written begins: without it `@x@` would be a variable (CMP0053).
constexpr std::string_view policies = "cmake_minimum_required(VERSION 3.25)\n";

TEST(QuoteCMake, CMakeReadsTheSameBytes) {
    const Directory directory;
    std::string script(policies);
    for (const std::string& text : texts()) {
        script += "set(x " + quoted(quote::cmake, text) + ")\nstring(APPEND all \"${x}\" \"<end>\")\n";
    }
    // As an argument of a function too, where lists are not taken apart.
    script +=
        "function(f)\nset(count ${count}${ARGC} PARENT_SCOPE)\nendfunction()\n"
        "f(" +
        quoted(quote::cmake, "a;b") + ")\nfile(WRITE out \"${all}${count}<end>\")\n";
    directory.put("script.cmake", script);
    const auto ran = run(directory.path(), {"cmake", "-P", "script.cmake"});
    ASSERT_EQ(ran.code, 0) << ran.out.substr(0, 500);
    const auto read = split(test::slurp(directory / "out"), "<end>");
    auto expected = texts();
    expected.emplace_back("1");
    ASSERT_EQ(read.size(), expected.size());
    for (std::size_t n = 0; n < read.size(); ++n) ASSERT_EQ(read[n], expected[n]) << n;
}

TEST(QuoteCMake, AnItemOfAListStaysOne) {
    const Directory directory;
    std::string script(policies);
    std::vector<std::string> expected;
    for (const std::string& text : texts()) {
        // What CMake's lists can't hold at all.
        if (text.empty() || text.find_first_of("[]") != std::string::npos ||
            text.find("\\;") != std::string::npos || text.ends_with('\\'))
            continue;
        expected.push_back(text);
        script += "set(l first " + quoted(quote::cmake_item, text) +
                  " last)\nlist(LENGTH l n)\nlist(GET l 1 x)\nstring(APPEND all \"${x}\" \"<end>\")\n"
                  "if(NOT n EQUAL 3)\nstring(APPEND all \"wrong\")\nendif()\n";
    }
    directory.put("script.cmake", script + "file(WRITE out \"${all}\")\n");
    const auto ran = run(directory.path(), {"cmake", "-P", "script.cmake"});
    ASSERT_EQ(ran.code, 0) << ran.out.substr(0, 500);
    const auto read = split(test::slurp(directory / "out"), "<end>");
    ASSERT_EQ(read.size(), expected.size());
    for (std::size_t n = 0; n < read.size(); ++n) ASSERT_EQ(read[n], expected[n]) << n;
}

TEST(QuoteCMake, WhatIsPlainStaysReadable) {
    EXPECT_EQ(quoted(quote::cmake, "src/main.cpp"), "src/main.cpp");
    EXPECT_EQ(quoted(quote::cmake, "-Wall"), "-Wall");
    EXPECT_EQ(quoted(quote::cmake, "a b"), "\"a b\"");
    EXPECT_EQ(quoted(quote::cmake, "a;b"), "\"a;b\"");
    EXPECT_EQ(quoted(quote::cmake_item, "a;b"), "\"a\\;b\"");
    EXPECT_EQ(quoted(quote::cmake, "${x}"), "\"\\${x}\"");
    EXPECT_EQ(quoted(quote::cmake, ""), "\"\"");
}

TEST(QuoteResponse, ArReadsTheSameNames) {
    const Directory directory;
    std::string response;
    std::vector<std::string> expected;
    for (const std::string& text : texts()) {
        if (text.find_first_of("/\n") != std::string::npos || text.empty() || text == "." || text == "..")
            continue;
        const std::string name = "x" + text;
        if (std::find(expected.begin(), expected.end(), name) != expected.end()) continue;
        directory.put(name, "");
        response += (response.empty() ? "" : " ") + quoted(quote::response, name);
        expected.push_back(name);
        if (expected.size() == 1500) break;
    }
    ASSERT_EQ(expected.size(), 1500U);
    directory.put("all.rsp", response);
    const auto ran = run(directory.path(), {"ar", "rcsD", "all.a", "@all.rsp"});
    ASSERT_EQ(ran.code, 0) << ran.out.substr(0, 500);
    EXPECT_EQ(split(run(directory.path(), {"ar", "t", "all.a"}).out, "\n"), expected);
}

TEST(QuoteNinja, PathsAndValues) {
    EXPECT_EQ(quoted(quote::ninja_path, "a b:c$d|e#f'g"), "a$ b$:c$$d${pipe}e#f'g");
    EXPECT_EQ(quoted(quote::ninja_path, "../src/a.cpp"), "../src/a.cpp");
    EXPECT_EQ(quoted(quote::ninja_path, "$"), "$$");
    EXPECT_EQ(quoted(quote::ninja_value, "a b:c$d|e"), "a b:c$$d|e");
    EXPECT_EQ(quote::ninja_pipe, "pipe = |\n");
}

TEST(QuoteDepfile, AsCompilersDo) {
    EXPECT_EQ(quoted(quote::depfile, "a b#c$d:e"), "a\\ b\\#c$$d:e");
    EXPECT_TRUE(quote::depfile_safe("../süß/a b~(1)[2]{3}%@=,!#$.h"));
    for (char c : std::string_view("'\"\\&;|<>*?^`:\t"))
        EXPECT_FALSE(quote::depfile_safe(std::string("a") + c + "b")) << c;
}

TEST(QuoteJson, ReadsBack) {
    for (const std::string& text : texts()) {
        const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
        if (!ascii) continue;
        EXPECT_EQ(boost::json::parse(quoted(quote::json, text)).as_string(), text);
    }
    EXPECT_EQ(boost::json::parse(quoted(quote::json, "süß \xf0\x9f\x8d\x8e")).as_string(),
              "süß \xf0\x9f\x8d\x8e");
}

}  // namespace
}  // namespace aibuild
