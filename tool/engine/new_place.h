#pragma once

// Before a project is made: is there something to make it from, and a place to make it in?

#include <filesystem>
#include <string>

#include "tool/prompting/prompts.h"
#include "tool/workspace/hold.h"

namespace aibuild {

// Throws Error `description.*`, with `fix`.
void check_description(
    const std::string& description,
    const std::string& fix =
        "Say in a sentence or two what the project is, in which languages, and what it does.");

// Throws Error `new.*` or `disk.write` where a project can't be made in `root`; true where it is there
// already, made from this very description. What an earlier run left half done is put right first.
bool already_made(const std::filesystem::path& root, const std::string& description, const SayWaiting& wait);

// What stands in `root`, which may not be there yet. Throws Error `new.agents`.
Surroundings surroundings_of(const std::filesystem::path& root);

// Throws Error `toolchain.missing`.
void need_ninja();

}  // namespace aibuild
