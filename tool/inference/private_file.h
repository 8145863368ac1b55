#pragma once

// Files for their owner's eyes alone, in the user's cache.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace aibuild {

// The text of a regular file; nothing where there is none, or it may not be read, or it is a link. Throws
// Error `store.read` where the disk fails, or descriptors or memory have run out: whether there is one isn't
// known then.
std::optional<std::string> read_private_file(const std::filesystem::path& path);

// Replaces a file; readers, and other writers of the same file, see nothing of it or all of it. Directories
// are made where they are missing. Throws Error `store.write`.
void write_atomically(const std::filesystem::path& path, std::string_view text);

// $XDG_CACHE_HOME/aibuild, or ~/.cache/aibuild. Throws Error `store.home` where there is neither.
std::filesystem::path user_cache();

}  // namespace aibuild
