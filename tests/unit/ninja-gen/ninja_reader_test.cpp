#include "ninja-gen/ninja_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ninja-gen/ninja_log.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class NinjaReaderTest : public testing::Test {
  protected:
    NinjaReaderTest() {
        std::string name = (fs::temp_directory_path() / "aibuild-ninja-XXXXXX").string();
        build_ = mkdtemp(name.data());
    }
    ~NinjaReaderTest() override { fs::remove_all(build_); }

    NinjaManifest read(const std::string& text) const {
        write("build.ninja", text);
        return read_ninja(build_);
    }
    void write(const char* name, const std::string& bytes) const {
        std::ofstream(build_ / name, std::ios::binary) << bytes;
    }
    std::string refusal(const std::string& text) const {
        try {
            read(text);
        } catch (const Error& error) {
            return error.rule() + " " + error.place() + " " + error.why();
        }
        return "";
    }

    fs::path build_;
};

TEST_F(NinjaReaderTest, EveryPartOfABuildStatement) {
    const NinjaManifest manifest = read(
        "rule cc\n"
        "  command = cc $flags -o $out -c $in\n"
        "  description = CC $out\n"
        "  deps = gcc\n"
        "  depfile = $out.d\n"
        "pool heavy\n"
        "  depth = 1\n"
        "build a.o b | c: cc a.c ./x//y.c | d ../build/../e || f g |@ h\n"
        "  flags = -O2\n"
        "  pool = heavy\n"
        "default a.o\n");
    ASSERT_EQ(manifest.edges.size(), 1U);
    const NinjaEdge& edge = manifest.edges[0];
    EXPECT_THAT(edge.outputs, ElementsAre("a.o", "b", "c"));
    EXPECT_THAT(edge.inputs, ElementsAre("a.c", "x/y.c", "d", "../e"));
    EXPECT_THAT(edge.order_only, ElementsAre("f", "g"));
    EXPECT_EQ(edge.description, "CC a.o b");
    EXPECT_EQ(edge.pool, "heavy");
    EXPECT_EQ(edge.command_hash, command_hash("cc -O2 -o a.o b -c a.c x/y.c", 5));
    EXPECT_TRUE(edge.records_inputs);
    EXPECT_FALSE(edge.depfile);
    EXPECT_FALSE(edge.restat);
    EXPECT_THAT(manifest.defaults, ElementsAre("a.o"));
}

TEST_F(NinjaReaderTest, PathsAndValuesAreUnescaped) {
    const NinjaManifest manifest = read(
        "dir = some where/\n"
        "rule r\n"
        "  command = echo $\n"
        "      $$HOME '$in' > ${out}\n"
        "  rspfile_content = $in_newline\n"
        "build ${dir}a$ b$:c$$d: r it's.c $\n"
        "    other.c\n");
    ASSERT_EQ(manifest.edges.size(), 1U);
    EXPECT_THAT(manifest.edges[0].outputs, ElementsAre("some where/a b:c$d"));
    EXPECT_THAT(manifest.edges[0].inputs, ElementsAre("it's.c", "other.c"));
    EXPECT_EQ(manifest.edges[0].command_hash,
              command_hash("echo $HOME ''it'\\''s.c' other.c' > 'some where/a b:c$d'"
                           ";rspfile='it'\\''s.c'\nother.c",
                           5));
}

// As CMake writes it: rules in a file of their own, which look into the build statement.
TEST_F(NinjaReaderTest, IncludedRulesSeeTheLastValueOfAVariable) {
    write("rules.ninja",
          "rule link\n  command = ${PRE}ld $TARGET\n  description = Linking $TARGET\n  restat = $RESTAT\n");
    const NinjaManifest manifest = read(
        "# a comment\n"
        "include rules.ninja\n"
        "PRE = early\n"
        "build a: link\n"
        "  TARGET = a.out\n"
        "\n"
        "   # another\n"
        "  RESTAT = 1\n"
        "build b: link\n"
        "PRE = late_\n"
        "build all: phony a b\n");
    ASSERT_EQ(manifest.edges.size(), 3U);
    EXPECT_EQ(manifest.edges[0].command_hash, command_hash("late_ld a.out", 5));
    EXPECT_EQ(manifest.edges[0].description, "Linking a.out");
    EXPECT_TRUE(manifest.edges[0].restat);
    EXPECT_FALSE(manifest.edges[1].restat);
    EXPECT_EQ(manifest.edges[2].rule, "phony");
    EXPECT_THAT(manifest.defaults, IsEmpty());
}

TEST_F(NinjaReaderTest, ASubninjaKeepsItsVariablesToItself) {
    write("sub.ninja", "x = inner\nrule r\n  command = other $x\nbuild sub/$x: r\n");
    const NinjaManifest manifest =
        read("x = outer\nbuilddir = records\nrule r\n  command = run $x\nsubninja sub.ninja\nbuild $x: r\n");
    ASSERT_EQ(manifest.edges.size(), 2U);
    EXPECT_THAT(manifest.edges[0].outputs, ElementsAre("sub/inner"));
    EXPECT_EQ(manifest.edges[0].command_hash, command_hash("other inner", 5));
    EXPECT_THAT(manifest.edges[1].outputs, ElementsAre("outer"));
    EXPECT_EQ(manifest.edges[1].command_hash, command_hash("run outer", 5));
    EXPECT_EQ(manifest.builddir, "records");
}

TEST_F(NinjaReaderTest, WhatNinjaRefusesIsRefused) {
    EXPECT_THAT(refusal("rule r\n  command = x\n\nbuild a: r b\nbuild c: nobody\n"),
                HasSubstr("ninja.syntax build.ninja:5 There is no rule of this name: nobody"));
    EXPECT_THAT(refusal("build a phony\n"), HasSubstr("build.ninja:1 A `:` is needed here."));
    EXPECT_THAT(refusal("build : phony\n"), HasSubstr("names no output"));
    EXPECT_THAT(refusal("  x = 1\n"), HasSubstr("indented"));
    EXPECT_THAT(refusal("include build.ninja\n"), HasSubstr("Files include each other"));
    EXPECT_THAT(refusal("include none.ninja\n"), HasSubstr("none.ninja This file of the build directory"));
    // A rule's variable that stands for itself ends somewhere.
    EXPECT_EQ(read("rule r\n  command = $command\nbuild a: r\n").edges.size(), 1U);
    for (const char* torn :
         {"build a: phony $", "rule r\n  command = ${", "x = $", "build a: phony b |", "default"})
        read("rule q\n  command = q\n"), refusal(torn);
}

}  // namespace
}  // namespace aibuild
