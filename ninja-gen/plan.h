#pragma once

// The Plan: what a project is. A contract between the model, the person and the generator, kept in
// aibuild.json. prompts/plan.schema.json is its grammar; plan.cpp checks what a grammar can't say.

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

inline constexpr int plan_format = 1;
inline constexpr std::string_view plan_file = "aibuild.json";
inline constexpr std::string_view generated_directory = "gen/";  // what steps make: gen/STEP/FILE

// What a target makes. `library` is a language's own kind (Python modules), the others are the linker's.
enum class Kind : std::uint8_t {
    executable,
    static_library,
    shared_library,
    interface_library,
    library,
    test
};

std::string_view name_of(Kind kind);  // as in aibuild.json: "static-library"

struct Define {
    std::string name;   // [A-Za-z_][A-Za-z0-9_]*
    std::string value;  // [A-Za-z0-9_.+-]*; empty for none
};

enum class Warnings : std::uint8_t {
    standard,
    none,
    all,
    errors
};  // "default" in aibuild.json is `standard`

// Compile settings by type. Flags are AIBuild's to choose (law 2).
struct Settings {
    std::string standard;  // of the language: "20" for C++, "2021" for Rust; empty for the language's default
    Warnings warnings = Warnings::all;
    std::vector<Define> defines;
};

struct Target {
    std::string name;
    Kind kind = Kind::executable;
    std::string language;                // a language's name or alias, as written
    std::string interface;               // what others may call, in prose or signatures; may be empty
    std::vector<std::string> sources;    // the first is the main one where a language has such
    std::vector<std::string> headers;    // installed with a library
    std::vector<std::string> generated;  // steps: what they make is compiled, or included
    std::vector<std::string> include_directories;  // searched by this target and all that use it
    std::vector<std::string> uses;      // targets; a test is given the path of each program it uses
    std::vector<std::string> packages;  // names from Plan::packages
    std::vector<std::string> data;      // a test is given the path of each, after the programs
    Settings settings;
};

// A command that makes files while the project is built: ninja-gen/steps.md. (What Ninja runs is a Step; this
// is one that a plan brings.)
struct PlannedStep {
    std::string name;
    std::string description;           // for people
    std::vector<std::string> command;  // argv with placeholders: command_words.h
    std::vector<std::string> inputs;   // of the project, or made by other steps
    std::vector<std::string> outputs;  // gen/NAME/... in the build directory
    bool depfile = false;              // the command writes what it read to {depfile}
    bool restat = false;               // the command leaves an unchanged output alone
};

// A package of the system, found by pkg-config; `threads` and `math` are known without it.
struct Package {
    std::string name;
    std::string pkg_config;  // module name; empty for the known ones
};

struct PlannedFile {
    std::string path;
    std::string purpose;  // what the file is for, in a sentence or two: what a model is asked to write
    std::vector<std::string> needs;  // planned files that have to be read to write it: what it imports
};

struct Plan {
    std::string name;
    std::string version;
    std::string description;
    std::vector<Package> packages;
    std::vector<PlannedStep> steps;
    std::vector<Target> targets;
    std::vector<PlannedFile> files;  // the files that AIBuild generates; others are the person's own
};

// Reads a plan. `file` is for messages. Throws Error with file, JSON pointer and line: `plan.newer` (a format
// that this AIBuild doesn't know), `plan.schema`, `plan.name`, `plan.path`, `plan.duplicate`,
// `plan.unknown-use`, `plan.unknown-package`, `plan.cycle`, `plan.kind`, `plan.needs`, what step_check.h
// lists; and what json::parse throws. What depends on a language is checked where languages are known, in
// lower.h.
Plan read_plan(std::string_view text, std::string_view file);

// The canonical text of a plan: what `new` writes to aibuild.json. Defaults are left out.
std::string write_plan(const Plan& plan);

// prompts/plan.schema.json as it was built in.
std::string_view plan_schema();

// gen/NAME/... belongs to the step NAME wherever a plan names a file: its index, where there is such a step.
std::optional<std::size_t> step_of(const Plan& plan, std::string_view path);

// Indices into plan.targets, used before user, otherwise in the plan's order.
std::vector<std::size_t> use_order(const Plan& plan);

}  // namespace aibuild
