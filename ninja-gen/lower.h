#pragma once

// Lowering: Plan + languages -> StepGraph. All that is particular to a language comes from its data.

#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/language_check.h"
#include "ninja-gen/plan.h"
#include "ninja-gen/step_graph.h"
#include "ninja-gen/toolchain.h"

namespace aibuild {

// A product of a target that somebody needs.
struct BuiltProduct {
    const Product* product = nullptr;
    std::string output;  // symbolic
};

// What lowering found out about a target, for the writers.
struct LoweredTarget {
    const Target* target = nullptr;
    const Language* language = nullptr;
    std::vector<BuiltProduct> products;
    bool position_independent = false;     // its objects end up in a shared library
    std::vector<TargetId> links;           // libraries of its link, users before used
    std::vector<std::string> includes;     // symbolic: its own, and those of what it uses
    Words generated_sources;               // symbolic: of its steps
    Words generated_includes;              // symbolic: where its steps put headers
    std::vector<std::size_t> steps;        // of the plan, its own and those of what it uses: first of all
    std::vector<const Package*> packages;  // its own, and those of what it uses
    Words run;                             // of a test: symbolic argv, with the paths it is given
};

struct Lowered {
    StepGraph graph;
    std::vector<Tool> programs;          // of custom steps, called by program_tool
    std::vector<LoweredTarget> targets;  // in the plan's order
    std::vector<TargetId> order;         // used before user
};

// What a custom step's program is called among tools: no language's tool has a colon in its name.
inline constexpr std::string_view program_tool = "program:";

// Checks what depends on languages and lowers. Packages are asked of `toolchain`; of programs only those of
// custom steps are looked for here (`toolchain.missing`). Throws Error with file, line and pointer:
// `plan.language`, `plan.kind`, `plan.standard`, `plan.source`, `plan.use`, `plan.path`, `plan.generated`,
// `plan.output` (two make one file), `plan.runtime` (two archives of which a program can link one),
// `language.template`.
Lowered lower(const PlanText& plan, const Languages& languages, Toolchain& toolchain);

// Tools that the plan's targets need, each once.
std::vector<const Tool*> tools_of(const Lowered& lowered);

// A name as an identifier: `word-freq` is `word_freq`.
std::string identifier(std::string_view name);

}  // namespace aibuild
