#include "ninja-gen/step_graph.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace aibuild {

RuleId StepGraph::add(Rule rule) {
    std::replace(rule.name.begin(), rule.name.end(), '+', 'x');
    const std::string wanted = rule.name;
    for (int n = 2; !names_.insert(rule.name).second; ++n) rule.name = wanted + "_" + std::to_string(n);
    rules.push_back(std::move(rule));
    return static_cast<RuleId>(rules.size() - 1);
}

std::string_view StepGraph::keep(std::string_view text) {
    if (text.size() > left_) {
        const std::size_t size = std::max(block, text.size());
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
        next_ = blocks_.back().get();
        left_ = size;
    }
    char* begin = next_;
    std::memcpy(begin, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {begin, text.size()};
}

Paths StepGraph::add(std::span<const std::string_view> list) {
    const Paths run{static_cast<std::uint32_t>(paths.size()), static_cast<std::uint32_t>(list.size())};
    paths.insert(paths.end(), list.begin(), list.end());
    return run;
}

}  // namespace aibuild
