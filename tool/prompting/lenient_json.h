#pragma once

// Reads one JSON object or array out of a model's text, more leniently than JSON in four ways that can't be
// misread, and writes what it read as JSON: comments (//, /* */, #) are left out, as is a comma before a
// closing bracket; Python's True, False and None, and typographic quotation marks around a string, become
// JSON's. Everything else that is not JSON is named and refused, because putting it right would be a guess
// about content: which quotation mark ends a string, what an ellipsis stands for, where a bracket belongs.

#include <cstddef>
#include <string>
#include <string_view>

#include "tool/prompting/framing.h"

namespace aibuild {

// An answer's text and what people call it, for places in it: "the model's plan:12".
struct AnswerText {
    std::string_view text;
    std::string name;

    std::string place(std::size_t at) const;
};

struct LenientJson {
    std::string text;     // JSON but for what only a parser checks; its lines are numbered as the answer's
    std::size_t end = 0;  // behind the value in the answer
    Repairs repairs;
};

// The value whose bracket stands at `begin`. Throws Error with Exit::rejected: `answer.incomplete` where the
// text ends before the value does, `answer.depth`, `answer.number` for NaN and Infinity, `answer.json` for
// the rest. Time and memory are linear.
LenientJson read_lenient(const AnswerText& answer, std::size_t begin);

// The length of the quotation mark at `at` that is typographic, double or single; 0 where there is none.
std::size_t typographic_quote(std::string_view text, std::size_t at);

}  // namespace aibuild
