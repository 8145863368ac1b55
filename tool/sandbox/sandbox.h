#pragma once

// A build in bubblewrap: what it sees, what it may write, and what it does not get. README.md beside this
// file says what is shielded from what, and what is not.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tool/sandbox/guards.h"
#include "tool/sandbox/limits.h"

namespace aibuild {

struct SandboxPlaces {
    std::filesystem::path root, build;            // of the project; absolute, resolved, may be equal
    std::filesystem::path home;                   // the person's
    std::vector<std::filesystem::path> readable;  // outside the system: toolchains, and what the person names
    bool network = false;
    std::size_t memory = 0;  // megabytes that the build may take; 0 where nobody knows
};

// The argv of bubblewrap up to its command: `places` as they are on this machine, with `guarded` read-only.
// Its reports go to `status_fd`. `root` is where the system's directories are looked for.
std::vector<std::string> bwrap_arguments(const std::string& bwrap, const SandboxPlaces& places,
                                         const std::vector<std::filesystem::path>& guarded, int status_fd,
                                         const std::filesystem::path& root = "/");

// HOME in the sandbox: the person's own path, so that toolchains which live there are found, or /tmp/home
// where that can't be.
std::filesystem::path sandbox_home(const std::filesystem::path& home);

// As long as it is there, the guards stand and the limits hold.
class Sandbox {
  public:
    // Throws Error `sandbox.home` for a project that holds the person's home, `sandbox.link`; and
    // `sandbox.missing` where bubblewrap is not on PATH.
    explicit Sandbox(const SandboxPlaces& places);

    // The descriptor that bwrap reports on is 3 in the child.
    static constexpr int status_fd = 3;

    std::vector<std::string> argv(const std::vector<std::string>& command) const;
    const BuildLimits& limits() const { return limits_; }

    // "bwrap 0.8.0", or with "; network" and "; not limited: memory".
    std::string description() const;

  private:
    SandboxPlaces places_;
    std::string bwrap_;
    Guards guards_;
    BuildLimits limits_;
};

}  // namespace aibuild
