#pragma once

// What one `aibuild-gen build` did: what had changed, which steps ran and why, what they printed.
//
// A run that ran no step and did not fail is not recorded. Each is a file of its own,
// BUILD/.aibuild/runs/ID.json, written once, whole, and of which the last 20 are kept. Nothing waits for the
// disk: it is history, and a power cut may take the last run's.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/state/state.h"

namespace aibuild {

inline constexpr int run_format = 1;
inline constexpr std::size_t runs_kept = 20;

// A file of the project that was another one when the run before began.
struct Change {
    std::string path;           // from the project's root
    std::string before, after;  // SHA-256; empty: was not there, is gone
    bool operator==(const Change&) const = default;
};

struct RunStep {
    std::string output;                     // the first, as build.ninja has it; the task is "step:OUTPUT"
    std::string reason = {};                // why ninja ran it, as known before: "../src/a.cpp is newer"
    std::int64_t start_ms = 0, end_ms = 0;  // since the run began
    TaskState state = TaskState::succeeded;
    int exit_code = 0;
    std::string output_text = {};  // kept_output, of failures and warnings
    bool operator==(const RunStep&) const = default;
};

struct BuildRun {
    std::int64_t id = 0;          // 1, 2, 3, ...
    std::int64_t started_ms = 0;  // since the epoch
    std::int64_t duration_ms = 0;
    std::string executor = {};              // "ninja 1.11.1"
    std::string configuration = {};         // "release"
    std::string sandbox = {};               // "bwrap", "off", and what is not limited
    std::vector<std::string> targets = {};  // as they were named; none: the default ones
    int jobs = 0;                           // at a time; 0 where nobody said
    int exit_code = 0;
    std::size_t up_to_date = 0;  // steps of the targets that did not have to run
    std::vector<Change> changes = {};
    std::vector<RunStep> steps = {};                                   // in the order in which they ended
    std::optional<std::int64_t> tests_passed = {}, tests_failed = {};  // nothing where none was counted
    bool operator==(const BuildRun&) const = default;
};

// Writes `run` under the number after the last one's, which it gives back, and removes those that are too
// old. The caller has the Hold of the build directory. Throws Error `disk.full`, `disk.write`,
// `path.symlink`.
std::int64_t keep_run(const std::filesystem::path& build, BuildRun run);

// Oldest first; none where there are none. Throws Error `state.syntax` or `state.newer`.
std::vector<BuildRun> read_runs(const std::filesystem::path& build);
std::optional<BuildRun> read_run(const std::filesystem::path& build, std::int64_t id);

}  // namespace aibuild
