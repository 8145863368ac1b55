#pragma once

// What stands around an answer, whatever it is to be: whether it is whole, whether its bytes are a text, and
// the frame that may be taken off. Shared by all answers, so that a file and a plan are judged alike.

#include <string>
#include <string_view>
#include <vector>

#include "tool/inference/request.h"

namespace aibuild {

// What was taken off around an answer, or put right in its syntax, for people: "a Markdown fence",
// "2 trailing commas".
using Repairs = std::vector<std::string>;

// Throws Error where the response is no whole answer: `answer.incomplete` and `answer.cut` with
// Exit::provider, `answer.refused` and `answer.filtered` with Exit::rejected.
void must_be_whole(const Response& response, std::string_view subject);

// What is wrong with bytes that are to be a text: that they are not UTF-8, or hold a control character or a
// bidirectional override, which makes what is shown differ from what is compiled (CVE-2021-42574). Empty
// where nothing is.
std::string text_problem(std::string_view text);

// `text` without the white space at both of its ends.
std::string_view trimmed(std::string_view text);

// Takes off one byte order mark and one leading <think> block, with those inside it. A block without an end
// stays.
std::string_view unframed(std::string_view text, Repairs& repairs);

// A text that does not pass, Exit::rejected. The why is also what a model is told when it is asked again.
[[noreturn]] void reject(std::string rule, std::string place, std::string why);

// Throws `answer.think` for an answer that begins with a <think> block without an end.
void thought_must_end(std::string_view text, std::string_view place);

}  // namespace aibuild
