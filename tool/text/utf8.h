#pragma once

// Texts of people and programs are bytes; what goes into JSON has to be UTF-8.

#include <string>
#include <string_view>

namespace aibuild {

bool is_utf8(std::string_view text);

// `text` with U+FFFD for every byte that is no UTF-8.
std::string as_utf8(std::string_view text);

}  // namespace aibuild
