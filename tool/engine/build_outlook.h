#pragma once

// What is known of a build before ninja says anything: why each step will run, how long it took the last
// time, and how the project's files were when something was last built from them.
//
// All of it is worked out by a thread while ninja reads its own files, from the same files: it is finished
// before the first step begins, or soon after. Where nothing is to be done, as it is most of the time, it is
// let go by that thread too: of 100,000 steps that takes 40 ms, for which the person would wait at the end.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ninja-gen/ninja_log.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/recorded.h"
#include "tool/state/sources.h"

namespace aibuild {

struct PlannedGraph;  // a plan's steps, and how fresh they are

class BuildOutlook {
  public:
    // `toolchain`: of an emit, where AIBuild wrote the build directory from the plan in `root`; without one
    // only ninja's own records are known. `targets` as ninja takes them, none for the default ones.
    BuildOutlook(std::filesystem::path root, std::filesystem::path build, const Toolchain* toolchain,
                 std::vector<std::string> targets);
    ~BuildOutlook();
    BuildOutlook(const BuildOutlook&) = delete;
    BuildOutlook& operator=(const BuildOutlook&) = delete;

    // All of these wait for the thread. Throws what went wrong there.
    const NinjaLog& log();
    // The output of the step that ninja describes so; nothing where no plan tells.
    std::optional<std::string> output_of(const std::string& description);
    // "step" or "test"
    std::string kind_of(const std::string& output);
    std::string reason(const std::string& output);
    // What ninja takes for done and is not.
    std::vector<std::string> doubtful();
    // Steps of the targets; 0 where no plan tells.
    std::size_t steps();
    std::vector<Change> changes();
    // The project's files now, to be kept for the next build: those that were read since, too.
    Sources sources();

    // What a step took the last time, on average; nothing where none is known.
    std::optional<std::chrono::milliseconds> average();
    // Of what is still to run, where `ended` have and `running` have for so long: the longer one of the
    // longest chain and of all of it, shared by `jobs` at a time. By the times of the last run. Nothing where
    // no plan tells what is to run, and as long as the thread is at work.
    std::optional<std::chrono::milliseconds> left(
        const std::set<std::string>& ended, const std::unordered_map<std::string, std::int64_t>& running,
        int jobs);

  private:
    void work();
    void wait();
    const PlannedGraph* indexed();
    std::vector<std::string> source_paths(const NinjaDeps& deps) const;

    const std::filesystem::path root_, build_;
    const std::optional<Toolchain> toolchain_;
    const std::vector<std::string> targets_;
    std::unique_ptr<PlannedGraph> graph_;
    std::optional<Recorded> recorded_;
    NinjaLog log_;
    Sources before_, now_;
    std::future<void> worked_;  // last: its thread ends before the others go
};

}  // namespace aibuild
