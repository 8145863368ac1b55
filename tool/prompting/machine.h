#pragma once

#include <map>
#include <string>
#include <vector>

#include "ninja-gen/language.h"

namespace aibuild {

// What planning sees of the machine, taken once and kept in the lock: so nothing is invented, and what was
// answered can be replayed on a machine that has something else.
struct Snapshot {
    std::map<std::string, std::string> tools;  // "c++" -> "c++ (Debian 12.2.0-14) 12.2.0"
    std::vector<std::string> missing;          // titles of languages without a tool here, and packages
    std::map<std::string, std::string>
        packages;  // those that the brief asked for: pkg-config name -> version
    bool operator==(const Snapshot&) const = default;
};

// The tools of all languages. Asks each for its version: about a second.
Snapshot take_snapshot(const Languages& languages);

// Looks `modules` up with pkg-config, by their names and then in small letters: what is there goes into
// `packages`. What isn't goes into `missing`, and says so where CMake alone knows it: flags of such a package
// have no form that the Ninja build could use. A name that either could take for something else is missing.
void look_up_packages(const std::vector<std::string>& modules, Snapshot& snapshot);

}  // namespace aibuild
