#pragma once

// The places of a project that its build may read and never write: what somebody runs or obeys later without
// being asked - git's hooks, AIBuild's settings, lock and state.
//
// Such a place is mounted over itself, read-only. A place that isn't there yet must not come to be either,
// and nothing can be mounted over nothing: for the time of the build an empty one stands there, a directory
// or a file like the real one. An empty .git, .aibuild or lock says nothing to anybody, so that whoever finds
// one takes it for such a stand-in: the last of those who use it removes it, and what a kill left there goes
// with the next build. Each user has a shared lock on it, and who can make that an exclusive one was the
// last.

#include <filesystem>
#include <vector>

#include "tool/workspace/beneath.h"

namespace aibuild {

class Guards {
  public:
    // Both absolute and resolved. Throws Error `sandbox.link` where a place is a symbolic link: a step could
    // put another in its stead.
    Guards(const std::filesystem::path& root, const std::filesystem::path& build);
    ~Guards();
    Guards(const Guards&) = delete;
    Guards& operator=(const Guards&) = delete;

    // What is to be mounted read-only: all of it exists.
    const std::vector<std::filesystem::path>& paths() const { return paths_; }

  private:
    struct StandIn {
        std::filesystem::path path;
        Fd fd;
        bool directory;
    };

    void guard(const std::filesystem::path& path, bool directory);
    void let_go() noexcept;
    bool stand_in(const std::filesystem::path& path, bool directory);

    std::vector<std::filesystem::path> paths_;
    std::vector<StandIn> stand_ins_;
};

}  // namespace aibuild
