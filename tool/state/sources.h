#pragma once

// The project's files as they were when something was last built from them, so that what a build was for can
// be said with both hashes: BUILD/.aibuild/sources.json.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tool/state/run.h"

namespace aibuild {

inline constexpr int sources_format = 1;

struct Source {
    std::string sha256;
    std::int64_t size = 0;
    std::int64_t mtime_ns = 0;  // since the epoch; 0: too young to trust when it was looked at
    bool operator==(const Source&) const = default;
};

using Sources = std::map<std::string, Source>;  // by path from the project's root

// `paths` as they are now; those that are not there, or are no regular files, are left out. Of a file whose
// size and time are those in `known`, the hash is taken from there: 10,000 files take 15 ms. A file that was
// written in the last 100 ms may be written once more without a new time; its time is not kept, and the next
// look reads it.
Sources look_at_sources(const std::filesystem::path& project, const std::vector<std::string>& paths,
                        const Sources& known);

// What is another file, in the order of paths. A file that only one of the two lists asked for is a change,
// too.
std::vector<Change> changes_between(const Sources& before, const Sources& now);

// None where there is no file. Throws Error `state.syntax` or `state.newer`.
Sources read_sources(const std::filesystem::path& build);

// Atomically, without waiting for the disk, and only where it changes a byte. Throws as Root::write.
void write_sources(const std::filesystem::path& build, const Sources& sources);

}  // namespace aibuild
