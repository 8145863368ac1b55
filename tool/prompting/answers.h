#pragma once

// Answers into a plan or a file's text. What frames an answer may be taken off (framing.h) and the syntax of
// JSON put right where that changes no content (structure.h); each such repair is told, and what is not clear
// is refused.

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "ninja-gen/plan.h"
#include "tool/inference/request.h"
#include "tool/prompting/framing.h"

namespace aibuild {

struct PlanAnswer {
    Plan plan;
    std::string text;  // canonical: what aibuild.json will hold
    Repairs repairs;
};

// Throws Error as structure_of does where the answer is no JSON object, and with Exit::rejected `answer.plan`
// (what read_plan says), `answer.path` and `answer.files`. Beside what read_plan checks, a model's plan may
// name only paths from the closed alphabet that are not protected, and must list every source, header and
// data file among its files.
PlanAnswer plan_answer(const Response& response);

// The same of a plan inside of an answer, `of` a project that has one: its paths, and the files that it needs
// without listing them, are what they are.
PlanAnswer plan_in(const boost::json::value& value, const Plan* of);

// The canonical text of a plan in an answer. Throws what read_plan throws.
std::string plan_text(const boost::json::value& value);

struct FileAnswer {
    std::string text;
    Repairs repairs;
};

// Throws Error as must_be_whole does, and with Exit::rejected `answer.empty`, `answer.text` (not UTF-8, NUL,
// bidirectional overrides), `answer.fence` (several fences, or text around one), `answer.think` (a <think>
// block without an end).
FileAnswer file_answer(const Response& response, std::string_view path);

}  // namespace aibuild
