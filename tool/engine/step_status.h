#pragma once

// How one step stands, from ninja's records, a test's verdict and what AIBuild recorded of it.

#include <cstdint>
#include <filesystem>
#include <string>

#include "tool/engine/freshness.h"
#include "tool/engine/status.h"
#include "tool/state/state.h"

namespace aibuild {

// When a step began that the log tells of, since the epoch; 0 where it does not tell. From version 6 on the
// time is that of the command's beginning; before, that of its output, at its end.
std::int64_t began_ms(const LogEntry& entry, int version);

// How long it took; -1 where the log does not tell: some executors write no times.
std::int64_t took_ms(const LogEntry& entry);

// What only the state tells of a task; and the same of one whose last run did not succeed, or goes on.
void add_known(TaskStatus& out, const Task& known);
void overrule(TaskStatus& out, const Task& known);

// A step as it stands, and whether it is the state that tells so.
struct SeenStep {
    TaskStatus task;
    bool of_state = false;
};
SeenStep step_status(const Step& step, std::size_t n, const Freshness& fresh, int version,
                     const std::filesystem::path& build, const State& state);

// Why there is no log.
std::string no_log(const std::filesystem::path& build);

}  // namespace aibuild
