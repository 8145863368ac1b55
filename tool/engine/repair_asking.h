#pragma once

// Who is asked for repairs, the person's yes to what that may cost, and the two requests of a round.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/ask.h"
#include "tool/engine/repair.h"
#include "tool/engine/repair_record.h"
#include "tool/prompting/repair.h"

namespace aibuild {

class RepairAsking {
  public:
    // Keeps references. Nothing is looked for before there is something to ask.
    RepairAsking(const RepairOptions& options, RepairTalk& talk) : options_(options), talk_(talk) {}

    // The new texts of the files that the model says have to change. Throws Error `repair.declined` where it
    // says that none does, `repair.model`, `consent.*`, and what asking throws.
    std::vector<Repaired> ask(const RepairAsked& asked);

    // Answers that did not help are not to be given again.
    void forget(const std::vector<Repaired>& repaired);

    // After ask().
    const ResponseStore& store() const { return *chosen_->store; }

  private:
    void choose();
    void agree_once(const RepairAsked& asked);
    RepairAnswer which(const RepairAsked& asked);
    Answered ask_one(const std::string& name, std::int64_t guessed, const std::function<Request()>& request,
                     const std::function<Repairs(const Response&)>& accept);

    const RepairOptions& options_;
    RepairTalk& talk_;
    std::optional<ChosenProvider> chosen_;
    std::optional<PromptTemplates> templates_;
    std::optional<RepairPrompts> prompts_;
    bool agreed_ = false;
};

}  // namespace aibuild
