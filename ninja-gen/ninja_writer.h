#pragma once

// StepGraph -> build.ninja.
//
// Ninja is asked for as little as possible, so that every executor of its language reads the same graph:
// rules, build statements, implicit and order-only inputs, depfiles, phony, default; no dyndep, no
// validations, no variable of an edge that another one reads. Commands are argv that was quoted here; ${in}
// and ${out} stand for a step's paths only where all of these consist of characters that no executor quotes
// (ninja and samurai quote, n2 doesn't), else the edge carries its command in full.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/lower.h"

namespace aibuild {

struct NinjaSettings {
    std::string root;  // from the build directory to the project's root: "../"; "" where they are the same
    std::string configuration;  // "release", "debug"
    Words regenerate;           // argv that writes build.ninja anew, run in the build directory
};

inline constexpr std::string_view ninja_file = "build.ninja";
inline constexpr std::string_view ninja_stamp = "build.ninja.stamp";
inline constexpr std::string_view ninja_depfile = "build.ninja.d";
inline constexpr std::string_view helper_directory = ".aibuild/";  // in the build directory

// The text of build.ninja. Throws Error `toolchain.missing`, and `plan.command-length` for a command that the
// kernel would not take.
std::string write_ninja(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings);

// compile_commands.json (clang.llvm.org/docs/JSONCompilationDatabase.html); `directory` is the build
// directory, absolute.
std::string write_compile_commands(const Lowered& lowered, Toolchain& toolchain,
                                   const NinjaSettings& settings, std::string_view directory);

// The depfile of the regeneration edge.
std::string write_ninja_depfile(const std::vector<std::string>& inputs);

// A symbolic path as it is written in this build directory, unquoted.
std::string real_path(std::string_view symbolic, const NinjaSettings& settings);

// The whole command of any step as .ninja_log holds the hash of it: what ninja hands to the shell and, where
// there is a response file, `;rspfile=` and its text. Keeps references to the first two.
class StepCommands {
  public:
    StepCommands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings);
    ~StepCommands();
    StepCommands(const StepCommands&) = delete;
    StepCommands& operator=(const StepCommands&) = delete;

    std::string of(const Step& step) const;

  private:
    std::unique_ptr<class NinjaWriter> writer_;
};

}  // namespace aibuild
