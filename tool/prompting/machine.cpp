#include "tool/prompting/machine.h"

#include <algorithm>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "ninja-gen/toolchain.h"

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
    for (const std::string& module : modules) {
        if (module == "threads" || module == "math" || module == "pthread" || module == "m") continue;
        if (!seen.insert(module).second) continue;
        if (left-- == 0) break;
        const bool name = !proposed_path_problem(module) && module.find('/') == std::string::npos &&
                          !module.ends_with(".pc");
        const std::string version = name ? Toolchain::version(Package{module, module}) : "";
        if (!version.empty())
            snapshot.packages.emplace(module, version);
        else if (std::find(snapshot.missing.begin(), snapshot.missing.end(), module) ==
                 snapshot.missing.end())
            snapshot.missing.push_back(module);
    }
}

}  // namespace aibuild
