#include "machine.h"

#include <dlfcn.h>
#include <netdb.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>

namespace aibuild {

namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
    return time.tv_sec * second + time.tv_nsec;
}

timespec time_of(std::int64_t nanoseconds) {
    return {nanoseconds / second, nanoseconds % second};
}

std::int64_t machine_time() {
    timespec now{};
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return nanoseconds(now);
}

// What the steady clock shows: from `shown` on, since the machine's showed `real`, so many times as fast.
struct Pace {
    std::int64_t real = 0, shown = 0, times = 1;
    std::int64_t now() const { return shown + (machine_time() - real) * times; }
};

std::mutex pace_mutex;
Pace pace;

Pace current_pace() {
    const std::lock_guard lock(pace_mutex);
    return pace;
}

void set_pace(std::int64_t times) {
    const std::lock_guard lock(pace_mutex);
    const std::int64_t shown = pace.now();
    pace = {machine_time(), shown, times};
}

}  // namespace

std::atomic<long> wall_clock_is_wrong_by{0};

FastClock::FastClock(int times) {
    set_pace(times);
}

FastClock::~FastClock() {
    set_pace(1);
}

}  // namespace aibuild

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) {
    const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        time->tv_sec += aibuild::wall_clock_is_wrong_by;
    if (clock == CLOCK_MONOTONIC) *time = aibuild::time_of(aibuild::current_pace().now());
    return result;
}

time_t time(time_t* out) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(timeval* out, void*) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    *out = {now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

// Asio asks for a time from now, by its steady clock.
int timerfd_settime(int timer, int flags, const itimerspec* wanted, itimerspec* old) {
    itimerspec real = *wanted;
    const std::int64_t times = aibuild::current_pace().times;
    if ((flags & TFD_TIMER_ABSTIME) == 0)
        real.it_value = aibuild::time_of((aibuild::nanoseconds(wanted->it_value) + times - 1) / times);
    return static_cast<int>(syscall(SYS_timerfd_settime, timer, flags, &real, old));
}

// A name server that is slow for one name.
int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (node != nullptr && std::string_view(node) == "slow.invalid") {
        std::this_thread::sleep_for(std::chrono::seconds(3));
    }
    return real(node, service, hints, result);
}
}
