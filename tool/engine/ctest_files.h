#pragma once

// The tests of a build directory that CMake wrote, as its CTestTestfile.cmake files list them.
//
// These files are scripts, and `ctest --show-only` runs them. A step of the build may write them: who wants
// to know, outside of the sandbox, which tests there are must read them and nothing more. CMake writes one
// form of them, which this knows; what else stands there is skipped.

#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

struct ListedTest {
    std::string name;
    std::vector<std::string> command;
};

// Of `build` and the directories and files that its lists name, as far as they are inside of it, no link and
// no larger than a list is. Empty where there is none.
std::vector<ListedTest> listed_tests(const std::filesystem::path& build);

}  // namespace aibuild
