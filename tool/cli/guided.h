#pragma once

// What a project is to be, asked for question by question: `aibuild-gen new` without a description on a
// terminal. Every answer is also a flag, and the summary shows the command line that says the same.

#include <CLI/App.hpp>
#include <iosfwd>
#include <string>
#include <vector>

#include "ninja-gen/language.h"

namespace aibuild {

struct GuidedAnswers {
    std::string description;             // in the person's words; may have several lines
    std::string kind;                    // program, library, both or service; empty: to be decided
    std::vector<std::string> languages;  // names; empty: to be decided
    bool tests = true;
    std::vector<std::string> constraints;  // and packages: one each, in the person's words
    std::string directory;                 // empty: not said
};

// The description and -C, --kind, --language, --no-tests, --constraint.
void add_guided_flags(CLI::App& verb, GuidedAnswers& answers);

// Makes names of aliases, and each of them once. Throws Error `new.language` for one that there is not.
void check_languages(GuidedAnswers& answers, const Languages& languages);

// Asks for what the flags did not say, shows all of it, and returns once the person wants it made. Throws
// Error `consent.declined` where they stop or the input ends.
void guided_talk(GuidedAnswers& answers, const Languages& languages, std::istream& in, std::ostream& out);

// The answers as one text, which is what everything after this works with; of a description alone, that.
std::string description_of(const GuidedAnswers& answers);

// The same without questions: `aibuild-gen new 'a word counter' --kind library -C words`.
std::string command_line_of(const GuidedAnswers& answers);

}  // namespace aibuild
