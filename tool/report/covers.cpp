#include "tool/report/covers.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

namespace aibuild {

namespace {

class Makers {
  public:
    explicit Makers(const std::vector<GraphStep>& graph) : needs_(graph.size()) {
        for (std::size_t n = 0; n < graph.size(); ++n) {
            by_output_.emplace(graph[n].output, n);
            for (const std::string& path : graph[n].also) by_output_.emplace(path, n);
        }
        for (std::size_t n = 0; n < graph.size(); ++n) {
            for (const std::string& input : graph[n].inputs) {
                if (const auto maker = by_output_.find(input); maker != by_output_.end())
                    needs_[n].push_back(maker->second);
            }
        }
    }

    // With the one that makes it.
    std::vector<std::size_t> of(const std::string& output) const {
        std::vector<std::size_t> out;
        std::vector<bool> seen(needs_.size());
        const auto visit = [&](std::size_t step) {
            if (seen[step]) return;
            seen[step] = true;
            out.push_back(step);
        };
        if (const auto maker = by_output_.find(output); maker != by_output_.end()) visit(maker->second);
        for (std::size_t next = 0; next < out.size(); ++next) {
            for (const std::size_t step : needs_[out[next]]) visit(step);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

  private:
    std::unordered_map<std::string_view, std::size_t> by_output_;
    std::vector<std::vector<std::size_t>> needs_;  // by step, those that make its inputs
};

// Sets of tests, each under the number in whose order they came.
class Sets {
  public:
    std::size_t number(std::vector<std::size_t> set) {
        const auto [found, fresh] = numbers_.try_emplace(std::move(set), sets_.size());
        if (fresh) sets_.push_back(found->first);
        return found->second;
    }

    std::vector<std::size_t> joined(const std::set<std::size_t>& numbers) const {
        if (numbers.size() == 1) return sets_[*numbers.begin()];
        std::set<std::size_t> out;
        for (const std::size_t number : numbers) out.insert(sets_[number].begin(), sets_[number].end());
        return {out.begin(), out.end()};
    }

    std::vector<std::vector<std::size_t>> take() { return std::move(sets_); }

  private:
    std::map<std::vector<std::size_t>, std::size_t> numbers_;
    std::vector<std::vector<std::size_t>> sets_;
};

}  // namespace

std::vector<std::size_t> made_by(const std::vector<GraphStep>& graph, const std::string& output) {
    return Makers(graph).of(output);
}

Covers covers(const Known& known) {
    const Makers makers(known.graph);
    std::vector<std::vector<std::size_t>> of_step(known.graph.size());
    std::size_t count = 0;
    const auto add = [&](const std::string& output) {
        for (const std::size_t n : makers.of(output)) of_step[n].push_back(count);
        ++count;
    };
    for (const GraphStep& test : known.graph) {
        if (test.kind == "test") add(test.output);
    }
    for (const KnownTest& test : known.ctests) {
        if (test.program)
            add(known.graph[*test.program].output);
        else
            ++count;
    }
    Sets sets;
    std::map<std::string, std::set<std::size_t>> found;  // by file, the sets of the steps that read it
    for (std::size_t n = 0; n < known.graph.size(); ++n) {
        if (of_step[n].empty()) continue;
        const std::size_t set = sets.number(std::move(of_step[n]));
        for (const std::string& input : known.graph[n].inputs) {
            if (auto path = project_path(input, known.root)) found[std::move(*path)].insert(set);
        }
    }
    Covers out;
    Sets used;
    for (const auto& [path, numbers] : found) out.of.emplace(path, used.number(sets.joined(numbers)));
    out.sets = used.take();
    return out;
}

}  // namespace aibuild
