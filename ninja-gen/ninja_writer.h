#pragma once

// StepGraph -> build.ninja.
//
// Ninja is asked for as little as possible, so that every executor of its language reads the same graph:
// rules, build statements, implicit and order-only inputs, depfiles, phony, default; pools and dyndep only
// where a step needs them; no validations, no variable of an edge that another one reads. Commands are argv
// that was quoted here; ${in} and ${out} stand for a step's paths only where all of these consist of
// characters that no executor quotes (ninja and samurai quote, n2 doesn't), else the edge carries its command
// in full.

#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/lower.h"
#include "ninja-gen/step_commands.h"
#include "ninja-gen/text_sink.h"

namespace aibuild {

inline constexpr std::string_view ninja_file = "build.ninja";
inline constexpr std::string_view ninja_stamp = "build.ninja.stamp";
inline constexpr std::string_view ninja_depfile = "build.ninja.d";

// The text of build.ninja.
void write_ninja(const Lowered& lowered, const StepCommands& commands, const NinjaSettings& settings,
                 TextSink& out);
std::string write_ninja(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings);

// compile_commands.json (clang.llvm.org/docs/JSONCompilationDatabase.html); `directory` is the build
// directory, absolute.
void write_compile_commands(const Lowered& lowered, const StepCommands& commands,
                            const NinjaSettings& settings, std::string_view directory, TextSink& out);
std::string write_compile_commands(const Lowered& lowered, Toolchain& toolchain,
                                   const NinjaSettings& settings, std::string_view directory);

// The depfile of the regeneration edge.
std::string write_ninja_depfile(const std::vector<std::string>& inputs);

}  // namespace aibuild
