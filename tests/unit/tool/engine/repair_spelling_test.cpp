#include "tool/engine/repair_spelling.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "ninja-gen/toolchain.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

TEST(OneSlip, IsALetterTooFewTooManyAnotherOrTwoExchanged) {
    for (const auto& [word, name] : {std::pair{"vectr", "vector"},
                                     {"stdoi", "stdio"},
                                     {"algoritm", "algorithm"},
                                     {"jsson", "json"},
                                     {"reqeusts", "requests"},
                                     {"strung", "string"},
                                     {"jso", "json"},
                                     {"String", "string"},
                                     {"ConfigParser", "configparser"},
                                     {"utl", "util"},
                                     {"paht", "path"}})
        EXPECT_TRUE(one_slip(word, name)) << word;
}

TEST(OneSlip, IsNoNameThatPeopleGiveToAnotherPackage) {
    for (const auto& [word, name] : {std::pair{"httpx", "http"},
                                     {"ujson", "json"},
                                     {"urllib3", "urllib"},
                                     {"typer", "types"},
                                     {"lxml", "xml"},
                                     {"fmt", "fts"},
                                     {"json", "json"},
                                     {"orjson", "json"},
                                     {"vcetro", "vector"},
                                     {"os", "so"},
                                     {"", "json"}})
        EXPECT_FALSE(one_slip(word, name)) << word;
}

class MeantName : public testing::Test {
  protected:
    std::optional<std::string> meant(const std::string& tool, const std::string& code,
                                     const std::string& what) {
        Diagnostic missing;
        missing.tool = tool;
        missing.code = code;
        missing.subject = what;
        return meant_name(missing, dir.path(), files);
    }
    std::optional<std::string> header(const std::string& what) {
        return meant("compiler", "missing-header", what);
    }
    const test::Directory dir;
    std::set<std::string> files;
};

TEST_F(MeantName, OfACompilersHeaders) {
    EXPECT_EQ(header("vectr"), "vector");
    EXPECT_EQ(header("stdoi.h"), "stdio.h");
    EXPECT_EQ(header("sys/tpyes.h"), "sys/types.h");
    EXPECT_EQ(header("ssys/types.h"), "sys/types.h");
    EXPECT_EQ(header("acme/sdk.h"), std::nullopt);
    EXPECT_EQ(header("stdio.hpp"), std::nullopt) << "another name";
    EXPECT_EQ(header("lzma.h"), std::nullopt) << "a package brings it, whatever else is here";
}

TEST_F(MeantName, OfTheProjectsHeaders) {
    files = {"include/greeting/greeting.h", "src/a.c", "top.h"};
    EXPECT_EQ(header("greeting/greting.h"), "greeting/greeting.h");
    EXPECT_EQ(header("greting/greeting.h"), "greeting/greeting.h");
    EXPECT_EQ(header("greting.h"), "greeting.h");
    EXPECT_EQ(header("tpo.h"), "top.h");
    EXPECT_EQ(header("far/greeting/greting.h"), std::nullopt);
}

// CI has every toolchain: what is missing there is a failure.
bool is_missing(const char* program) {
    const bool missing = find_program(program).empty();
    EXPECT_FALSE(missing && std::getenv("AIBUILD_REQUIRE_TOOLCHAINS") != nullptr) << program;
    return missing;
}

TEST_F(MeantName, OfPythonsModules) {
    if (is_missing("python3")) GTEST_SKIP() << "no python3";
    files = {"report/tables.py", "report/notes.txt"};
    const auto module = [&](const std::string& what) { return meant("python", "missing-module", what); };
    EXPECT_EQ(module("jsson"), "json");
    EXPECT_EQ(module("collectoins.abc"), "collections.abc");
    EXPECT_EQ(module("tabels"), "tables");
    EXPECT_EQ(module("reprot.tables"), "report.tables");
    for (const char* package : {"lxml", "httpx", "ujson", "acme", "notse"})
        EXPECT_EQ(module(package), std::nullopt) << package;
}

TEST_F(MeantName, OfNodesModulesAndWhatThePackageAsksFor) {
    if (is_missing("node")) GTEST_SKIP() << "no node";
    dir.put("package.json", R"({"dependencies": {"lodash": "4"}, "devDependencies": {"left-pad": "1"}})");
    for (const char* tool : {"node", "tsc"}) {
        const auto module = [&](const std::string& what) { return meant(tool, "missing-module", what); };
        EXPECT_EQ(module("paht"), "path");
        EXPECT_EQ(module("loadsh"), "lodash");
        EXPECT_EQ(module("leftpad"), "left-pad");
        EXPECT_EQ(module("lodash"), std::nullopt) << "it is to be installed";
        EXPECT_EQ(module("express"), std::nullopt);
    }
    dir.put("package.json", "no JSON");
    EXPECT_EQ(meant("node", "missing-module", "loadsh"), std::nullopt);
}

TEST_F(MeantName, OfJavasPackages) {
    if (is_missing("javac")) GTEST_SKIP() << "no JDK";
    dir.put("src/Words.java", "package com.acme.words;\n\nclass Words {}\n");
    files = {"src/Words.java"};
    const auto package = [&](const std::string& what) { return meant("javac", "missing-module", what); };
    EXPECT_EQ(package("java.utl"), "java.util");
    EXPECT_EQ(package("javx.net"), "javax.net");
    EXPECT_EQ(package("com.acme.wrods"), "com.acme.words");
    EXPECT_EQ(package("com.acme.lines"), std::nullopt);
    EXPECT_EQ(package("org.junit.jupiter"), std::nullopt);
}

}  // namespace
}  // namespace aibuild
