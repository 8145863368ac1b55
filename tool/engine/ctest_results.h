#pragma once

// How the tests of a build directory went when CTest ran last, as Testing/Temporary/LastTest.log tells. A
// test's own output stands in there, too: only what CTest writes behind it counts.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/ctest_files.h"

namespace aibuild {

struct CTestResult {
    ListedTest test;
    std::optional<bool> passed;  // nothing: the last run of ctest had not this one
    std::optional<std::int64_t> took_ms;
    bool outdated = false;  // its program was made after that run
};

struct CTestResults {
    std::vector<CTestResult> tests;  // in the order of the lists
    std::int64_t ended = 0;          // when the last run did, ns since the epoch; 0: there was none
};

CTestResults ctest_results(const std::filesystem::path& build);

}  // namespace aibuild
