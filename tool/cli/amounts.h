#pragma once

// Numbers as people read them. Unknown is the word "unknown", never 0 (law 11).

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tool/inference/budget.h"

namespace aibuild {

using Milliseconds = std::chrono::milliseconds;

std::string counted(std::int64_t number, const char* noun);  // "1 request", "18,204 tokens"
std::string with_commas(std::int64_t number);                // "18,204"
std::string rough(std::int64_t number);                      // "950", "18.2k", "3.1M"
std::string rough_bytes(std::size_t bytes);                  // "950 B", "4.1 kB", "3.1 MB"

// What was measured: "2.1 s", "1 min 20 s", "2 h 5 min".
std::string elapsed_text(Milliseconds time);
// What is left, in whole seconds, and from a minute on in steps of ten so that it doesn't flicker: "4 s", "1
// min 20 s".
std::string left_text(Milliseconds time);

std::string cost_text(const std::optional<double>& cost);  // "cost 0.42", "cost unknown"

// "14 requests, 18,204 tokens in (6,100 of them cached), 9,120 out, cost unknown"
std::string usage_text(const Spent& spent);

}  // namespace aibuild
