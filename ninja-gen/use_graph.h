#pragma once

// Who uses what of a plan, and how: which interface of a library its user takes, and what reaches a link
// through others.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"

namespace aibuild {

// Which interface of a library of `provider` a `consumer` takes; empty where there is none.
std::string interface_of(const Language& consumer, const Language& provider, Kind kind);

class UseGraph {
  public:
    // `languages` are those of the plan's targets, by index. Both outlive the graph.
    UseGraph(const Plan& plan, const std::vector<const Language*>& languages);

    // The index of a target that some `uses` names.
    std::size_t index(const std::string& name) const { return index_.at(name); }

    // A library, and the interface by which it is taken.
    struct Used {
        std::size_t target;
        std::string interface;
    };

    // Everything that the link or import of a target sees, users before used. What a shared library uses
    // stays in it. A library whose interface the target does not speak is part of what uses it already (a
    // crate in a Rust archive): it is passed by, not taken.
    std::vector<Used> closure(std::size_t target) const;

    // By target: the interfaces of it that somebody takes.
    std::vector<Words> taken() const;

    // By target: do its objects end up in a shared library?
    std::vector<bool> position_independent() const;

  private:
    std::string interface_of(std::size_t user, std::size_t used) const;

    const Plan& plan_;
    const std::vector<const Language*>& languages_;
    std::unordered_map<std::string_view, std::size_t> index_;
};

}  // namespace aibuild
