#pragma once

// build.ninja -> its edges, whoever wrote it: CMake, Meson, a person.
//
// As ninja reads it (ninja-build.org/manual.html, "Ninja file reference"): rules, build statements, variables
// in their scopes, include and subninja. Nothing is run, and a file that ninja would refuse is refused.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

// Paths are as ninja calls them: from the build directory, without dots.
struct NinjaEdge {
    std::string rule;                  // "phony" for what is but a name
    std::vector<std::string> outputs;  // implicit ones behind explicit ones
    std::vector<std::string> inputs;   // likewise
    std::vector<std::string> order_only;
    std::map<std::string, std::string, std::less<>> variables;  // of the build statement
    std::uint64_t command_hash = 0;                             // as a log of version 5 or 6 has it
    std::string description, pool, dyndep;
    bool records_inputs = false;  // `deps`: ninja records what the command read
    bool depfile = false;         // a depfile that ninja reads each time, and records nothing of
    bool restat = false, generator = false;
};

struct NinjaManifest {
    std::vector<NinjaEdge> edges;       // in the order of the file
    std::vector<std::string> defaults;  // empty: whatever no other edge takes
    std::string builddir;  // where ninja keeps its records, from the build directory; empty: in it
};

// Of the build.ninja in `build`. Throws Error `ninja.missing-file` and `ninja.syntax`, with file and line.
NinjaManifest read_ninja(const std::filesystem::path& build);

}  // namespace aibuild
