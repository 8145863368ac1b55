#include "tool/engine/build_sandbox.h"

#include <cstdlib>
#include <sstream>

#include "ninja-gen/machine.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/derived_file.h"
#include "tool/sandbox/environment.h"
#include "tool/sandbox/toolchains.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

// NAME:TYPE=VALUE, a line each.
std::string cmake_cached(const fs::path& build, std::string_view name) {
    std::istringstream file(read_file(build / "CMakeCache.txt").value_or(""));
    for (std::string line; std::getline(file, line);) {
        const std::size_t type = line.find(':'), value = line.find('=');
        if (type == line.npos || value == line.npos || value < type) continue;
        if (std::string_view(line).substr(0, type) == name) return line.substr(value + 1);
    }
    return {};
}

std::string cmake_launcher(const fs::path& build) {
    for (const char* name : {"CMAKE_CXX_COMPILER_LAUNCHER", "CMAKE_C_COMPILER_LAUNCHER"}) {
        const std::string launcher = fs::path(cmake_cached(build, name)).filename().string();
        if (!launcher.empty()) return launcher;
    }
    return "none";
}

SandboxPlaces sandbox_places(const BuildPlaces& build, const BuildOptions& options) {
    SandboxPlaces out;
    out.root = build.root;
    out.build = build.build;
    out.home = !options.home.empty() ? options.home : fs::path(variable("HOME").value_or(""));
    out.memory = build_memory();
    out.network = build.launcher != "none" && build.launcher == options.network_launcher;
    std::vector<fs::path> programs(build.programs.begin(), build.programs.end());
    if (!build.planned) programs = programs_on(variable("PATH").value_or(""));
    for (const char* name : {"ninja", "ccache", "distcc"}) {
        if (std::string path = find_program(name); !path.empty()) programs.emplace_back(std::move(path));
    }
    out.readable = installations(programs, out.home, variable);
    out.readable.insert(out.readable.end(), options.readable.begin(), options.readable.end());
    if (out.network) {
        for (const char* file : {".distcc/hosts", ".config/ccache/ccache.conf"}) {
            if (fs::exists(out.home / file)) out.readable.push_back(out.home / file);
        }
    }
    return out;
}

std::vector<std::string> sandbox_variables(const BuildPlaces& build, const SandboxPlaces& places) {
    std::vector<std::string> further = {"HOME=" + sandbox_home(places.home).string(), "TMPDIR=/tmp",
                                        "CCACHE_DIR=" + (build.build / ".ccache").string()};
    std::vector<std::string> kept;
    if (places.network) kept = {"CCACHE_REMOTE_STORAGE", "CCACHE_SECONDARY_STORAGE", "DISTCC_HOSTS"};
    return sandbox_environment(own_environment(), further, kept);
}

}  // namespace aibuild
