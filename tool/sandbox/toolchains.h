#pragma once

// Which directories a tool needs to run, where it is not part of the system: compilers live in homes (rustup,
// pyenv, nvm, ghcup, opam), and a build has a home of its own.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace aibuild {

// The value of a variable of the environment.
using Variable = std::function<std::optional<std::string>(const std::string& name)>;

// Is it the directory, or in it? By the names alone: both are absolute, and resolved.
bool is_beneath(const std::filesystem::path& path, const std::filesystem::path& directory);

// Is it in a directory of the system, which every build sees read-only?
bool is_system(const std::filesystem::path& path);

// The names below / that belong to the system, for is_system and for who mounts them.
const std::vector<std::string>& system_directories();

// What of `home` and other places outside the system these programs, absolute, are installed in: each once,
// without what is inside another. Every link on the way to a program counts (PATH leads to
// ~/.cargo/bin/rustc, that to rustup, which runs a compiler below ~/.rustup), and so do the variables with
// which such tools are told where they live (RUSTUP_HOME, JAVA_HOME). A home as a whole is never among them,
// and neither is what holds keys or projects beside a tool: of ~/.cargo only bin, and so of ~/work.
std::vector<std::filesystem::path> installations(const std::vector<std::filesystem::path>& programs,
                                                 const std::filesystem::path& home, const Variable& variable);

// Every program in those directories of PATH that are not of the system: what a build might call that nobody
// has described.
std::vector<std::filesystem::path> programs_on(const std::string& path);

}  // namespace aibuild
