#pragma once

// Which places a build gets in its sandbox, and which variables.

#include <string>
#include <vector>

#include "tool/engine/build.h"
#include "tool/sandbox/sandbox.h"

namespace aibuild {

// What of a build directory matters for it.
struct BuildPlaces {
    std::filesystem::path root, build;  // absolute, resolved
    std::vector<std::string> programs;  // that its steps run, where a plan tells
    std::string launcher = "none";      // that its compiles go through
    bool planned = false;
};

// `options.network_launcher` keeps the network where the build directory uses it, and only there.
SandboxPlaces sandbox_places(const BuildPlaces& build, const BuildOptions& options);

// Where packages are that CMake found outside the system, as its cache tells (NAME_DIR): of a prefix what
// compilers and CMake read in one. A project could name any directory there, so that only one counts in which
// a package's configuration file stands, and never one that holds `home`.
std::vector<std::filesystem::path> package_places(const std::filesystem::path& build,
                                                  const std::filesystem::path& home);

// All variables of ninja in the sandbox. ccache's directory is below the build directory: in the person's own
// cache one hostile step could leave objects for every other project. `network`: the launcher may be told
// where its store or hosts are, also with the password of that.
std::vector<std::string> sandbox_variables(const BuildPlaces& build, const SandboxPlaces& places);

// The value of an entry of CMake's cache; empty where there is none.
std::string cmake_cached(const std::filesystem::path& build, std::string_view name);

// The launcher of a build directory that CMake wrote, as its cache tells; "none" where there is none.
std::string cmake_launcher(const std::filesystem::path& build);

}  // namespace aibuild
