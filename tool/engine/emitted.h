#pragma once

// What the last emit read and what it wrote, by fingerprint, so that an emit with nothing to do looks and
// writes nothing: of 100,000 files it would lower a plan and compare 40 MB of text otherwise.
//
// Kept in BUILD/.aibuild/emitted.json; where it is lost or wrong, everything is worked out.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/toolchain.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/known_languages.h"

namespace aibuild {

struct Emitted {
    std::string inputs;                          // what inputs_hash says of it
    std::vector<std::string> languages;          // of the plan
    std::vector<Package> packages;               // of the plan
    std::vector<std::string> programs;           // of its steps
    std::vector<std::string> scripts;            // of its steps, by path from the root
    std::vector<std::string> consents;           // keys of what the person agreed to
    std::map<std::string, std::string> outputs;  // by path from the build directory
    std::size_t steps = 0, tests = 0;
};

// Nothing of it where it isn't there.
Emitted read_emitted(const std::filesystem::path& build);
void write_emitted(const std::filesystem::path& build, const Emitted& emitted);

// The hash of everything that an emit depends on: the plan, the settings, this program, the scripts of its
// steps, and of the plan's languages, packages and programs what this machine has. Throws what Toolchain
// throws.
std::string inputs_hash(const BuildDirectory& directory, std::string_view plan_sha256,
                        const KnownLanguages& known, const Emitted& of, Toolchain& toolchain);

// The programs of those languages and steps, as this machine has them; those that it lacks are left out.
std::vector<std::string> programs_of(const Emitted& of, const KnownLanguages& known, Toolchain& toolchain);

// Is everything as the last emit left it, and still agreed to?
bool holds(const Emitted& emitted, const BuildDirectory& directory, std::string_view plan_sha256,
           const KnownLanguages& known, Toolchain& toolchain);

// Changes whenever the file is written: its size, its time and its inode. Empty where it is not there.
std::string fingerprint(const std::filesystem::path& path);

}  // namespace aibuild
