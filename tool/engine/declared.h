#pragma once

// What a CMake project declares to be generated, as its configure run wrote it down.
//
// CMake alone knows its lists: conditions, variables, targets. So the functions of cmake-modules write each
// declaration to BUILD/aibuild.declared.jsonl, also where the configure run ends in an error because files
// are missing, and AIBuild reads it from there. (Not in BUILD/.aibuild, which a sandboxed build may not
// write: CMake runs again in one.) It is not read where a list that declares something has changed since:
// CMake has to see it first.
//
//   {"format":1,"root":"/src","project":"demo","description":"","context":["docs/style.md"],
//    "languages":["CXX"]}                                                                      the first line
//   {"declaration":"greet","function":"aibuild_add_library","list":"CMakeLists.txt","list_sha256":"...",
//    "target":"greet","kind":"static-library","outputs":["src/greet.cpp"],"include_directories":[],
//    "prompt":"...","context":[],"validate":[]}            one each; "prompt_file" in place of "prompt": its
//    path
//   {"target":"greet","standard":"20"}                     what the target's directory said of it at its end
//   {"end":true}                                           without it the configure run ended early
//
// To the engine such a project is a plan like any other, with the declared outputs as its files: so all that
// holds for planned files holds for these.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"
#include "tool/workspace/lock.h"
#include "tool/workspace/root.h"

namespace aibuild {

inline constexpr std::string_view declared_file = "aibuild.declared.jsonl";  // from the build directory

// One call of a declaring function. Paths are relative to the root.
struct Declaration {
    std::string name;               // the target, or the file; unique in its project
    std::string function;           // "aibuild_add_library"
    std::string list, list_sha256;  // the CMakeLists.txt that it stands in, and as it was
    std::string target;             // empty: the outputs are no target's
    Kind kind = Kind::executable;   // of the target
    std::vector<std::string> outputs;
    std::vector<std::string> include_directories;
    std::string prompt;
    std::string prompt_file;  // that the prompt stands in; empty: in the list itself
    std::vector<std::string> context;
    std::vector<std::string> validate;  // the command that an answer has to pass; empty: none
};

struct Declared {
    std::filesystem::path build, root;  // absolute
    std::string text;                   // of the file, as it was read
    std::string project, description;
    std::vector<std::string> context;    // shown to every file
    std::vector<std::string> languages;  // that are enabled, as CMake calls them
    std::vector<Declaration> declarations;
    std::map<std::string, std::string> standards;  // of targets
    bool complete = false;

    // Which declaration has an output; nullptr where none has.
    const Declaration* of(std::string_view output) const;
    // The project's context and the declaration's own, each file once.
    std::vector<std::string> context_of(const Declaration& declaration) const;
};

// The root alone, for who was only told the build directory. Throws Error `declared.missing`,
// `declared.schema`, `declared.moved`.
std::filesystem::path declared_root(const std::filesystem::path& build);

// Is there a file of declarations in `build` that is about `root`?
bool declares(const std::filesystem::path& build, const std::filesystem::path& root);

// Throws Error `declared.missing`, `declared.schema`, `declared.newer`, `declared.path`, `declared.utf8`,
// `declared.root` where it is about another project, `declared.changed` where a list is not what CMake read,
// and `declared.prompt` for one that is gone or no UTF-8.
Declared read_declared(const std::filesystem::path& build, const Root& root);

// Its outputs are the plan's files, and after them whatever is shown to them.
Plan plan_of(const Declared& declared, const Languages& languages);

// What CMake compares, to see whether a file is what it declares: the SHA-256 of
//
//   aibuild declaration 1
//   prompt <SHA-256 of its bytes>
//   context <path> <SHA-256>        one for each file that it is shown, in their order
//
// where the hash of a file that was generated is that of its base: what a person edits in it makes nothing
// stale, before it is accepted.
std::string declared_hash(const Declaration& declaration, const Declared& declared, const Lock& lock,
                          const Root& root);

}  // namespace aibuild
