#pragma once

// How State is written as JSON: one form of a task, in state.json and in the lines of the journal.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "tool/state/state.h"

namespace aibuild {

inline constexpr std::string_view state_path = ".aibuild/state.json";
inline constexpr std::string_view journal_path = ".aibuild/journal.jsonl";

boost::json::object write_task(const Task& task);

// Throws Error `state.syntax` or `state.newer`.
State read_document(std::string_view text, std::string_view file);

// The text of state.json, with the tasks that a log told after the others. Its format and its log's mark come
// before all tasks, each of which is a line: that is how sync.cpp reads only what it needs.
std::string write_document(const State& state, const std::vector<LoggedTask>& logged = {});
inline constexpr std::string_view tasks_begin = "  \"tasks\": {";
inline constexpr std::string_view tasks_end = "\n  }\n}\n";

// Adds what the journal tells to `state`.
void read_journal(std::string_view text, std::string_view file, State& state);

// The journal's first line: who writes it.
std::string journal_header();

}  // namespace aibuild
