#pragma once

// How wide a text is on a terminal. All texts here are visible(): without control characters.

#include <string>
#include <string_view>

namespace aibuild {

// Columns that UTF-8 text takes: 2 for wide East Asian characters and emoji, 0 for combining ones.
std::size_t columns_of(std::string_view text);

// At most `width` columns. A path is best known by its end, and then by its beginning: "src/...ong/name.cpp".
std::string shortened_in_the_middle(std::string_view text, std::size_t width);

// At most `width` columns, with "..." where its end is missing.
std::string shortened_at_the_end(std::string_view text, std::size_t width);

// Filled up with spaces.
std::string padded(std::string text, std::size_t width);
std::string padded_left(std::string text, std::size_t width);

// Of one line: visible, and with newlines as spaces.
std::string on_one_line(std::string_view text);

}  // namespace aibuild
