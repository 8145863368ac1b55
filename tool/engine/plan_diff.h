#pragma once

#include <string>
#include <vector>

#include "ninja-gen/plan.h"

namespace aibuild {

// What is different between two plans, for people; a line for each project, package, step, target and file
// that is new (+), gone (-) or changed (~), and below it both sides of texts that are no words:
//
//   + target tokenizer: static-library in rust
//   ~ target counter: interface; sources +src/words.cpp -src/old.cpp; uses +tokenizer
//       - ... counts the words of a text
//       + ... counts the words of a text, and keeps apostrophes
//   ~ project: version 0.1.0 -> 0.2.0
std::vector<std::string> plan_diff(const Plan& before, const Plan& after);

}  // namespace aibuild
