#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace aibuild {

// The bytes of a file; nothing where it can't be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

// Writes a file that can be made again at any time: whole (temporary file, rename), but without waiting for
// the disk. Returns false, and touches nothing, where it has these bytes already. Throws Error `disk.full` or
// `disk.write`.
bool write_derived(const std::filesystem::path& path, std::string_view text, bool executable = false);

// Makes the file newer than anything before, empty where it did not exist.
void touch(const std::filesystem::path& path);

}  // namespace aibuild
