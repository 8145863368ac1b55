#pragma once

// What a failed exchange means: the error that people see, and whether asking again can help.

#include <curl/curl.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "ninja-gen/error.h"
#include "tool/inference/server_error.h"

namespace aibuild {

// Longer than this a server's wish to wait is an answer: come back yourself.
inline constexpr std::chrono::milliseconds longest_wait{120'000};

struct Failure {
    Error error;
    bool retry = false;
    std::optional<std::chrono::milliseconds> after = {};  // the server wants at least this
    bool once = false;  // asking again helps at most once: an answer was lost on the way, and it was paid
    bool scheduled = false;  // a server that works says when to come back: no outage
};

// An HTTP answer that is no 2xx. Headers that were not sent are empty.
struct FailedAnswer {
    long status = 0;
    ServerError error;
    std::string location, request_id, retry_after_ms, retry_after, should_retry;
};

// Who was asked for what.
struct Asked {
    std::string url;
    std::string model;
    bool with_key = false;
    std::string server = "The server";  // as a sentence begins: "Ollama", "The server work"
    std::string url_place = "OPENAI_BASE_URL", key_place = "OPENAI_API_KEY";  // where both are said
};

Failure http_failure(const FailedAnswer& answer, const Asked& asked);

// A transfer that ended before an answer came. `detail` is libcurl's own, more precise text.
Failure transfer_failure(CURLcode code, std::string_view detail, const Asked& asked);

// Retry-After as servers write it: milliseconds in one header; seconds or a date in the other. Nothing where
// there is none, or none that means something: zero, negative, not a number.
std::optional<std::chrono::milliseconds> retry_after(const std::string& milliseconds,
                                                     const std::string& seconds,
                                                     std::chrono::system_clock::time_point now);

// At most `first` before the first retry, then twice as long each time, at most 8 seconds; `random` in [0, 1)
// scales all of it (full jitter), so that many clients do not come back at once.
std::chrono::milliseconds backoff(std::chrono::milliseconds first, int retry, double random);

// `text` in one line, white space folded, cut after 500 bytes: how a server's words stand in a message.
std::string one_line(std::string_view text);

// `text` and `error` without `key`, should a server have repeated it.
std::string without_key(const std::string& text, const std::string& key);
Error without_key(const Error& error, const std::string& key);

}  // namespace aibuild
