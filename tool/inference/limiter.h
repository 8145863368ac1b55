#pragma once

// So many requests and tokens a minute as a server allows, and not one more: a request over the limit is
// refused and counts against the limit all the same.
//
// Two buckets that fill with time. That of requests holds one: servers divide their minute, and of 60 a
// minute want no more than one a second. That of tokens holds ten seconds' worth, since calls differ in size.
// A call takes its place in the queue when it comes: none overtakes another.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace aibuild {

class Limiter {
  public:
    using Clock = std::chrono::steady_clock;

    // A minute; 0 where it is unknown, and then nothing is limited until the server tells.
    Limiter(std::int64_t requests, std::int64_t tokens);

    // Takes room for one request and an estimate of its tokens; says when it may be sent.
    Clock::time_point reserve(std::int64_t tokens, Clock::time_point now);

    // Of `reserved` tokens so many were used. Gives back what was not.
    void settle(std::int64_t reserved, std::int64_t used, Clock::time_point now);

    // The value of a header by its name; empty where there is none.
    using Headers = std::function<std::string(const char* name)>;

    // Takes the limits that a server tells with its answer, where they are lower than what is known. Gives
    // the time until which nothing should be sent, where it says that nothing remains.
    std::optional<Clock::time_point> learn(const Headers& headers, Clock::time_point now);

  private:
    struct Bucket {
        double rate = 0;  // a second; 0: no limit
        double size = 0, level = 0;
        Clock::time_point filled{};

        void fill(Clock::time_point now);
        Clock::time_point take(double amount, Clock::time_point now);
    };
    void limit_requests(std::int64_t a_minute, Clock::time_point now);
    void limit_tokens(std::int64_t a_minute, Clock::time_point now);

    std::int64_t requests_a_minute_ = 0, tokens_a_minute_ = 0;
    Bucket requests_, tokens_;
};

// Go's way to write one: "1s", "6m0s", "1h2m3.5s", "120ms". Nothing for anything else, and for what is not
// above 0.
std::optional<std::chrono::milliseconds> go_duration(std::string_view text);

}  // namespace aibuild
