#pragma once

// `aibuild-gen explain FILE|TARGET|STEP`: why it is stale, why it was made again, which change started that,
// and both hashes of what changed. Opens no socket, runs nothing and writes nothing.
//
// Of files, the lock knows; of steps, ninja's records say why it would run now, and the runs of
// `aibuild-gen build` why it ran then. What a plain ninja did and why nobody recorded, and that is said.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/file_standing.h"
#include "tool/state/run.h"

namespace aibuild {

// Why a file was made, or made again.
struct MadeBecause {
    std::string why;          // "the plan wants it", "its purpose changed", or the change's sentence
    std::int64_t change = 0;  // its number; 0: no change did
    std::string request, provider, model;
};

// The last run that ran a step.
struct Rebuilt {
    std::int64_t run = 0, started_ms = 0;
    // From the step back to what started it: output and reason of each.
    std::vector<std::pair<std::string, std::string>> chain;
    std::optional<Change> started_by;  // a file of the project, with both hashes
    std::string change;  // "change 1 wrote it: ...", where that text is of an `aibuild-gen change`
};

struct Explained {
    std::string id;     // "file:src/a.c", "target:counter", "step:obj/a.o", "test:tests/a.ok"
    std::string state;  // "up to date", "stale", "edited", "accepted", "missing", "yours", "pending"
    std::vector<std::string> why;    // why it is stale
    std::vector<ChangedPart> parts;  // of a file that is stale: what differs, with both hashes
    std::string base, present;       // of a file: SHA-256 of the recorded text and of what is there
    std::string generated;           // of a file whose text was accepted: SHA-256 of what the answer said
    std::optional<MadeBecause> made;
    std::optional<Rebuilt> rebuilt;
    std::vector<std::string> unknown;  // what nobody recorded
    std::vector<Explained> of;         // a target's files and steps
};

// `build`: empty is ROOT/build. Throws Error `explain.unknown` for what is neither, and what reading the
// project and its state throws.
Explained explain(const std::filesystem::path& root, const std::filesystem::path& build,
                  const std::string& what);

}  // namespace aibuild
