#include <fmt/format.h>

#include <fstream>
#include <system_error>

#include "ninja-gen/ninja_log.h"
#include "tool/state/document.h"
#include "tool/state/state.h"
#include "tool/workspace/root.h"

// state.json of a big build has 100,000 tasks in 15 MB. Parsing them takes 300 ms and a State of them another
// 80, so that whoever only brings the log's news goes by the lines of the text.

namespace aibuild {

namespace {

// A document with the tasks left out that are about to be replaced; as it is where somebody else wrote it.
std::string without(std::string text, const PathMap<bool>& replaced) {
    const std::size_t begin = text.find(tasks_begin);
    if (begin == text.npos || !text.ends_with(tasks_end)) return text;
    const std::size_t from = begin + tasks_begin.size();
    std::string_view lines = std::string_view(text).substr(from, text.size() - tasks_end.size() - from);
    std::string out = text.substr(0, from);
    while (!lines.empty()) {
        std::string_view line = lines.substr(0, lines.find('\n', 1));
        lines.remove_prefix(line.size());
        if (line.ends_with(',')) line.remove_suffix(1);
        constexpr std::string_view indent = "\n    \"";
        const std::size_t end = line.find("\": {", indent.size());
        if (!line.starts_with(indent) || end == line.npos) return text;
        if (replaced.find(line.substr(indent.size(), end - indent.size())) != nullptr) continue;
        if (out.size() > from) out += ',';
        out += line;
    }
    return out += tasks_end;
}

}  // namespace

std::string write_document(const State& state, const std::vector<LoggedTask>& logged) {
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
    out.reserve(empty + (state.tasks.size() + logged.size()) * 160);
    const auto begin = [&](std::string_view id) {
        out += out.size() == empty ? "\n    " : ",\n    ";
        write_text(out, id);
        out += ": ";
    };
    for (const auto& [id, task] : state.tasks) {
        begin(id);
        LineObject line(out);
        write_task(line, task);
    }
    for (const LoggedTask& task : logged) {
        begin(task.id);
        LineObject line(out);
        line.text("state", name_of(TaskState::succeeded));
        if (!task.kind.empty()) line.text("kind", task.kind);
        if (task.started_ms != 0) line.number("started_ms", task.started_ms);
        if (task.duration_ms != -1) line.number("duration_ms", task.duration_ms);
        line.text("by", "ninja");
    }
    out += out.size() == empty ? "}\n}\n" : tasks_end;
    return out;
}

LogMark read_log_mark(const std::filesystem::path& build) {
    std::error_code ignored;
    if (std::filesystem::exists(build / journal_path, ignored)) return {};
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

void sync_state(const std::filesystem::path& build, const LogMark& mark,
                const std::vector<LoggedTask>& succeeded, const std::map<std::string, Task>& failed) {
    if (mark == read_log_mark(build)) return;
    const Root root(build);
    State state;
    std::optional<std::string> text = root.read(state_path);
    const std::optional<std::string> journal = root.read(journal_path);
    if ((text && !text->empty()) || journal) {
        PathMap<bool> replaced;
        replaced.reserve(succeeded.size());
        for (const LoggedTask& task : succeeded) replaced.set(task.id, true);
        if (text && !text->empty())
            state = read_document(without(std::move(*text), replaced), (build / state_path).string());
        if (journal) read_journal(*journal, (build / journal_path).string(), state);
        std::erase_if(state.tasks, [&](const auto& task) { return replaced.find(task.first) != nullptr; });
    }
    for (const auto& [id, task] : failed) state.tasks[id] = task;
    state.log = mark;
    if (!text && state == State{} && succeeded.empty()) return;
    root.write(state_path, write_document(state, succeeded), 0644, Sync::no);
    root.remove(journal_path);
}

}  // namespace aibuild
