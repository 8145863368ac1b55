#include "tool/cli/live_view.h"

#include <algorithm>

#include "ninja-gen/error.h"

namespace aibuild {

LiveView::LiveView(Screen screen, Style style) : block_(std::move(screen)), style_(style) {}

LiveView::~LiveView() {
    try {
        if (block_.drawn()) draw(history_, false);
    } catch (...) {  // a terminal that is gone has nothing to be taken off
        return;
    }
}

void LiveView::say(const std::string& line) {
    draw({visible(line)}, true);
}

void LiveView::begin(std::vector<AskedItem> items) {
    model_.begin(std::move(items), block_.now());
    draw({}, true);
}

void LiveView::started(std::size_t item) {
    model_.started(item, block_.now());
    tick();
}

void LiveView::received(std::size_t item, std::size_t bytes) {
    model_.received(item, bytes);
    tick();
}

void LiveView::waits(std::size_t item, const std::string& why, std::chrono::milliseconds time) {
    keep(style_(Tone::warning, model_.waits(item, why, time, block_.now())));
}

void LiveView::again(std::size_t item, const std::string& why) {
    keep(style_(Tone::warning, model_.again(item, why)));
}

void LiveView::finished(std::size_t item, const ItemEnd& end) {
    keep(model_.finished(item, end, block_.now()));
}

void LiveView::keep(std::vector<std::string> lines) {
    history_.insert(history_.end(), std::make_move_iterator(lines.begin()),
                    std::make_move_iterator(lines.end()));
    tick();
}

void LiveView::tick() {
    if (!model_.empty() && !block_.fresh()) draw({}, true);
}

void LiveView::end(const Spent& spent) {
    keep(style_(Tone::faint, model_.ended(spent, block_.now())));
    draw(history_, false);
    history_.clear();
}

void LiveView::draw(const std::vector<std::string>& above, bool with_block) {
    if (!with_block) return block_.draw(above, {});
    block_.draw(above,
                [this](ViewTime now, ScreenSize size) { return view_lines(model_, now, size, style_); });
}

}  // namespace aibuild
