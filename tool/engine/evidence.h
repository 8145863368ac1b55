#pragma once

// What a build proves, and which of two proves more. A repair is kept only where the evidence improves (law
// 5).

#include <string>
#include <unordered_set>
#include <vector>

#include "tool/diagnostics/diagnostic.h"

namespace aibuild {

// One build, of which every failure was heard (ninja -k 0).
struct BuildOutcome {
    int exit_code = 0;
    // Steps that failed, in the order of the graph; ninja's own error as one that is called "ninja".
    struct Failure {
        std::string output, command, text;
    };
    std::vector<Failure> failures = {};
    std::string log = {};  // what was printed at all, its end
    std::size_t goal = 0;  // which of the goals it was that failed, or how many there are
    std::unordered_set<std::string> left = {};  // commands of all steps that ninja has still to run

    std::vector<FailedText> texts() const;
};

// In this order:
//
//   1. nothing that was done fails: a step that fails now and had been done before is never better
//   2. a later goal was reached (the tests, after the build)
//   3. fewer steps are left to run
//   4. more of the tests passed in those programs that failed
//   5. the first root cause is of a kind that comes later: code where it was a missing header
//   6. fewer errors
bool better(const BuildOutcome& after, const BuildOutcome& before);

// Tests that passed, of what TAP, Rust's harness, unittest, GoogleTest and CTest print.
std::size_t tests_passed(std::string_view text);

}  // namespace aibuild
