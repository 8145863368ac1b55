#pragma once

// `aibuild-gen status`: every task of a project and how it stands, from the lock, the state, and what ninja
// remembers, after any mix of plain `ninja` and `aibuild-gen`. Opens no socket, runs nothing, writes only
// BUILD/.aibuild/state.json, and that only where ninja did something new.
//
// What ran is stored; whether it still holds is worked out here by ninja's own rules: an output is stale
// where it is missing, where its command is another one, or where something it was made from is newer.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

enum class Standing : std::uint8_t {
    succeeded,  // done, and still holds
    edited,     // a file that a person changed since it was generated: theirs
    stale,      // done, but does not hold any more
    pending,    // not done
    missing,    // a generated file that is not there
    failed,
    running,
    cancelled,
};

std::string_view name_of(Standing standing);

struct TaskStatus {
    std::string id;    // "file:src/a.cpp"
    std::string kind;  // "plan", "file", "step", "test"
    Standing standing = Standing::pending;
    std::string reason;             // why it is not `succeeded`, or how many tests passed
    std::int64_t duration_ms = -1;  // of the last run; -1 where nobody knows
};

struct ProjectStatus {
    std::string project, configuration;
    std::filesystem::path build;
    std::vector<TaskStatus> tasks;
    std::vector<std::string> unknown;  // what can't be told, and why
};

ProjectStatus status(const std::filesystem::path& root, const std::filesystem::path& build);

}  // namespace aibuild
