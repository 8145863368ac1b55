// Whole output files against those that lie beside their plan. README.md beside this file says how they are
// written anew.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/ninja_writer.h"
#include "tests/support/fake_tools.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::slurp;

const fs::path here = TEST_DATA_DIR;

bool update() {
    const char* value = std::getenv("AIBUILD_UPDATE_GOLDEN");
    return value != nullptr && *value != '\0';
}

void compare(const fs::path& golden, const std::string& text) {
    if (update()) {
        fs::create_directories(golden.parent_path());
        std::ofstream(golden, std::ios::binary) << text;
        return;
    }
    ASSERT_TRUE(fs::exists(golden)) << golden << " is missing";
    EXPECT_EQ(slurp(golden), text) << golden;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

const std::vector<std::string> plans = {"awkward-names",   "c++-program",          "custom-steps",
                                        "fortran-modules", "headers-and-packages", "python",
                                        "rust-in-c++",     "shared-library"};

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsWhatIsWritten) {
    const test::FakeTools tools;
    const fs::path directory = here / GetParam();
    const std::string text = slurp(directory / "aibuild.json");
    const Plan plan = read_plan(text, plan_file);
    const Languages languages;
    Toolchain toolchain;
    const Lowered lowered = lower({plan, text, plan_file}, languages, toolchain);

    NinjaSettings settings;
    settings.root = "../";
    settings.configuration = "release";
    settings.regenerate = {"/usr/bin/aibuild-gen", "emit", "-C", "..", "-o", ".", "--config", "release",
                           "--from-ninja"};
    std::string ninja = write_ninja(lowered, toolchain, settings);
    replace_all(ninja, tools.directory().string(), "@TOOLS@");
    compare(directory / ninja_file, ninja);

    std::set<fs::path> expected = {"aibuild.json", ninja_file};
    for (const EmittedFile& file : write_cmake(plan, lowered)) {
        EXPECT_EQ(file.executable, file.path.ends_with(".sh")) << file.path;
        if (file.executable) {
            EXPECT_EQ(file.text, helper_text(fs::path(file.path).filename().string()));
        } else if (file.path == "CMakePresets.json") {
            compare(here / file.path, file.text);
        } else {
            compare(directory / file.path, file.text);
            expected.insert(file.path);
        }
    }
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (!entry.is_regular_file()) continue;
        const fs::path path = entry.path().lexically_relative(directory);
        EXPECT_TRUE(expected.contains(path)) << path << " is no longer written: remove it";
    }
}

INSTANTIATE_TEST_SUITE_P(Plans, Golden, testing::ValuesIn(plans), [](const auto& each) {
    std::string name = each.param;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '-' || c == '+'; }, '_');
    return name;
});

TEST(Golden, EveryDirectoryIsTested) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(here)) {
        // What is no plan's has a test of its own: report_test.cpp.
        if (entry.is_directory() && entry.path().filename() != "report")
            found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, plans);
}

}  // namespace
}  // namespace aibuild
