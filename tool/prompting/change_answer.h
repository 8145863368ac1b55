#pragma once

// A model's answer to a change: the plan as it is to be, and which files change, and why.

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "ninja-gen/plan.h"
#include "tool/inference/request.h"
#include "tool/prompting/framing.h"

namespace aibuild {

struct FileChange {
    std::string path;
    std::string change;  // what changes in it
};

struct ChangeAnswer {
    std::string summary;
    Plan plan;
    std::string text;               // of the plan, canonical
    std::vector<FileChange> files;  // planned before and now
    Repairs repairs;
};

// prompts/change.schema.json, with the schema of plans in it, as servers with strict answers take it.
boost::json::value change_schema();

// Throws Error as plan_answer does, and with Exit::rejected:
//
//   answer.change      not what the schema says, or a sentence that is none
//   answer.files       a file that is listed and not planned, or twice
//   answer.theirs      a file among `theirs`, which people keep
//
// `before` is the plan that the project has: what it names is there already.
ChangeAnswer change_answer(const Response& response, const Plan& before,
                           const std::vector<std::string>& theirs);

// The plan of an answer that passed once, as it was written then. Throws Error as structure_of and read_plan
// do.
std::string plan_of_change(const Response& response);

}  // namespace aibuild
