#pragma once

// Reads dyndep files (ninja-build.org/manual.html, "Dynamic Dependencies"): what steps make and read that
// nobody knew before it was looked for.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aibuild {

struct DynamicStep {
    std::vector<std::string> outputs, inputs;  // beside those of the build statement
};

// By the first output of each build statement. Lines that are none of such a file are passed over: Ninja says
// what is wrong with them.
std::unordered_map<std::string, DynamicStep> read_dyndep(std::string_view text);

}  // namespace aibuild
