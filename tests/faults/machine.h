#pragma once

// The machine below the client, as far as a test decides about it. In this program the C library's functions
// are replaced (machine.cpp): libcurl, Asio and the C++ library find those first.

#include <atomic>

namespace aibuild {

// Seconds; the steady clocks know nothing of it.
extern std::atomic<long> wall_clock_is_wrong_by;

// For as long as it lives, steady clocks and the timers that Asio sets by them run so many times as fast as
// the machine's. They never run backwards, then or afterwards.
class FastClock {
  public:
    explicit FastClock(int times);
    ~FastClock();
    FastClock(const FastClock&) = delete;
    FastClock& operator=(const FastClock&) = delete;
};

}  // namespace aibuild
