#pragma once

// How State is written as JSON: one form of a task, in state.json and in the lines of the journal; and what
// all documents of this folder have in common.

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/state/state.h"
#include "tool/workspace/fields.h"
#include "tool/workspace/root.h"

namespace aibuild {

inline constexpr std::string_view state_path = ".aibuild/state.json";
inline constexpr std::string_view journal_path = ".aibuild/journal.jsonl";
inline constexpr std::string_view asked_path = ".aibuild/asked.jsonl";

// The build directory; nothing where there is none. What can't be looked at is not taken for missing: a state
// that seems empty would be written over the one that is there.
std::optional<Root> root_if_there(const std::filesystem::path& build);

// Writes one JSON object on one line, `{"a": 1, "b": "x"}`, at the end of `out`, and ends it when destroyed.
// A document of 100,000 lines is written ten times as fast as from a tree of JSON values.
class LineObject {
  public:
    explicit LineObject(std::string& out) : out_(out) { out_ += '{'; }
    ~LineObject() { out_ += '}'; }
    LineObject(const LineObject&) = delete;
    LineObject& operator=(const LineObject&) = delete;

    void text(std::string_view name, std::string_view value);
    void number(std::string_view name, std::int64_t value);
    void real(std::string_view name, double value);
    void texts(std::string_view name, const std::vector<std::string>& values);

  private:
    void begin(std::string_view name);

    std::string& out_;
    bool first_ = true;
};

// `value` as a JSON string. Bytes that are not UTF-8, in names of files and outputs of programs, become
// U+FFFD: nobody could read the document back with them.
void write_text(std::string& out, std::string_view value);

void write_task(LineObject& object, const Task& task);

// Calls back with the Error `state.syntax` for a pointer into `text`, whose fix is to remove the file; lines
// of a journal are told by their number, which is 0 for a document.
Fields::Fail syntax_error(std::string_view text, std::string_view file, int line = 0);
boost::json::value parse_document(std::string_view text, std::string_view file, const Fields::Fail& fail);

// Reads the member `format`. Throws Error `state.newer` where it is greater than `known`.
void check_format(Fields& fields, std::string_view file, int known, const Fields::Fail& fail);

TaskState read_task_state(Fields& fields, const Fields::Fail& fail);

// Throws Error `state.syntax` or `state.newer`.
State read_document(std::string_view text, std::string_view file);

// The text of state.json, with the tasks that a log told after the others. Its format and its log's mark come
// before all tasks, each of which is a line: that is how sync.cpp reads only what it needs.
// `lines` are tasks of a former text, which stay as they were.
std::string write_document(const State& state, const std::vector<LoggedTask>& logged = {},
                           const std::vector<std::string_view>& lines = {});
inline constexpr std::string_view tasks_begin = "  \"tasks\": {";
inline constexpr std::string_view tasks_end = "\n  }\n}\n";

// Who writes a journal. Of one whose first line is not whole yet nobody knows.
enum class Writer : std::uint8_t { unknown, gone, other, self };

// Adds what the journal tells to `state`.
Writer read_journal(std::string_view text, std::string_view file, State& state);

// Writes state.json with the tasks of `state` in the place of what was known of each, and removes the
// journal.
void take_tasks(const Root& root, State state);

// The journal's first line: who writes it.
std::string journal_header();

}  // namespace aibuild
