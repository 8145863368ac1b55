#include "tool/engine/build_place.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/plan.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/build_sandbox.h"
#include "tool/engine/declared.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

bool has(const fs::path& directory, std::string_view file) {
    std::error_code ignored;
    return fs::exists(directory / file, ignored);
}

bool is_build_directory(const fs::path& directory) {
    // Of a project within another one, whose cache is further up, declarations alone tell.
    return has(directory, ninja_file) || has(directory, "CMakeCache.txt") || has(directory, declared_file);
}

// As its own records say; else the directory above it, or itself where nothing there tells of a project.
fs::path sources_of(const fs::path& build) {
    if (const auto settings = build_settings(build)) return resolved(build / settings->root);
    if (has(build, declared_file)) return resolved(declared_root(build));
    if (const std::string source = cmake_cached(build, "CMAKE_HOME_DIRECTORY"); !source.empty())
        return resolved(source);
    return has(build.parent_path(), plan_file) ? build.parent_path() : build;
}

fs::path build_of(const fs::path& root) {
    const fs::path usual = root / "build";
    return resolved(!has(usual, ninja_file) && is_build_directory(root) ? root : usual);
}

}  // namespace

BuildPlace build_place(const fs::path& root, const fs::path& build) {
    BuildPlace out;
    const fs::path named = root.empty() ? "." : root;
    out.build = build.empty() ? build_of(named) : resolved(build);
    // A directory that was named by -B alone says itself what it was made from.
    const bool tells =
        root.empty() && is_build_directory(out.build) && !(build.empty() && has(named, plan_file));
    out.root = tells ? sources_of(out.build) : named;
    out.plan = has(out.root, plan_file);
    out.ninja = has(out.build, ninja_file);
    const auto settings = build_settings(out.build);
    out.emitted = out.plan && (settings ? resolved(out.build / settings->root) == resolved(out.root)
                                        : !is_build_directory(out.build));
    if (!out.plan && !is_build_directory(out.build)) {
        throw Error(Exit::usage, "plan.missing", (out.root / plan_file).string(),
                    fmt::format("There is no plan here, and {} is no build directory of CMake or ninja.",
                                out.build.string()),
                    "Stand in a project's directory or name it with -C, and a build directory with --build; "
                    "`aibuild-gen new` makes a project.");
    }
    return out;
}

}  // namespace aibuild
