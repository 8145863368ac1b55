#pragma once

// What ninja recorded in a build directory, and when every file in its records was written.
//
// A build of 100,000 edges has 200,000 files to ask for, 1.4 µs each: that is most of what a status costs.
// It needs no plan, so that a thread begins while the plan is still read; whoever comes to wait helps. Beside
// a ninja, which reads the same with one thread, a second one of ours would take its core: then one does it.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <future>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/ninja_log.h"
#include "tool/workspace/beneath.h"

namespace aibuild {

enum class Threads : unsigned char { one, two };

class Recorded {
  public:
    // `builddir`: where ninja keeps its records, from `build`; empty: there.
    explicit Recorded(const std::filesystem::path& build, Threads threads = Threads::two,
                      const std::filesystem::path& builddir = {});
    Recorded(const Recorded&) = delete;
    Recorded& operator=(const Recorded&) = delete;

    // To be called once, before anything below. With one thread, it is the caller's.
    void wait();

    const NinjaLog& log() const { return log_; }
    NinjaLog take_log() { return std::move(log_); }
    const NinjaDeps& deps() const { return deps_; }
    const LogEntry* entry(std::string_view output) const;

    // Modification times in ns since the epoch; 0 where there is no such file.
    std::int64_t time(std::uint32_t id) const { return times_[id]; }  // of the path of NinjaDeps
    std::int64_t time(std::string_view path) const;                   // of any path

    const std::filesystem::path& build() const { return build_; }

  private:
    void read();
    void ask();
    std::int64_t ask(const char* path) const;

    std::filesystem::path build_, records_;
    Fd directory_;
    NinjaLog log_;
    NinjaDeps deps_;
    std::vector<std::int64_t> times_;
    std::atomic<std::size_t> next_ = 0;
    std::promise<void> listed_;
    std::future<void> is_listed_, finished_;  // the last member: its thread ends before the others go
};

}  // namespace aibuild
