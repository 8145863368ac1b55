#include "tool/report/markup.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

// How many bytes of a UTF-8 character begin `text`; 0 where none does (Unicode, table 3-7).
std::size_t character(std::string_view text) {
    const auto byte = [&](std::size_t n) {
        return n < text.size() ? static_cast<unsigned char>(text[n]) : 0U;
    };
    const auto between = [&](std::size_t n, unsigned low, unsigned high) {
        return byte(n) >= low && byte(n) <= high;
    };
    const auto tail = [&](std::size_t n) { return between(n, 0x80, 0xbf); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool second = first == 0xe0   ? between(1, 0xa0, 0xbf)
                            : first == 0xed ? between(1, 0x80, 0x9f)
                                            : tail(1);
        return second && tail(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool second = first == 0xf0   ? between(1, 0x90, 0xbf)
                            : first == 0xf4 ? between(1, 0x80, 0x8f)
                                            : tail(1);
        return second && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::string utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = character(text);
        if (size == 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

std::string shown(std::string_view text) {
    std::string out = visible(utf8(text));
    // The one mark of direction that visible() leaves.
    constexpr std::string_view arabic_letter_mark = "\u061c";
    for (std::size_t at = 0; (at = out.find(arabic_letter_mark, at)) != std::string::npos;)
        out.replace(at, arabic_letter_mark.size(), "\\u061c");
    return out;
}

Markup& Markup::text(std::string_view text) {
    for (const char c : shown(text)) {
        switch (c) {
            case '&':
                out_ += "&amp;";
                break;
            case '<':
                out_ += "&lt;";
                break;
            case '>':
                out_ += "&gt;";
                break;
            case '"':
                out_ += "&quot;";
                break;
            case '\'':
                out_ += "&#39;";
                break;
            default:
                out_ += c;
        }
    }
    return *this;
}

Markup& Markup::prose(std::string_view whole) {
    while (!whole.empty()) {
        const std::size_t open = whole.find('`');
        const std::size_t close = open == std::string_view::npos ? open : whole.find('`', open + 1);
        if (close == std::string_view::npos) return text(whole);
        text(whole.substr(0, open))
            .tag("<code>")
            .text(whole.substr(open + 1, close - open - 1))
            .tag("</code>");
        whole.remove_prefix(close + 1);
    }
    return *this;
}

Markup& Markup::number(std::int64_t number) {
    out_ += std::to_string(number);
    return *this;
}

Markup& Markup::number(double number) {
    std::string digits = fmt::format("{:.1f}", number);
    if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
    out_ += digits == "-0" ? "0" : digits;
    return *this;
}

}  // namespace aibuild
