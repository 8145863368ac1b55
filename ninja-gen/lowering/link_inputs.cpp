#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/lowering/lowering.h"

namespace aibuild {

namespace {

template <class T>
void add_unique(std::vector<T>& list, const T& item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

}  // namespace

Lowering::Inputs Lowering::consume(std::size_t n) {
    const Target& target = plan_.targets[n];
    const Language& language = *at(n).language;
    Inputs in;
    drivers_[n] = &language;
    if (language.compile && language.compile->modules) use_modules(n, in);
    // An archive of objects takes nothing from what its target uses; walking 5,000 of a chain for each
    // would be quadratic.
    if (target.kind == Kind::static_library && language.compile) return in;
    Words link;
    int rank = language.linker_rank;
    std::unordered_map<const Product*, std::size_t> single;
    const Language* driver = &language;
    std::vector<const Language*> spoken{&language};
    for (const auto& [other, interface] : uses_.closure(n)) {
        const BuiltProduct* built = product_of(other, interface);
        if (built == nullptr) continue;  // headers only
        // A shared library brings the runtime of its language along.
        if (interface == "c") {
            add_unique(spoken, at(other).language);
            if (at(other).language->linker_rank > rank && language.linker_rank > 0) {
                rank = at(other).language->linker_rank;
                driver = at(other).language;
            }
        }
        if (interface == "c" || interface == "c-shared") {
            at(n).links.push_back(static_cast<TargetId>(other));
            in.libraries.push_back(built->output);
            if (interface == "c-shared") in.rpath = language.rpath;
            for (const std::string& flag : built->product->link) add_unique(link, flag);
            if (built->product->single) refuse_second(n, other, single);
        }
        if (interface == language.uses.front()) {
            const std::string directory(directory_of(built->output));
            add_unique(in.crate_directories, directory);
            if (std::find(target.uses.begin(), target.uses.end(), plan_.targets[other].name) !=
                target.uses.end()) {
                in.crates.push_back(identifier(plan_.targets[other].name) + "=" + built->output);
            }
        }
        in.by_interface[interface].push_back(built->output);
        in.implicit.push_back(built->output);
    }
    for (const Language* each : spoken) {
        if (each == driver) continue;
        for (const std::string& flag : each->runtime) add_unique(link, flag);
    }
    for (const Package* package : at(n).packages) {
        const Words& flags = toolchain_.flags(*package).link;
        link.insert(link.end(), flags.begin(), flags.end());
    }
    in.link = std::move(link);
    drivers_[n] = driver;
    return in;
}

void Lowering::refuse_second(std::size_t n, std::size_t other,
                             std::unordered_map<const Product*, std::size_t>& single) const {
    const Target& library = plan_.targets[other];
    const auto [first, fresh] = single.emplace(product_of(other, "c")->product, other);
    if (fresh) return;
    const std::string& title = lowered_.targets[other].language->title;
    fail("plan.runtime", fmt::format("/targets/{}/uses", n),
         fmt::format("{} would link both {} and {}: every archive of {} holds all of its runtime, and a "
                     "program can have only one.",
                     plan_.targets[n].name, library.name, plan_.targets[first->second].name, title),
         fmt::format("Make one {} library that uses the others, and link only that.", title));
}

}  // namespace aibuild
