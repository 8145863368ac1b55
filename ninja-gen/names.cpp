#include "ninja-gen/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "ninja-gen/small_letters.h"

namespace aibuild {

namespace {

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool closed(char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '+' || c == '-';
}

// Targets that Ninja, CMake's generators and CTest make themselves.
constexpr std::array<std::string_view, 19> taken = {"all",
                                                    "test",
                                                    "tests",
                                                    "clean",
                                                    "install",
                                                    "help",
                                                    "package",
                                                    "package_source",
                                                    "edit_cache",
                                                    "rebuild_cache",
                                                    "depend",
                                                    "list_install_components",
                                                    "RUN_TESTS",
                                                    "ALL_BUILD",
                                                    "ZERO_CHECK",
                                                    "build.ninja",
                                                    "build.ninja.stamp",
                                                    "default",
                                                    "phony"};

constexpr std::array<std::string_view, 22> devices = {
    "con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4", "com5", "com6", "com7",
    "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"};

std::vector<std::string_view> components(std::string_view path) {
    std::vector<std::string_view> out;
    while (true) {
        const std::size_t slash = path.find('/');
        out.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return out;
        path.remove_prefix(slash + 1);
    }
}

// Levenshtein, with a swap of neighbours as one change.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before = row;
        row = next;
    }
    return row[b.size()];
}

}  // namespace

std::optional<std::string> name_problem(std::string_view name) {
    if (name.empty()) return "A name can't be empty.";
    if (name.size() > 64) return "A name has at most 64 characters.";
    if (!letter(name.front())) return "A name begins with a letter.";
    if (!std::all_of(name.begin(), name.end(), closed)) return "A name has only letters, digits, and _ . + -";
    for (std::string_view word : taken) {
        if (small_letters(name) == small_letters(word))
            return fmt::format("Ninja, CMake or CTest have a target called {} of their own.", word);
    }
    return std::nullopt;
}

std::optional<std::string> path_problem(std::string_view path) {
    if (path.empty()) return "A path can't be empty.";
    if (path.size() > 1024) return "A path has at most 1,024 bytes.";
    if (path.front() == '/') return "A path is relative to the project's root.";
    for (char c : path) {
        if (c == '\t' || c == '\n' || c == '\r' || c == '\0')
            return "Ninja can't carry a tab, newline, carriage return or NUL in a path.";
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "A path has no control characters.";
    }
    const auto parts = components(path);
    // Ninja 1.11 dies of more than 60; an object's path has some more than its source's, and so has the way
    // from the build directory.
    if (parts.size() > 50) return "A path has at most 50 components.";
    for (std::string_view part : parts) {
        if (part.empty()) return "A path has one slash between its components and none at its end.";
        if (part == "." || part == "..") return "A path has no . or .. components.";
        // 255 with the longest ending of what is made from it: .o.d.partial
        if (part.size() > 240) return "A component of a path has at most 240 bytes.";
    }
    return std::nullopt;
}

std::optional<std::string> proposed_path_problem(std::string_view path) {
    if (auto problem = path_problem(path)) return problem;
    const auto parts = components(path);
    if (parts.size() > 12) return "A proposed path has at most 12 components.";
    for (std::string_view part : parts) {
        if (!std::all_of(part.begin(), part.end(), closed))
            return "A proposed path has only letters, digits, and _ . + - between slashes.";
        if (part.size() > 100) return "A component of a proposed path has at most 100 bytes.";
        if (part.front() == '-') return "A component of a proposed path doesn't begin with -";
        if (part.back() == '.') return "A component of a proposed path doesn't end with a dot.";
        const std::string stem = small_letters(part.substr(0, part.find('.')));
        if (std::find(devices.begin(), devices.end(), stem) != devices.end())
            return fmt::format("{} is a device on Windows.", part);
    }
    return std::nullopt;
}

std::optional<std::string> did_you_mean(std::string_view word, std::span<const std::string> known) {
    const std::string wanted = small_letters(word);
    std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    std::optional<std::string> found;
    for (const std::string& name : known) {
        if (const std::size_t d = distance(wanted, small_letters(name)); d < best) {
            best = d;
            found = name;
        }
    }
    return found;
}

}  // namespace aibuild
