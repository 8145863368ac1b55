#include "tool/engine/built_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// As CMake writes it, in short: a library, a program that uses it, a custom target, and one that nobody asked
// for.
constexpr const char* cmake_style =
    "rule CXX_COMPILER__words_Release\n  command = c++ $in\n  deps = gcc\n  description = Building $out\n"
    "rule CXX_STATIC_LIBRARY_LINKER__words_Release\n  command = ar $in\n"
    "rule CXX_COMPILER__app_Release\n  command = c++ $in\n  deps = gcc\n"
    "rule CXX_EXECUTABLE_LINKER__app_Release\n  command = c++ $in\n"
    "rule CUSTOM_COMMAND\n  command = $COMMAND\n  description = $DESC\n"
    "rule RERUN_CMAKE\n  command = cmake\n  generator = 1\n"
    "build order_words: phony || gen.h\n"
    "build CMakeFiles/words.dir/w.cpp.o: CXX_COMPILER__words_Release /p/w.cpp || order_words\n"
    "  OBJECT_DIR = CMakeFiles/words.dir\n"
    "build libwords.a: CXX_STATIC_LIBRARY_LINKER__words_Release CMakeFiles/words.dir/w.cpp.o\n"
    "  OBJECT_DIR = CMakeFiles/words.dir\n"
    "build words: phony libwords.a\n"
    "build CMakeFiles/app.dir/a.cpp.o: CXX_COMPILER__app_Release /p/a.cpp || order_words order_app\n"
    "  OBJECT_DIR = CMakeFiles/app.dir/Release\n"
    "build order_app: phony || order_words\n"
    "build app: CXX_EXECUTABLE_LINKER__app_Release CMakeFiles/app.dir/a.cpp.o | words\n"
    "  OBJECT_DIR = CMakeFiles/app.dir/Release\n"
    "build gen.h: CUSTOM_COMMAND /p/in.h\n  COMMAND = gen\n  DESC = Generating gen.h\n"
    "build CMakeFiles/tidy: CUSTOM_COMMAND\n  COMMAND = tidy\n"
    "build CMakeFiles/edit.util: CUSTOM_COMMAND\n  COMMAND = edit\n"
    "build all: phony app CMakeFiles/tidy\n"
    "build build.ninja: RERUN_CMAKE /p/CMakeLists.txt\n"
    "build /p/CMakeLists.txt: phony\n"
    "default all\n";

class BuiltGraphTest : public testing::Test {
  protected:
    void read(const std::string& text, const std::string& made = "") {
        directory_.put("build.ninja", text);
        built_ = built_graph(read_ninja(directory_.path()), languages_,
                             [&](std::string_view output) { return output == made; });
    }
    std::vector<std::string> outputs() const {
        std::vector<std::string> out;
        for (const Step& step : built_.graph.steps) out.emplace_back(step.output.substr(1));
        return out;
    }
    std::size_t step(const std::string& output) const {
        for (std::size_t n = 0; n < built_.graph.steps.size(); ++n) {
            if (built_.graph.steps[n].output.substr(1) == output) return n;
        }
        ADD_FAILURE() << "no step makes " << output;
        return 0;
    }
    std::vector<std::string> paths(Paths run) const {
        std::vector<std::string> out;
        for (const std::string_view path : built_.graph.at(run)) out.emplace_back(path.substr(1));
        return out;
    }
    const Target& target(const std::string& name) const {
        for (const Target& each : built_.targets) {
            if (each.name == name) return each;
        }
        ADD_FAILURE() << "no target " << name;
        return built_.targets.front();
    }

    test::Directory directory_;
    Languages languages_;
    BuiltGraph built_;
};

TEST_F(BuiltGraphTest, StepsAreThoseOfTheDefaultTargets) {
    read(cmake_style);
    EXPECT_THAT(outputs(), UnorderedElementsAre("CMakeFiles/words.dir/w.cpp.o", "libwords.a",
                                                "CMakeFiles/app.dir/a.cpp.o", "app", "gen.h",
                                                "CMakeFiles/tidy", "build.ninja"));
    EXPECT_EQ(built_.steps[step("gen.h")].what, "Generating gen.h");
    EXPECT_EQ(built_.steps[step("app")].what, "app");
    EXPECT_TRUE(built_.steps[step("CMakeFiles/tidy")].utility);
    EXPECT_FALSE(built_.steps[step("gen.h")].utility);
    EXPECT_EQ(built_.hashes.size(), built_.graph.steps.size());
}

TEST_F(BuiltGraphTest, WhatWasMadeOnRequestIsThereToo) {
    read(cmake_style, "CMakeFiles/edit.util");
    EXPECT_FALSE(built_.steps[step("CMakeFiles/edit.util")].wanted);
    EXPECT_TRUE(built_.steps[step("app")].wanted);
}

TEST_F(BuiltGraphTest, NamesAreReplacedByWhatTheyStandFor) {
    read(cmake_style);
    const Step& link = built_.graph.steps[step("app")];
    EXPECT_THAT(paths(link.inputs), ElementsAre("CMakeFiles/app.dir/a.cpp.o", "libwords.a"));
    EXPECT_THAT(paths(built_.graph.steps[step("CMakeFiles/words.dir/w.cpp.o")].order_only),
                ElementsAre("gen.h"));
    EXPECT_THAT(paths(built_.graph.steps[step("CMakeFiles/app.dir/a.cpp.o")].order_only),
                ElementsAre("gen.h"));
    // That a file may be missing makes it no name.
    EXPECT_THAT(paths(built_.graph.steps[step("build.ninja")].inputs), ElementsAre("/p/CMakeLists.txt"));
}

TEST_F(BuiltGraphTest, CMakeTellsTargetsByTheirObjects) {
    read(cmake_style);
    ASSERT_EQ(built_.targets.size(), 2U);
    EXPECT_EQ(target("words").kind, Kind::static_library);
    EXPECT_EQ(target("app").kind, Kind::executable);
    EXPECT_EQ(target("app").language, "c++");
    EXPECT_THAT(target("app").sources, ElementsAre("/p/a.cpp"));
    EXPECT_THAT(target("app").uses, ElementsAre("words"));
    EXPECT_THAT(target("words").uses, IsEmpty());
    EXPECT_EQ(built_.targets[*built_.steps[step("CMakeFiles/app.dir/a.cpp.o")].target].name, "app");
    EXPECT_FALSE(built_.steps[step("gen.h")].target);
}

TEST_F(BuiltGraphTest, WithoutCMakeATargetIsWhatIsMadeFromObjects) {
    read(
        "rule cc\n  command = cc -c $in -o $out\n  depfile = $out.d\n"
        "rule link\n  command = cc $in -o $out\n  restat = 1\n"
        "build a.o: cc a.c\nbuild b.o: cc b.c\n"
        "build libb.so: link b.o\nbuild tool: link a.o | libb.so\n");
    EXPECT_EQ(built_.unrecorded, 2U);
    EXPECT_EQ(target("libb.so").kind, Kind::shared_library);
    EXPECT_THAT(target("tool").uses, ElementsAre("libb.so"));
    EXPECT_EQ(target("tool").language, "c");
    EXPECT_EQ(built_.targets[*built_.steps[step("b.o")].target].name, "libb.so");
    EXPECT_TRUE(built_.graph.rule(built_.graph.steps[step("tool")]).restat);
    EXPECT_TRUE(built_.steps[step("tool")].wanted);
}

// Ninja refuses such a graph; here it must only end.
TEST_F(BuiltGraphTest, NamesThatStandForEachOtherEnd) {
    read("rule r\n  command = r\nbuild a: phony b\nbuild b: phony a\nbuild c: r a\n");
    EXPECT_THAT(outputs(), ElementsAre("c"));
}

}  // namespace
}  // namespace aibuild
