#pragma once

// What this machine has for a build.

#include <cstddef>
#include <string>

namespace aibuild {

// Megabytes of memory that a build may take: three quarters of the least of what the machine has and what the
// control groups that we run in allow (docs.kernel.org, cgroup-v2, memory.max). 0 where nobody knows. `root`
// is where /proc and /sys are.
std::size_t build_memory(const std::string& root = "");

}  // namespace aibuild
