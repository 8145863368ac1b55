#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <system_error>
#include <utility>

#include "ninja-gen/ninja_log.h"
#include "tool/state/document.h"
#include "tool/state/state.h"
#include "tool/workspace/root.h"

// state.json of a big build has 100,000 tasks in 15 MB. Parsing them takes 300 ms and a State of them another
// 80, so that whoever only brings the log's news goes by the lines of the text.

namespace aibuild {

namespace {

// How a task that a log told ends, and no other.
constexpr std::string_view by_ninja = ", \"by\": \"ninja\"}";

// One line of a document's tasks.
struct TaskLine {
    std::string_view id;       // as it is written: an id with escapes is found by nobody, and parsed
    std::string_view members;  // `{"state": ...}`
    std::string_view all;      // with the indent, without newline and comma
};

// A document by its lines: what stands before its tasks, and each of these.
struct Lines {
    std::string_view text;  // all of it
    std::string_view begin;
    std::vector<TaskLine> tasks;
    bool ours = false;  // else somebody else wrote it, and there are no lines
};

Lines lines_of(std::string_view text) {
    Lines out;
    out.text = text;
    const std::size_t begin = text.find(tasks_begin);
    if (begin == text.npos || !text.ends_with(tasks_end)) return out;
    out.begin = text.substr(0, begin + tasks_begin.size());
    out.tasks.reserve(text.size() / 128);
    std::string_view lines = text.substr(out.begin.size(), text.size() - tasks_end.size() - out.begin.size());
    while (!lines.empty()) {
        std::string_view line = lines.substr(0, lines.find('\n', 1));
        lines.remove_prefix(line.size());
        if (line.ends_with(',')) line.remove_suffix(1);
        constexpr std::string_view indent = "\n    \"";
        const std::size_t end = line.find("\": {", indent.size());
        if (!line.starts_with(indent) || end == line.npos) {
            out.tasks.clear();
            return out;
        }
        out.tasks.push_back({line.substr(indent.size(), end - indent.size()), line.substr(end + 3), line});
    }
    out.ours = true;
    return out;
}

// The State with these tasks of it only; with all of them where somebody else wrote it.
State read_lines(const Lines& lines, const std::vector<std::string_view>& tasks, const std::string& file) {
    if (!lines.ours) return read_document(lines.text, file);
    std::string out(lines.begin);
    std::string_view between;
    for (const std::string_view line : tasks) {
        out.append(between).append(line);
        between = ",";
    }
    return read_document(out += tasks_end, file);
}

// A member's number. Its name, with quotes that no text within can have, stands nowhere else.
std::int64_t number_in(std::string_view members, std::string_view name, std::int64_t none) {
    const std::size_t at = members.find(name);
    if (at == members.npos) return none;
    std::int64_t out = none;
    std::from_chars(members.data() + at + name.size(), members.data() + members.size(), out);
    return out;
}

// As much of a task as outlasts() looks at.
Task glimpse(std::string_view members) {
    Task out;
    const auto is = [&](TaskState state) {
        return members.substr(std::string_view("{\"state\": \"").size()).starts_with(name_of(state));
    };
    for (const TaskState state : {TaskState::succeeded, TaskState::failed, TaskState::cancelled}) {
        if (is(state)) out.state = state;
    }
    out.started_ms = number_in(members, ", \"started_ms\": ", 0);
    out.duration_ms = number_in(members, ", \"duration_ms\": ", -1);
    if (members.find(", \"by\": \"ninja\"") != members.npos) out.by = "ninja";
    return out;
}

// What a log tells, against what is known.
class Told {
  public:
    Told(const std::vector<LoggedTask>& tasks, bool something_known) : tasks_(tasks) {
        if (!something_known) return;
        index_.reserve(tasks.size());
        for (const LoggedTask& task : tasks) index_.set(task.id, &task);
    }

    // Null where the log tells nothing of it.
    const LoggedTask* find(std::string_view id) const {
        const LoggedTask* const* task = index_.find(id);
        return task == nullptr ? nullptr : *task;
    }

    // Does what is known of it stay? Then what the log tells of it is no news.
    bool stays(const Task& known, const LoggedTask& told) {
        if (!outlasts(known, told.started_ms, told.holds)) return false;
        outlasted_.resize(tasks_.size());
        outlasted_[static_cast<std::size_t>(&told - tasks_.data())] = 1;
        return true;
    }

    const std::vector<LoggedTask>& news() {
        if (outlasted_.empty()) return tasks_;
        for (std::size_t n = 0; n < tasks_.size(); ++n) {
            if (outlasted_[n] == 0) news_.push_back(tasks_[n]);
        }
        return news_;
    }

  private:
    const std::vector<LoggedTask>& tasks_;
    std::vector<char> outlasted_;  // by number of a task; empty: none
    std::vector<LoggedTask> news_;
    PathMap<const LoggedTask*> index_;
};

}  // namespace

bool outlasts(const Task& known, std::int64_t started_ms, bool holds) {
    // A log tells of times by those of files, whose clock ticks more slowly.
    constexpr std::int64_t tick = 20;
    if (known.by == "ninja") return false;
    if (known.state != TaskState::succeeded && holds) return false;
    return started_ms <= known.started_ms + std::max<std::int64_t>(known.duration_ms, 0) + tick;
}

std::string write_document(const State& state, const std::vector<LoggedTask>& logged,
                           const std::vector<std::string_view>& lines) {
    std::string out = fmt::format("{{\n  \"format\": {},\n", state_format);
    if (state.log != LogMark{}) {
        out += "  \"log\": ";
        {
            LineObject mark(out);
            mark.number("size", state.log.size);
            mark.text("head", state.log.head);
            mark.text("tail_sha256", state.log.tail_sha256);
            if (!state.log.failures.empty()) mark.text("failures", state.log.failures);
        }
        out += ",\n";
    }
    out += tasks_begin;
    const std::size_t empty = out.size();
    out.reserve(empty + (state.tasks.size() + logged.size() + lines.size()) * 160);
    const auto begin = [&](std::string_view id) {
        out += out.size() == empty ? "\n    " : ",\n    ";
        write_text(out, id);
        out += ": ";
    };
    for (const std::string_view line : lines) {
        if (out.size() != empty) out += ',';
        out += line;
    }
    for (const auto& [id, task] : state.tasks) {
        begin(id);
        LineObject line(out);
        write_task(line, task);
    }
    // As write_task would, in as few pieces as can be: there may be 100,000 of them.
    const auto number = [&](std::string_view name, std::int64_t value) {
        const fmt::format_int digits(value);
        out.append(name).append(digits.data(), digits.size());
    };
    for (const LoggedTask& task : logged) {
        begin(task.id);
        out += "{\"state\": \"succeeded\"";
        if (!task.kind.empty()) {
            out += ", \"kind\": ";
            write_text(out, task.kind);
        }
        if (task.started_ms != 0) number(", \"started_ms\": ", task.started_ms);
        if (task.duration_ms != -1) number(", \"duration_ms\": ", task.duration_ms);
        out += by_ninja;
    }
    out += out.size() == empty ? "}\n}\n" : tasks_end;
    return out;
}

LogMark read_log_mark(const std::filesystem::path& build) {
    std::error_code ignored;
    if (std::filesystem::status(build / journal_path, ignored).type() !=
        std::filesystem::file_type::not_found)
        return {};
    std::ifstream file(build / state_path);
    std::string head(1024, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    const std::size_t tasks = head.find(tasks_begin);
    if (tasks == head.npos) return {};
    head.resize(tasks);
    head.append(tasks_begin).append("}}");
    return read_document(head, (build / state_path).string()).log;
}

State read_state_briefly(const std::filesystem::path& build) {
    const std::optional<Root> root = root_if_there(build);
    if (!root) return {};
    const std::optional<std::string> text = root->read(state_path);
    State state;
    if (text && !text->empty()) {
        const std::string file = (build / state_path).string();
        const Lines lines = lines_of(*text);
        std::vector<std::string_view> told;
        for (const TaskLine& line : lines.tasks) {
            if (!line.members.starts_with("{\"state\": \"succeeded\", \"kind\": \"step\"") &&
                !line.members.starts_with("{\"state\": \"succeeded\", \"kind\": \"test\""))
                told.push_back(line.all);
        }
        state = read_lines(lines, told, file);
    }
    for (const std::string_view path : {journal_path, asked_path}) {
        if (const auto journal = root->read(path)) read_journal(*journal, (build / path).string(), state);
    }
    return state;
}

void sync_state(const std::filesystem::path& build, const LogMark& mark,
                const std::vector<LoggedTask>& succeeded, const std::map<std::string, Task>& failed) {
    if (mark == read_log_mark(build)) return;
    const Root root(build);
    State state;
    if (const auto journal = root.read(journal_path)) {
        const Writer writer = read_journal(*journal, (build / journal_path).string(), state);
        if (writer == Writer::other || writer == Writer::self) return;
    }
    const std::optional<std::string> text = root.read(state_path);
    Told told(succeeded, (text && !text->empty()) || !state.tasks.empty());
    std::vector<std::string_view> stay;
    if (text && !text->empty()) {
        const Lines lines = lines_of(*text);
        std::vector<std::string_view> parsed;
        for (const TaskLine& line : lines.tasks) {
            const LoggedTask* const logged = told.find(line.id);
            if (logged == nullptr) {
                parsed.push_back(line.all);
            } else if (line.members.ends_with(by_ninja)) {
                continue;
            } else if (state.tasks.empty() || !state.tasks.contains(std::string(line.id))) {
                if (told.stays(glimpse(line.members), *logged)) stay.push_back(line.all);
            }
        }
        State before = read_lines(lines, parsed, (build / state_path).string());
        state.tasks.merge(before.tasks);  // what the journal has is newer
    }
    std::erase_if(state.tasks, [&](const auto& task) {
        const LoggedTask* const logged = told.find(task.first);
        return logged != nullptr && !told.stays(task.second, *logged);
    });
    for (const auto& [id, task] : failed) state.tasks[id] = task;
    state.log = mark;
    if (!text && state == State{} && succeeded.empty()) return;
    root.write(state_path, write_document(state, told.news(), stay), 0644, Sync::no);
    root.remove(journal_path);
}

namespace {

// Takes in what a model was asked, unless whoever asks is still at it: that needs no hold of the build
// directory, so that it goes on while we have it.
bool take_asked(const std::filesystem::path& build, const Root& root, State& state) {
    const std::optional<std::string> journal = root.read(asked_path);
    if (!journal) return false;
    State asked;
    const Writer writer = read_journal(*journal, (build / asked_path).string(), asked);
    if (writer != Writer::gone && writer != Writer::self) return false;
    state.tasks.merge(asked.tasks);
    return true;
}

}  // namespace

void add_tasks(const std::filesystem::path& build, const std::map<std::string, Task>& tasks) {
    if (tasks.empty() && !root_if_there(build)) return;
    std::error_code ignored;  // Root says what is wrong
    std::filesystem::create_directories(build, ignored);
    const Root root(build);
    State state;
    if (const auto journal = root.read(journal_path))
        read_journal(*journal, (build / journal_path).string(), state);
    const bool asked = take_asked(build, root, state);
    // Its writer is gone, or it is us, and we are at the end.
    for (auto& [id, task] : state.tasks) {
        if (task.state == TaskState::running) task.state = TaskState::cancelled;
    }
    for (const auto& [id, task] : tasks) state.tasks[id] = task;
    take_tasks(root, std::move(state));
    if (asked) root.remove(asked_path);
}

void take_tasks(const Root& root, State state) {
    const std::optional<std::string> text = root.read(state_path);
    std::vector<std::string_view> stay;
    if (text && !text->empty()) {
        PathMap<bool> replaced;
        for (const auto& [id, task] : state.tasks) replaced.set(id, true);
        const Lines lines = lines_of(*text);
        std::vector<std::string_view> parsed;
        for (const TaskLine& line : lines.tasks) {
            if (line.id.find('\\') != line.id.npos) {
                parsed.push_back(line.all);
            } else if (replaced.find(line.id) == nullptr) {
                stay.push_back(line.all);
            }
        }
        State before = read_lines(lines, parsed, (root.path() / state_path).string());
        state.log = before.log;
        state.tasks.merge(before.tasks);
    }
    if (text || !state.tasks.empty()) root.write(state_path, write_document(state, {}, stay), 0644, Sync::no);
    root.remove(journal_path);
}

}  // namespace aibuild
