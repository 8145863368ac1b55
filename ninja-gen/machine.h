#pragma once

// What this machine has for a build.

#include <cstddef>

namespace aibuild {

// Megabytes of memory that a build may take: three quarters of the least of what the machine has and what the
// control groups that we run in allow (docs.kernel.org, cgroup-v2, memory.max). 0 where nobody knows.
std::size_t build_memory();

}  // namespace aibuild
