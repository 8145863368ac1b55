#include "tool/cli/style.h"

#include <fmt/format.h>

#include <cstdlib>

namespace aibuild {

namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool capable_terminal() {
    return !variable("TERM").empty() && variable("TERM") != "dumb";
}

}  // namespace

bool wants_colour(bool terminal) {
    if (!variable("NO_COLOR").empty()) return false;
    for (const char* name : {"FORCE_COLOR", "CLICOLOR_FORCE"})
        if (!variable(name).empty()) return variable(name) != "0";
    return variable("CLICOLOR") != "0" && capable_terminal() && terminal;
}

bool can_redraw(bool terminal) {
    return terminal && capable_terminal();
}

std::string Style::operator()(Tone tone, std::string_view text) const {
    // The eight colours that every palette has, so that they are legible on dark and on light.
    static constexpr std::string_view codes[] = {"1", "36", "32", "33", "2"};
    if (!colour_ || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(tone)], text);
}

std::vector<std::string> Style::operator()(Tone tone, std::vector<std::string> lines) const {
    for (std::string& line : lines) line = (*this)(tone, line);
    return lines;
}

}  // namespace aibuild
