#include "tool/report/layers.h"

#include <algorithm>
#include <numeric>

namespace aibuild {

namespace {

class Drawing {
  public:
    Drawing(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& edges,
            double node_distance, double bend_distance)
        : real_(nodes), edges_(edges), node_distance_(node_distance), bend_distance_(bend_distance) {}

    Layers draw() {
        assign_layers();
        add_bends();
        order();
        place();
        return result();
    }

  private:
    // The longest path from a node that uses nothing; and then as far right as users allow, so that edges are
    // short.
    void assign_layers() {
        layer_.assign(real_, 0);
        for (bool again = true; again;) {
            again = false;
            for (const auto& [used, user] : edges_) {
                if (layer_[user] > layer_[used]) continue;
                layer_[user] = layer_[used] + 1;
                again = true;
            }
        }
        for (bool again = true; again;) {
            again = false;
            for (std::size_t n = 0; n < real_; ++n) {
                std::size_t nearest = static_cast<std::size_t>(-1);
                for (const auto& [used, user] : edges_) {
                    if (used == n) nearest = std::min(nearest, layer_[user] - 1);
                }
                if (nearest == static_cast<std::size_t>(-1) || nearest == layer_[n]) continue;
                layer_[n] = nearest;
                again = true;
            }
        }
    }

    void add_bends() {
        left_.resize(real_);
        right_.resize(real_);
        chains_.resize(edges_.size());
        for (std::size_t e = 0; e < edges_.size(); ++e) {
            std::size_t from = edges_[e].first;
            for (std::size_t layer = layer_[from] + 1; layer < layer_[edges_[e].second]; ++layer) {
                const std::size_t bend = layer_.size();
                layer_.push_back(layer);
                left_.emplace_back();
                right_.emplace_back();
                chains_[e].push_back(bend);
                connect(from, bend);
                from = bend;
            }
            connect(from, edges_[e].second);
        }
    }

    void connect(std::size_t from, std::size_t to) {
        right_[from].push_back(to);
        left_[to].push_back(from);
    }

    void order() {
        const std::size_t count = layer_.empty() ? 0 : *std::max_element(layer_.begin(), layer_.end()) + 1;
        order_.resize(count);
        for (std::size_t n = 0; n < layer_.size(); ++n) order_[layer_[n]].push_back(n);
        position_.resize(layer_.size());
        number();
        std::vector<std::vector<std::size_t>> best = order_;
        std::size_t fewest = crossings();
        for (int round = 0; round < 12 && fewest > 0; ++round) {
            for (std::size_t l = 1; l < count; ++l) sort_layer(l, left_);
            for (std::size_t l = count; l-- > 1;) sort_layer(l - 1, right_);
            const std::size_t now = crossings();
            if (now >= fewest) continue;
            fewest = now;
            best = order_;
        }
        order_ = std::move(best);
        number();
    }

    void number() {
        for (const auto& layer : order_) {
            for (std::size_t n = 0; n < layer.size(); ++n) position_[layer[n]] = n;
        }
    }

    // By the mean of the neighbours on one side; who has none there stays where it is.
    void sort_layer(std::size_t l, const std::vector<std::vector<std::size_t>>& neighbours) {
        std::vector<std::pair<double, std::size_t>> keyed;
        for (const std::size_t n : order_[l]) {
            double sum = 0;
            for (const std::size_t other : neighbours[n]) sum += static_cast<double>(position_[other]);
            keyed.emplace_back(neighbours[n].empty() ? static_cast<double>(position_[n])
                                                     : sum / static_cast<double>(neighbours[n].size()),
                               n);
        }
        std::stable_sort(keyed.begin(), keyed.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t n = 0; n < keyed.size(); ++n) {
            order_[l][n] = keyed[n].second;
            position_[keyed[n].second] = n;
        }
    }

    std::size_t crossings() const {
        std::size_t out = 0;
        for (const auto& layer : order_) {
            std::vector<std::pair<std::size_t, std::size_t>> lines;
            for (const std::size_t n : layer) {
                for (const std::size_t other : right_[n]) lines.emplace_back(position_[n], position_[other]);
            }
            for (std::size_t a = 0; a < lines.size(); ++a) {
                for (std::size_t b = a + 1; b < lines.size(); ++b) {
                    const bool crossed =
                        (lines[a].first < lines[b].first && lines[a].second > lines[b].second) ||
                        (lines[a].first > lines[b].first && lines[a].second < lines[b].second);
                    out += crossed ? 1U : 0U;
                }
            }
        }
        return out;
    }

    double distance(std::size_t above, std::size_t below) const {
        return above < real_ && below < real_   ? node_distance_
               : above < real_ || below < real_ ? (node_distance_ + bend_distance_) / 2
                                                : bend_distance_;
    }

    // Each goes to the mean of its neighbours; those of a layer that come too near are pushed apart, evenly.
    void place() {
        y_.assign(layer_.size(), 0);
        for (const auto& layer : order_) {
            for (std::size_t n = 1; n < layer.size(); ++n)
                y_[layer[n]] = y_[layer[n - 1]] + distance(layer[n - 1], layer[n]);
        }
        for (int round = 0; round < 24; ++round) {
            const bool rightwards = round % 2 == 0;
            for (std::size_t step = 0; step < order_.size(); ++step)
                settle(order_[rightwards ? step : order_.size() - 1 - step], round < 16 ? rightwards : true,
                       round < 16 ? !rightwards : true);
        }
        close_gaps();
    }

    // Parts that nothing connects drift apart: where no layer has anything for more than a node's distance,
    // all below moves up.
    void close_gaps() {
        std::vector<std::size_t> down(y_.size());
        std::iota(down.begin(), down.end(), 0U);
        std::stable_sort(down.begin(), down.end(),
                         [&](std::size_t a, std::size_t b) { return y_[a] < y_[b]; });
        double up = y_.empty() ? 0 : y_[down[0]], last = 0;
        for (const std::size_t n : down) {
            up = std::max(up, y_[n] - last - node_distance_);
            y_[n] -= up;
            last = y_[n];
        }
    }

    void settle(const std::vector<std::size_t>& layer, bool look_left, bool look_right) {
        std::vector<double> wanted;
        for (const std::size_t n : layer) {
            double sum = 0;
            std::size_t count = 0;
            for (const auto* side : {look_left ? &left_[n] : nullptr, look_right ? &right_[n] : nullptr}) {
                if (side == nullptr) continue;
                for (const std::size_t other : *side) sum += y_[other];
                count += side->size();
            }
            wanted.push_back(count == 0 ? y_[n] : sum / static_cast<double>(count));
        }
        // Blocks of touching nodes, each where the mean of its nodes wants to be (isotonic regression).
        struct Block {
            double sum;
            std::size_t count;
            double at() const { return sum / static_cast<double>(count); }
        };
        std::vector<Block> blocks;
        std::vector<double> offsets;
        double offset = 0;
        for (std::size_t n = 0; n < layer.size(); ++n) {
            if (n > 0) offset += distance(layer[n - 1], layer[n]);
            offsets.push_back(offset);
            blocks.push_back({wanted[n] - offset, 1});
            while (blocks.size() > 1 && blocks[blocks.size() - 2].at() >= blocks.back().at()) {
                blocks[blocks.size() - 2].sum += blocks.back().sum;
                blocks[blocks.size() - 2].count += blocks.back().count;
                blocks.pop_back();
            }
        }
        std::size_t n = 0;
        for (const Block& block : blocks) {
            for (std::size_t k = 0; k < block.count; ++k, ++n) y_[layer[n]] = block.at() + offsets[n];
        }
    }

    Layers result() const {
        Layers out;
        out.count = order_.size();
        for (const double y : y_) out.height = std::max(out.height, y);
        for (std::size_t n = 0; n < real_; ++n) out.nodes.push_back({layer_[n], y_[n]});
        for (std::size_t e = 0; e < edges_.size(); ++e) {
            Bent bent{edges_[e].first, edges_[e].second, {}};
            for (const std::size_t bend : chains_[e]) bent.bends.push_back({layer_[bend], y_[bend]});
            out.edges.push_back(std::move(bent));
        }
        return out;
    }

    const std::size_t real_;
    const std::vector<std::pair<std::size_t, std::size_t>>& edges_;
    const double node_distance_, bend_distance_;
    std::vector<std::size_t> layer_;                      // of nodes, then of bends
    std::vector<std::vector<std::size_t>> left_, right_;  // neighbours
    std::vector<std::vector<std::size_t>> chains_;        // bends of each edge
    std::vector<std::vector<std::size_t>> order_;         // of each layer
    std::vector<std::size_t> position_;
    std::vector<double> y_;
};

}  // namespace

Layers layers(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& edges,
              double node_distance, double bend_distance) {
    return Drawing(nodes, edges, node_distance, bend_distance).draw();
}

}  // namespace aibuild
