#pragma once

// The step graph of a build directory that AIBuild did not write: CMake's, Meson's, a person's.
//
// Its build.ninja has edges and neither targets nor languages. CMake tells the target of most edges
// (OBJECT_DIR); else a target is whatever is made from objects, under the name of its file. Names that only
// stand for other things (phony) are replaced by these. All paths are beneath mark::build, also those of
// sources, so that whoever reads the graph gets them as build.ninja has them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/ninja_reader.h"
#include "ninja-gen/plan.h"
#include "ninja-gen/step_graph.h"

namespace aibuild {

struct BuiltStep {
    std::string what;                   // as ninja shows it
    std::optional<std::size_t> target;  // index of BuiltGraph::targets
    bool wanted = true;                 // a plain `ninja` would make it
    bool utility = false;               // a name for a command, as CMake's custom targets: it makes no file
    bool pooled = false;
};

struct BuiltGraph {
    StepGraph graph;
    std::vector<BuiltStep> steps;       // by step of the graph
    std::vector<std::uint64_t> hashes;  // likewise, as Freshness takes them
    std::vector<Target> targets;        // used before user where build.ninja is in that order
    std::size_t unrecorded = 0;         // steps with a depfile that ninja keeps no record of
};

// Of edges that a plain `ninja` would make, and of those of which `made` says that they were.
BuiltGraph built_graph(const NinjaManifest& manifest, const Languages& languages,
                       const std::function<bool(std::string_view output)>& made);

}  // namespace aibuild
