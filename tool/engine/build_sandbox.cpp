#include "tool/engine/build_sandbox.h"

#include <algorithm>
#include <sstream>

#include "ninja-gen/machine.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/derived_file.h"
#include "tool/sandbox/environment.h"
#include "tool/sandbox/toolchains.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

bool has_configuration(const fs::path& directory) {
    std::error_code error;
    const fs::directory_iterator files(directory, error);
    return std::any_of(begin(files), end(files), [](const fs::directory_entry& entry) {
        const std::string name = entry.path().filename().string();
        return name.ends_with("Config.cmake") || name.ends_with("-config.cmake");
    });
}

// PREFIX of PREFIX/lib/cmake/NAME, PREFIX/share/NAME/cmake and the like; empty where it is in none.
fs::path prefix_of(fs::path directory) {
    for (int up = 0; up < 4 && directory.has_relative_path(); ++up, directory = directory.parent_path()) {
        const std::string name = directory.filename().string();
        if (name == "lib" || name == "lib64" || name == "share") return directory.parent_path();
    }
    return {};
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

std::vector<fs::path> package_places(const fs::path& build, const fs::path& home) {
    std::vector<fs::path> out;
    std::istringstream file(read_file(build / "CMakeCache.txt").value_or(""));
    for (std::string line; std::getline(file, line);) {
        // NAME_DIR:PATH=VALUE, also where the person gave it and no find_package made it a PATH.
        const std::size_t name = line.find("_DIR:"), value = line.find('=');
        if (name == line.npos || value == line.npos || value < name || line.starts_with('/')) continue;
        std::error_code error;
        const fs::path directory = fs::canonical(line.substr(value + 1), error);
        if (error || is_system(directory) || !has_configuration(directory) || is_beneath(home, directory))
            continue;
        out.push_back(directory);
        const fs::path prefix = prefix_of(directory);
        if (prefix.empty() || is_beneath(home, prefix)) continue;
        for (const char* part : {"bin", "include", "lib", "lib64", "libexec"}) {
            if (fs::is_directory(prefix / part, error)) out.push_back(prefix / part);
        }
    }
    return out;
}

SandboxPlaces sandbox_places(const BuildPlaces& build, const BuildOptions& options) {
    SandboxPlaces out;
    out.root = build.root;
    out.build = build.build;
    out.home = !options.home.empty() ? options.home : fs::path(own_variable("HOME").value_or(""));
    out.memory = build_memory();
    out.network = build.launcher != "none" && build.launcher == options.network_launcher;
    std::vector<fs::path> programs(build.programs.begin(), build.programs.end());
    if (!build.planned) programs = programs_on(own_variable("PATH").value_or(""));
    for (const char* name : {"ninja", "ccache", "distcc"}) {
        if (std::string path = find_program(name); !path.empty()) programs.emplace_back(std::move(path));
    }
    out.readable = installations(programs, out.home, own_variable);
    if (!build.planned) {
        for (fs::path& place : package_places(build.build, out.home))
            out.readable.push_back(std::move(place));
    }
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
