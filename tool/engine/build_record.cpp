#include "tool/engine/build_record.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tool/engine/launcher.h"

namespace aibuild {

namespace {

constexpr std::size_t most_text = 65536;

// Of what is too long the beginning, where the first error stands, and the end, where a verdict does.
void append(std::string& out, std::string_view text) {
    out += text;
    if (out.size() <= 3 * most_text) return;
    const std::size_t begin = out.find('\n', most_text), end = out.find('\n', out.size() - most_text);
    if (begin < end && end != out.npos)
        out.erase(begin, end - begin);
    else
        out.erase(most_text, out.size() - 2 * most_text);  // one very long line
}

std::int64_t epoch_ms() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

// Whether somebody ended ninja, which waits for its steps otherwise: with 2 or, from 1.13 on, 130 it says so
// itself, and more than 128 is a signal.
bool was_ended(const NinjaEnd& end) {
    return end.interrupted || end.code == 2 || end.code > 128;
}

// Of lines of the log, those of one step: their times and hash are equal.
std::vector<LoggedOutput> one_a_step(std::vector<LoggedOutput> lines) {
    const auto same = [](const LoggedOutput& a, const LoggedOutput& b) {
        return a.entry.start_ms == b.entry.start_ms && a.entry.end_ms == b.entry.end_ms &&
               a.entry.hash == b.entry.hash;
    };
    lines.erase(std::unique(lines.begin(), lines.end(), same), lines.end());
    return lines;
}

// Of a step that failed twice, as one of the times somebody else said so, nobody knows which text is its own.
void join_last(std::vector<RunStep>& steps) {
    const RunStep last = std::move(steps.back());
    steps.pop_back();
    const auto same = std::find_if(steps.begin(), steps.end(),
                                   [&](const RunStep& step) { return step.output == last.output; });
    same->output_text = kept_output(same->output_text + last.output_text);
}

}  // namespace

BuildRecord::BuildRecord(const std::filesystem::path& build, BuildOutlook& outlook, BuildProgress& progress,
                         bool journal)
    : build_(build), outlook_(outlook), progress_(progress), started_ms_(epoch_ms()) {
    if (journal) journal_.emplace(build);
}

std::int64_t BuildRecord::now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_).count();
}

void BuildRecord::began(const NinjaLine& line) {
    settle();
    last_ = line;
    const std::int64_t now = now_ms();
    running_[line.description] = now;
    most_running_ = std::max(most_running_, running_.size());
    if (journal_) {
        if (const auto output = outlook_.output_of(line.description))
            journal({*output, outlook_.reason(*output), now, now, TaskState::running});
    }
    progress_.began(line);
}

void BuildRecord::ended(const NinjaLine& line) {
    end(line);
    progress_.ended(line);
}

void BuildRecord::end(const NinjaLine& line) {
    settle();
    last_ = line;
    Ended ended;
    ended.description = line.description;
    ended.end_ms = now_ms();
    const auto began = running_.find(line.description);
    ended.start_ms = began != running_.end() ? began->second : ended.end_ms;
    if (began != running_.end()) running_.erase(began);
    ended.output = outlook_.output_of(line.description).value_or("");
    outputs_.insert(ended.output);
    ended_.push_back(std::move(ended));
    settled_ = false;
}

void BuildRecord::failed(const std::string& outputs, const std::string& command, int code) {
    // What fails has ended, whatever counts a step may have printed before.
    if (settled_) end(last_);
    progress_.failed(outputs, command, code);
    Ended& step = ended_.back();
    if (step.output.empty() || !outputs.starts_with(step.output + ' '))
        step.output = first_output(outputs, command);
    step.failure = failures_.size();
    failures_.push_back({step.output, command, code, ""});
}

void BuildRecord::printed(std::string_view line) {
    append(log_, line);
    // Behind the beginning of a step it is another's, which has the terminal.
    if (!settled_) append(ended_.back().text, line);
    progress_.printed(line);
}

void BuildRecord::settle() {
    if (std::exchange(settled_, true)) return;
    const Ended& step = ended_.back();
    if (!journal_ || step.output.empty()) return;
    journal({step.output, outlook_.reason(step.output), step.start_ms, step.end_ms,
             step.failure ? TaskState::failed : TaskState::succeeded, 0, step.text});
}

void BuildRecord::journal(const RunStep& step) {
    const Task told = task(step);
    journal_->record(told.kind + ':' + step.output, told);
}

Task BuildRecord::task(const RunStep& step) {
    Task out;
    out.state = step.state;
    out.kind = outlook_.kind_of(step.output);
    out.reason = step.reason;
    out.started_ms = started_ms_ + step.start_ms;
    if (step.state != TaskState::running) out.duration_ms = step.end_ms - step.start_ms;
    out.by = "aibuild-gen";
    if (step.state == TaskState::failed) out.output = kept_output(step.output_text);
    return out;
}

std::vector<std::string> BuildRecord::running() const {
    std::vector<std::pair<std::int64_t, std::string>> since;
    for (const auto& [description, began] : running_) since.emplace_back(began, description);
    std::sort(since.begin(), since.end());
    std::vector<std::string> out;
    for (auto& [began, description] : since) out.push_back(std::move(description));
    return out;
}

std::optional<std::chrono::milliseconds> BuildRecord::left() {
    const auto jobs = static_cast<int>(std::max<std::size_t>(most_running_, 1));
    if (!journal_) {
        // Nobody knows which steps are to come, but how many.
        if (!average_) average_ = outlook_.average();
        if (!*average_) return std::nullopt;
        return **average_ * (last_.total - last_.finished) / jobs;
    }
    std::unordered_map<std::string, std::int64_t> running;
    const std::int64_t now = now_ms();
    for (const auto& [description, since] : running_) {
        if (const auto output = outlook_.output_of(description)) running.emplace(*output, now - since);
    }
    return outlook_.left(outputs_, running, jobs);
}

std::vector<RunStep> BuildRecord::finish(const NinjaEnd& end) {
    cut_last_line();
    settle();
    const std::vector<LoggedOutput> logged = one_a_step(logged_since(outlook_.log(), build_));
    drop_failures_that_were_none(logged, end.code);
    std::vector<RunStep> out = steps_of(logged, end);
    if (journal_) {
        std::map<std::string, Task> tasks;
        for (const RunStep& step : out) {
            Task told = task(step);
            tasks.insert_or_assign(told.kind + ':' + step.output, std::move(told));
        }
        journal_->end(tasks);
    }
    return out;
}

// It is ninja's own: "ninja: build stopped: ...".
void BuildRecord::cut_last_line() {
    if (settled_) return;
    std::string& text = ended_.back().text;
    const std::size_t last = text.size() < 2 ? text.npos : text.rfind('\n', text.size() - 2);
    const std::size_t at = last == text.npos ? 0 : last + 1;
    if (std::string_view(text).substr(at).starts_with("ninja: ")) text.erase(at);
}

void BuildRecord::drop_failures_that_were_none(const std::vector<LoggedOutput>& logged, int exit_code) {
    std::set<std::string_view> made;
    for (const LoggedOutput& line : logged) made.insert(line.output);
    std::vector<FailedStep> failures;
    for (Ended& ended : ended_) {
        if (!ended.failure) continue;
        FailedStep& failure = failures_[*ended.failure];
        ended.failure.reset();
        if (exit_code == 0 || made.contains(ended.output)) continue;
        failure.text = ended.text;
        ended.failure = failures.size();
        failures.push_back(std::move(failure));
    }
    if (failures.size() < failures_.size()) {
        progress_.say(
            "a step of this build speaks as if it were ninja, and told of failures that .ninja_log and "
            "ninja's "
            "exit code know nothing of: they are not counted");
    }
    failures_ = std::move(failures);
}

std::vector<RunStep> BuildRecord::steps_of(const std::vector<LoggedOutput>& logged, const NinjaEnd& end) {
    // Those that had the terminal ended without a line, and a step may have printed some; then only a plan
    // tells which step a line was of.
    std::vector<const Ended*> well;
    for (const Ended& ended : ended_) {
        if (!ended.failure) well.push_back(&ended);
    }
    const bool in_step = std::equal(well.begin(), well.end(), logged.begin(), logged.end(),
                                    [](const Ended* ended, const LoggedOutput& line) {
                                        return ended->output.empty() || ended->output == line.output;
                                    });
    // Ninja's clock began a little after ours.
    std::int64_t behind = 0;
    std::vector<RunStep> out;
    std::set<std::string> told;
    const auto from_log = [&](const LoggedOutput& line, const Ended* ended) {
        RunStep step{line.output, outlook_.reason(line.output)};
        if (ended != nullptr) {
            behind = std::max<std::int64_t>(0, ended->end_ms - line.entry.end_ms);
            step.output_text = kept_output(without_escapes(ended->text));
        }
        step.start_ms = line.entry.start_ms + behind;
        step.end_ms = line.entry.end_ms + behind;
        out.push_back(std::move(step));
    };
    std::size_t next = 0;
    for (const Ended& ended : ended_) {
        if (ended.failure) {
            const int code = failures_[*ended.failure].exit_code;
            out.push_back({ended.output, outlook_.reason(ended.output), ended.start_ms, ended.end_ms,
                           end.interrupted && code == 130 ? TaskState::cancelled : TaskState::failed, code,
                           kept_output(without_escapes(ended.text))});
            if (!told.insert(ended.output).second) join_last(out);
        } else if (in_step) {
            told.insert(logged[next].output);
            from_log(logged[next++], &ended);
        } else if (!ended.output.empty()) {
            const auto line = std::find_if(logged.begin(), logged.end(), [&](const LoggedOutput& each) {
                return each.output == ended.output;
            });
            if (line != logged.end() && told.insert(line->output).second) from_log(*line, &ended);
        }
    }
    for (const LoggedOutput& line : logged) {
        if (told.insert(line.output).second) from_log(line, nullptr);
    }
    if (!was_ended(end)) return out;
    for (const auto& [description, since] : running_) {
        const std::string output = outlook_.output_of(description).value_or("");
        if (output.empty() || !told.insert(output).second) continue;
        out.push_back({output, outlook_.reason(output), since, now_ms(), TaskState::cancelled});
    }
    return out;
}

}  // namespace aibuild
