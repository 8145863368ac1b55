#include "ninja-gen/cmake/native.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ninja-gen/cmake/steps.h"
#include "ninja-gen/cmake/text.h"

namespace aibuild::cmake {

namespace {

const std::string& standard_of(const LoweredTarget& lowered) {
    const std::string& own = lowered.target->settings.standard;
    return own.empty() ? lowered.language->default_standard : own;
}

// Who includes a library's headers must understand them, also in a project that imports or finds it.
std::string standard_of_headers(const LoweredTarget& lowered, std::string_view scope) {
    const std::string& language = lowered.language->cmake_language;
    if (language != "C" && language != "CXX") return {};
    return fmt::format("target_compile_features({} {} {}_std_{})\n", lowered.target->name, scope,
                       language == "C" ? "c" : "cxx", standard_of(lowered));
}

Words warnings_of(const LoweredTarget& lowered) {
    static constexpr std::string_view names[] = {"default", "none", "all", "errors"};
    const auto flags = lowered.language->warnings.find(
        std::string(names[static_cast<std::size_t>(lowered.target->settings.warnings)]));
    return flags == lowered.language->warnings.end() ? Words{} : flags->second;
}

}  // namespace

bool beneath(const std::string& path, const std::string& directory) {
    return path.starts_with(directory + "/");
}

// CMake wants every header of a file set beneath one of its base directories, no base within another, and
// no semicolon in any of them.
bool has_header_set(const Project& project, const Target& target) {
    if (target.headers.empty() || target.include_directories.empty() || !library(target.kind)) return false;
    for (const auto* list : {&target.headers, &target.include_directories}) {
        for (const std::string& path : *list) {
            if (path.find(';') != std::string::npos) return false;
        }
    }
    for (const std::string& a : target.include_directories) {
        for (const std::string& b : target.include_directories) {
            if (&a != &b && beneath(a, b)) return false;
        }
    }
    return std::all_of(target.headers.begin(), target.headers.end(), [&](const std::string& header) {
        return !project.generated(header) &&
               std::any_of(target.include_directories.begin(), target.include_directories.end(),
                           [&](const std::string& directory) { return beneath(header, directory); });
    });
}

// Public headers as a file set, which installs them with their directories; other search paths as such.
std::string headers(const Project& project, const LoweredTarget& lowered, std::string_view scope) {
    const Target& target = *lowered.target;
    std::string out;
    const bool set = has_header_set(project, target);
    if (set) {
        out += call("target_sources(", {fmt::format("{} {} FILE_SET HEADERS", target.name, scope),
                                        filled("BASE_DIRS", arguments(target.include_directories)),
                                        filled("FILES", arguments(target.headers))});
    } else if (!target.include_directories.empty()) {
        Words groups{fmt::format("{} {}", target.name, scope)};
        for (const std::string& directory : target.include_directories) {
            groups.push_back(fmt::format("\"$<BUILD_INTERFACE:{}>\"",
                                         unquoted(project.word(mark::source + directory, true))));
        }
        out += call("target_include_directories(", groups);
    }
    for (const std::string& directory : lowered.generated_includes) {
        out += call("target_include_directories(",
                    {fmt::format("{} {} \"$<BUILD_INTERFACE:{}>\"", target.name, scope,
                                 unquoted(project.word(directory, true)))});
    }
    return out;
}

bool has_standard(const Language& language) {
    return language.cmake_language == "C" || language.cmake_language == "CXX";
}

bool has_modules(const LoweredTarget& lowered) {
    return lowered.language->compile && lowered.language->compile->modules &&
           !lowered.target->sources.empty();
}

std::string module_directory(const Target& target) {
    return fmt::format("${{CMAKE_CURRENT_BINARY_DIR}}/modules/{}", target.name);
}

std::string native_target(const Project& project, const LoweredTarget& lowered) {
    const Target& target = *lowered.target;
    const std::string& name = target.name;
    const bool interface = target.kind == Kind::interface_library;
    std::string out;
    Words sources;
    for (const std::string& source : target.sources) sources.push_back(item(source));
    for (const std::string& source : lowered.generated_sources) sources.push_back(project.word(source, true));
    switch (target.kind) {
        case Kind::static_library:
            sources.insert(sources.begin(), name + " STATIC");
            break;
        case Kind::shared_library:
            sources.insert(sources.begin(), name + " SHARED");
            break;
        case Kind::interface_library:
            sources.insert(sources.begin(), name + " INTERFACE");
            break;
        default:
            sources.insert(sources.begin(), name);
            break;
    }
    out += call(library(target.kind) ? "add_library(" : "add_executable(", sources);
    if (library(target.kind))
        out += fmt::format("add_library({}::{} ALIAS {})\n", project.plan.name, name, name);
    out += steps_first(project, target);
    out += headers(project, lowered, interface ? "INTERFACE" : library(target.kind) ? "PUBLIC" : "PRIVATE");
    if (library(target.kind)) out += standard_of_headers(lowered, interface ? "INTERFACE" : "PUBLIC");
    if (!interface) {
        Words properties;
        const std::string& standard = standard_of(lowered);
        if (has_standard(*lowered.language) && standard != lowered.language->default_standard)
            properties.push_back(fmt::format("{}_STANDARD {}", lowered.language->cmake_language, standard));
        if (lowered.position_independent && target.kind != Kind::shared_library)
            properties.emplace_back("POSITION_INDEPENDENT_CODE ON");
        if (target.kind == Kind::test)
            properties.emplace_back("RUNTIME_OUTPUT_DIRECTORY \"${products}/tests\"");
        if (has_modules(lowered))
            properties.push_back(fmt::format("Fortran_MODULE_DIRECTORY \"{}\"", module_directory(target)));
        if (!properties.empty()) {
            properties.insert(properties.begin(), name + " PROPERTIES");
            out += call("set_target_properties(", properties);
        }
        Words defines;
        for (const Define& define : target.settings.defines)
            defines.push_back(define.value.empty() ? define.name : define.name + "=" + define.value);
        if (!defines.empty())
            out += call("target_compile_definitions(", prefixed(name + " PRIVATE", defines));
        if (has_modules(lowered) && library(target.kind)) {
            out +=
                call("target_include_directories(",
                     {name + " PUBLIC", fmt::format("\"$<BUILD_INTERFACE:{}>\"", module_directory(target))});
        }
        Words options = warnings_of(lowered);
        if (!has_standard(*lowered.language)) {
            const Words& flags = lowered.language->standards.at(standard);
            options.insert(options.begin(), flags.begin(), flags.end());
        }
        if (target.kind == Kind::test)
            options.insert(options.end(), lowered.language->tests.begin(), lowered.language->tests.end());
        if (!options.empty())
            out += fmt::format("target_compile_options({} PRIVATE {})\n", name, fmt::join(options, " "));
    }
    Words links;
    for (const std::string& used : target.uses) {
        if (project.target(used).target->kind != Kind::executable) links.push_back(used);
    }
    for (const std::string& package : target.packages) links.push_back(package_target(package));
    // A library passes on what it uses; a shared library keeps it to itself.
    const std::string_view scope = interface                             ? "INTERFACE"
                                   : target.kind == Kind::static_library ? "PUBLIC"
                                                                         : "PRIVATE";
    if (!links.empty())
        out += call("target_link_libraries(", prefixed(fmt::format("{} {}", name, scope), links));
    return out;
}

}  // namespace aibuild::cmake
