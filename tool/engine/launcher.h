#pragma once

// Compiler launchers: ccache and distcc in front of compile commands. A setting of a build directory and of
// the person who builds there, never of the plan. What the launchers themselves want to know - a shared
// store, hosts - stays in their own configuration and environment.

#include <optional>
#include <string>

#include "ninja-gen/language.h"

namespace aibuild {

// The words in front of a compile for the launcher called `none`, `ccache`, `distcc` or `ccache distcc`.
// Throws Error `emit.launcher` for another name and `launcher.missing` for a program that is not here.
Words launcher_words(const std::string& name);

// Are its compiles done elsewhere, so that more of them can run at once than there are cores here?
bool is_distributed(const std::string& name);

// How many compiles distcc's hosts take at once; nothing where it knows no hosts.
std::optional<int> distcc_jobs();

// Processors that this process may use.
std::size_t local_cores();

}  // namespace aibuild
