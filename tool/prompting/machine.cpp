#include "tool/prompting/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "ninja-gen/small_letters.h"
#include "ninja-gen/toolchain.h"
#include "tool/prompting/cmake_packages.h"

namespace aibuild {

Snapshot take_snapshot(const Languages& languages) {
    Snapshot out;
    Toolchain toolchain;
    for (const Language& language : languages.all()) {
        for (const Tool& tool : language.tools) {
            try {
                out.tools.emplace(tool.name, toolchain.version(tool));
            } catch (const Error&) {
                out.missing.push_back(language.title);
                break;
            }
        }
    }
    return out;
}

void look_up_packages(const std::vector<std::string>& modules, Snapshot& snapshot) {
    std::size_t left = 20;  // a brief that names more is no brief, found or not
    std::set<std::string_view> seen;
    CMakePackages cmake;
    for (const std::string& module : modules) {
        if (module == "threads" || module == "math" || module == "pthread" || module == "m") continue;
        if (!seen.insert(module).second) continue;
        if (left-- == 0) break;
        const bool name = !proposed_path_problem(module) && module.find('/') == std::string::npos &&
                          !module.ends_with(".pc");
        std::string known = module;
        std::string version = name ? Toolchain::version(Package{module, module}) : "";
        if (name && version.empty()) {  // Eigen3, as CMake calls it, is mostly eigen3 to pkg-config
            known = small_letters(module);
            if (known != module) version = Toolchain::version(Package{known, known});
        }
        if (!version.empty()) {
            snapshot.packages.emplace(known, version);
            continue;
        }
        std::string missing = module;
        if (name) {
            if (const auto only = cmake.version(module))
                missing = fmt::format("{} for pkg-config, only for find_package of CMake{}{}", module,
                                      only->empty() ? "" : ", version ", *only);
        }
        if (std::find(snapshot.missing.begin(), snapshot.missing.end(), missing) == snapshot.missing.end())
            snapshot.missing.push_back(missing);
    }
}

}  // namespace aibuild
