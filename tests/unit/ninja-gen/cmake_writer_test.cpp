// What the golden files (tests/golden) don't show. That CMake takes all of it is for tests/cmake to say.

#include "ninja-gen/cmake_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "lowered.h"

namespace aibuild {
namespace {

using test::json_target;
using test::LoweredPlan;
using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::string> written(const std::string& targets, const std::string& rest = "") {
    const LoweredPlan plan(targets, rest);
    std::map<std::string, std::string> out;
    for (const EmittedFile& file : write_cmake(plan.plan, plan.lowered)) {
        EXPECT_EQ(file.executable, file.path.ends_with(".sh")) << file.path;
        EXPECT_TRUE(out.emplace(file.path, file.text).second) << file.path << " is written twice";
    }
    return out;
}

const std::string library = json_target("lib", "static-library", "c", "l.c");

TEST(CMakeWriter, WritesOnlyWhatThePlanNeeds) {
    const auto paths = [](const std::map<std::string, std::string>& files) {
        std::vector<std::string> out;
        for (const auto& [path, text] : files) out.push_back(path);
        return out;
    };
    EXPECT_THAT(paths(written(library)), testing::ElementsAre("CMakeLists.txt", "CMakePresets.json",
                                                              "cmake/defaults.cmake", "cmake/install.cmake"));
    EXPECT_THAT(paths(written(library + "," + json_target("t", "test", "c", "t.c"),
                              R"(, "packages": [{"name": "math"}])")),
                testing::IsSupersetOf({"cmake/packages.cmake", "cmake/tests.cmake"}));
    EXPECT_THAT(paths(written(json_target("r", "executable", "rust", "r.rs") + "," +
                              json_target("p", "executable", "python", "p.py"))),
                testing::IsSupersetOf({"cmake/rust.cmake", "cmake/rust-depfile.sh", "cmake/python.cmake",
                                       "cmake/python-zip.sh"}));
}

TEST(CMakeWriter, TheSameInputsGiveTheSameBytes) {
    const std::string targets = library + "," + json_target("r", "static-library", "rust", "r.rs") + "," +
                                json_target("p", "executable", "c++", "p.cpp", "lib r");
    EXPECT_EQ(written(targets), written(targets));
}

TEST(CMakeWriter, KnowsNothingOfTheMachine) {
    const LoweredPlan plan(library + "," + json_target("r", "executable", "rust", "r.rs") + "," +
                           json_target("t", "test", "python", "t.py"));
    for (const EmittedFile& file : write_cmake(plan.plan, plan.lowered))
        EXPECT_THAT(file.text, Not(HasSubstr(plan.tools.directory().string()))) << file.path;
}

TEST(CMakeWriter, TextOfThePlanIsNeverEvaluated) {
    const std::string targets =
        R"({"name": "p", "kind": "executable", "language": "c", "sources": ["${EVIL}.c", "a;b.c", "\"x\".c"]})";
    const std::string text = written(targets)["CMakeLists.txt"];
    EXPECT_THAT(text, HasSubstr("\"\\${EVIL}.c\""));
    EXPECT_THAT(text, HasSubstr("\"a\\;b.c\""));
    EXPECT_THAT(text, HasSubstr("\"\\\"x\\\".c\""));
}

// A description is a model's prose: no byte of it stands in a file that CMake runs.
TEST(CMakeWriter, ADescriptionReachesNoBuildFile) {
    const std::string text =
        "{\"format\": 1, \"project\": {\"name\": \"p\", \"description\": \"a; ${b}\\n\\\"c\\\" zebra\"}, "
        "\"targets\": [" +
        library + "]}";
    const test::FakeTools tools;
    const Plan plan = read_plan(text, "plan");
    Toolchain toolchain;
    const Languages languages;
    const Lowered lowered = lower({plan, text, "plan"}, languages, toolchain);
    const auto files = write_cmake(plan, lowered);
    ASSERT_FALSE(files.empty());
    for (const EmittedFile& file : files) EXPECT_THAT(file.text, Not(HasSubstr("zebra"))) << file.path;
}

TEST(CMakeWriter, HeadersAreASetWhereCMakeCanHaveThemSo) {
    const auto text = [](const std::string& headers, const std::string& directories) {
        return written(json_target(
            "l", "static-library", "c", "l.c", "",
            R"(, "headers": [)" + headers + R"(], "include_directories": [)" + directories + "]"));
    };
    EXPECT_THAT(text("\"i/a.h\"", "\"i\"")["CMakeLists.txt"], HasSubstr("FILE_SET HEADERS"));
    for (const auto& [headers, directories] : std::vector<std::pair<std::string, std::string>>{
             {"\"a.h\"", "\"i\""}, {"\"i/a.h\"", "\"i\", \"i/j\""}, {"", "\"i\""}}) {
        auto files = text(headers, directories);
        EXPECT_THAT(files["CMakeLists.txt"], Not(HasSubstr("FILE_SET"))) << headers;
        EXPECT_THAT(files["CMakeLists.txt"], HasSubstr("$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/i>"))
            << headers;
    }
    // They are installed as they are included all the same.
    auto files = text("\"i/j/a.h\", \"i/b.h\", \"c.h\"", "\"i\", \"i/j\"");
    EXPECT_THAT(files["cmake/install.cmake"], HasSubstr("INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})"));
    EXPECT_THAT(files["cmake/install.cmake"],
                HasSubstr("install(FILES i/j/a.h i/b.h c.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})"));
    files = text("\"i/j/a.h\", \"i/b.h\"", "\"i\", \"x/y\", \"x\"");
    EXPECT_THAT(files["cmake/install.cmake"],
                HasSubstr("install(FILES i/j/a.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/j)"));
}

TEST(CMakeWriter, ALanguageOfItsOwnKindIsNothingToLink) {
    auto files = written(json_target("m", "library", "python", "m.py"));
    EXPECT_THAT(files["cmake/install.cmake"], Not(HasSubstr("EXPORT")));
    EXPECT_THAT(files["CMakeLists.txt"], HasSubstr("LANGUAGES NONE"));
    EXPECT_THAT(files["cmake/defaults.cmake"], Not(HasSubstr("GNUInstallDirs"))) << "they need a language";
}

}  // namespace
}  // namespace aibuild
