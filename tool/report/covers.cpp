#include "tool/report/covers.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace aibuild {

namespace {

class Makers {
  public:
    explicit Makers(const std::vector<GraphStep>& graph) : graph_(graph) {
        for (std::size_t n = 0; n < graph.size(); ++n) {
            by_output_.emplace(graph[n].output, n);
            for (const std::string& path : graph[n].also) by_output_.emplace(path, n);
        }
    }

    // With the one that makes it.
    std::vector<std::size_t> of(const std::string& output) const {
        std::vector<std::size_t> out;
        std::vector<bool> seen(graph_.size());
        const auto visit = [&](const std::string& path) {
            const auto maker = by_output_.find(path);
            if (maker == by_output_.end() || seen[maker->second]) return;
            seen[maker->second] = true;
            out.push_back(maker->second);
        };
        visit(output);
        for (std::size_t next = 0; next < out.size(); ++next) {
            for (const std::string& input : graph_[out[next]].inputs) visit(input);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

  private:
    const std::vector<GraphStep>& graph_;
    std::unordered_map<std::string_view, std::size_t> by_output_;
};

}  // namespace

std::vector<std::size_t> made_by(const std::vector<GraphStep>& graph, const std::string& output) {
    return Makers(graph).of(output);
}

std::map<std::string, std::vector<std::string>> covers(const Known& known) {
    const Makers makers(known.graph);
    std::map<std::string, std::set<std::string>> found;
    const auto add = [&](const std::string& output, const std::string& name) {
        for (const std::size_t n : makers.of(output)) {
            for (const std::string& input : known.graph[n].inputs) {
                if (auto path = project_path(input, known.root)) found[std::move(*path)].insert(name);
            }
        }
    };
    for (const GraphStep& test : known.graph) {
        if (test.kind == "test") add(test.output, known.plan.targets[*test.target].name);
    }
    for (const KnownTest& test : known.ctests) {
        if (test.program) add(known.graph[*test.program].output, test.name);
    }
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& [path, tests] : found) out.emplace(path, std::vector(tests.begin(), tests.end()));
    return out;
}

}  // namespace aibuild
