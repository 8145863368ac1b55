#pragma once

// `aibuild-gen build`: ninja, in a sandbox, with what ninja itself forgets written down: why each step ran,
// what failed and what it said, and which files of the project had changed.
//
// It stays ninja: its options, its targets and its exit code, and the same steps. Around it
//
//   the build directory is held, so that no two of them run there
//   build.ninja is made anew first where the plan has changed: inside, a step may not write to the project's
//       build files, so that the edge that does the same has to be clean
//   what ninja takes for done and is not (freshness.h) is found while it runs, and made in a second turn: to
//       wait for that before would cost every build more than it is seldom worth
//   a run that ran a step, or failed, is kept (state/run.h); one that did neither writes nothing
//
// A build directory that AIBuild did not write works too, of CMake's or of anybody's ninja: then nobody
// knows reasons, and what a person calls by PATH is what may be run.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/build_progress.h"
#include "tool/state/run.h"
#include "tool/workspace/consent.h"

namespace aibuild {

enum class SandboxMode : unsigned char {
    automatic,  // where there is none, say so and ask
    require,    // where there is none, refuse
    off,
};

struct BuildOptions {
    std::filesystem::path root = ".";  // of the project
    std::filesystem::path build;       // empty: ROOT/build, or ROOT where that has a build.ninja
    std::vector<std::string> ninja;    // options and targets, as ninja takes them
    std::string program;               // this aibuild-gen, absolute, for emit
    bool wait = false;                 // for another AIBuild command that has the build directory
    SandboxMode sandbox = SandboxMode::automatic;
    // From the person's own settings.
    std::vector<std::filesystem::path> readable;  // what builds may read beside the system and toolchains
    std::string network_launcher;                 // a launcher that keeps the network; empty: none does
    std::filesystem::path home;                   // empty: HOME of this process
    // Asked about commands that the project brings, and, told why, whether a build may run without a sandbox.
    AskPerson consent = [](const std::string&) -> std::optional<bool> { return std::nullopt; };
    AskPerson without_sandbox = [](const std::string&) -> std::optional<bool> { return std::nullopt; };
};

struct FailedStep {
    std::string output;   // the first, as build.ninja has it
    std::string command;  // as the shell got it
    int exit_code = 1;
    std::string text;  // what it printed; of very much, the beginning and the end
};

struct BuildResult {
    std::filesystem::path build;
    int exit_code = 0;  // ninja's; 130 where it was interrupted
    BuildRun run;       // its id is 0 where it was not kept
    std::vector<FailedStep> failures;
    std::string log;  // what was printed at all, likewise: errors of ninja itself are only here
};

// Throws Error: what emit throws; `build.directory` where there is nothing to build, `ninja.missing`,
// `hold.busy`, and of the sandbox `sandbox.missing`, `sandbox.refused`,
// `sandbox.declined`, `sandbox.home`, `sandbox.link`.
BuildResult build(const BuildOptions& options, BuildProgress& progress);

// Where it builds: as it was told, or as BuildOptions says where it was not.
std::filesystem::path build_directory(const BuildOptions& options);

}  // namespace aibuild
