#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"

namespace aibuild {

// What pkg-config says of a package.
struct PackageFlags {
    Words compile;
    Words link;
};

// The programs of this machine that a plan needs: found, not yet run.
class Toolchain {
  public:
    // The path of `tool`: from its environment variable, else the first of its commands on PATH. Throws Error
    // `toolchain.missing` with the command that installs it where there is none.
    const std::string& path(const Tool& tool);

    // The flags of a package: of `threads` and `math` by themselves, of others from pkg-config. Throws Error
    // `package.missing`.
    const PackageFlags& flags(const Package& package);

    // The first line of what the tool prints of its version; "unknown" where it says nothing that can be
    // believed. Throws Error `toolchain.missing`.
    std::string version(const Tool& tool);

    // The version of a package as pkg-config tells it; "" for the known ones.
    static std::string version(const Package& package);

  private:
    std::map<std::string, std::string> paths_;
    std::map<std::string, PackageFlags> flags_;
};

// The absolute path of `command` on PATH; empty where it is not.
std::string find_program(std::string_view command);

// How long a program may take that is only asked something, and how much it may print. One that takes longer
// is killed with all that it started.
struct ProgramLimits {
    std::chrono::milliseconds time{10'000};
    std::size_t bytes = 1U << 20U;
    const std::atomic<bool>* stop =
        nullptr;  // becomes true where nobody wants it any more: it is killed, too
};

struct ProgramOutput {
    std::string text;     // what it printed, up to the limit
    std::string problem;  // why that is not to be believed: "exit code 3"; empty where it ended well
};

// Runs argv without a shell, with no input and its errors dropped. `environment` holds further variables, as
// NAME=VALUE.
ProgramOutput run_program(const Words& argv, const ProgramLimits& limits = {}, const Words& environment = {});

// The same; what it printed, or nothing where it did not end well.
std::optional<std::string> output_of(const Words& argv);

// What a program says of its version: the first line, or why there is none.
struct ToolVersion {
    std::string text;
    std::string problem;
};
ToolVersion probe_version(const std::string& program, const Words& arguments,
                          const ProgramLimits& limits = {});

// How this system installs a package: "sudo apt-get install g++".
std::string install_command(const std::map<std::string, std::string>& packages);

}  // namespace aibuild
