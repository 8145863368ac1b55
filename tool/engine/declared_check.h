#pragma once

#include "tool/engine/open_project.h"

namespace aibuild {

// What is wrong with what a CMake project declares, found before anything is asked for and paid. Throws Error
// `declared.context` for what is to be shown and isn't there or no UTF-8, `declared.secret` for what is never
// shown (tool/workspace/secrets.h), `declared.there` for an output that was there before, `declared.gone` for
// one that its owner has taken over and removed, and what check_paths throws.
void check_declared(const OpenProject& project);

}  // namespace aibuild
