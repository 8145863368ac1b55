// The cursor is never hidden and stands below the block between two changes. So there is nothing to restore:
// whatever ends the process, even SIGKILL, leaves a terminal that the next prompt can use. Each change is one
// write, which goes up to the block's first line, rewrites each line and erases its rest: nothing is blank in
// between, and nothing flickers.

#include "tool/cli/live_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "tool/cli/columns.h"

namespace aibuild {

namespace {

constexpr std::chrono::milliseconds shortest_time(100);

// Without the escape sequences of Style.
std::size_t columns_without_style(std::string_view line) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\x1b')
            i = line.find('m', i);
        else
            text += line[i];
    }
    return columns_of(text);
}

}  // namespace

LiveView::LiveView(Screen screen, Style style) : screen_(std::move(screen)), style_(style) {}

LiveView::~LiveView() {
    try {
        if (!drawn_.empty()) draw(history_, false);
    } catch (...) {  // a terminal that is gone has nothing to be taken off
        return;
    }
}

void LiveView::say(const std::string& line) {
    draw({visible(line)}, true);
}

void LiveView::begin(std::vector<AskedItem> items) {
    model_.begin(std::move(items), screen_.now());
    draw({}, true);
}

void LiveView::started(std::size_t item) {
    model_.started(item, screen_.now());
    tick();
}

void LiveView::received(std::size_t item, std::size_t bytes) {
    model_.received(item, bytes);
    tick();
}

void LiveView::waits(std::size_t item, const std::string& why, std::chrono::milliseconds time) {
    keep(style_(Tone::warning, model_.waits(item, why, time, screen_.now())));
}

void LiveView::again(std::size_t item, const std::string& why) {
    keep(style_(Tone::warning, model_.again(item, why)));
}

void LiveView::finished(std::size_t item, const ItemEnd& end) {
    keep(model_.finished(item, end, screen_.now()));
}

void LiveView::keep(std::vector<std::string> lines) {
    history_.insert(history_.end(), std::make_move_iterator(lines.begin()),
                    std::make_move_iterator(lines.end()));
    tick();
}

void LiveView::tick() {
    if (!model_.empty() && screen_.now() - last_ >= shortest_time) draw({}, true);
}

void LiveView::end(const Spent& spent) {
    keep(style_(Tone::faint, model_.ended(spent, screen_.now())));
    draw(history_, false);
    history_.clear();
}

void LiveView::draw(const std::vector<std::string>& above, bool with_block) {
    const ScreenSize size = screen_.size();
    last_ = screen_.now();
    // A terminal that became narrower has wrapped what was drawn; what left its upper edge can't be reached.
    std::size_t up = 0;
    for (std::size_t columns : drawn_) up += columns / (size.width + 1) + 1;
    up = std::min(up, std::max<std::size_t>(size.height, 1) - 1);

    std::string out = up > 0 ? fmt::format("\r\x1b[{}A", up) : "\r";
    if (!drawn_.empty() && up != drawn_.size()) out += "\x1b[J";
    const auto put = [&](const std::string& line) { out.append(line).append("\x1b[K\n"); };
    for (const std::string& line : above) put(line);
    drawn_.clear();
    if (with_block) {
        for (const std::string& line : view_lines(model_, last_, size, style_)) {
            put(line);
            drawn_.push_back(columns_without_style(line));
        }
    }
    screen_.write(out + "\x1b[J");
}

}  // namespace aibuild
