#include "tool/cli/progress_for.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "tool/cli/live_view.h"
#include "tool/cli/plain_lines.h"

namespace aibuild {

namespace {

// Past stdio, so that one change is one write. What can't be shown is not worth an error.
void write_to(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) return;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

void to_standard_error(std::string_view text) {
    write_to(STDERR_FILENO, text);
}

void to_standard_output(std::string_view text) {
    write_to(STDOUT_FILENO, text);
}

ScreenSize size_of_terminal() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
    return {size.ws_col, size.ws_row};
}

LiveMode live_mode(std::string_view word) {
    if (word == "always") return LiveMode::always;
    return word == "never" ? LiveMode::never : LiveMode::automatic;
}

std::unique_ptr<Progress> progress_for(LiveMode mode) {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const Style style(wants_colour(terminal));
    if (mode == LiveMode::never || (mode == LiveMode::automatic && !can_redraw(terminal)))
        return std::make_unique<PlainLines>(to_standard_error, style);
    return std::make_unique<LiveView>(
        LiveView::Screen{to_standard_error, size_of_terminal, std::chrono::steady_clock::now}, style);
}

}  // namespace aibuild
