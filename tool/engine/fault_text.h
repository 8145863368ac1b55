#pragma once

// A diagnostic in words, for people and for prompts.

#include <string>

#include "tool/diagnostics/diagnostic.h"

namespace aibuild {

// "src/a.c:3:5", as far as it is known.
std::string place_text(const Place& place);

// "src/a.c:3:5: message (E0308)"
std::string fault_text(const Diagnostic& found);

// Equal for the same fault, wherever its lines have gone meanwhile.
std::string fault_signature(const Diagnostic& found);

// At most about 6 KiB, from the beginning and the end: the first error stands at the one, a test's verdict at
// the other.
std::string shortened_output(const std::string& text);

}  // namespace aibuild
