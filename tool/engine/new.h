#pragma once

// `aibuild-gen new`: a description becomes a project. Readable top to bottom in new.cpp:
// check - ask for the brief, and the person what it leaves open - ask for the plan - show it and ask the
// person - ask for each file - ask the person about what steps run - commit all of it - emit.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/plan.h"
#include "tool/engine/talk.h"
#include "tool/prompting/prompts.h"
#include "tool/settings/key.h"
#include "tool/settings/settings.h"

namespace aibuild {

struct NewOptions {
    std::string description;
    std::filesystem::path root;
    ToolSettings settings;         // who is asked, and how much it may take
    TakenKeys keys;                // of the environment
    std::filesystem::path replay;  // a project or recording to make again from its own answers; empty: none
    bool yes = false;
    bool dry_run = false;  // only say what would be asked
    std::string program;   // this aibuild-gen, absolute
};

class NewTalk : public Talk {
  public:
    // Asks what a brief leaves open; nothing where there is nobody to ask.
    virtual std::optional<std::string> decide(const OpenQuestion& question) = 0;
    // Shows the plan and the files, and what writing them may take, and asks whether to go on. Called once.
    virtual bool agree(const Plan& plan, const std::vector<std::string>& files, const std::string& provider,
                       const std::string& estimate) = 0;
};

// Returns with the project made, or throws Error with the directory exactly as it was.
void make_new(const NewOptions& options, NewTalk& talk);

}  // namespace aibuild
