#pragma once

// What ran here: tasks, times, reasons. Local to a build directory, never committed.
//
// While something runs, every change of a task is one line appended to BUILD/.aibuild/journal.jsonl, so that
// a kill at any instant loses at most the line in flight; at the end the journal is folded into
// BUILD/.aibuild/state.json and removed. What models are asked goes on while others build, and has a journal
// of its own, asked.jsonl. Whoever reads folds what is left of a journal in memory. Only
// running, succeeded, failed and cancelled are stored: pending, ready, skipped and stale are derived by
// whoever knows the graph, so that they cannot lie. A task that a journal says is running, while its process
// is gone, was cancelled.

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

inline constexpr int state_format = 2;

enum class TaskState : std::uint8_t { running, succeeded, failed, cancelled };

std::string_view name_of(TaskState state);

// The end of what a program printed, at most 16 KiB, from the beginning of a line on.
std::string kept_output(std::string_view printed);

struct Task {
    TaskState state = TaskState::running;
    std::string kind;               // "plan", "file", "emit", "step", "test"
    std::string reason;             // why it ran, or why it failed
    std::int64_t started_ms = 0;    // since the epoch; 0 where nobody knows
    std::int64_t duration_ms = -1;  // -1 where nobody knows
    int attempts = 1;
    std::string by = {};  // "aibuild-gen", or "ninja" where the log of a plain ninja told it
    std::vector<std::string> waited_for = {};  // ids of tasks
    // Of what a model answered. Unknown is absent, never 0; the cost is in the unit of the person's prices.
    std::string provider = {}, model = {};
    std::optional<std::int64_t> input_tokens = {}, output_tokens = {};
    std::optional<double> cost = {};
    std::string output = {};  // what a failed one printed (kept_output)
    bool operator==(const Task&) const = default;
};

// How far a .ninja_log has been read (facts of its format are in ninja-gen/ninja_log.h).
struct LogMark {
    std::int64_t size = 0;
    std::string head;         // its first line
    std::string tail_sha256;  // of the last 4,096 bytes before `size`
    std::string failures;     // SHA-256 of what failed and why, which no log has; empty: nothing did
    bool operator==(const LogMark&) const = default;
};

struct State {
    std::map<std::string, Task> tasks;  // by id: "plan", "file:src/a.cpp", "step:obj/a.o", "test:tests/a.ok"
    LogMark log;
    bool operator==(const State&) const = default;
};

// The state of a build directory, journal folded in. Nothing there is an empty State. Throws Error
// `state.newer` (untouched) or `state.syntax` (with the fix: remove the file, nothing but history is lost);
// `path.symlink`, `path.type` and `disk.read` where the files aren't files.
State read_state(const std::filesystem::path& build);

// How far the log was read when state.json was written, without reading its tasks: that is how a status
// learns that nothing ran since. Empty where a journal is to be folded in, or where it can't be told.
LogMark read_log_mark(const std::filesystem::path& build);

// The state but for plain successes of steps and tests, of which whoever has ninja's log knows already: of
// 100,000 tasks only the few that tell more are parsed. Throws as read_state.
State read_state_briefly(const std::filesystem::path& build);

// Writes state.json atomically, and only where its bytes change (law 8); removes the journal. An empty State
// where nothing is there writes nothing.
void write_state(const std::filesystem::path& build, const State& state);

// What a log of ninja tells of a step: a success. The texts are somebody else's.
struct LoggedTask {
    std::string_view id, kind;
    std::int64_t started_ms = 0, duration_ms = -1;
    bool holds = false;  // ninja would not run it again
};

// Whether what AIBuild recorded of a task is of the run that began at `started_ms`, of which somebody else
// tells, or of a later one, so that it says more. `holds`: ninja would not run it again; a failure was mended
// then.
bool outlasts(const Task& known, std::int64_t started_ms, bool holds);

// Takes into the state of a build directory what its log tells, and the tests that failed: each replaces what
// was known of its task, unless that outlasts it. The same as reading the State, changing it and writing it,
// for 100,000 tasks: old ones that are replaced or stay are not parsed, new ones stand in the order in which
// they come, and as they can be read in the log again the write does not wait for the disk, which would take
// 300 ms. Does nothing while the writer of a journal lives: it folds its journal itself. Called with the Hold
// of the build directory. Throws as those do.
void sync_state(const std::filesystem::path& build, const LogMark& mark,
                const std::vector<LoggedTask>& succeeded, const std::map<std::string, Task>& failed);

// Takes `tasks`, and what this process or a killed one left in a journal, into the state of a build
// directory: each replaces what was known of its task. As fast as sync_state and, like it, without waiting
// for the disk.
// Called with the Hold of the build directory, which may not be there yet. Throws as write_state.
void add_tasks(const std::filesystem::path& build, const std::map<std::string, Task>& tasks);

// Writes a journal while tasks run; folds it when it is destroyed: what is still running then was cancelled.
// One process at a time (its Hold sees to that); within it, record() may be called from any thread.
class Journal {
  public:
    // Makes BUILD/.aibuild. Nothing is written before the first task: a run that ran nothing is not recorded.
    // What a killed writer left is folded then.
    explicit Journal(std::filesystem::path build);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // Throws Error `disk.full` or `disk.write`, with the journal as it was.
    void record(const std::string& id, const Task& task);

    // How the tasks of this run turned out, in the place of all that was recorded while nobody could know
    // better. Nothing is recorded afterwards. Throws as write_state.
    void end(const std::map<std::string, Task>& tasks);

  private:
    void open();

    std::filesystem::path build_;
    int fd_ = -1;
    std::mutex mutex_;
};

// The same of what models are asked: for minutes, in which others may have the build directory. One process
// at a time, by the Hold of the project; that of the build directory it takes by itself, for the moments in
// which it folds. Where another has it then, its journal stays for the next writer; and where one that was
// killed is still to be folded, nothing is recorded until add_tasks.
class AskedJournal {
  public:
    // `build` exists. `command` is what others are told meanwhile, as of Hold.
    AskedJournal(std::filesystem::path build, std::string command);
    ~AskedJournal();
    AskedJournal(const AskedJournal&) = delete;
    AskedJournal& operator=(const AskedJournal&) = delete;

    // Throws as that of Journal.
    void record(const std::string& id, const Task& task);

  private:
    bool fold() const;

    const std::filesystem::path build_;
    const std::string command_;
    bool tried_ = false;
    int fd_ = -1;
};

}  // namespace aibuild
