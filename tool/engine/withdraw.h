#pragma once

// Makes stale what ninja wrongly takes for done.

#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

struct Withdrawn {
    std::vector<std::string> removed;  // outputs, relative to the build directory
    std::string why_not;               // where they were left: who is in the way, and what to do
};

// Removes `outputs` from the build directory, so that whatever ninja runs next makes them again. Holds the
// directory meanwhile; where another AIBuild command has it, or a ninja runs there, nothing is removed: a
// command could be reading what goes, and its ninja would not look again.
//
// Nothing gentler does for all: an output that is touched looks newer still where it has no recorded
// dependencies, one with an older time is compared by its record where its rule has restat, and the input is
// the person's.
Withdrawn withdraw(const std::filesystem::path& build, const std::vector<std::string>& outputs);

}  // namespace aibuild
