#pragma once

// What the planner understood of a description. Every mention of a language binds to the noun near it:
// "a word-frequency library and command-line tool in C++, with a Rust tokenizer" is a library and a program
// in C++ and a helper in Rust.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/plan.h"
#include "tool/inference/builtin/language.h"
#include "tool/inference/builtin/vocabulary.h"

namespace aibuild {

struct Part {
    Role role = Role::unknown;
    Kind kind = Kind::static_library;           // of a library
    const StarterLanguage* language = nullptr;  // nullptr where none was bound to it
    bool language_named = false;                // set by whoever gives the others the main language
    std::vector<std::string> words;             // of its name: "word-frequency"
    std::string noun;                           // "tool"; empty for an unknown thing
    std::string suffix;                         // of its name where another target has the project's
    std::string name;                           // where one was given
    bool chained = false;                       // follows the part before it with "and" or a comma
};

struct Reading {
    std::string name;  // of the project, in lower case and with hyphens unless it was given
    std::vector<Part> parts;
    std::vector<const StarterLanguage*> languages;  // named, but bound to no part
    std::vector<const StarterLanguage*> banned;
    std::map<const StarterLanguage*, std::string> standards;
    const StarterLanguage* tests_in = nullptr;
    bool tests = true;
    bool libraries = true;
    bool programs = true;
};

// Throws Error `description.empty`, `description.absurd` and `builtin.language`.
Reading read_description(std::string_view description);

// `words` as a name in lower case with hyphens, from the last of them that fit; empty where nothing is left.
std::string hyphenated(const std::vector<std::string>& words);

}  // namespace aibuild
