#pragma once

// In which order the files of a plan are written, and what the writer of each is shown.
//
// A file is asked for as soon as what it depends on has arrived: a header after the headers of what its
// target uses, a source and a test after those and its own target's, each file after what it needs. A test is
// written from interfaces alone, never from the code that it judges; and that code is asked for only when the
// test is there, frozen, so that neither can be bent to the other.

#include <cstddef>
#include <string>
#include <vector>

#include "ninja-gen/plan.h"

namespace aibuild {

struct FilePlace {
    std::vector<std::size_t>
        shown;  // indices into plan.files: their texts stand in the request, nearest last
    std::vector<std::size_t> after;  // the same and more: all that has to arrive before it is asked for
    const Target* target = nullptr;  // whose file it is; nullptr where it is no target's
};

// For each of plan.files, in their order. There are no circles.
std::vector<FilePlace> file_order(const Plan& plan);

}  // namespace aibuild
