#pragma once

// A plan and its lowering as the writers of CMake files see them: which targets CMake makes by rules of its
// own, and what symbolic text (step_graph.h) is in CMake's words.

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ninja-gen/lower.h"

namespace aibuild::cmake {

// CMake has rules of its own for the target's language.
inline bool native(const LoweredTarget& target) {
    return !target.language->cmake_language.empty();
}
inline bool library(Kind kind) {
    return kind != Kind::executable && kind != Kind::test;
}
// A language's own kind of library is a file; the linker's kinds are something to link.
inline bool linkable(Kind kind) {
    return library(kind) && kind != Kind::library;
}

// Keeps references to both.
class Project {
  public:
    Project(const Plan& plan, const Lowered& lowered);

    const Plan& plan;
    const Lowered& lowered;
    bool has_tests = false, has_native = false;

    const LoweredTarget& target(const std::string& name) const { return *by_name_.at(name); }
    const LoweredTarget& target(TargetId id) const { return lowered.targets[static_cast<std::size_t>(id)]; }

    // The steps that make a target's products.
    const std::vector<const Step*>& makes(TargetId id) const { return makes_[static_cast<std::size_t>(id)]; }

    // Languages of the plan that CMake has no rules for.
    std::vector<const Language*> foreign_languages() const;

    // CMAKE_INSTALL_<variable>, or `directory` where it can't be had.
    std::string destination(std::string_view directory, std::string_view variable) const;

    // Symbolic text as one argument. `in_list`: CMake will take what it stands in apart as a list.
    std::string word(std::string_view symbolic, bool in_list = false) const;

    // The arguments of a command: \6 and \7 become the step's own paths, the configuration's flags an
    // expression.
    Words words(const Words& command, const Step& step, const Language& language, bool in_list) const;

    // What a custom command depends on: a target of CMake's, or a file.
    std::string depends(std::string_view symbolic) const;

    // The variable that holds the path of a custom step's program.
    const std::string& program_variable(std::string_view tool) const { return programs_.find(tool)->second; }

    // What a step makes, and no file of the project.
    bool generated(std::string_view path) const { return step_of(plan, path).has_value(); }

  private:
    std::unordered_map<std::string_view, const LoweredTarget*> by_name_;
    std::map<std::string, std::string, std::less<>> programs_;     // by the name of the tool
    std::unordered_map<std::string, std::string> native_outputs_;  // symbolic path -> target
    std::vector<std::vector<const Step*>> makes_;                  // by target
};

}  // namespace aibuild::cmake
