#include "tool/engine/evidence.h"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace aibuild {

namespace {

std::size_t number_at(std::string_view text, std::size_t at) {
    std::size_t out = 0;
    if (at < text.size()) std::from_chars(text.data() + at, text.data() + text.size(), out);
    return out;
}

// "Ran 3 tests in 0.1s" and, further down, "FAILED (failures=1, errors=1)", of unittest.
std::size_t unittest_passed(std::string_view text) {
    const std::size_t ran = text.find("\nRan ");
    if (ran == text.npos) return 0;
    std::size_t bad = 0;
    for (const std::string_view word : {"failures=", "errors="}) {
        const std::size_t at = text.find(word, ran);
        if (at != text.npos) bad += number_at(text, at + word.size());
    }
    const std::size_t all = number_at(text, ran + 5);
    return all > bad ? all - bad : 0;
}

auto progress(const BuildOutcome& outcome) {
    std::size_t passed = 0, errors = 0;
    int rank = 0;
    for (const BuildOutcome::Failure& each : outcome.failures) passed += tests_passed(each.text);
    if (const auto root = first_root_cause(outcome.texts())) {
        rank = root->rank;
        errors = root->others + 1;
    }
    const auto less = [](std::size_t count) { return -static_cast<std::int64_t>(count); };
    return std::tuple(outcome.goal, less(outcome.left.size()), passed, rank, less(errors));
}

}  // namespace

std::vector<FailedText> BuildOutcome::texts() const {
    std::vector<FailedText> out;
    for (const Failure& each : failures) out.push_back({each.output, each.text});
    return out;
}

bool better(const BuildOutcome& after, const BuildOutcome& before) {
    if (after.exit_code == 0) return true;
    // What was not left had been done.
    const bool broke = std::any_of(after.failures.begin(), after.failures.end(), [&](const auto& failure) {
        return after.goal <= before.goal && !before.left.contains(failure.command);
    });
    return !broke && progress(after) > progress(before);
}

std::size_t tests_passed(std::string_view text) {
    std::size_t out = unittest_passed(text);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        while (line.starts_with(' ')) line.remove_prefix(1);
        const bool tap = line.starts_with("ok ") || line == "ok";
        const bool rust = line.starts_with("test ") && line.ends_with(" ... ok");
        const bool gtest = line.starts_with("[       OK ] ");
        const bool ctest = line.find(" Test ") != line.npos && line.find("   Passed ") != line.npos;
        if (tap || rust || gtest || ctest) ++out;
    }
    return out;
}

}  // namespace aibuild
