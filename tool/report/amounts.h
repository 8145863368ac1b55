#pragma once

// Amounts as people read them in a report: without clock, locale or machine.

#include <cstdint>
#include <string>
#include <string_view>

namespace aibuild {

std::string duration_text(std::int64_t ms);  // "390 ms", "3.86 s", "2 min 05 s", "1 h 12 min"
std::string change_text(std::int64_t before, std::int64_t now);  // of durations: "+390 ms", "−1.20 s", "same"
std::string percent_text(double share);                          // of 0..1: "37 %", "<1 %"
std::string number_text(std::int64_t number);                    // "12,345"
std::string counted(std::int64_t number, std::string_view what);  // "1 step", "2 steps"
inline std::string counted(std::size_t number, std::string_view what) {
    return counted(static_cast<std::int64_t>(number), what);
}
std::string moment_text(std::int64_t ms);  // since the epoch, as UTC: "2026-01-31 14:05:09 UTC"

}  // namespace aibuild
