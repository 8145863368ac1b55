#pragma once

// Which files of a project a fault concerns, and which of them a repair may change.
//
// In a project with a plan these are the sources and headers of its targets, but for what tests have: a test
// that could be bent to the code judges nothing. In another project they are the files that git tracks, or
// that are there, in a language that AIBuild knows, but for tests, told by what CTest runs and by the names
// that tests have. Build files, settings, the lock and whatever else is protected (tool/workspace/README.md)
// never change.

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"
#include "tool/diagnostics/diagnostic.h"
#include "tool/engine/evidence.h"
#include "tool/prompting/repair.h"

namespace aibuild {

class RepairFiles {
  public:
    // `plan`: nothing where the project has none. All arguments outlive it.
    RepairFiles(const std::filesystem::path& root, const std::filesystem::path& build, const Plan* plan,
                const Languages& languages);

    // The file of the project that a tool means, however it writes its path; nothing where it is none.
    std::optional<std::string> resolve(const std::string& file) const;

    bool may_change(const std::string& path) const { return changeable_.contains(path); }
    bool is_test(const std::string& path) const { return tests_.contains(path); }

    // Tests and build files, by path: what judges a repair.
    std::map<std::string, std::string> judges() const;

    // Edges in the order of the graph: what is used before its users. They come in the order in which they
    // failed.
    void order(std::vector<BuildOutcome::Failure>& failures) const;

    // What only the project and this machine can tell: that a header or module which "is not there" is the
    // project's own, or was misspelt.
    void judge(Diagnostic& diagnostic) const;

    // The files that the cause concerns, the nearest first, at most 12, texts as they are now. A test is
    // shown in part, around the places that are named.
    std::vector<ConcernedFile> concerned(const RootCause& cause, const BuildOutcome& outcome) const;

    // The part of the plan that the failed step belongs to, and the rules of its languages.
    void describe(const std::string& output, RepairAsked& asked) const;

  private:
    void list_planned();
    void list_found();
    void tests_of_ctest();
    void tests_of_depfiles();
    void add_test_program(const std::string& test, const std::string& program);
    const Target* target_of(std::string_view output) const;
    std::vector<const Target*> with_used(const Target& target) const;
    std::vector<std::string> inputs_of(const std::string& output) const;
    std::vector<std::string> made_from(const BuildOutcome::Failure& failure) const;
    std::vector<std::string> naming(const std::string& symbol, const std::vector<std::string>& among) const;
    std::optional<std::string> text_of(const std::string& path) const;  // of what can be shown

    const std::filesystem::path root_, build_;
    const Plan* plan_;
    const Languages& languages_;
    std::set<std::string> files_;  // all that are known
    std::set<std::string> changeable_, tests_;
    std::map<std::string, std::vector<std::string>> programs_;  // outputs that each of CTest's tests runs
};

}  // namespace aibuild
