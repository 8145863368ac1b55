#include "ninja-gen/cmake_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "ninja-gen/cmake/foreign.h"
#include "ninja-gen/cmake/install.h"
#include "ninja-gen/cmake/native.h"
#include "ninja-gen/cmake/project.h"
#include "ninja-gen/cmake/steps.h"
#include "ninja-gen/cmake/text.h"

namespace aibuild {

namespace cmake {

namespace {

std::string lists(const Project& project, const Words& modules) {
    std::string out(banner);
    out += "cmake_minimum_required(VERSION 3.25)\n";
    Words languages;
    for (const LoweredTarget& target : project.lowered.targets) {
        if (native(target) && std::find(languages.begin(), languages.end(),
                                        target.language->cmake_language) == languages.end()) {
            languages.push_back(target.language->cmake_language);
        }
    }
    // A linker of C is what other languages' archives meet.
    std::sort(languages.begin(), languages.end());
    // No DESCRIPTION: prose of a model stays in the plan (law 2).
    Words head{project.plan.name, "VERSION " + project.plan.version};
    head.push_back("LANGUAGES " +
                   (languages.empty() ? "NONE" : fmt::format("{}", fmt::join(languages, " "))));
    out += call("project(", head);
    out += fmt::format("\noption({}_INSTALL \"Add {}'s install rules\" ${{PROJECT_IS_TOP_LEVEL}})\n",
                       upper(project.plan.name), project.plan.name);
    if (project.has_tests)
        out += fmt::format("option({}_TESTS \"Build {}'s tests\" ${{PROJECT_IS_TOP_LEVEL}})\n",
                           upper(project.plan.name), project.plan.name);
    out += "\ninclude(cmake/defaults.cmake)\n";
    if (!project.plan.steps.empty()) out += "include(cmake/steps.cmake)\n";
    if (!project.plan.packages.empty()) out += "include(cmake/packages.cmake)\n";
    for (TargetId id : project.lowered.order) {
        const LoweredTarget& target = project.target(id);
        if (native(target) && target.target->kind != Kind::test) out += "\n" + native_target(project, target);
    }
    if (!modules.empty()) out += "\n# Languages that CMake has no rules for\n";
    for (const std::string& module : modules) out += fmt::format("include({})\n", module);
    out += "\n";
    if (project.has_tests)
        out += fmt::format("if({}_TESTS)\n  enable_testing()\n  include(cmake/tests.cmake)\nendif()\n",
                           upper(project.plan.name));
    out += fmt::format("if({}_INSTALL)\n  include(cmake/install.cmake)\nendif()\n", upper(project.plan.name));
    return out;
}

std::string packages_module(const Project& project) {
    std::string out(banner);
    bool pkg_config = false;
    for (const Package& package : project.plan.packages) {
        if (package.name == "threads") out += "find_package(Threads REQUIRED)\n";
        if (package.pkg_config.empty()) continue;
        if (!pkg_config) out += "find_package(PkgConfig REQUIRED)\n";
        pkg_config = true;
        out += fmt::format("pkg_check_modules({} REQUIRED IMPORTED_TARGET {})\n", upper(package.name),
                           package.pkg_config);
    }
    return out;
}

std::string tests_module(const Project& project) {
    std::string out(banner);
    out +=
        "# A test is called with the path of each program it uses, then of its data; its exit code is "
        "the verdict.\n";
    for (TargetId id : project.lowered.order) {
        const LoweredTarget& lowered = project.target(id);
        const Target& target = *lowered.target;
        if (target.kind != Kind::test) continue;
        out += "\n";
        if (native(lowered)) out += native_target(project, lowered);
        Words run;
        for (const std::string& symbolic : lowered.run) run.push_back(project.word(symbolic));
        out += call("add_test(", {"NAME " + target.name, filled("COMMAND", run)});
    }
    return out;
}

// Those that CMake doesn't have itself; a compiler of CMake's links with the flags that it compiles with.
std::string build_types(const std::vector<const Language*>& languages) {
    std::string out;
    for (const std::string_view name : {"sanitize", "coverage"}) {
        for (const Language* language : languages) {
            if (!language->configurations.contains(std::string(name))) continue;
            if (out.empty())
                out = "\n# Build types beside CMake's own: -D CMAKE_BUILD_TYPE=Sanitize or =Coverage\n";
            out += fmt::format("set(CMAKE_{}_FLAGS_{} \"{}\")\n", language->cmake_language, upper(name),
                               fmt::join(language->flags_of(name), " "));
        }
    }
    return out;
}

std::string defaults_module(const Project& project) {
    std::string out(banner);
    out +=
        "# What holds for all targets of this project, and for nobody else's.\n\n"
        "get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)\n"
        "if(PROJECT_IS_TOP_LEVEL)\n"
        "  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)\n"
        "  if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)\n"
        "    set(CMAKE_BUILD_TYPE Release CACHE STRING \"Debug, Release, RelWithDebInfo or MinSizeRel\" "
        "FORCE)\n"
        "  endif()\n"
        "endif()\n";
    if (project.has_native) out += "\n";
    std::vector<const Language*> seen;
    for (const LoweredTarget& target : project.lowered.targets) {
        if (!native(target) || std::find(seen.begin(), seen.end(), target.language) != seen.end()) continue;
        seen.push_back(target.language);
        if (!has_standard(*target.language)) continue;
        out += fmt::format(
            "set(CMAKE_{0}_STANDARD {1})\nset(CMAKE_{0}_STANDARD_REQUIRED ON)\nset(CMAKE_{0}_EXTENSIONS "
            "OFF)\n",
            target.language->cmake_language, target.language->default_standard);
    }
    out += build_types(seen);
    if (project.has_native) out += "\ninclude(GNUInstallDirs)\n";
    if (std::any_of(project.plan.targets.begin(), project.plan.targets.end(),
                    [](const Target& target) { return target.kind == Kind::shared_library; })) {
        out += fmt::format("set(CMAKE_INSTALL_RPATH \"\\$ORIGIN\" \"\\$ORIGIN/../{}\")\n",
                           project.destination("lib", "LIBDIR"));
    }
    out +=
        "\n# Where products are: where a generator has several configurations, each has its own.\n"
        "set(products \"${CMAKE_CURRENT_BINARY_DIR}\")\n"
        "if(multi_config)\n"
        "  string(APPEND products \"/$<CONFIG>\")\n"
        "endif()\n";
    if (project.has_native) {
        out +=
            "set(CMAKE_RUNTIME_OUTPUT_DIRECTORY \"${products}/bin\")\n"
            "set(CMAKE_LIBRARY_OUTPUT_DIRECTORY \"${products}/lib\")\n"
            "set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY \"${products}/lib\")\n";
    }
    return out;
}

std::string presets() {
    return R"({
  "version": 6,
  "configurePresets": [
    {
      "name": "release",
      "generator": "Ninja",
      "binaryDir": "${sourceDir}/out/${presetName}",
      "cacheVariables": {"CMAKE_BUILD_TYPE": "Release"}
    },
    {
      "name": "debug",
      "inherits": "release",
      "cacheVariables": {"CMAKE_BUILD_TYPE": "Debug"}
    },
    {
      "name": "sanitize",
      "inherits": "release",
      "cacheVariables": {"CMAKE_BUILD_TYPE": "Sanitize"}
    },
    {
      "name": "coverage",
      "inherits": "release",
      "cacheVariables": {"CMAKE_BUILD_TYPE": "Coverage"}
    }
  ],
  "buildPresets": [
    {"name": "release", "configurePreset": "release"},
    {"name": "debug", "configurePreset": "debug"},
    {"name": "sanitize", "configurePreset": "sanitize"},
    {"name": "coverage", "configurePreset": "coverage"}
  ],
  "testPresets": [
    {"name": "release", "configurePreset": "release", "output": {"outputOnFailure": true}, "execution": {"noTestsAction": "error"}},
    {"name": "debug", "configurePreset": "debug", "output": {"outputOnFailure": true}, "execution": {"noTestsAction": "error"}},
    {"name": "sanitize", "configurePreset": "sanitize", "output": {"outputOnFailure": true}, "execution": {"noTestsAction": "error"}},
    {"name": "coverage", "configurePreset": "coverage", "output": {"outputOnFailure": true}, "execution": {"noTestsAction": "error"}}
  ]
}
)";
}

}  // namespace

}  // namespace cmake

std::vector<EmittedFile> write_cmake(const Plan& plan, const Lowered& lowered) {
    using namespace cmake;
    const Project project(plan, lowered);
    std::vector<EmittedFile> files;
    Words modules;
    std::map<std::string_view, std::string_view> helpers;
    for (const Language* language : project.foreign_languages()) {
        modules.push_back(fmt::format("cmake/{}.cmake", language->name));
        files.push_back({modules.back(), foreign_module(project, *language)});
        for (const std::string& helper : language->helpers) helpers.emplace(helper, language->helper(helper));
    }
    for (const auto& [helper, script] : helpers)
        files.push_back({fmt::format("cmake/{}", helper), std::string(script), true});
    if (!project.plan.packages.empty()) files.push_back({"cmake/packages.cmake", packages_module(project)});
    if (!project.plan.steps.empty()) files.push_back({"cmake/steps.cmake", steps_module(project)});
    if (project.has_tests) files.push_back({"cmake/tests.cmake", tests_module(project)});
    files.push_back({"cmake/defaults.cmake", defaults_module(project)});
    files.push_back({"cmake/install.cmake", install_module(project)});
    files.push_back({"CMakeLists.txt", lists(project, modules)});
    files.push_back({"CMakePresets.json", presets()});
    std::sort(files.begin(), files.end(),
              [](const EmittedFile& a, const EmittedFile& b) { return a.path < b.path; });
    return files;
}

}  // namespace aibuild
