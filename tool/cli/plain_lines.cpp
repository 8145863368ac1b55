#include "tool/cli/plain_lines.h"

#include "ninja-gen/error.h"

namespace aibuild {

PlainLines::PlainLines(Write write, Style style, Now now)
    : write_(std::move(write)), style_(style), now_(std::move(now)) {}

void PlainLines::say(const std::string& line) {
    print({visible(line)});
}

void PlainLines::begin(std::vector<AskedItem> items) {
    model_.begin(std::move(items), now_());
}

void PlainLines::started(std::size_t item) {
    model_.started(item, now_());
}

void PlainLines::received(std::size_t item, std::size_t bytes) {
    model_.received(item, bytes);
}

void PlainLines::waits(std::size_t item, const std::string& why, std::chrono::milliseconds time) {
    print(style_(Tone::warning, model_.waits(item, why, time, now_())));
}

void PlainLines::again(std::size_t item, const std::string& why) {
    print(style_(Tone::warning, model_.again(item, why)));
}

void PlainLines::finished(std::size_t item, const ItemEnd& end) {
    print(model_.finished(item, end, now_()));
}

void PlainLines::end(const Spent& spent) {
    print(style_(Tone::faint, model_.ended(spent, now_())));
}

void PlainLines::print(const std::vector<std::string>& lines) const {
    for (const std::string& line : lines) write_(line + '\n');
}

}  // namespace aibuild
