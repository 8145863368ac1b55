#pragma once

// The words that the built-in planner knows, in lower case.

#include <string_view>

namespace aibuild {

// What a noun makes of a part. A helper is a library by its nature (a tokenizer); a report reads what a
// program prints.
enum class Role : unsigned char { unknown, library, program, helper, report, tests };

struct Noun {
    std::string_view word;
    Role role = Role::unknown;
    std::string_view suffix;    // of the name of a second target: `-cli`; empty for the word itself
    bool part_of_name = false;  // "echo server" is called echo-server, "word-frequency tool" word-frequency
};

// nullptr where the word is none of the nouns.
const Noun* noun(std::string_view word);

// What a word does to the sentence around it.
enum class Hint : unsigned char {
    none,
    article,      // a, an: a noun follows
    definite,     // the, its: a noun follows that may be known already
    joining,      // and: goes on as before
    alternative,  // or, nor: goes on as before, negation included
    with,         // with, has: a part follows
    in,           // in, using: a language follows
    aside,        // that, for, of: what follows is not a part but says something about one
    negation,     // no, without
    but,          // ends a negation
    filler,       // write, please, me: says nothing
};

Hint hint(std::string_view word);

// "fast", "small": may stand before a noun or a language and mean nothing to the planner.
bool is_adjective(std::string_view word);

// "project", "code": nouns that add nothing to the noun or language before them.
bool is_generic(std::string_view word);

// Words that say what kind of target it is, and are not part of its name: "static", "command-line".
bool is_kind_word(std::string_view word);

// "vitamin" before C, "ABI" after it: then C is no language to write in.
bool spoils_language_after(std::string_view word);
bool spoils_language_before(std::string_view word);

// The title of a programming language that the planner does not write; empty where the word is none. Many
// such words mean something else too: `surely` says that this one does not.
struct OtherLanguage {
    std::string_view title;
    bool surely = false;
};
OtherLanguage other_language(std::string_view word);

// No target may have this identifier: a keyword, a function of the C library, a module of Python, ...
bool is_reserved(std::string_view identifier);

}  // namespace aibuild
