#pragma once

// How many processes a build may have and how much memory, and who sees to it.
//
// A control group of its own does both, where this process may make one: version 2 in a subtree that was
// delegated to it (a desktop's session, a container with rights), version 1 as root. Without one, the number
// of processes is a limit of the user's (setrlimit, getrlimit(2)), which the kernel doesn't hold root to.
// Memory has no such limit that compilers could live with: what counts address space stops Go, Java and
// every sanitizer. What nobody limits is named.

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tool/workspace/beneath.h"

namespace aibuild {

class BuildLimits {
  public:
    // `memory` in megabytes; 0 where nobody knows how much that may be. `root` is where /proc and /sys are.
    BuildLimits(std::size_t processes, std::size_t memory, const std::string& root = "");
    ~BuildLimits();  // nothing runs in its groups any more
    BuildLimits(const BuildLimits&) = delete;
    BuildLimits& operator=(const BuildLimits&) = delete;

    // "the number of processes", "memory": what nobody limits.
    const std::vector<std::string>& missing() const { return missing_; }

    // Takes the calling process in, between fork and exec: only what is safe there. False where it failed.
    bool enter() const noexcept;

  private:
    using Settings =
        std::vector<std::pair<std::string, std::string>>;  // files of a group, and what they hold

    bool join(const std::string& above, const Settings& settings);

    std::vector<std::string> missing_;
    std::vector<std::string> directories_;
    std::vector<Fd> members_;         // of each, who is in it
    std::size_t most_processes_ = 0;  // by setrlimit; 0: not
};

}  // namespace aibuild
