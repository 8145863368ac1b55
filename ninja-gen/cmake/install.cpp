#include "ninja-gen/cmake/install.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "ninja-gen/cmake/native.h"
#include "ninja-gen/cmake/text.h"
#include "ninja-gen/small_letters.h"

namespace aibuild::cmake {

namespace {

std::string install_library(const Project& project, const LoweredTarget& lowered) {
    const Target& target = *lowered.target;
    const std::string include = project.destination("include", "INCLUDEDIR");
    const bool modules = native(lowered) && has_modules(lowered);
    const bool plain_headers = !has_header_set(project, target) && !target.headers.empty();
    Words groups{"TARGETS " + target.name, fmt::format("EXPORT {}-targets", project.plan.name)};
    if (has_header_set(project, target)) groups.emplace_back("FILE_SET HEADERS");
    // Modules of one name may be in several libraries.
    const std::string module_include = fmt::format("{}/{}", include, target.name);
    if (modules || plain_headers) {
        groups.push_back("INCLUDES DESTINATION" + (plain_headers ? " " + include : "") +
                         (modules ? " " + module_include : ""));
    }
    std::string out = call("install(", groups);
    if (modules) {
        out += call("install(", {fmt::format("DIRECTORY \"{}/\"", module_directory(target)),
                                 "DESTINATION " + module_include});
    }
    if (!plain_headers) return out;
    // As a file set does it: each header beneath the directory that it is included from.
    std::map<std::string, Words> by_directory;
    for (const std::string& header : target.headers) {
        std::string_view rest = header;
        for (const std::string& directory : target.include_directories) {
            if (beneath(header, directory) && header.size() - directory.size() - 1 < rest.size())
                rest = std::string_view(header).substr(directory.size() + 1);
        }
        const bool generated = project.generated(header);  // gen/STEP/...
        if (generated) rest.remove_prefix(rest.find('/', generated_directory.size()) + 1);
        const std::size_t slash = rest.size() == header.size() ? std::string::npos : rest.rfind('/');
        by_directory[slash == std::string::npos ? "" : "/" + std::string(rest.substr(0, slash))].push_back(
            generated ? project.word(mark::build + header) : argument(header));
    }
    for (const auto& [directory, headers] : by_directory)
        out += call("install(", {filled("FILES", headers), "DESTINATION " + in_quotes(include, directory)});
    return out;
}

}  // namespace

std::string install_module(const Project& project) {
    std::string out(banner);
    Words exported;
    std::string foreign;
    for (TargetId id : project.lowered.order) {
        const LoweredTarget& lowered = project.target(id);
        const Target& target = *lowered.target;
        if (target.kind == Kind::test) continue;
        if (linkable(target.kind)) {
            exported.push_back(target.name);
            out += install_library(project, lowered);
        } else if (native(lowered)) {
            out += fmt::format("install(TARGETS {})\n", target.name);
        }
        if (native(lowered)) continue;
        for (const BuiltProduct& built : lowered.products) {
            const bool program = built.product->interface == "program";
            if (!built.output.starts_with(program ? "\2bin/" : "\2lib/")) continue;
            foreign += fmt::format(
                "install({} {} DESTINATION {})\n", program ? "PROGRAMS" : "FILES", project.word(built.output),
                program ? project.destination("bin", "BINDIR") : project.destination("lib", "LIBDIR"));
        }
    }
    out += foreign;
    if (exported.empty()) return out;
    const std::string& name = project.plan.name;
    const std::string package = fmt::format("{}/cmake/{}", project.destination("lib", "LIBDIR"), name);
    // The name that find_package looks for in small letters, whatever the package's own are.
    const std::string config = small_letters(name) + "-config";
    out += fmt::format(
        "\n# find_package({0}) gives the libraries above as {0}::NAME.\n"
        "include(CMakePackageConfigHelpers)\n"
        "install(EXPORT {0}-targets NAMESPACE {0}:: DESTINATION {1})\n"
        "file(CONFIGURE OUTPUT {2}.cmake @ONLY CONTENT [=[\n",
        name, package, config);
    if (!project.plan.packages.empty()) out += "include(CMakeFindDependencyMacro)\n";
    bool pkg_config = false;
    for (const Package& each : project.plan.packages) {
        if (each.name == "threads") out += "find_dependency(Threads)\n";
        if (each.pkg_config.empty()) continue;
        if (!pkg_config) out += "find_dependency(PkgConfig)\n";
        pkg_config = true;
        out += fmt::format(
            "pkg_check_modules({0} QUIET IMPORTED_TARGET {1})\n"
            "if(NOT {0}_FOUND)\n"
            "  set({2}_FOUND FALSE)\n"
            "  set({2}_NOT_FOUND_MESSAGE \"it needs {1}, which pkg-config doesn't find\")\n"
            "  return()\n"
            "endif()\n",
            upper(each.name), each.pkg_config, name);
    }
    out += fmt::format(
        "include(\"${{CMAKE_CURRENT_LIST_DIR}}/{0}-targets.cmake\")\n]=])\n"
        "write_basic_package_version_file(\n"
        "  \"${{CMAKE_CURRENT_BINARY_DIR}}/{2}-version.cmake\" COMPATIBILITY SameMajorVersion)\n"
        "install(FILES \"${{CMAKE_CURRENT_BINARY_DIR}}/{2}.cmake\"\n"
        "              \"${{CMAKE_CURRENT_BINARY_DIR}}/{2}-version.cmake\"\n"
        "        DESTINATION {1})\n",
        name, package, config);
    return out;
}

}  // namespace aibuild::cmake
