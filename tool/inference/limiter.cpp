#include "tool/inference/limiter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "tool/inference/failure.h"

namespace aibuild {

using std::chrono::milliseconds;

namespace {

// In seconds, and a hair longer than one: rounding never lets one request too many into it.
constexpr double minute = 60.0001;

Limiter::Clock::duration seconds(double count) {
    return std::chrono::duration_cast<Limiter::Clock::duration>(std::chrono::duration<double>(count));
}

std::optional<std::int64_t> whole_number(const std::string& text) {
    std::int64_t out = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, out);
    if (error != std::errc() || at != end) return std::nullopt;
    return out;
}

}  // namespace

Limiter::Limiter(std::int64_t requests, std::int64_t tokens) {
    if (requests > 0) limit_requests(requests, {});
    if (tokens > 0) limit_tokens(tokens, {});
}

void Limiter::limit_requests(std::int64_t a_minute, Clock::time_point now) {
    requests_.fill(now);
    const bool first = requests_a_minute_ == 0;
    requests_a_minute_ = a_minute;
    requests_.rate = static_cast<double>(a_minute) / minute;
    requests_.size = 1;
    if (first) requests_.level = requests_.size;
    requests_.filled = now;
}

void Limiter::limit_tokens(std::int64_t a_minute, Clock::time_point now) {
    tokens_.fill(now);
    const bool first = tokens_a_minute_ == 0;
    tokens_a_minute_ = a_minute;
    // A full bucket and what flows in within a minute make the limit together.
    tokens_.size = static_cast<double>(a_minute) / 6.0;
    tokens_.rate = (static_cast<double>(a_minute) - tokens_.size) / minute;
    tokens_.level = first ? tokens_.size : std::min(tokens_.level, tokens_.size);
    tokens_.filled = now;
}

void Limiter::Bucket::fill(Clock::time_point now) {
    if (rate <= 0 || now <= filled) return;
    level = std::min(size, level + rate * std::chrono::duration<double>(now - filled).count());
    filled = now;
}

Limiter::Clock::time_point Limiter::Bucket::take(double amount, Clock::time_point now) {
    if (rate <= 0) return now;
    fill(now);
    // What is larger than the bucket goes when it is full, and is owed.
    const double missing = std::min(amount, size) - level;
    level -= amount;
    return missing > 0 ? now + seconds(missing / rate) : now;
}

Limiter::Clock::time_point Limiter::reserve(std::int64_t tokens, Clock::time_point now) {
    return std::max(requests_.take(1, now), tokens_.take(static_cast<double>(tokens), now));
}

void Limiter::settle(std::int64_t reserved, std::int64_t used, Clock::time_point now) {
    if (tokens_.rate <= 0) return;
    tokens_.fill(now);
    tokens_.level = std::min(tokens_.size, tokens_.level + static_cast<double>(reserved - used));
}

std::optional<Limiter::Clock::time_point> Limiter::learn(const Headers& headers, Clock::time_point now) {
    std::optional<Clock::time_point> quiet;
    const auto count = [&](const char* name) { return whole_number(headers(name)); };
    const auto until_reset = [&](const char* name) {
        if (const auto wait = go_duration(headers(name)))
            quiet = std::max(quiet.value_or(now), now + std::min(*wait, longest_wait));
    };
    const auto lower = [](std::int64_t known, std::optional<std::int64_t> told) {
        return told && *told > 0 && (known == 0 || *told < known);
    };
    if (const auto told = count("x-ratelimit-limit-requests"); lower(requests_a_minute_, told))
        limit_requests(*told, now);
    if (const auto told = count("x-ratelimit-limit-tokens"); lower(tokens_a_minute_, told))
        limit_tokens(*told, now);
    if (count("x-ratelimit-remaining-requests") == 0) until_reset("x-ratelimit-reset-requests");
    if (const auto remaining = count("x-ratelimit-remaining-tokens"); remaining && *remaining >= 0) {
        if (*remaining == 0) until_reset("x-ratelimit-reset-tokens");
        tokens_.fill(now);
        tokens_.level = std::min(tokens_.level, static_cast<double>(*remaining));
    }
    return quiet;
}

std::optional<milliseconds> go_duration(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, double>, 7> units = {
        {{"ns", 1e-6}, {"us", 1e-3}, {"\xc2\xb5s", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}}};
    double total = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
        const std::string number(text.substr(0, digits));
        char* end = nullptr;
        const double value = std::strtod(number.c_str(), &end);
        if (number.empty() || *end != '\0') return std::nullopt;
        text.remove_prefix(digits);
        const auto unit =
            std::ranges::find_if(units, [&](const auto& each) { return text.starts_with(each.first); });
        if (unit == units.end()) return std::nullopt;
        // "m" begins "ms" too; the table has the longer one first.
        text.remove_prefix(unit->first.size());
        total += value * unit->second;
    }
    if (!(total > 0)) return std::nullopt;
    return milliseconds(std::llround(std::ceil(std::min(total, 1e12))));
}

}  // namespace aibuild
