#pragma once

// What was asked of whom, and what it came to: one line of JSON a call, in the person's own state directory,
// so that a bill or an odd answer can be traced. It has neither prompt nor answer, key nor header.
//
// calls.jsonl: 0600 in a directory of 0700; a line is one write(2) with O_APPEND, so that processes do not
// mix theirs; from 10 MiB on it becomes calls.jsonl.1, in place of the one before.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/inference/request.h"

namespace aibuild {

struct CallRecord {
    std::chrono::system_clock::time_point time;  // when it began
    std::string request;                         // key_of(Request)
    std::string stage, subject;
    std::string server;   // a URL, of which the origin is kept
    std::string model;    // as the server resolved it
    std::string api;      // "chat", "responses"; empty for the built-in planner
    std::string outcome;  // "complete", "cut", ...; or the rule of the error that ended it
    int requests = 0;     // sent, retries too
    Usage usage;
    std::optional<double> cost;
    std::vector<std::string> warnings;  // Response::warnings
    std::chrono::milliseconds duration{0};
    bool from_store = false;
};

// The name of an outcome: "complete", "incomplete", "cut", "refused", "filtered".
std::string_view name_of(Outcome outcome);

// One line with its end. Unknown is null, never 0.
std::string line_of(const CallRecord& record);

class CallLog {
  public:
    static constexpr std::int64_t rotated_at = 10 << 20;

    // `directory` is made when first needed. An empty one keeps nothing.
    explicit CallLog(std::filesystem::path directory, std::int64_t rotate_at = rotated_at);

    // False where the record could not be kept, `problem` says why: no reason to lose an answer that is paid.
    bool append(const CallRecord& record, std::string& problem) const;

    std::filesystem::path path() const { return directory_ / "calls.jsonl"; }

  private:
    std::filesystem::path directory_;
    std::int64_t rotate_at_;
};

// $XDG_STATE_HOME/aibuild, or ~/.local/state/aibuild; empty where there is no home.
std::filesystem::path user_call_log_directory();

}  // namespace aibuild
