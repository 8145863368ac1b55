#include "tool/cli/project_place.h"

#include "ninja-gen/plan.h"
#include "tool/engine/declared.h"

namespace aibuild {

void add_place_options(CLI::App& verb, std::filesystem::path& root, std::filesystem::path& build) {
    verb.add_option("-C", root, "the project's directory")->type_name("DIR");
    verb.add_option("-o,--build", build,
                    "the build directory; build/ in the project unless said. That of a CMake project that "
                    "uses AIBuild knows its sources, and needs no -C")
        ->type_name("DIR");
}

void find_place(std::filesystem::path& root, const std::filesystem::path& build) {
    std::error_code error;
    const bool planned = std::filesystem::is_regular_file(root / plan_file, error);
    if (!build.empty() && root == "." && !planned) root = declared_root(build);
}

}  // namespace aibuild
