#pragma once

#include <map>
#include <string>
#include <vector>

#include "tool/report/known.h"

namespace aibuild {

// By file of the project: the tests whose programs, libraries or data are made from it, sorted. That a test
// could see a change of the file is all that a graph can say; which lines it runs is for a coverage build.
std::map<std::string, std::vector<std::string>> covers(const Known& known);

// The edges that an output was made by, and those that their inputs were made by, in the graph's order.
std::vector<std::size_t> made_by(const std::vector<GraphStep>& graph, const std::string& output);

}  // namespace aibuild
