#include "tool/cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace aibuild {

bool terminal_there() {
    return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

AskPerson ask_on_terminal(bool yes, const std::string& question) {
    return [yes, question](const std::string& text) -> std::optional<bool> {
        if (!yes && !terminal_there()) return std::nullopt;
        fmt::print(stderr, "{}\n", text);
        if (yes) return true;
        fmt::print(stderr, "{} [y/N] ", question);
        std::string answer;
        std::getline(std::cin, answer);
        return answer == "y" || answer == "Y" || answer == "yes";
    };
}

}  // namespace aibuild
