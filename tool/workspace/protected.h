#pragma once

#include <string_view>

namespace aibuild {

// Whether a path component is `.git` in a spelling that some file system takes for it: case, `git~1`,
// trailing dots and spaces, a stream's `:`, letters that HFS+ ignores.
bool is_git(std::string_view component);

}  // namespace aibuild
