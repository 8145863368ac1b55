#include "ninja-gen/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace aibuild {

namespace {

std::string indented(std::string_view label, std::string_view text) {
    std::string out = fmt::format("  {:<6} ", label);
    for (char c : visible(text)) {
        out += c;
        if (c == '\n') out += "         ";
    }
    return out;
}

}  // namespace

Error::Error(Exit exit, std::string rule, std::string place, std::string why, std::string fix)
    : exit_(exit),
      rule_(std::move(rule)),
      place_(std::move(place)),
      why_(std::move(why)),
      fix_(std::move(fix)) {
    text_ = fmt::format("error[{}]", rule_);
    if (!place_.empty()) text_ += ": " + visible(place_);
    text_ += "\n" + indented("why:", why_);
    if (!fix_.empty()) text_ += "\n" + indented("fix:", fix_);
}

std::string visible(std::string_view text) {
    // Nearly all of it is: 100,000 lines of a status go through here.
    if (std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }))
        return std::string(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool control = (byte < 0x20 && byte != '\n') || byte == 0x7f;
        // U+200B..U+200F, U+202A..U+202E, U+2060..U+2069: zero-width and bidirectional, E2 80/81 xx in UTF-8;
        // U+0080..U+009F: the C1 controls, C2 80..9F.
        const auto next = [&](std::size_t k) {
            return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
        };
        const bool hidden = byte == 0xe2 && ((next(1) == 0x80 && ((next(2) >= 0x8b && next(2) <= 0x8f) ||
                                                                  (next(2) >= 0xaa && next(2) <= 0xae))) ||
                                             (next(1) == 0x81 && next(2) >= 0xa0 && next(2) <= 0xa9));
        if (control) {
            out += fmt::format("\\x{:02x}", byte);
        } else if (hidden) {
            out += fmt::format("\\u{:04x}", 0x2000U | ((next(1) & 0x3fU) << 6U) | (next(2) & 0x3fU));
            i += 2;
        } else if (byte == 0xc2 && next(1) >= 0x80 && next(1) <= 0x9f) {
            out += fmt::format("\\x{:02x}", next(1));
            i += 1;
        } else {
            out += static_cast<char>(byte);
        }
    }
    return out;
}

}  // namespace aibuild
