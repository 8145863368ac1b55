#pragma once

// The commands of steps as the shell gets them: each argument quoted, each path as it is in one build
// directory.
//
// A rule's command is quoted once, as text with holes where a step's own paths go; 100,000 compiles of a
// project share a thousand such texts.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/lower.h"

namespace aibuild {

struct NinjaSettings {
    std::string root;  // from the build directory to the project's root: "../"; "" where they are the same
    std::string configuration;  // "release", "debug"
    Words regenerate;           // argv that writes build.ninja anew, run in the build directory
    std::size_t memory = 0;     // megabytes that a build may take here; 0 where nobody knows
    Words launcher = {};        // put in front of compiles that can take it
    std::size_t local = 0;  // steps at a time that are not for other machines; 0 for as many as ninja likes
};

inline constexpr std::string_view helper_directory = ".aibuild/";  // in the build directory

// Appends a symbolic path as it is written in this build directory, unquoted.
void append_path(std::string& out, std::string_view symbolic, const NinjaSettings& settings);
std::string real_path(std::string_view symbolic, const NinjaSettings& settings);

class StepCommands {
  public:
    struct Hole {
        std::size_t at;  // in text
        char which;      // mark::in or mark::out
    };
    struct Text {
        std::string text;  // quoted for the shell
        std::vector<Hole> holes;
        std::size_t launcher = 0;  // so many bytes at its beginning are a compiler launcher
    };

    // Keeps a reference to the graph. Throws Error `toolchain.missing`, `language.template`,
    // and `plan.command-length` for a command that the kernel would not take.
    StepCommands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings);

    const Text& text(std::size_t rule) const { return texts_[rule]; }
    // No executor would quote a path of this step: Ninja's own ${in} and ${out} can stand for them.
    bool plain(std::size_t step) const { return plain_[step]; }
    // Some step of the rule is so long that its inputs go into a response file.
    bool response(std::size_t rule) const { return long_[rule]; }

    // Appends the step's whole command. `response`: its inputs are in a response file.
    void append(std::string& out, const Step& step, bool response) const;
    // What stands in that file, as the tools read it.
    void append_response(std::string& out, const Step& step) const;

    // The whole command as .ninja_log holds the hash of it: what ninja hands to the shell and, where there is
    // a response file, `;rspfile=` and its text.
    std::string of(const Step& step) const;

  private:
    void measure();
    std::size_t size_of(const Step& step, bool plain, bool response) const;
    void append_inputs(std::string& out, const Step& step,
                       void (*quoted)(std::string&, std::string_view)) const;

    const StepGraph& graph_;
    const NinjaSettings settings_;
    std::vector<Text> texts_;  // by rule
    std::vector<bool> plain_;  // by step
    std::vector<bool> long_;   // by rule
};

}  // namespace aibuild
