#pragma once

// Text as CMake people write it: arguments, and commands laid out over lines.

#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/language.h"

namespace aibuild::cmake {

// The first line of every file.
inline constexpr std::string_view banner =
    "# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written "
    "again.\n";

// One argument, quoted where it has to be.
std::string argument(std::string_view text);
Words arguments(const std::vector<std::string>& texts);

// An element of what CMake will take apart as a list.
std::string item(std::string_view text);

// The inside of an argument that may be quoted.
std::string unquoted(std::string text);

// `prefix` may hold variables; `text` may hold anything.
std::string in_quotes(const std::string& prefix, std::string_view text);

// word-freq is WORD_FREQ.
std::string upper(std::string_view text);

// The variable that holds the path of a tool: CXX_EXECUTABLE.
std::string tool_variable(std::string_view tool);

// What a target links to use a package.
std::string package_target(const std::string& package);

// A command as CMake people write it: on one line where it fits, else a group of arguments a line.
std::string call(std::string_view head, const Words& groups);

// A keyword and what follows it, as a group of a call: lines go on below the first word.
std::string filled(std::string_view keyword, const Words& words);

Words prefixed(std::string first, Words rest);

}  // namespace aibuild::cmake
