#include "tool/state/state.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/json/array.hpp>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/state/document.h"
#include "tool/workspace/fields.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::array<std::string_view, 4> state_names = {"running", "succeeded", "failed", "cancelled"};

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

// Calls back with the Error for a pointer into `text`; lines of a journal are told by their number.
Fields::Fail syntax_error(std::string_view text, std::string_view file, int line) {
    return [=](const std::string& pointer, const std::string& why) {
        throw Error(Exit::failure, "state.syntax",
                    line > 0 ? fmt::format("{}:{}", file, line) : json::place(file, text, pointer), why,
                    fmt::format("Remove {}: nothing but the history of this build directory is lost.", file));
    };
}

bj::value parse(std::string_view text, std::string_view file, const Fields::Fail& fail) {
    try {
        return json::parse(text, file);
    } catch (const Error& error) {
        fail("", error.why());
        throw;
    }
}

void check_format(Fields& fields, std::string_view file, const Fields::Fail& fail) {
    const std::optional<std::int64_t> format = fields.number("format");
    if (!format || *format < 1) fail("/format", "`format` must be the number of the file's format.");
    if (*format > state_format) {
        throw Error(
            Exit::failure, "state.newer", std::string(file),
            fmt::format("This file has format {}, and this AIBuild knows formats up to {}.", *format,
                        state_format),
            "Use the AIBuild that wrote it, a newer one, or another build directory. Nothing was changed.");
    }
}

// The members of a task; the caller's own are left to it.
Task read_task(Fields& fields, const Fields::Fail& fail) {
    Task task;
    const std::string state = fields.text("state");
    std::size_t index = 0;
    while (index < state_names.size() && state_names[index] != state) ++index;
    if (index == state_names.size())
        fail(fields.pointer("state"), fmt::format("`{}` is not a task's state.", state));
    task.state = static_cast<TaskState>(index);
    task.kind = fields.text_or_empty("kind");
    task.reason = fields.text_or_empty("reason");
    task.by = fields.text_or_empty("by");
    task.started_ms = fields.number("started_ms").value_or(0);
    task.duration_ms = fields.number("duration_ms").value_or(-1);
    const std::int64_t attempts = fields.number("attempts").value_or(1);
    if (attempts < 0 || attempts > 1'000'000)
        fail(fields.pointer("attempts"), "This is not a number of attempts.");
    task.attempts = static_cast<int>(attempts);
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

std::string_view name_of(TaskState state) {
    return state_names.at(static_cast<std::size_t>(state));
}

bj::object write_task(const Task& task) {
    bj::object out{{"state", name_of(task.state)}};
    if (!task.kind.empty()) out.emplace("kind", task.kind);
    if (!task.reason.empty()) out.emplace("reason", task.reason);
    if (task.started_ms != 0) out.emplace("started_ms", task.started_ms);
    if (task.duration_ms != -1) out.emplace("duration_ms", task.duration_ms);
    if (task.attempts != 1) out.emplace("attempts", task.attempts);
    if (!task.by.empty()) out.emplace("by", task.by);
    return out;
}

State read_document(std::string_view text, std::string_view file) {
    const Fields::Fail fail = syntax_error(text, file, 0);
    const bj::value document = parse(text, file, fail);
    Fields fields(document, "", fail);
    check_format(fields, file, fail);
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

void read_journal(std::string_view text, std::string_view file, State& state) {
    bool alive = false;
    std::map<std::string, Task> tasks;
    int number = 0;
    // What follows the last newline was torn by a kill.
    for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
        const std::string_view line = text.substr(begin, end - begin);
        const Fields::Fail fail = syntax_error(line, file, ++number);
        const bj::value value = parse(line, file, fail);
        Fields fields(value, "", fail);
        if (number == 1) {
            check_format(fields, file, fail);
            const std::int64_t pid = fields.number("pid").value_or(0);
            const std::string start = fields.text("start");
            alive = !start.empty() && start_of(pid) == start;
        } else {
            const std::string id = fields.text("id");
            tasks[id] = read_task(fields, fail);
        }
        fields.done();
    }
    for (auto& [id, task] : tasks) {
        if (task.state == TaskState::running && !alive) task.state = TaskState::cancelled;
        state.tasks[id] = std::move(task);
    }
}

std::string journal_header() {
    return json::canonical(bj::object{{"format", state_format},
                                      {"pid", static_cast<std::int64_t>(::getpid())},
                                      {"start", start_of(::getpid())}});
}

State read_state(const std::filesystem::path& build) {
    std::error_code ignored;
    if (!std::filesystem::exists(build, ignored)) return {};
    const Root root(build);
    const auto shown = [&](std::string_view path) { return (build / path).string(); };
    State state;
    // An empty one is what a power cut leaves of a write that did not wait for the disk.
    if (const auto text = root.read(state_path); text && !text->empty())
        state = read_document(*text, shown(state_path));
    if (const auto text = root.read(journal_path)) read_journal(*text, shown(journal_path), state);
    return state;
}

void write_state(const std::filesystem::path& build, const State& state) {
    std::error_code ignored;
    if (state == State{} && !std::filesystem::exists(build, ignored)) return;
    std::filesystem::create_directories(build, ignored);
    const Root root(build);
    if (state != State{} || root.find(state_path) != Found::nothing)
        root.write(state_path, write_document(state));
    root.remove(journal_path);
}

}  // namespace aibuild
