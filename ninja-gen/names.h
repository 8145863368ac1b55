#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace aibuild {

// Why `name` can't be the name of a target, package or project: it must match [A-Za-z][A-Za-z0-9_.+-]{0,63}
// and not be a name that Ninja, CMake or CTest give a meaning of their own (`all`, `test`, `clean`, ...).
// Nothing where it can.
std::optional<std::string> name_problem(std::string_view name);

// Why `path` can't be a file of a plan: relative, `/` between components, no `.` or `..`, nothing that Ninja
// can't carry (tab, newline, carriage return, NUL) and at most 1,024 bytes. Existing files may have any other
// name.
std::optional<std::string> path_problem(std::string_view path);

// Why a model may not propose `path`: path_problem, and the closed alphabet [A-Za-z0-9_.+-] between slashes,
// no leading `-` or `.`-only component, no name reserved by Windows, at most 12 components of 100 bytes.
std::optional<std::string> proposed_path_problem(std::string_view path);

// The one of `known` that `word` most likely meant: at most a third of its letters changed. Nothing
// otherwise.
std::optional<std::string> did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace aibuild
