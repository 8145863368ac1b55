#pragma once

// A description cut into the pieces that the planner reads: runs of words between articles, prepositions and
// punctuation, each with what stood before it. No grammar: English that asks for a program is regular enough.

#include <string>
#include <string_view>
#include <vector>

#include "tool/inference/builtin/language.h"
#include "tool/inference/builtin/vocabulary.h"

namespace aibuild {

struct PhraseWord {
    std::string text;  // as it was written
    std::string lower;
    const StarterLanguage* language = nullptr;
    std::string standard;  // the 20 of C++20, where the starter can be compiled with it
    OtherLanguage other;
};

struct Phrase {
    std::vector<PhraseWord> words = {};
    Hint lead = Hint::none;  // the last of joining, but, with, in, aside before it
    bool start = false;      // the first of its sentence
    bool article = false;
    bool definite = false;
    bool negated = false;
    bool aside = false;  // says something about a part: "that reads a report"
    bool verb = false;   // after that or which: "counts words"
};

// A name that was given: "called foo", `foo`.
struct GivenName {
    std::string name;        // in the alphabet of names, as it was written
    std::size_t phrase = 0;  // how many phrases came before it
    bool said = false;       // with "called" or "named"; otherwise just quoted
    bool apart = false;      // after a comma: then it is not the name of what stands before it
};

struct Description {
    std::vector<Phrase> phrases;
    std::vector<GivenName> names;
    std::size_t substance = 0;  // different words that say something
};

Description read_phrases(std::string_view text);

}  // namespace aibuild
