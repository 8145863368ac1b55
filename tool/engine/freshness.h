#pragma once

// For each step whether ninja would run it, and why; and whether what ninja takes for done really is.
//
// Ninja runs a step where its output is missing, where its command is another one, where something that it
// was made from is newer, or where one of these has to be made first. It misses three things, all of which
// were seen to leave wrong programs behind:
//
//   - A compile whose tool wrote no depfile (a compiler cache that lost it) is recorded as having read
//     nothing, and no header makes it stale again.
//   - A command that succeeds without making its output is a success until the next run.
//   - An input that is edited while its command runs is older than the output that does not have it. Ninja
//     from 1.12 on records when a command began and compares with that; before (log version 5) it is clean.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ninja-gen/dyndep.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/commands_today.h"
#include "tool/engine/recorded.h"

namespace aibuild {

enum class Doubt : std::uint8_t {
    none,
    unrecorded,  // what it read is not known
    unmade,      // it succeeded without an output
    edited,      // an input changed while it was made
};

class Freshness {
  public:
    // `recorded` has been waited for. Keeps references to all but the settings.
    Freshness(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings,
              const Recorded& recorded, Threads threads = Threads::two);
    // The same with the commands that build.ninja has, which is what ninja goes by.
    Freshness(const Lowered& lowered, WrittenCommands& written, const NinjaSettings& settings,
              const Recorded& recorded);
    // The same of a graph whose commands nobody knows but by the hash that a log of version 5 or 6 has.
    Freshness(const StepGraph& graph, std::vector<std::uint64_t> hashes, const Recorded& recorded);

    // Why ninja would run the step or, where there is a doubt, ought to; empty where it is done.
    const std::string& reason(std::size_t n) const { return reasons_[n]; }
    Doubt doubt(std::size_t n) const { return doubts_[n]; }
    const LogEntry* entry(std::size_t n) const { return entries_[n]; }

  private:
    Freshness(const StepGraph& graph, HashOf hash_of, const NinjaSettings& settings, const Recorded& recorded,
              Threads threads);

    void read_dyndeps();
    void look(std::size_t n);
    std::string own_reason(std::size_t n, const Step& step);
    bool may_leave_alone(std::size_t n) const;  // restat
    void find_edited();
    std::string edited_after(std::int64_t began, const Step& step) const;
    void spread();

    const StepGraph& graph_;
    const NinjaSettings settings_;
    const Recorded& recorded_;
    const HashOf hash_of_;
    std::unordered_map<std::size_t, DynamicStep> dynamic_;  // by step; what a dyndep file adds to it
    std::vector<std::string> reasons_;
    std::vector<Doubt> doubts_;
    std::vector<const LogEntry*> entries_;
    std::vector<char> suspects_;  // an input may have been edited while the output was made
};

}  // namespace aibuild
