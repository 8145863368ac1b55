#include "tool/cli/live_block.h"

#include <fmt/format.h>

#include <algorithm>

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

bool LiveBlock::fresh() const {
    return screen_.now() - last_ < shortest_time;
}

void LiveBlock::draw(const std::vector<std::string>& above, const Lines& lines) {
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
    if (lines) {
        for (const std::string& line : lines(last_, size)) {
            put(line);
            drawn_.push_back(columns_without_style(line));
        }
    }
    screen_.write(out + "\x1b[J");
}

}  // namespace aibuild
