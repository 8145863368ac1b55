#include "tool/engine/declared.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using test::Directory;
using testing::ElementsAre;
using testing::HasSubstr;

class DeclaredTest : public testing::Test {
  protected:
    DeclaredTest() {
        directory_.put("CMakeLists.txt", "lists\n");
        directory_.put("docs/a.md", "a\n");
    }

    std::string header(const std::string& more = "") const {
        return fmt::format(R"({{"format":1,"root":"{}","project":"demo","languages":["CXX"]{}}})",
                           directory_.path().string(), more) +
               "\n";
    }
    static std::string declaration(const std::string& name, const std::string& outputs,
                                   const std::string& more = "") {
        return fmt::format(
                   R"({{"declaration":"{0}","function":"f","list":"CMakeLists.txt","list_sha256":"{1}",)"
                   R"("target":"{0}","kind":"static-library","outputs":[{2}],"prompt":"p"{3}}})",
                   name, sha256("lists\n"), outputs, more) +
               "\n";
    }

    Declared read(const std::string& lines) const {
        directory_.put("build/aibuild.declared.jsonl", lines);
        return read_declared(directory_ / "build", Root(directory_.path()));
    }
    std::string rule(const std::string& lines) const {
        try {
            read(lines);
            return "none";
        } catch (const Error& error) {
            return error.rule() + ": " + error.why();
        }
    }

    Directory directory_;
    Languages languages_;
};

TEST_F(DeclaredTest, OutputsBecomeThePlansFilesAndContextIsShown) {
    const Declared declared = read(
        header(R"(,"context":["docs/a.md"])") +
        declaration("one", R"("src/one.cpp","include/one.hpp")", R"(,"include_directories":["include"])") +
        declaration("two", R"("two.cpp")", R"(,"context":["include/one.hpp","docs/a.md"])") +
        "{\"target\":\"one\",\"standard\":\"17\"}\n{\"end\":true}\n");
    EXPECT_TRUE(declared.complete);
    const Plan plan = plan_of(declared, languages_);
    ASSERT_EQ(plan.files.size(), 4U);
    EXPECT_EQ(plan.files[0].path, "src/one.cpp");
    EXPECT_EQ(plan.files[0].purpose, "p");
    EXPECT_THAT(plan.files[2].needs, ElementsAre("docs/a.md", "include/one.hpp"));
    EXPECT_EQ(plan.files[3].path, "docs/a.md");
    ASSERT_EQ(plan.targets.size(), 2U);
    EXPECT_THAT(plan.targets[0].headers, ElementsAre("include/one.hpp"));
    EXPECT_THAT(plan.targets[0].sources, ElementsAre("src/one.cpp"));
    EXPECT_EQ(plan.targets[0].language, "c++");
    EXPECT_EQ(plan.targets[0].settings.standard, "17");
    // Whoever is shown a header is told where it is found.
    EXPECT_THAT(plan.targets[1].include_directories, ElementsAre("include"));
}

TEST_F(DeclaredTest, TheHashIsOfPromptAndContextAsRecorded) {
    const Declared declared =
        read(header() + declaration("one", R"("one.cpp")", R"(,"context":["docs/a.md","b.hpp"])"));
    directory_.put("b.hpp", "edited\n");
    Lock lock;
    const Root root(directory_.path());
    const auto text = [&](const std::string& of_b) {
        return sha256(
            fmt::format("aibuild declaration 1\nprompt {}\ncontext docs/a.md {}\ncontext b.hpp {}\n",
                        sha256("p"), sha256("a\n"), of_b));
    };
    EXPECT_EQ(declared_hash(declared.declarations[0], declared, lock, root), text(sha256("edited\n")));
    lock.files["b.hpp"].base = sha256("generated\n");
    lock.files["b.hpp"].origin = "model";
    EXPECT_EQ(declared_hash(declared.declarations[0], declared, lock, root), text(sha256("generated\n")));
    lock.files["b.hpp"].origin = "person";
    EXPECT_EQ(declared_hash(declared.declarations[0], declared, lock, root), text(sha256("edited\n")));
}

TEST_F(DeclaredTest, WhatWasCutShortIsIncomplete) {
    EXPECT_FALSE(read(header() + declaration("one", R"("one.cpp")")).complete);
}

TEST_F(DeclaredTest, WhatIsWrongIsFoundWhereItStands) {
    EXPECT_THAT(rule("nonsense\n"), HasSubstr("declared.schema"));
    EXPECT_THAT(rule(header().replace(0, 11, R"({"format":2)")), HasSubstr("declared.newer"));
    EXPECT_THAT(rule(header() + declaration("one", "")), HasSubstr("at least one output"));
    EXPECT_THAT(rule(header() + declaration("one", R"("/etc/passwd")")), HasSubstr("declared.path"));
    EXPECT_THAT(rule(header() + declaration("one", R"("a.cpp")", R"(,"context":["../x"])")),
                HasSubstr("no . or .."));
    EXPECT_THAT(rule(header() + declaration("one", R"("a.cpp")") + declaration("two", R"("a.cpp")")),
                HasSubstr("declared twice"));
    EXPECT_THAT(rule(header() + declaration("one", R"("a.cpp")", R"(,"whatever":1)")),
                HasSubstr("declared.schema: /whatever"));
    EXPECT_THAT(rule(header() + "{\"target\":\"one\"}\n"), HasSubstr("declared.schema"));
    directory_.put("CMakeLists.txt", "other lists\n");
    EXPECT_THAT(rule(header() + declaration("one", R"("a.cpp")")), HasSubstr("declared.changed: It changed"));
}

TEST_F(DeclaredTest, TheRootIsTheOneItIsAbout) {
    directory_.put("build/aibuild.declared.jsonl", header());
    EXPECT_EQ(declared_root(directory_ / "build"), directory_.path());
    EXPECT_TRUE(declares(directory_ / "build", directory_.path()));
    EXPECT_FALSE(declares(directory_ / "build", directory_ / "docs"));
    EXPECT_FALSE(declares(directory_ / "docs", directory_.path()));
    EXPECT_THROW((void)read_declared(directory_ / "build", Root(directory_ / "docs")), Error);
    EXPECT_THROW((void)declared_root(directory_ / "docs"), Error);
}

}  // namespace
}  // namespace aibuild
