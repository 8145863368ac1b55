#pragma once

// Targets of the languages that CMake knows.

#include <string>
#include <string_view>

#include "ninja-gen/cmake/project.h"

namespace aibuild::cmake {

std::string native_target(const Project& project, const LoweredTarget& lowered);

// Public headers as a file set, which installs them with their directories; other search paths as such.
std::string headers(const Project& project, const LoweredTarget& lowered, std::string_view scope);

// CMake wants every header of a file set beneath one of its base directories, no base within another, and
// no semicolon in any of them.
bool has_header_set(const Project& project, const Target& target);

// CMake keeps the language's standard as a property; of others it is flags.
bool has_standard(const Language& language);

// Its compiles leave modules, in the directory that CMake is told of.
bool has_modules(const LoweredTarget& lowered);
std::string module_directory(const Target& target);

bool beneath(const std::string& path, const std::string& directory);

}  // namespace aibuild::cmake
