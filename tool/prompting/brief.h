#pragma once

// The brief: what a description asks for, before anything is planned. Its open questions are answered by a
// person at a terminal, or decided and recorded.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ninja-gen/language.h"
#include "tool/inference/request.h"

namespace aibuild {

struct OpenQuestion {
    std::string question;
    std::vector<std::string> choices;  // short answers; empty where it is open
    std::string decision;              // where nobody answers
};

struct Brief {
    std::vector<std::string> languages;  // names of known languages
    std::vector<std::string> kinds, packages, constraints;
    std::vector<OpenQuestion> questions;
    std::vector<std::string> repairs;  // of the answer's framing
};

// What was decided, in the order of the questions: question, answer.
using Decisions = std::vector<std::pair<std::string, std::string>>;

// prompts/brief.schema.json as it was built in.
std::string_view brief_schema();

// Throws Error `answer.*` as plan_answer does, and `answer.brief` where a language is none that is known.
Brief brief_answer(const Response& response, const Languages& languages);

}  // namespace aibuild
