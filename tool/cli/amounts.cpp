#include "tool/cli/amounts.h"

#include <fmt/format.h>

#include <algorithm>

namespace aibuild {

std::string with_commas(std::int64_t number) {
    std::string out = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
        out.insert(static_cast<std::size_t>(at), 1, ',');
    return out;
}

std::string counted(std::int64_t number, const char* noun) {
    return fmt::format("{} {}{}", with_commas(number), noun, number == 1 ? "" : "s");
}

std::string rough(std::int64_t number) {
    const auto value = static_cast<double>(number);
    if (number < 1'000) return std::to_string(number);
    if (number < 999'950) return fmt::format("{:.1f}k", value / 1e3);
    return fmt::format("{:.1f}M", value / 1e6);
}

std::string rough_bytes(std::size_t bytes) {
    const auto value = static_cast<double>(bytes);
    if (bytes < 1'000) return fmt::format("{} B", bytes);
    if (bytes < 999'950) return fmt::format("{:.1f} kB", value / 1e3);
    return fmt::format("{:.1f} MB", value / 1e6);
}

namespace {

std::string long_time(std::int64_t seconds) {
    if (seconds >= 3'600) return fmt::format("{} h {} min", seconds / 3'600, seconds / 60 % 60);
    return seconds % 60 == 0 ? fmt::format("{} min", seconds / 60)
                             : fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

}  // namespace

std::string elapsed_text(Milliseconds time) {
    const auto milliseconds = time.count();
    if (milliseconds < 9'950) return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1e3);
    const std::int64_t seconds = (milliseconds + 500) / 1'000;
    return seconds < 60 ? fmt::format("{} s", seconds) : long_time(seconds);
}

std::string left_text(Milliseconds time) {
    const std::int64_t seconds = (time.count() + 999) / 1'000;
    return seconds < 60 ? fmt::format("{} s", seconds) : long_time((seconds + 9) / 10 * 10);
}

std::string cost_text(const std::optional<double>& cost) {
    if (!cost) return "cost unknown";
    if (*cost == 0) return "cost 0";
    // Four digits of a small sum: two would call it nothing.
    return *cost < 0.1 ? fmt::format("cost {:.4f}", std::max(*cost, 0.0001))
                       : fmt::format("cost {:.2f}", *cost);
}

std::string usage_text(const Spent& spent) {
    if (spent.calls == 0) return "no requests";
    const std::string about = spent.estimated ? "about " : "";
    std::string out = fmt::format("{}, {}{} in", counted(spent.calls, "request"), about,
                                  counted(spent.input_tokens, "token"));
    if (spent.cached_tokens > 0) out += fmt::format(" ({} of them cached)", with_commas(spent.cached_tokens));
    return out +
           fmt::format(", {}{} out, {}", about, with_commas(spent.output_tokens), cost_text(spent.cost));
}

}  // namespace aibuild
