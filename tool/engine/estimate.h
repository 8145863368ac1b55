#pragma once

// What is going to be asked, and what it may come to, before it is (law 11).

#include <string>
#include <vector>

#include "tool/inference/budget.h"

namespace aibuild {

// What an answer of a small project mostly comes to; for the time that is left and for estimates.
inline constexpr std::int64_t guessed_file = 1500, guessed_plan = 3000, guessed_brief = 300;

struct ExpectedCall {
    std::string name;
    Worst about;    // a fair guess
    Worst at_most;  // one request's bound; a text has at most as many tokens as bytes
};

// The bound of a request that is known, and a guess at its answer.
ExpectedCall expected(const Request& request, std::int64_t guessed_output);

// "14 calls, about 21,000 tokens (at most 310,000), cost unknown". Retries and answers that are asked for
// again come on top, within the caps.
std::string summary_of(const std::vector<ExpectedCall>& calls, const Price& price);

// A line for each call, then the summary.
std::vector<std::string> lines_of(const std::vector<ExpectedCall>& calls, const Price& price);

}  // namespace aibuild
