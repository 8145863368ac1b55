#pragma once

// Who does what: of the parts that a description names, which become programs, which libraries, and which of
// them bears the project's name.

#include <string>
#include <vector>

#include "tool/inference/builtin/reading.h"

namespace aibuild {

struct Roles {
    Reading reading;            // every part of it with its language
    std::vector<Part> further;  // in languages that were named and bound to no part
    const StarterLanguage* main = nullptr;
    std::string base;               // the project's name in the alphabet of targets
    const Part* first = nullptr;    // the part that bears it
    const Part* counter = nullptr;  // the library that counts, where one was asked for
    std::vector<const Part*> programs, splitters, reports;
    std::vector<std::string> notes;  // what was assumed
};

// Throws Error `description.absurd` where nothing is left to build, `builtin.language` where no language is.
Roles assign_roles(Reading reading);

// The name that a part has by itself; empty for "the tool".
std::string own_name(const Part& part);

}  // namespace aibuild
