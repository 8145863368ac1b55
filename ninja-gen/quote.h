#pragma once

// Every way in which text is written into something that has a syntax, in one place. Each function appends.

#include <string>
#include <string_view>

namespace aibuild::quote {

// Needs no quotes in a POSIX shell: [A-Za-z0-9_@%+=:,./-], and not empty. Ninja quotes by a narrower set, n2
// not at all; text that passes this and `same_everywhere` is the same argument in every executor.
bool shell_safe(std::string_view text);

// $in and $out with this path are the same bytes in every executor: [A-Za-z0-9_+./-] only (ninja's own set,
// util.cc).
bool same_everywhere(std::string_view path);

// One argument of a POSIX shell: as it is where it is safe, else in single quotes.
void shell(std::string& out, std::string_view text);

// One argument in the @FILE of a compiler, linker or ar: libiberty and LLVM take a backslash for an escape,
// the former even in single quotes.
void response(std::string& out, std::string_view text);

// A path of a build statement: $ space : | are the four that end or change it. `|` has no escape but can come
// from a variable, which the file must declare: `pipe = |`.
void ninja_path(std::string& out, std::string_view path);
inline constexpr std::string_view ninja_pipe = "pipe = |\n";

// The value of a binding: only $ is special, and leading spaces are dropped (none of ours has any).
void ninja_value(std::string& out, std::string_view text);

// Ninja's depfile reader (depfile_parser.in.cc, 1.11) takes this path for what it is, once it is escaped.
bool depfile_safe(std::string_view path);

// A path in a Makefile's dependency list, escaped as GCC and Clang do.
void depfile(std::string& out, std::string_view path);

// A CMake argument: as it is where it is plain, else in double quotes with \ " $ escaped. Never evaluates
// to anything but the text.
void cmake(std::string& out, std::string_view text);

// An argument that the command joins to a list and takes apart again (sources, include directories, what a
// custom command depends on): a semicolon needs a backslash that survives the quotes.
void cmake_item(std::string& out, std::string_view text);

// A JSON string with its quotes.
void json(std::string& out, std::string_view text);

}  // namespace aibuild::quote
