#pragma once

// Which package of the system brings what is missing: packages.json, by header, library, program or module.
// Only what is often needed is in it; of the rest a person is told how to look it up.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "ninja-gen/language.h"
#include "tool/diagnostics/diagnostic.h"

namespace aibuild {

struct SystemPackage {
    std::string pkg_config;                       // its module, as a plan's `packages` names it; may be empty
    std::map<std::string, std::string> packages;  // by system, as of language files: {"debian": "zlib1g-dev"}
};

enum class PackagePart : std::uint8_t { header, library, program, cmake, python, java };

// Null where nobody knows. Headers and Java's packages are found by what they begin with: boost/...,
// org.junit...
const SystemPackage* package_of(PackagePart part, std::string_view name);

// Is the package known that brings what `diagnostic` misses?
bool known_package(const Diagnostic& diagnostic);

// What a person types for what `diagnostic` misses: a command, or how to find out. Empty unless it is about a
// package or a toolchain. The tools of `languages` name packages of their own.
std::string install_of(const Diagnostic& diagnostic, const Languages& languages);

}  // namespace aibuild
