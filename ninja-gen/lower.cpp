#include "ninja-gen/lower.h"

#include <unordered_set>

#include "ninja-gen/lowering/lowering.h"

namespace aibuild {

std::string identifier(std::string_view name) {
    std::string out(name);
    for (char& c : out) {
        if (c == '-' || c == '.' || c == '+') c = '_';
    }
    return out;
}

Lowered lower(const PlanText& plan, const Languages& languages, Toolchain& toolchain) {
    return Lowering(plan, languages, toolchain).run();
}

std::vector<const Tool*> tools_of(const Lowered& lowered) {
    std::vector<const Tool*> out;
    std::unordered_set<std::string_view> seen;
    for (const LoweredTarget& target : lowered.targets) {
        for (const Tool& tool : target.language->tools) {
            if (seen.insert(tool.name).second) out.push_back(&tool);
        }
    }
    return out;
}

}  // namespace aibuild
