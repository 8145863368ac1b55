#pragma once

// Where the nodes of a small acyclic graph are drawn: in layers, what is used left of its users, so that
// every arrow points one way and few of them cross.
//
// The classic three steps (Sugiyama, Tagawa and Toda, 1981): layers by the longest path, with a bend of the
// edge wherever it passes through a layer; an order in each layer by the middle of the neighbours; places as
// near to the neighbours as that order allows.

#include <cstddef>
#include <utility>
#include <vector>

namespace aibuild {

struct Place {
    std::size_t layer = 0;  // 0 is leftmost
    double y = 0;           // of its middle
};

struct Bent {
    std::size_t from = 0, to = 0;  // nodes: from the used one to its user
    std::vector<Place> bends;      // in between, from left to right
};

struct Layers {
    std::vector<Place> nodes;
    std::vector<Bent> edges;
    std::size_t count = 0;
    double height = 0;
};

// `edges` are pairs of a used node and its user, without cycles. Nodes of a layer are `node_distance` apart,
// bends `bend_distance`.
Layers layers(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& edges,
              double node_distance, double bend_distance);

}  // namespace aibuild
