#pragma once

#include <map>
#include <string>
#include <vector>

#include "tool/report/known.h"

namespace aibuild {

// The tests whose programs, libraries or data are made from a file of the project. That a test could see a
// change of the file is all that a graph can say; which lines it runs is for a coverage build. The same few
// sets of tests are those of thousands of files.
struct Covers {
    std::vector<std::vector<std::size_t>> sets;  // each sorted: the graph's tests in its order, then CTest's
    std::map<std::string, std::size_t> of;       // by file, its set
};
Covers covers(const Known& known);

// The edges that an output was made by, and those that their inputs were made by, in the graph's order.
std::vector<std::size_t> made_by(const std::vector<GraphStep>& graph, const std::string& output);

}  // namespace aibuild
