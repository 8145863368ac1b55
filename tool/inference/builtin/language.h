#pragma once

// What the built-in planner writes in. A further language is a row here and its templates in ../starter/,
// which are found by the extension: counter.EXT, splitter.EXT, program.EXT and their tests.

#include <span>
#include <string_view>
#include <vector>

namespace aibuild {

struct StarterLanguage {
    std::string_view name;                    // as in a plan
    std::string_view title;                   // for people
    std::string_view id;                      // in names of targets
    std::vector<std::string_view> words;      // in a description, and aliases in a plan
    std::vector<std::string_view> standards;  // those of them that the templates compile with
    std::string_view extension;
    std::string_view header;   // extension of the headers of its own interface; empty where it has none
    bool compiled = true;      // meets other languages at the C ABI; otherwise its libraries are its own kind
    bool header_only = false;  // has interface libraries
    bool runs_programs = true;       // a test of its can take the path of a program as an argument
    std::string_view library_does;   // signatures of a library that counts, with {} for its identifier
    std::string_view splitter_does;  // and of one that splits
};

std::span<const StarterLanguage> starter_languages();

// By a word of a description or a name in a plan, in lower case; nullptr where there is none.
const StarterLanguage* starter_language(std::string_view word);

}  // namespace aibuild
