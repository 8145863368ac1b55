#pragma once

// Ninja as a child, with a terminal of its own.
//
// Ninja says that a step has begun only to a terminal: into a pipe it tells of those that have ended. So its
// standard output is a pseudo-terminal, raw and of no width, so that no line is changed or cut; its errors
// are a pipe. It leads a session of its own: Ctrl-C reaches this process alone, which hands it on, so that
// ninja ends its steps and removes what they had half written, and bubblewrap stays to the end. Whatever ends
// this process ends the child too.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/sandbox/sandbox.h"
#include "tool/workspace/beneath.h"

namespace aibuild {

// The signals with which a person ends this process come through a descriptor while it is there, in all
// threads that were started since.
class Interrupts {
  public:
    Interrupts();
    ~Interrupts();  // what came meanwhile ends nobody afterwards
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    int descriptor() const { return fd_.get(); }
    bool next() const;  // one more came
    // What a child is to begin with.
    const sigset_t& before() const { return before_; }
    // They end this process again for so long: while a person is asked something.
    void let_through(const std::function<void()>& during) const;

  private:
    sigset_t before_{};
    Fd fd_;
};

struct NinjaProcess {
    std::vector<std::string> argv;         // absolute; of ninja alone
    std::vector<std::string> environment;  // all of it, as NAME=VALUE
    std::filesystem::path directory;
    const Sandbox* sandbox = nullptr;  // none: it runs as the user
};

struct NinjaEnd {
    int code = 0;
    bool interrupted = false;  // by a signal to us
    int by_signal = 0;         // what ended ninja, where that was nobody's wish that we know of
    std::string not_started;   // why there was no sandbox to run it in, in bubblewrap's words
};

struct NinjaCalls {
    std::function<void(std::string_view)> output;  // bytes as they came
    std::function<void(std::string_view)> errors;
    std::function<void()> tick;          // called about so often, whatever happens
    std::chrono::milliseconds every{0};  // 0: never
};

// For people: what `end.by_signal` was, and what that means for the steps that ran.
std::string told_of_signal(const NinjaEnd& end, const std::vector<std::string>& running, bool in_sandbox);

// Runs it to its end. Throws Error `build.start` where it can't be started at all.
NinjaEnd run_ninja(const NinjaProcess& process, const NinjaCalls& calls, const Interrupts& interrupts);

}  // namespace aibuild
