#pragma once

// `aibuild-gen build --fix`: the flags, and what is said on the terminal.

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "tool/engine/repair.h"
#include "tool/settings/settings.h"

namespace aibuild {

struct FixFlags {
    bool fix = false;
    int max_rounds = 5;
};

// Adds them to the verb, with those of the settings that asking a model needs but for `without`, which the
// verb has of its own.
void add_fix_flags(CLI::App& verb, FixFlags& flags, const std::shared_ptr<GivenFlags>& given,
                   const std::vector<std::string_view>& without);

// Throws Error as repair() does; `frozen` where no call may be made.
int run_fix(const FixFlags& flags, RepairOptions options, const BuildTargets& build);

}  // namespace aibuild
