#include "tool/text/log.h"

#include <algorithm>
#include <array>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

constexpr std::array<std::string_view, 4> names = {"error", "warning", "info", "debug"};

std::atomic<Log*> current = nullptr;

void replace_all(std::string& text, std::string_view old, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += with.size())
        text.replace(at, old.size(), with);
}

}  // namespace

std::string_view name_of(LogLevel level) {
    return names.at(static_cast<std::size_t>(level));
}

std::optional<LogLevel> log_level(std::string_view name) {
    const auto* const found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<LogLevel>(found - names.begin());
}

Log::Log(Sink sink, LogLevel level) : sink_(std::move(sink)), level_(level) {}

void Log::register_secret(std::string secret) {
    constexpr std::size_t shortest = 8;
    if (secret.size() < shortest) return;
    const std::lock_guard lock(mutex_);
    secrets_.push_back(std::move(secret));
    std::ranges::sort(secrets_, std::ranges::greater(), &std::string::size);
}

std::string Log::without_secrets(std::string_view message) const {
    std::string out(message);
    for (const std::string& secret : secrets_) replace_all(out, secret, "[secret]");
    return out;
}

void Log::write(LogLevel level, std::string_view message) {
    if (!shows(level)) return;
    const std::lock_guard lock(mutex_);
    std::string text = visible(without_secrets(message));
    while (text.ends_with('\n')) text.pop_back();
    replace_all(text, "\n", "\n  ");
    std::string lines(name_of(level));
    lines += ": ";
    lines += text;
    lines += '\n';
    sink_(lines);
}

void log_to(Log* log) {
    current = log;
}

Log* current_log() {
    return current;
}

void log(LogLevel level, std::string_view message) {
    if (Log* log = current) log->write(level, message);
}

bool logs(LogLevel level) {
    const Log* log = current;
    return log != nullptr && log->shows(level);
}

}  // namespace aibuild
