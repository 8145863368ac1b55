#pragma once

// Follows a ninja that runs: hands its lines on, journals its steps, and keeps what is to be known of them
// afterwards.
//
// Who ended well is what .ninja_log says, with the times that ninja measured; who failed and what each said
// is what ninja printed. Both are in the order in which steps ended.
//
// A step can print what ninja prints, and so say of others that they failed or ended. Nothing is taken for a
// success that is not in .ninja_log; nothing for a failure that is there, or where ninja's exit code is 0.
// So each failure is told, and what is told too much can only be, in a build that failed, of a step that was
// not made in it. A step that writes into .ninja_log lies to ninja itself.

#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tool/engine/build.h"
#include "tool/engine/build_outlook.h"
#include "tool/engine/ninja_process.h"
#include "tool/state/state.h"

namespace aibuild {

class BuildRecord : public NinjaOutput::Reader {
  public:
    // Keeps references. A journal is written where a plan tells which step is which.
    BuildRecord(const std::filesystem::path& build, BuildOutlook& outlook, BuildProgress& progress,
                bool journal);

    void began(const NinjaLine& line) override;
    void ended(const NinjaLine& line) override;
    void failed(const std::string& outputs, const std::string& command, int code) override;
    void printed(std::string_view line) override;

    // The descriptions of those that have begun and not ended, in the order in which they began.
    std::vector<std::string> running() const;

    // How much longer; see BuildProgress.
    std::optional<std::chrono::milliseconds> left();

    // Ninja has ended: the steps of the run, in the order in which they ended. What still ran when somebody
    // ended ninja was cancelled.
    std::vector<RunStep> finish(const NinjaEnd& end);

    const std::vector<FailedStep>& failures() const { return failures_; }
    const std::string& log() const { return log_; }

  private:
    using Clock = std::chrono::steady_clock;

    struct Ended {
        std::string description;
        std::string output;  // empty where nobody knows
        std::int64_t start_ms = 0, end_ms = 0;
        std::optional<std::size_t> failure;  // of failures_
        std::string text;
    };

    std::int64_t now_ms() const;
    void end(const NinjaLine& line);
    void settle();  // what ended last can't fail any more
    void cut_last_line();
    void drop_failures_that_were_none(const std::vector<LoggedOutput>& logged, int exit_code);
    std::vector<RunStep> steps_of(const std::vector<LoggedOutput>& logged, const NinjaEnd& end);
    Task task(const RunStep& step);
    void journal(const RunStep& step);

    const std::filesystem::path& build_;
    BuildOutlook& outlook_;
    BuildProgress& progress_;
    const Clock::time_point start_ = Clock::now();
    const std::int64_t started_ms_;  // since the epoch
    std::optional<Journal> journal_;
    std::unordered_map<std::string, std::int64_t> running_;  // description -> since when
    std::vector<Ended> ended_;
    std::set<std::string> outputs_;  // of those that ended
    std::size_t most_running_ = 1;
    NinjaLine last_;                                                   // for its counts
    std::optional<std::optional<std::chrono::milliseconds>> average_;  // asked for once
    bool settled_ = true;
    std::vector<FailedStep> failures_;
    std::string log_;
};

}  // namespace aibuild
