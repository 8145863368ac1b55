#include "tool/engine/ctest_results.h"

#include <sys/stat.h>

#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <string_view>

#include "tool/engine/derived_file.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// Of "12/34 Test: NAME".
std::optional<std::string> name_of(std::string_view line) {
    const std::size_t slash = line.find('/'), test = line.find(" Test: ");
    if (slash == 0 || slash == line.npos || test == line.npos || test < slash) return std::nullopt;
    for (std::size_t n = 0; n < test; ++n) {
        if (n != slash && (line[n] < '0' || line[n] > '9')) return std::nullopt;
    }
    return std::string(line.substr(test + 7));
}

// Of "Test time =   0.02 sec".
std::optional<std::int64_t> time_of(std::string_view line) {
    constexpr std::string_view begin = "Test time =";
    if (!line.starts_with(begin)) return std::nullopt;
    line.remove_prefix(std::min(line.find_first_not_of(' ', begin.size()), line.size()));
    double seconds = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), seconds);
    if (error != std::errc() || end == line.data()) return std::nullopt;
    return std::llround(seconds * 1000);
}

// When a file was last written, ns since the epoch; 0 where there is none.
std::int64_t written(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return 0;
    return info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
}

struct Ran {
    bool passed = false;
    std::optional<std::int64_t> took_ms;
};

std::map<std::string, Ran> read_log(const std::string& text) {
    std::map<std::string, Ran> out;
    Ran* test = nullptr;
    std::istringstream lines(text);
    std::string before;
    bool judged = false;  // behind the end of its output, where CTest has the word
    for (std::string line; std::getline(lines, line); before = line) {
        if (const auto name = name_of(line);
            name && (test == nullptr || judged || before.ends_with("Testing: " + *name))) {
            test = &out[*name];
            *test = {};
            judged = false;
        } else if (test != nullptr && before == "<end of output>" && time_of(line)) {
            test->took_ms = time_of(line);
            judged = true;
        } else if (test != nullptr && judged && line == "Test Passed.") {
            test->passed = true;
        }
    }
    return out;
}

}  // namespace

CTestResults ctest_results(const fs::path& build) {
    CTestResults out;
    const fs::path file = build / "Testing" / "Temporary" / "LastTest.log";
    std::map<std::string, Ran> ran;
    if (const auto text = read_file(file)) {
        ran = read_log(*text);
        out.ended = written(file);
    }
    for (ListedTest& test : listed_tests(build)) {
        CTestResult result{std::move(test), std::nullopt, std::nullopt, false};
        if (const auto found = ran.find(result.test.name); found != ran.end()) {
            result.passed = found->second.passed;
            result.took_ms = found->second.took_ms;
            result.outdated = !result.test.command.empty() && written(result.test.command[0]) > out.ended;
        }
        out.tests.push_back(std::move(result));
    }
    return out;
}

}  // namespace aibuild
