#pragma once

#include <string>

#include "tool/workspace/consent.h"

namespace aibuild {

// Is there somebody to ask?
bool terminal_there();

// Shows a text and asks `question` on the terminal; with `yes` the answer is yes, and the text is shown all
// the same.
AskPerson ask_on_terminal(bool yes, const std::string& question);

}  // namespace aibuild
