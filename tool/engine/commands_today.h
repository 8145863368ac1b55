#pragma once

// The commands of a plan's steps, as hashes that ninja's log can be compared with: as this machine would
// write them today, and as they stand in the build.ninja that is there.
//
// The two differ where PATH, or a variable like CXX, names another tool than when build.ninja was written.
// Ninja goes by build.ninja, and writes it anew only where the plan changed: until then nothing runs again.
// `aibuild-gen build` does notice, and writes it anew with the tools of today.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "ninja-gen/lower.h"
#include "ninja-gen/step_commands.h"
#include "tool/engine/recorded.h"

namespace aibuild {

// Of a step's command, where it can be known; `logged` is what the log has of it.
using HashOf = std::function<std::optional<std::uint64_t>(std::size_t n, std::uint64_t logged)>;

// Keeps references to all but the settings.
HashOf todays_commands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings,
                       const Recorded& recorded);

// May be asked by several threads. build.ninja is read where a command is another one today, and not before.
class WrittenCommands {
  public:
    // Keeps references to all but the settings.
    WrittenCommands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings,
                    const Recorded& recorded);

    std::optional<std::uint64_t> hash(std::size_t n, std::uint64_t logged);

    // Steps that would be made by another command if build.ninja were written anew today.
    std::size_t others() const { return others_; }
    // The same as a sentence that says what follows; empty where there are none.
    std::string remark() const;

  private:
    void read();

    const Lowered& lowered_;
    const Recorded& recorded_;
    const HashOf today_;
    std::once_flag once_;
    std::unordered_map<std::string, std::uint64_t>
        written_;  // by output; empty where ninja will write it anew
    std::atomic<std::size_t> others_ = 0;
};

}  // namespace aibuild
