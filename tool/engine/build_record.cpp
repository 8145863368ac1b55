#include "tool/engine/build_record.h"

#include <algorithm>

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

// Of lines of the log, those of one step: their times and hash are equal.
std::vector<LoggedOutput> one_a_step(std::vector<LoggedOutput> lines) {
    const auto same = [](const LoggedOutput& a, const LoggedOutput& b) {
        return a.entry.start_ms == b.entry.start_ms && a.entry.end_ms == b.entry.end_ms &&
               a.entry.hash == b.entry.hash;
    };
    lines.erase(std::unique(lines.begin(), lines.end(), same), lines.end());
    return lines;
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
            journal(*output, TaskState::running, now, now, "");
    }
    progress_.began(line);
}

void BuildRecord::ended(const NinjaLine& line) {
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
    progress_.ended(line);
}

void BuildRecord::failed(const std::string& outputs, const std::string& command, int code) {
    progress_.failed(outputs, command, code);
    if (settled_) return;
    Ended& step = ended_.back();
    // Paths with spaces can't be told apart there.
    if (step.output.empty()) step.output = outputs.substr(0, outputs.find(' '));
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
    journal(step.output, step.failure ? TaskState::failed : TaskState::succeeded, step.start_ms, step.end_ms,
            step.text);
}

void BuildRecord::journal(const std::string& output, TaskState state, std::int64_t start_ms,
                          std::int64_t end_ms, const std::string& text) {
    Task task;
    task.state = state;
    task.kind = outlook_.kind_of(output);
    task.reason = outlook_.reason(output);
    task.started_ms = started_ms_ + start_ms;
    if (state != TaskState::running) task.duration_ms = end_ms - start_ms;
    task.by = "aibuild-gen";
    if (state == TaskState::failed) task.output = kept_output(text);
    journal_->record(task.kind + ":" + output, task);
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

std::vector<RunStep> BuildRecord::finish(bool interrupted) {
    // The last line is ninja's own: "ninja: build stopped: ...".
    if (!settled_) {
        std::string& text = ended_.back().text;
        const std::size_t last = text.size() < 2 ? text.npos : text.rfind('\n', text.size() - 2);
        const std::size_t at = last == text.npos ? 0 : last + 1;
        if (std::string_view(text).substr(at).starts_with("ninja: ")) text.erase(at);
    }
    settle();
    for (FailedStep& failure : failures_) {
        const auto of = std::find_if(ended_.begin(), ended_.end(), [&](const Ended& step) {
            return step.failure && &failures_[*step.failure] == &failure;
        });
        failure.text = of->text;
    }
    const std::vector<LoggedOutput> logged = one_a_step(logged_since(outlook_.log(), build_));
    const auto failed = static_cast<std::size_t>(std::count_if(
        ended_.begin(), ended_.end(), [](const Ended& step) { return step.failure.has_value(); }));
    // Those that had the terminal ended without a line; then only a plan tells which step a line was of.
    const bool in_step = logged.size() + failed == ended_.size();
    // Ninja's clock began a little after ours.
    std::int64_t behind = 0;
    std::vector<RunStep> out;
    std::size_t next = 0;
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
    for (const Ended& ended : ended_) {
        if (ended.failure) {
            const FailedStep& failure = failures_[*ended.failure];
            out.push_back({ended.output, outlook_.reason(ended.output), ended.start_ms, ended.end_ms,
                           interrupted && failure.exit_code == 130 ? TaskState::cancelled : TaskState::failed,
                           failure.exit_code, kept_output(without_escapes(ended.text))});
        } else if (in_step) {
            from_log(logged[next++], &ended);
        } else if (!ended.output.empty()) {
            const auto line = std::find_if(logged.begin(), logged.end(), [&](const LoggedOutput& each) {
                return each.output == ended.output;
            });
            if (line != logged.end()) from_log(*line, &ended);
        }
    }
    if (!in_step) {
        for (const LoggedOutput& line : logged) {
            const auto same = [&](const RunStep& step) { return step.output == line.output; };
            if (std::none_of(out.begin(), out.end(), same)) from_log(line, nullptr);
        }
    }
    for (const auto& [description, since] : running_) {
        const std::string output = outlook_.output_of(description).value_or("");
        const auto same = [&](const RunStep& step) { return step.output == output; };
        if (output.empty() || std::any_of(out.begin(), out.end(), same)) continue;
        out.push_back({output, outlook_.reason(output), since, now_ms(), TaskState::cancelled});
    }
    journal_.reset();
    return out;
}

}  // namespace aibuild
