#include "tool/report/amounts.h"

#include <fmt/format.h>

#include <chrono>

namespace aibuild {

std::string duration_text(std::int64_t ms) {
    if (ms < 1000) return fmt::format("{} ms", ms);
    if (ms < 59'995) return fmt::format("{}.{:02} s", (ms + 5) / 1000, (ms + 5) % 1000 / 10);
    const std::int64_t s = (ms + 500) / 1000;
    if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
    return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
}

std::string change_text(std::int64_t before, std::int64_t now) {
    if (now == before) return "same";
    return (now > before ? "+" : "\u2212") + duration_text(now > before ? now - before : before - now);
}

std::string percent_text(double share) {
    const double percent = share * 100;
    if (percent > 0 && percent < 1) return "<1 %";
    return fmt::format("{:.0f} %", percent);
}

std::string number_text(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
    return digits;
}

std::string counted(std::int64_t number, std::string_view what) {
    return fmt::format("{} {}{}", number_text(number), what, number == 1 ? "" : "s");
}

std::string moment_text(std::int64_t ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds(ms)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const std::int64_t s = floor<seconds>(time - day).count();
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), s / 3600,
                       s / 60 % 60, s % 60);
}

}  // namespace aibuild
