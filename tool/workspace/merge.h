#pragma once

#include <string>
#include <string_view>

namespace aibuild {

struct Merged {
    std::string text;  // with git's conflict markers where both sides changed the same lines
    int conflicts = 0;
};

// Three-way merge by `git merge-file -p --diff3`: the text that `mine` becomes when the change from `base` to
// `theirs` is made to it. Labels name the sides in the markers. Throws Error `merge.git` where git is missing
// or fails.
Merged merge(std::string_view base, std::string_view mine, std::string_view theirs);

// The hunks of a unified diff, by `git diff`; empty where nothing differs. Throws as merge does.
std::string unified_diff(std::string_view before, std::string_view after);

}  // namespace aibuild
