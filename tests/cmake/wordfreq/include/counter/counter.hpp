#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace counter {

// Words in all of the texts. std::span: who includes this must be compiled as C++20.
std::size_t count(std::span<const std::string_view> texts);

}  // namespace counter
