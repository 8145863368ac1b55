#pragma once

// What the program tells of its own doings, below what its verbs print: for people, on standard error.
//
// main makes the one Log there is and says where it writes; the rest of the program calls log(). Text of
// models and servers is shown with control characters visible, and registered secrets never.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

// "error", "warning", "info", "debug"
std::string_view name_of(LogLevel level);
std::optional<LogLevel> log_level(std::string_view name);

class Log {
  public:
    // Gets whole lines with their line end, one call a message, never two at the same time.
    using Sink = std::function<void(std::string_view lines)>;

    explicit Log(Sink sink, LogLevel level = LogLevel::warning);

    // From any thread, all of them.
    void set_level(LogLevel level) { level_ = level; }
    bool shows(LogLevel level) const { return level <= level_; }
    // From here on `secret` is shown as [secret]. Shorter ones than 8 bytes are the words that local servers
    // are given as keys, which are no secret and occur in sentences.
    void register_secret(std::string secret);
    // "warning: ...", its further lines indented. Nothing below the level.
    void write(LogLevel level, std::string_view message);

  private:
    std::string without_secrets(std::string_view message) const;

    Sink sink_;
    std::atomic<LogLevel> level_;
    std::mutex mutex_;
    std::vector<std::string> secrets_;  // the longest first: one may be a part of another
};

// Where log() goes from here on; nullptr: nowhere, which is how it begins. It outlives its use.
void log_to(Log* log);
// The one that is set; nullptr where none is.
Log* current_log();

// Does nothing where no Log is set. A message that is costly to make is made where logs(level).
void log(LogLevel level, std::string_view message);
bool logs(LogLevel level);

}  // namespace aibuild
