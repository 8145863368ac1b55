#include "tool/report/layers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace aibuild {
namespace {

using Edges = std::vector<std::pair<std::size_t, std::size_t>>;

void expect_drawable(std::size_t nodes, const Edges& edges) {
    const Layers drawn = layers(nodes, edges, 40, 10);
    ASSERT_EQ(drawn.nodes.size(), nodes);
    ASSERT_EQ(drawn.edges.size(), edges.size());
    for (std::size_t e = 0; e < edges.size(); ++e) {
        const Bent& bent = drawn.edges[e];
        EXPECT_EQ(std::pair(bent.from, bent.to), edges[e]);
        std::size_t layer = drawn.nodes[bent.from].layer;
        for (const Place& place : bent.bends) EXPECT_EQ(place.layer, ++layer);
        EXPECT_EQ(drawn.nodes[bent.to].layer, layer + 1);
    }
    std::vector<std::vector<double>> columns(drawn.count);
    for (const Place& place : drawn.nodes) {
        EXPECT_GE(place.y, 0);
        EXPECT_LE(place.y, drawn.height);
        columns.at(place.layer).push_back(place.y);
    }
    for (auto& column : columns) {
        std::sort(column.begin(), column.end());
        for (std::size_t n = 1; n < column.size(); ++n) EXPECT_GE(column[n] - column[n - 1], 40 - 1e-6);
    }
}

TEST(Layers, Nothing) {
    const Layers drawn = layers(0, {}, 40, 10);
    EXPECT_EQ(drawn.count, 0U);
    EXPECT_EQ(drawn.height, 0);
}

TEST(Layers, AUserIsRightOfWhatItUses) {
    expect_drawable(1, {});
    expect_drawable(4, {{0, 1}, {1, 2}, {0, 2}, {2, 3}, {0, 3}});
}

TEST(Layers, WhatIsUsedStandsBesideItsUser) {
    const Layers drawn = layers(4, {{0, 1}, {1, 2}, {3, 2}}, 40, 10);
    EXPECT_EQ(drawn.nodes[3].layer, 1U);  // not leftmost
}

TEST(Layers, ATreeHasNoCrossings) {
    // Given so that the order of the numbers would cross.
    const Edges edges = {{0, 6}, {1, 5}, {2, 6}, {3, 5}, {4, 6}};
    const Layers drawn = layers(7, edges, 40, 10);
    for (const auto& a : edges) {
        for (const auto& b : edges) {
            const double left = drawn.nodes[a.first].y - drawn.nodes[b.first].y;
            const double right = drawn.nodes[a.second].y - drawn.nodes[b.second].y;
            EXPECT_GE(left * right, 0);
        }
    }
}

TEST(Layers, AChainIsALine) {
    const Layers drawn = layers(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}, 40, 10);
    for (const Place& place : drawn.nodes) EXPECT_NEAR(place.y, 0, 1e-6);
}

TEST(Layers, PartsThatNothingConnectsLieTogether) {
    const Layers drawn = layers(20, {{0, 1}, {2, 3}, {4, 5}, {5, 6}}, 40, 10);
    std::vector<double> heights;
    for (const Place& place : drawn.nodes) heights.push_back(place.y);
    std::sort(heights.begin(), heights.end());
    for (std::size_t n = 1; n < heights.size(); ++n) EXPECT_LE(heights[n] - heights[n - 1], 40 + 1e-6);
}

TEST(Layers, AnyGraph) {
    std::mt19937 random(3);
    for (int round = 0; round < 100; ++round) {
        const std::size_t nodes = 2 + random() % 40;
        Edges edges;
        for (std::size_t n = 1; n < nodes; ++n) {
            for (std::size_t k = random() % 3; k-- > 0;) {
                const std::pair<std::size_t, std::size_t> edge{random() % n, n};
                if (std::find(edges.begin(), edges.end(), edge) == edges.end()) edges.push_back(edge);
            }
        }
        expect_drawable(nodes, edges);
        EXPECT_FALSE(testing::Test::HasFailure());
    }
}

}  // namespace
}  // namespace aibuild
