#include "tool/cli/columns.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

constexpr std::string_view ellipsis = "...";

struct Character {
    std::string_view bytes;
    std::size_t columns;
};

struct Range {
    std::uint32_t first, last;
};

// Unicode's East Asian Width W and F, in the blocks that texts of projects have. C's wcwidth needs a locale.
constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},  {0xf900, 0xfaff},
                          {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                          {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};
constexpr Range combining[] = {
    {0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};

template <std::size_t n>
bool within(const Range (&ranges)[n], std::uint32_t point) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [&](const Range& range) { return point >= range.first && point <= range.last; });
}

// A byte that begins no character is one of its own: nothing is lost of a text that isn't UTF-8.
std::vector<Character> characters(std::string_view text) {
    std::vector<Character> out;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        const std::string_view bytes = text.substr(i, length);
        std::uint32_t point = length == 1 ? byte : byte & (0xffU >> (length + 1));
        for (char c : bytes.substr(1)) point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3fU);
        out.push_back({bytes, within(combining, point) ? 0U : within(wide, point) ? 2U : 1U});
        i += bytes.size();
    }
    return out;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t out = 0;
    for (const Character& character : characters(text)) out += character.columns;
    return out;
}

std::string shortened_at_the_end(std::string_view text, std::size_t width) {
    if (columns_of(text) <= width) return std::string(text);
    const std::string_view mark = ellipsis.substr(0, width);
    std::string out;
    std::size_t taken = mark.size();
    for (const Character& character : characters(text)) {
        taken += character.columns;
        if (taken > width) break;
        out += character.bytes;
    }
    return out += mark;
}

std::string shortened_in_the_middle(std::string_view text, std::size_t width) {
    if (columns_of(text) <= width || width <= ellipsis.size()) return shortened_at_the_end(text, width);
    const std::vector<Character> all = characters(text);
    const std::size_t room = width - ellipsis.size();
    std::string front, back;
    std::size_t taken = 0;
    for (auto at = all.begin(); at != all.end() && taken + at->columns <= room / 3; ++at) {
        taken += at->columns;
        front += at->bytes;
    }
    for (auto at = all.rbegin(); at != all.rend() && taken + at->columns <= room; ++at) {
        taken += at->columns;
        back.insert(0, at->bytes);
    }
    return front.append(ellipsis).append(back);
}

std::string padded(std::string text, std::size_t width) {
    text.append(width - std::min(width, columns_of(text)), ' ');
    return text;
}

std::string padded_left(std::string text, std::size_t width) {
    return std::string(width - std::min(width, columns_of(text)), ' ') + text;
}

std::string on_one_line(std::string_view text) {
    std::string out = visible(text);
    std::replace(out.begin(), out.end(), '\n', ' ');
    return out;
}

}  // namespace aibuild
