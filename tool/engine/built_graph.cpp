#include "tool/engine/built_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace aibuild {

namespace {

constexpr auto none = static_cast<std::size_t>(-1);

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> ends) {
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return path.ends_with(end); });
}

bool is_object(std::string_view path) {
    return ends_with_any(path, {".o", ".obj", ".lo"});
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

StepKind kind_of(const NinjaEdge& edge) {
    if (has(edge.rule, "_SCAN__") || has(edge.rule, "_DYNDEP__")) return StepKind::scan;
    if (is_object(edge.outputs[0])) return StepKind::compile;
    if (has(edge.rule, "_LINKER__") || std::any_of(edge.inputs.begin(), edge.inputs.end(), is_object))
        return StepKind::product;
    return StepKind::custom;
}

Kind kind_of_target(const NinjaEdge& edge) {
    const std::string_view file = edge.outputs[0];
    if (ends_with_any(file, {".a", ".lib", ".rlib"})) return Kind::static_library;
    if (has(edge.rule, "_SHARED_LIBRARY_LINKER__") || has(edge.rule, "_MODULE_LIBRARY_LINKER__") ||
        ends_with_any(file, {".so", ".dylib", ".dll"}) || file.find(".so.") != file.npos)
        return Kind::shared_library;
    return Kind::executable;
}

// CMake's name of the target that an edge is of: "words" of sub/CMakeFiles/words.dir.
std::string target_name(const NinjaEdge& edge) {
    const auto directory = edge.variables.find("OBJECT_DIR");
    if (directory == edge.variables.end()) return {};
    constexpr std::string_view begin = "CMakeFiles/", end = ".dir";
    const std::size_t from = directory->second.rfind(begin);
    if (from == std::string::npos) return {};
    const std::string inner = directory->second.substr(from + begin.size());
    const std::size_t to = inner.find(".dir/") != inner.npos ? inner.find(".dir/")
                           : inner.ends_with(end)            ? inner.size() - end.size()
                                                             : inner.npos;
    return to == inner.npos ? std::string() : inner.substr(0, to);
}

class Builder {
  public:
    Builder(const NinjaManifest& manifest, const Languages& languages)
        : edges_(manifest.edges), languages_(languages) {
        for (std::size_t n = 0; n < edges_.size(); ++n) {
            for (const std::string& output : edges_[n].outputs) makers_.emplace(output, n);
        }
        step_.assign(edges_.size(), none);
        want(manifest.defaults);
    }

    BuiltGraph build(const std::function<bool(std::string_view)>& made) {
        for (std::size_t n = 0; n < edges_.size(); ++n) {
            const NinjaEdge& edge = edges_[n];
            if (is_name(n) || (!wanted_[n] && !made(edge.outputs[0]))) continue;
            step_[n] = out_.graph.steps.size();
            add_step(n);
        }
        find_targets();
        return std::move(out_);
    }

  private:
    // A name for other things. One that stands for nothing is a file that may be missing.
    bool is_name(std::size_t n) const { return edges_[n].rule == "phony"; }

    std::size_t maker_of(std::string_view path) const {
        const auto found = makers_.find(path);
        return found == makers_.end() ? none : found->second;
    }

    void want(const std::vector<std::string>& defaults) {
        wanted_.assign(edges_.size(), false);
        std::vector<std::size_t> todo;
        const auto add = [&](std::string_view path) {
            const std::size_t n = maker_of(path);
            if (n == none || wanted_[n]) return;
            wanted_[n] = true;
            todo.push_back(n);
        };
        if (defaults.empty()) {
            std::unordered_set<std::string_view> taken;
            for (const NinjaEdge& edge : edges_) {
                taken.insert(edge.inputs.begin(), edge.inputs.end());
                taken.insert(edge.order_only.begin(), edge.order_only.end());
            }
            for (const NinjaEdge& edge : edges_) {
                if (std::none_of(edge.outputs.begin(), edge.outputs.end(),
                                 [&](const std::string& output) { return taken.contains(output); }))
                    add(edge.outputs[0]);
            }
        }
        for (const std::string& path : defaults) add(path);
        add("build.ninja");  // ninja looks after that one first of all
        while (!todo.empty()) {
            const NinjaEdge& edge = edges_[todo.back()];
            todo.pop_back();
            for (const auto* list : {&edge.inputs, &edge.order_only}) {
                for (const std::string& path : *list) add(path);
            }
        }
    }

    // What a list of paths stands for: names are replaced by what they stand for.
    struct Files {
        std::vector<std::string_view> paths;  // what must not be newer
        std::vector<std::string_view> first;  // what has but to be there, and is made by an edge
    };

    void resolve(const std::vector<std::string>& paths, bool order_only, std::set<std::size_t>& seen,
                 Files& out) const {
        for (const std::string& path : paths) {
            const std::size_t n = maker_of(path);
            if (n != none && is_name(n) && !(edges_[n].inputs.empty() && edges_[n].order_only.empty())) {
                // Once for each of the two ways in which it may be needed.
                if (!seen.insert(2 * n + (order_only ? 1 : 0)).second) continue;
                resolve(edges_[n].inputs, order_only, seen, out);
                resolve(edges_[n].order_only, true, seen, out);
            } else if (!order_only) {
                out.paths.push_back(path);
            } else if (n != none && !is_name(n)) {
                out.first.push_back(path);
            }
        }
    }

    std::string_view keep(std::string_view path) {
        const auto found = kept_.find(path);
        if (found != kept_.end()) return found->second;
        const std::string_view kept = out_.graph.keep(mark::build + std::string(path));
        return kept_.emplace(kept.substr(1), kept).first->second;
    }

    Paths keep(const std::vector<std::string_view>& paths) {
        std::vector<std::string_view> out;
        out.reserve(paths.size());
        for (const std::string_view path : paths) out.push_back(keep(path));
        return out_.graph.add(out);
    }

    // The compiles of a target wait for the same name: one list for all of them.
    Paths keep_first(const NinjaEdge& edge, const std::vector<std::string_view>& first) {
        if (!edge.order_only.empty() && edge.order_only.size() == 1 && !lists_.contains(edge.order_only[0])) {
            const Paths kept = keep(first);
            lists_.emplace(edge.order_only[0], std::pair(kept, first));
            return kept;
        }
        if (edge.order_only.size() == 1) {
            const auto& [kept, same] = lists_.at(edge.order_only[0]);
            if (same == first) return kept;
        }
        return keep(first);
    }

    void add_step(std::size_t n) {
        const NinjaEdge& edge = edges_[n];
        Files files;
        std::set<std::size_t> seen;
        resolve(edge.inputs, false, seen, files);
        resolve(edge.order_only, true, seen, files);
        Step step;
        step.rule = rule_of(edge);
        step.kind = kind_of(edge);
        step.output = keep(edge.outputs[0]);
        step.inputs = keep(files.paths);
        step.order_only = keep_first(edge, files.first);
        step.also = keep(std::vector<std::string_view>(edge.outputs.begin() + 1, edge.outputs.end()));
        out_.graph.steps.push_back(step);
        out_.hashes.push_back(edge.command_hash);
        BuiltStep built;
        built.what = edge.description.empty() ? edge.outputs[0] : edge.description;
        built.wanted = wanted_[n];
        built.utility = edge.rule == "CUSTOM_COMMAND" && has(edge.outputs[0], "CMakeFiles/");
        built.pooled = !edge.pool.empty() && edge.pool != "console";
        out_.steps.push_back(std::move(built));
        out_.unrecorded += edge.depfile ? 1U : 0U;
    }

    RuleId rule_of(const NinjaEdge& edge) {
        // A link has the time of what it leads to, which is older than the command that made it.
        const bool older = edge.restat || edge.rule == "CMAKE_SYMLINK_LIBRARY";
        const auto key = std::tuple(edge.records_inputs, older, edge.generator, edge.dyndep);
        const auto found = rules_.find(key);
        if (found != rules_.end()) return found->second;
        Rule rule;
        rule.name = "r" + std::to_string(rules_.size());
        rule.depfile = edge.records_inputs;
        rule.restat = older;
        rule.generator = edge.generator;
        if (!edge.dyndep.empty()) rule.dyndep = mark::build + edge.dyndep;
        return rules_.emplace(key, out_.graph.add(std::move(rule))).first->second;
    }

    void find_targets() {
        std::map<std::string, std::size_t> by_name;
        const auto target = [&](const std::string& name, Kind kind) {
            const auto [found, fresh] = by_name.try_emplace(name, out_.targets.size());
            if (fresh) {
                out_.targets.emplace_back();
                out_.targets.back().name = name;
                out_.targets.back().kind = kind;
            }
            return found->second;
        };
        for (std::size_t n = 0; n < edges_.size(); ++n) {
            if (step_[n] == none || kind_of(edges_[n]) != StepKind::product) continue;
            const std::string name = target_name(edges_[n]);
            const std::size_t index =
                target(name.empty() ? edges_[n].outputs[0] : name, kind_of_target(edges_[n]));
            out_.steps[step_[n]].target = index;
            for (const std::string& input : edges_[n].inputs) {
                const std::size_t maker = maker_of(input);
                if (maker == none || step_[maker] == none) continue;
                auto& of = out_.steps[step_[maker]].target;
                if (kind_of(edges_[maker]) == StepKind::compile && !of && target_name(edges_[maker]).empty())
                    of = index;
            }
        }
        for (std::size_t n = 0; n < edges_.size(); ++n) {
            const std::string name = step_[n] == none ? "" : target_name(edges_[n]);
            if (name.empty()) continue;
            auto& of = out_.steps[step_[n]].target;
            if (!of) of = target(name, Kind::library);  // nothing but objects
        }
        add_sources();
        add_uses();
    }

    void add_sources() {
        for (std::size_t n = 0; n < edges_.size(); ++n) {
            if (step_[n] == none || edges_[n].inputs.empty()) continue;
            const auto& of = out_.steps[step_[n]].target;
            if (!of || kind_of(edges_[n]) != StepKind::compile) continue;
            Target& target = out_.targets[*of];
            target.sources.push_back(edges_[n].inputs[0]);
            if (!target.language.empty()) continue;
            for (const Language& language : languages_.all()) {
                if (language.is_source(edges_[n].inputs[0])) target.language = language.name;
            }
        }
    }

    void add_uses() {
        std::vector<std::set<std::size_t>> uses(out_.targets.size());
        for (const Step& step : out_.graph.steps) {
            const auto& of = out_.steps[static_cast<std::size_t>(&step - out_.graph.steps.data())].target;
            if (!of || step.kind != StepKind::product) continue;
            for (const std::string_view input : out_.graph.at(step.inputs)) {
                const std::size_t maker = maker_of(input.substr(1));
                if (maker == none || step_[maker] == none) continue;
                const auto& used = out_.steps[step_[maker]].target;
                if (used && *used != *of) uses[*of].insert(*used);
            }
        }
        for (std::size_t n = 0; n < uses.size(); ++n) {
            for (const std::size_t used : uses[n]) out_.targets[n].uses.push_back(out_.targets[used].name);
        }
    }

    const std::vector<NinjaEdge>& edges_;
    const Languages& languages_;
    std::unordered_map<std::string_view, std::size_t> makers_;
    std::vector<bool> wanted_;
    std::vector<std::size_t> step_;  // by edge, its step
    std::unordered_map<std::string_view, std::string_view> kept_;
    std::unordered_map<std::string_view, std::pair<Paths, std::vector<std::string_view>>> lists_;
    std::map<std::tuple<bool, bool, bool, std::string>, RuleId> rules_;
    BuiltGraph out_;
};

}  // namespace

BuiltGraph built_graph(const NinjaManifest& manifest, const Languages& languages,
                       const std::function<bool(std::string_view)>& made) {
    return Builder(manifest, languages).build(made);
}

}  // namespace aibuild
