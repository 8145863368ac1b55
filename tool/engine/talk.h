#pragma once

// What workflows that ask models say to the person, and ask; the command line implements it.

#include <optional>
#include <string>
#include <vector>

#include "tool/engine/progress.h"
#include "tool/engine/providers.h"
#include "tool/settings/settings.h"
#include "tool/workspace/hold.h"

namespace aibuild {

class Talk {
  public:
    virtual ~Talk() = default;
    virtual void say(const std::string& line) = 0;
    virtual Progress& progress() = 0;
    // Shows what custom steps would run, and asks whether it may; nothing where there is nobody to ask.
    virtual std::optional<bool> may_run(const std::string& text) = 0;
    // Is there somebody to ask?
    virtual bool can_ask() const = 0;
};

// Of workflows that make files of a project again.
class FilesTalk : public Talk {
  public:
    // Shows the lines and asks the question; without anybody to ask it is a no.
    virtual bool agree(const std::vector<std::string>& lines, const std::string& question) = 0;
};

// Says who is asked. Throws Error `consent.nobody` where that costs and nobody could agree to it: `agreed` is
// whether they did on the command line, or nothing is sent.
void tell_who_is_asked(const ChosenProvider& chosen, bool agreed, Talk& talk);

// What a Hold is to do where another command has the directory: wait, if the settings say so, or refuse.
SayWaiting waiting(const ToolSettings& settings, Talk& talk);

// Throws Error `consent.declined`, after a no and where there is nobody to ask.
[[noreturn]] void declined(const Talk& talk, const std::string& instead);

}  // namespace aibuild
