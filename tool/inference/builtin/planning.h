#pragma once

#include <string_view>

#include "ninja-gen/plan.h"
#include "tool/inference/builtin/language.h"

namespace aibuild {

// The plan of a starter for what a description asks for: at most a library that counts words (the counter),
// libraries in further languages that split texts for it (splitters), programs, a report in Python, and tests
// of all of these. Throws Error `description.empty`, `description.absurd`, `builtin.language`.
Plan starter_plan(std::string_view description);

// Does `user` call `library` as its own language does? Otherwise at the C ABI. A shared library of Rust has
// no other.
bool calls_natively(const StarterLanguage& user, const StarterLanguage& provider, Kind kind);

}  // namespace aibuild
