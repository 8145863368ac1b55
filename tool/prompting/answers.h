#pragma once

// Answers into a plan or a file's text. What frames an answer may be taken off (a fence around all of it, a
// byte order mark, a leading <think> block) and each such repair is told; its content is never touched, and
// what is not clear is refused.

#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"
#include "tool/inference/request.h"

namespace aibuild {

// Something that was taken off around an answer: "a Markdown fence".
using Repairs = std::vector<std::string>;

struct PlanAnswer {
    Plan plan;
    std::string text;  // canonical: what aibuild.json will hold
    Repairs repairs;
};

// Throws Error with Exit::provider (`answer.incomplete`, `answer.refused`, `answer.filtered`) where the
// response is no whole answer, and with Exit::rejected (`answer.json`, `answer.plan`, `answer.path`,
// `answer.files`) where it does not pass. Beside what read_plan checks, a model's plan may name only paths
// from the closed alphabet that are not protected, and must list every source, header and data file among its
// files.
PlanAnswer plan_answer(const Response& response);

struct FileAnswer {
    std::string text;
    Repairs repairs;
};

// Throws Error as above: `answer.empty`, `answer.text` (not UTF-8, NUL, bidirectional overrides),
// `answer.fence` (several fences, or text around one), `answer.think` (a <think> block without an end).
FileAnswer file_answer(const Response& response, std::string_view path);

// What is wrong with bytes that are to be a text: that they are not UTF-8, or hold a control character or a
// bidirectional override, which makes what is shown differ from what is compiled (CVE-2021-42574). Empty
// where nothing is.
std::string text_problem(std::string_view text);

}  // namespace aibuild
