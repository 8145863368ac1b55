#pragma once

// `aibuild-gen status`: every task of a project and how it stands, from the lock, the state, and what ninja
// remembers, after any mix of plain `ninja` and `aibuild-gen`. Opens no socket, runs nothing, writes only
// BUILD/.aibuild/state.json, and that only where ninja did something new.
//
// What ran is stored; whether it still holds is worked out by ninja's own rules, and by three that ninja
// lacks (freshness.h). What ninja wrongly takes for done is removed from the build directory, so that the
// next ninja makes it (withdraw.h): the one other thing that a status changes, and it says so.

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
    std::vector<std::string> removed;  // outputs in `build` that ninja would not have made again
    std::vector<std::string> unknown;  // what can't be told, and why
};

ProjectStatus status(const std::filesystem::path& root, const std::filesystem::path& build);

}  // namespace aibuild
