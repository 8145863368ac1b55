#include "tool/engine/talk.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"

namespace aibuild {

void tell_who_is_asked(const ChosenProvider& chosen, bool agreed, Talk& talk) {
    if (chosen.provider->costs() && !agreed && !talk.can_ask()) {
        throw Error(Exit::declined, "consent.nobody", "",
                    "Asking a model costs, and there is no terminal on which to ask you first.",
                    "Add --yes.");
    }
    talk.say(fmt::format("provider: {} ({})", chosen.name, chosen.why));
}

void declined(const Talk& talk, const std::string& instead) {
    if (talk.can_ask())
        throw Error(Exit::declined, "consent.declined", "", "You said no; nothing was written.", instead);
    throw Error(Exit::declined, "consent.declined", "",
                "There is no terminal on which to ask you; nothing was written.",
                "Add --yes to write what was shown.");
}

SayWaiting waiting(const ToolSettings& settings, Talk& talk) {
    if (!settings.flag("wait")) return {};
    return [&talk](const std::string& line) { talk.say(line); };
}

}  // namespace aibuild
