#pragma once

// `aibuild-gen build --fix`: a build that fails is repaired, one root cause at a time. Readable top to bottom
// in repair.cpp:
//
//   build - of all failures the first root cause - what is not the code's fault is told, with what to type -
//   ask which files have to change, and for each of them - put them on trial - build - keep them where the
//   evidence improves, else go back - and again
//
// It ends when everything passes, or with an Error that says why it goes no further; what improved the
// evidence stays. Nothing is asked of anybody where the build passes.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/evidence.h"
#include "tool/engine/talk.h"
#include "tool/settings/key.h"
#include "tool/settings/settings.h"

namespace aibuild {

struct RepairOptions {
    std::filesystem::path root, build;
    std::vector<std::string> targets;  // empty: everything, then the tests
    int max_rounds = 5;                // requests for a repair, those that did not help too
    ToolSettings settings;             // who is asked, and how much it may take
    TakenKeys keys;
    bool yes = false;
};

class RepairTalk : public Talk {
  public:
    // Shows what asking may take, and asks whether to go on. Called once, before anything is sent.
    virtual bool agree(const std::string& who, const std::string& estimate) = 0;
    // A change that was kept, as a unified diff.
    virtual void show(const std::string& diff) = 0;
};

// Builds these targets, so that every failure is heard of; fills exit_code, failures and log.
using BuildTargets = std::function<BuildOutcome(const std::vector<std::string>& targets)>;

struct RepairResult {
    int rounds = 0;
    std::vector<std::string> changed;  // files, sorted
};

// Throws Error with Exit::failure `repair.toolchain`, `repair.package`, `repair.setting`, `repair.resource`:
// what a person has to do; `repair.test`, `repair.no-files`, `repair.declined`: nothing that may change is at
// fault; `repair.no-tests`; `repair.same`, `repair.circle`, `repair.rounds`: it goes no further. Also what
// asking throws (`budget.*`, `answer.*`, `provider.*`), `repair.model`, `consent.*`, and what RepairStage
// throws.
RepairResult repair(const RepairOptions& options, const BuildTargets& build, RepairTalk& talk);

}  // namespace aibuild
