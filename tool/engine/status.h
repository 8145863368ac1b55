#pragma once

// `aibuild-gen status`: every task of a project and how it stands, from the lock, the state, and what ninja
// remembers, after any mix of plain `ninja` and `aibuild-gen`. Opens no socket, runs nothing, writes only
// BUILD/.aibuild/state.json, and that only where ninja did something new.
//
// What ran is stored; whether it still holds is worked out by ninja's own rules, and by three that ninja
// lacks (freshness.h). A failure, or an end before its time, is known of what `aibuild-gen` ran: it stands
// until ninja's log tells of a later success, or the step holds all the same. What ninja wrongly takes for
// done is removed from the build directory, so that the next ninja makes it (withdraw.h): the one other thing
// that a status changes, and it says so.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace aibuild {

enum class Standing : std::uint8_t {
    succeeded,  // done, and still holds
    edited,     // a file that a person changed since it was generated: theirs
    stale,      // done, but does not hold any more: ninja or, of a file, `generate` would make it again
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
    std::string reason = {};        // why it is not `succeeded`, or how many tests passed
    std::int64_t duration_ms = -1;  // of the last run; -1 where nobody knows
    int attempts = 1;
    // Of what a model answered; unknown is absent.
    std::string provider = {}, model = {};
    std::optional<std::int64_t> input_tokens = {}, output_tokens = {};
    std::optional<double> cost = {};
    std::string output = {};  // the end of what a failed one printed
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
