#pragma once

// What can only be said of a plan where languages are known.

#include <string_view>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"

namespace aibuild {

// A plan as it was read, with what messages need to say where.
struct PlanText {
    const Plan& plan;
    std::string_view text;
    std::string_view file;
};

// The language of each target, by index. Throws Error with file, line and pointer: `plan.language`,
// `plan.kind`, `plan.standard`, `plan.source`, `plan.use`, `plan.path` (a name that no depfile can carry).
std::vector<const Language*> check_languages(const PlanText& plan, const Languages& languages);

}  // namespace aibuild
