#pragma once

// ASCII's capital letters as small ones. Everything else stays, whatever locale a program runs in.

#include <algorithm>
#include <string>
#include <string_view>

namespace aibuild {

constexpr char small_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string small_letters(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), small_letter);
    return out;
}

}  // namespace aibuild
