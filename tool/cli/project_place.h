#pragma once

#include <CLI/App.hpp>
#include <filesystem>

namespace aibuild {

// -C and --build: where a verb works. With the build directory of a CMake project, which knows its sources,
// no -C is needed.
void add_place_options(CLI::App& verb, std::filesystem::path& root, std::filesystem::path& build);

// To be called once they are read: `root` becomes what was meant. Throws Error `declared.missing`,
// `declared.schema`.
void find_place(std::filesystem::path& root, const std::filesystem::path& build);

}  // namespace aibuild
