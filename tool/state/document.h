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

// Adds what the journal tells to `state`.
void read_journal(std::string_view text, std::string_view file, State& state);

// The journal's first line: who writes it.
std::string journal_header();

}  // namespace aibuild
