#pragma once

// Why one step of a graph is stale, and why it ran last: the same whether a plan or a build.ninja tells which
// steps there are.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tool/engine/explain.h"
#include "tool/engine/freshness.h"

namespace aibuild {

struct StepsExplained {
    const StepGraph& graph;
    const Freshness* fresh;             // null: it is no build directory of the project
    const std::vector<BuildRun>& runs;  // oldest first
    std::filesystem::path root, build;
    // "change 1 wrote src/a.c: ...", where an `aibuild-gen change` wrote this text of a file; else empty.
    std::function<std::string(const std::string& path, const std::string& sha256)> change_behind;
};

// What its output is called.
std::string output_of(const StepGraph& graph, std::size_t n);

// A path from the project's root.
std::string from_root(const std::filesystem::path& root, const std::filesystem::path& path);

Explained explain_step(const StepsExplained& of, std::size_t n);

}  // namespace aibuild
