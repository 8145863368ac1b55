#pragma once

// What a build tells while it runs: a live view on a terminal, ninja's own lines otherwise. All calls come on
// one thread.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tool/engine/ninja_output.h"

namespace aibuild {

class BuildProgress : public NinjaOutput::Reader {
  public:
    // A line for people, which is AIBuild's and not ninja's.
    virtual void say(const std::string& line) = 0;
    // What ninja has on its standard error, as it came.
    virtual void errors(std::string_view text) = 0;
    // How much longer it takes, asked for when it is shown; nothing where nobody knows.
    using Left = std::function<std::optional<std::chrono::milliseconds>()>;
    virtual void expect(Left left) = 0;
    // Whether time that goes by is shown, so that tick() is to be called.
    virtual bool ticks() const { return false; }
    virtual void tick() {}
    // Ninja has ended: whatever is drawn is taken off.
    virtual void end() = 0;
};

}  // namespace aibuild
