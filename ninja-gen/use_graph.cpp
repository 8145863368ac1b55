#include "ninja-gen/use_graph.h"

#include <algorithm>

namespace aibuild {

std::string interface_of(const Language& consumer, const Language& provider, Kind kind) {
    const auto products = provider.products.find(kind);
    if (products == provider.products.end()) return {};
    for (const std::string& wanted : consumer.uses) {
        if (kind == Kind::interface_library && wanted == "headers") return wanted;
        for (const Product& product : products->second) {
            if (product.interface == wanted) return wanted;
        }
    }
    return {};
}

UseGraph::UseGraph(const Plan& plan, const std::vector<const Language*>& languages)
    : plan_(plan), languages_(languages) {
    for (std::size_t n = 0; n < plan.targets.size(); ++n) index_.emplace(plan.targets[n].name, n);
}

std::string UseGraph::interface_of(std::size_t user, std::size_t used) const {
    return aibuild::interface_of(*languages_[user], *languages_[used], plan_.targets[used].kind);
}

std::vector<UseGraph::Used> UseGraph::closure(std::size_t target) const {
    struct Frame {
        std::size_t target, next;
        std::string interface;
    };
    std::vector<Used> post;
    std::vector<bool> seen(plan_.targets.size());
    std::vector<Frame> stack;
    stack.push_back({target, 0, ""});
    seen[target] = true;
    const Words& spoken = languages_[target]->uses;
    while (!stack.empty()) {
        Frame& frame = stack.back();
        const Target& here = plan_.targets[frame.target];
        const bool sealed = frame.target != target && here.kind == Kind::shared_library;
        if (sealed || frame.next == here.uses.size()) {
            if (std::find(spoken.begin(), spoken.end(), frame.interface) != spoken.end()) {
                post.push_back({frame.target, std::move(frame.interface)});
            }
            stack.pop_back();
            continue;
        }
        const std::size_t other = index(here.uses[frame.next++]);
        if (seen[other] || plan_.targets[other].kind == Kind::executable) continue;
        seen[other] = true;
        stack.push_back({other, 0, interface_of(frame.target, other)});
    }
    std::reverse(post.begin(), post.end());
    return post;
}

std::vector<Words> UseGraph::taken() const {
    std::vector<Words> out(plan_.targets.size());
    for (std::size_t user = 0; user < plan_.targets.size(); ++user) {
        for (const std::string& name : plan_.targets[user].uses) {
            const std::size_t other = index(name);
            if (plan_.targets[other].kind == Kind::executable) continue;
            const std::string interface = interface_of(user, other);
            Words& list = out[other];
            if (std::find(list.begin(), list.end(), interface) == list.end()) list.push_back(interface);
        }
    }
    return out;
}

std::vector<bool> UseGraph::position_independent() const {
    std::vector<bool> out(plan_.targets.size());
    std::vector<std::size_t> stack;
    for (std::size_t n = 0; n < plan_.targets.size(); ++n) {
        if (plan_.targets[n].kind == Kind::shared_library) stack.push_back(n);
    }
    while (!stack.empty()) {
        const std::size_t n = stack.back();
        stack.pop_back();
        if (out[n]) continue;
        out[n] = true;
        for (const std::string& name : plan_.targets[n].uses) {
            const Kind kind = plan_.targets[index(name)].kind;
            if (kind == Kind::static_library || kind == Kind::interface_library) stack.push_back(index(name));
        }
    }
    return out;
}

}  // namespace aibuild
