#pragma once

#include <string>
#include <string_view>

namespace aibuild {

// SHA-256 in lower-case hexadecimal (64 characters): the one hash that CMake can check too.
std::string sha256(std::string_view bytes);

}  // namespace aibuild
