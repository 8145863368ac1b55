#include "tool/prompting/cmake_packages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "ninja-gen/toolchain.h"

namespace aibuild {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view project = R"(cmake_minimum_required(VERSION 3.25)
project(packages LANGUAGES C CXX)
find_package(${WANTED} QUIET)
if(${WANTED}_FOUND)
  file(WRITE "${CMAKE_BINARY_DIR}/found" "${${WANTED}_VERSION}")
endif()
)";

}  // namespace

std::optional<std::string> CMakePackages::version(const std::string& name) {
    const std::string cmake = find_program("cmake");
    if (cmake.empty()) return std::nullopt;
    if (!directory_) {
        directory_.emplace("packages");
        if (*directory_) std::ofstream(*directory_ / "CMakeLists.txt") << project;
    }
    if (!*directory_) return std::nullopt;
    const fs::path build = *directory_ / "build";
    std::error_code ignored;
    fs::remove(build / "found", ignored);
    const ProgramOutput configured =
        run_program({cmake, "-S", directory_->path(), "-B", build.string(), "-DWANTED=" + name,
                     "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF", "-DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON"},
                    {std::chrono::seconds(30)});
    std::ifstream found(build / "found");
    if (!configured.problem.empty() || !found.is_open()) return std::nullopt;
    std::string version;
    std::getline(found, version);
    // It goes before a model: a version and no more than that.
    const bool plain = version.size() <= 40 && std::all_of(version.begin(), version.end(), [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
                       });
    return plain ? version : "";
}

}  // namespace aibuild
