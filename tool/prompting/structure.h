#pragma once

// A model's answer into one JSON object.
//
// Weak models wrap JSON in prose and fences, comment it, and write Python. What only frames the object is
// taken off, and what can't be misread is put into JSON's syntax (lenient_json.h); each such repair is
// recorded. Content is never changed and nothing is inferred: a plan that was finished or chosen by this
// program would be a plan that nobody proposed. So a text with two objects is ambiguous, one that ends early
// is incomplete, and both are refused with a place and a reason that the model can be told.

#include <boost/json/value.hpp>
#include <string_view>

#include "tool/inference/request.h"
#include "tool/prompting/framing.h"

namespace aibuild {

struct StructureAnswer {
    boost::json::value
        value;  // an object, without duplicate keys; its numbers are exact where they are whole
    Repairs repairs;
};

// The object in `response`; `subject` is what was asked for, "plan". What its keys mean is the caller's to
// check. Throws Error as must_be_whole does, and with Exit::rejected:
//
//   answer.size        more bytes or values than an answer may have
//   answer.text        not UTF-8, NUL, control characters, bidirectional overrides
//   answer.think       a <think> block without an end
//   answer.empty       nothing but white space, or an empty fence
//   answer.prose       words, and no object in them: where a model declines in prose
//   answer.ambiguous   two or more objects or arrays
//   answer.incomplete  it ends inside of the object
//   answer.json        not JSON, or JSON that is no object
//   answer.duplicate   a key twice in one object
//   answer.number      not finite, or beyond 2^53, where readers begin to disagree about its value
//   answer.depth       nested too deep
//   answer.schema      the schema itself in place of what it describes
StructureAnswer structure_of(const Response& response, std::string_view subject);

// The same of a text that is known to be whole.
StructureAnswer structure_in(std::string_view text, std::string_view subject);

}  // namespace aibuild
