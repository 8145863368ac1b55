// The files of a project that has no plan: which there are, and which of them are tests.

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "ninja-gen/small_letters.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/ctest_files.h"
#include "tool/engine/repair_files.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 20'000;

constexpr std::string_view header_extensions[] = {".h",   ".hh",  ".hpp", ".hxx", ".H",
                                                  ".inc", ".inl", ".ipp", ".tpp"};

// As frameworks and people call tests.
bool named_like_a_test(std::string_view path) {
    const std::string lower = small_letters(path);
    const std::string padded = "/" + lower;
    for (const std::string_view part :
         {"/test/", "/tests/", "/testing/", "/unittest/", "/unittests/", "/spec/", "/specs/", "/__tests__/",
          "/t/", "/testdata/", "/fixtures/"}) {
        if (padded.find(part) != padded.npos) return true;
    }
    const std::string name = lower.substr(lower.rfind('/') + 1), stem = name.substr(0, name.find('.'));
    return stem == "test" || stem == "tests" || stem == "conftest" || stem.starts_with("test_") ||
           stem.starts_with("test-") || stem.ends_with("_test") || stem.ends_with("-test") ||
           stem.ends_with("_tests") || stem.ends_with("_spec") || stem.ends_with("_unittest") ||
           name.find(".test.") != name.npos || name.find(".spec.") != name.npos ||
           std::string_view(path).find("Test.") != path.npos ||
           std::string_view(path).find("Tests.") != path.npos;
}

}  // namespace

void RepairFiles::list_found() {
    const auto take = [&](const std::string& path) {
        if (path.empty() || files_.size() >= most_files) return;
        files_.insert(path);
        const bool source = std::any_of(languages_.all().begin(), languages_.all().end(),
                                        [&](const Language& language) { return language.is_source(path); });
        const bool header = std::any_of(std::begin(header_extensions), std::end(header_extensions),
                                        [&](std::string_view end) { return path.ends_with(end); });
        if (!source && !header) return;
        if (named_like_a_test(path))
            tests_.insert(path);
        else if (!protected_problem(path))
            changeable_.insert(path);
    };
    // Git runs programs that a repository's settings name, and a step may have made the project one: a bare
    // one needs no .git.
    const auto tracked = run_program({find_program("git"), "-c", "core.fsmonitor=false", "-c",
                                      "safe.bareRepository=explicit", "-C", root_.string(), "ls-files", "-z"},
                                     {}, {"GIT_CEILING_DIRECTORIES="});
    if (tracked.problem.empty() && !tracked.text.empty()) {
        for (std::size_t begin = 0; begin < tracked.text.size();) {
            const std::size_t end = std::min(tracked.text.find('\0', begin), tracked.text.size());
            take(tracked.text.substr(begin, end - begin));
            begin = end + 1;
        }
        return;
    }
    std::error_code error;
    const auto skipped = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator each(root_, skipped, error), end; !error && each != end;
         each.increment(error)) {
        const fs::path& path = each->path();
        const std::string name = path.filename().string();
        if (each->is_directory(error) && !each->is_symlink(error)) {
            const bool built = path == build_ || fs::exists(path / "CMakeCache.txt", error) ||
                               fs::exists(path / ".ninja_log", error);
            if (built || name.starts_with('.') || name == "node_modules") each.disable_recursion_pending();
        } else if (each->is_regular_file(error) && !name.starts_with('.')) {
            take(path.lexically_relative(root_).generic_string());
        }
    }
}

// Of a CMake project: what its tests run, and what that is made of.
void RepairFiles::tests_of_ctest() {
    for (const ListedTest& test : listed_tests(build_)) {
        for (const std::string& word : test.command) add_test_program(test.name, word);
    }
}

// What tests alone include is theirs, whatever it is called: there stand the macros that they check with.
// `ninja -t deps` tells, of what was compiled: "obj/a.o: #deps 2, ..." and, each on a line of its own, the
// source and what it includes.
void RepairFiles::tests_of_depfiles() {
    const std::string told =
        output_of({find_program("ninja"), "-C", build_.string(), "-t", "deps"}).value_or("");
    std::map<std::string, std::optional<std::string>, std::less<>> known;
    std::set<std::string> by_tests, by_others;
    bool first = true, of_test = false;
    for (std::size_t begin = 0; begin < told.size();) {
        const std::size_t end = std::min(told.find('\n', begin), told.size());
        const std::string_view line = std::string_view(told).substr(begin, end - begin);
        begin = end + 1;
        if (!line.starts_with("    ")) {
            first = true;
            continue;
        }
        auto found = known.find(line);
        if (found == known.end()) found = known.emplace(line, resolve(std::string(line.substr(4)))).first;
        const std::optional<std::string>& path = found->second;
        if (std::exchange(first, false)) of_test = path && tests_.contains(*path);
        if (path) (of_test ? by_tests : by_others).insert(*path);
    }
    for (const std::string& path : by_tests) {
        if (!by_others.contains(path)) tests_.insert(path);
    }
}

// A script of the project, or a program: then the sources of its own objects, and not of the libraries in it.
void RepairFiles::add_test_program(const std::string& test, const std::string& program) {
    if (const auto own = resolve(program)) {
        tests_.insert(*own);
        return;
    }
    const std::string output = fs::path(program).lexically_relative(build_).generic_string();
    if (output.empty() || output.starts_with("..")) return;
    programs_[test].push_back(output);
    for (const std::string& object : inputs_of(output)) {
        if (!object.ends_with(".o") && !object.ends_with(".obj")) continue;
        for (const std::string& source : inputs_of(object)) {
            if (const auto own = resolve(source)) tests_.insert(*own);
        }
    }
}

// Of a step, or of the programs of the tests that CTest says failed.
std::vector<std::string> RepairFiles::made_from(const BuildOutcome::Failure& failure) const {
    std::vector<std::string> outputs;
    for (const auto& [test, programs] : programs_) {
        if (failure.text.find(" - " + test + " (") != std::string::npos)
            outputs.insert(outputs.end(), programs.begin(), programs.end());
    }
    if (outputs.empty()) outputs = {failure.output};
    std::vector<std::string> out;
    Words argv = {find_program("ninja"), "-C", build_.string(), "-t", "inputs"};
    argv.insert(argv.end(), outputs.begin(), outputs.end());
    const std::string told = output_of(argv).value_or("");
    for (std::size_t begin = 0; begin < told.size();) {
        const std::size_t end = std::min(told.find('\n', begin), told.size());
        if (const auto own = resolve(told.substr(begin, end - begin))) out.push_back(*own);
        begin = end + 1;
    }
    return out;
}

// The direct ones, as `ninja -t query` tells them.
std::vector<std::string> RepairFiles::inputs_of(const std::string& output) const {
    std::vector<std::string> out;
    const auto told = output_of({find_program("ninja"), "-C", build_.string(), "-t", "query", output});
    if (!told) return out;
    bool inputs = false;
    for (std::size_t begin = 0; begin < told->size();) {
        const std::size_t end = std::min(told->find('\n', begin), told->size());
        std::string_view line = std::string_view(*told).substr(begin, end - begin);
        begin = end + 1;
        if (line.starts_with("  input:")) inputs = true;
        if (line.starts_with("  outputs:")) inputs = false;
        if (!inputs || !line.starts_with("    ") || line.starts_with("    ||")) continue;
        line.remove_prefix(4);
        if (line.starts_with("| ")) line.remove_prefix(2);
        out.emplace_back(line);
    }
    return out;
}

}  // namespace aibuild
