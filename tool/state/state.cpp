#include "tool/state/state.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include "ninja-gen/error.h"
#include "tool/state/document.h"
#include "tool/workspace/fields.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

// What a process is told from another that has its number later: when it started, in clock ticks since boot.
// Empty where there is no such process.
std::string start_of(std::int64_t pid) {
    std::ifstream in(fmt::format("/proc/{}/stat", pid));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    // Field 2 is the program's name in parentheses, which may hold spaces and parentheses; the start is
    // field 22.
    std::size_t at = text.rfind(')');
    if (at == text.npos) return {};
    at += 2;
    for (int field = 3; field < 22 && at != 0; ++field) at = text.find(' ', at) + 1;
    return at == 0 ? std::string() : text.substr(at, text.find(' ', at) - at);
}

// The members of a task; the caller's own are left to it.
Task read_task(Fields& fields, const Fields::Fail& fail) {
    Task task;
    task.state = read_task_state(fields, fail);
    task.kind = fields.text_or_empty("kind");
    task.reason = fields.text_or_empty("reason");
    task.by = fields.text_or_empty("by");
    task.started_ms = fields.number("started_ms").value_or(0);
    task.duration_ms = fields.number("duration_ms").value_or(-1);
    const std::int64_t attempts = fields.number("attempts").value_or(1);
    if (attempts < 0 || attempts > 1'000'000)
        fail(fields.pointer("attempts"), "This is not a number of attempts.");
    task.attempts = static_cast<int>(attempts);
    task.waited_for = fields.texts_or_none("waited_for");
    task.provider = fields.text_or_empty("provider");
    task.model = fields.text_or_empty("model");
    task.input_tokens = fields.number("input_tokens");
    task.output_tokens = fields.number("output_tokens");
    task.cost = fields.real("cost");
    task.output = fields.text_or_empty("output");
    return task;
}

LogMark read_mark(const bj::value& log, const Fields::Fail& fail) {
    Fields mark(log, "/log", fail);
    LogMark out{mark.number("size").value_or(0), mark.text("head"), mark.text("tail_sha256"),
                mark.text_or_empty("failures")};
    mark.done();
    return out;
}

}  // namespace

void write_task(LineObject& object, const Task& task) {
    object.text("state", name_of(task.state));
    if (!task.kind.empty()) object.text("kind", task.kind);
    if (!task.reason.empty()) object.text("reason", task.reason);
    if (task.started_ms != 0) object.number("started_ms", task.started_ms);
    if (task.duration_ms != -1) object.number("duration_ms", task.duration_ms);
    if (task.attempts != 1) object.number("attempts", task.attempts);
    if (!task.by.empty()) object.text("by", task.by);
    if (!task.waited_for.empty()) object.texts("waited_for", task.waited_for);
    if (!task.provider.empty()) object.text("provider", task.provider);
    if (!task.model.empty()) object.text("model", task.model);
    if (task.input_tokens) object.number("input_tokens", *task.input_tokens);
    if (task.output_tokens) object.number("output_tokens", *task.output_tokens);
    if (task.cost) object.real("cost", *task.cost);
    if (!task.output.empty()) object.text("output", task.output);
}

State read_document(std::string_view text, std::string_view file) {
    const Fields::Fail fail = syntax_error(text, file);
    const bj::value document = parse_document(text, file, fail);
    Fields fields(document, "", fail);
    check_format(fields, file, state_format, fail);
    State state;
    const bj::value& tasks = fields.need("tasks");
    if (!tasks.is_object()) fail("/tasks", "An object is needed here.");
    for (const auto& member : tasks.get_object()) {
        Fields task(member.value(), "/tasks/" + pointer_token(member.key()), fail);
        state.tasks.emplace(member.key(), read_task(task, fail));
        task.done();
    }
    if (const bj::value* log = fields.find("log")) state.log = read_mark(*log, fail);
    fields.done();
    return state;
}

Writer read_journal(std::string_view text, std::string_view file, State& state) {
    Writer writer = Writer::unknown;
    std::map<std::string, Task> tasks;
    int number = 0;
    // What follows the last newline was torn by a kill.
    for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
        const std::string_view line = text.substr(begin, end - begin);
        const Fields::Fail fail = syntax_error(line, file, ++number);
        const bj::value value = parse_document(line, file, fail);
        Fields fields(value, "", fail);
        if (number == 1) {
            check_format(fields, file, state_format, fail);
            const std::int64_t pid = fields.number("pid").value_or(0);
            const std::string start = fields.text("start");
            writer = start.empty() || start_of(pid) != start ? Writer::gone
                     : pid == ::getpid()                     ? Writer::self
                                                             : Writer::other;
        } else {
            const std::string id = fields.text("id");
            tasks[id] = read_task(fields, fail);
        }
        fields.done();
    }
    for (auto& [id, task] : tasks) {
        if (task.state == TaskState::running && writer == Writer::gone) task.state = TaskState::cancelled;
        state.tasks[id] = std::move(task);
    }
    return writer;
}

std::string journal_header() {
    std::string out;
    {
        LineObject line(out);
        line.number("format", state_format);
        line.number("pid", ::getpid());
        line.text("start", start_of(::getpid()));
    }
    return out;
}

State read_state(const std::filesystem::path& build) {
    const std::optional<Root> root = root_if_there(build);
    if (!root) return {};
    const auto shown = [&](std::string_view path) { return (build / path).string(); };
    State state;
    // An empty one is what a power cut leaves of a write that did not wait for the disk.
    if (const auto text = root->read(state_path); text && !text->empty())
        state = read_document(*text, shown(state_path));
    for (const std::string_view path : {journal_path, asked_path}) {
        if (const auto journal = root->read(path)) read_journal(*journal, shown(path), state);
    }
    return state;
}

void write_state(const std::filesystem::path& build, const State& state) {
    if (state == State{} && !root_if_there(build)) return;
    std::error_code ignored;  // Root says what is wrong
    std::filesystem::create_directories(build, ignored);
    const Root root(build);
    if (state != State{} || root.find(state_path) != Found::nothing)
        root.write(state_path, write_document(state));
    root.remove(journal_path);
}

}  // namespace aibuild
