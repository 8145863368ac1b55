#include "ninja-gen/lowering/lowering.h"

// Languages whose compiles leave something for each other: a Fortran source makes a .mod file for each of its
// modules, and can be compiled only when those that it uses are there. A plan doesn't say which, so it is
// found out when building:
//
//     scan     each source -> OBJECT.scan     the modules that it makes and reads
//     collate  all scans   -> modules.dd      a dyndep file, from which Ninja learns the order, and
//                             modules.dd.map  where a target's modules are, for the targets that use it
//
// Ninja loads a dyndep file when it is up to date, and has to know by then who makes the modules of other
// targets. So a collation waits for the libraries that its target uses (order-only): all of theirs has been
// loaded and built then.

namespace aibuild {

std::string Lowering::module_directory(std::size_t n) {
    const Language& language = *at(n).language;
    return in_build(expand({language.compile->modules->directory}, names(n), language.name).front());
}

void Lowering::use_modules(std::size_t n, Inputs& in) {
    for (const auto& [other, interface] : uses_.closure(n)) {
        const BuiltProduct* built = product_of(other, interface);
        if (at(other).language != at(n).language || built == nullptr) continue;
        const std::string directory = module_directory(other);
        in.used_modules.push_back(directory);
        in.module_maps.push_back(directory + ".dd.map");
        in.module_libraries.push_back(built->output);
    }
}

std::string_view Lowering::scan(std::size_t n, const Inputs& in, const std::vector<std::string_view>& sources,
                                const std::vector<std::string_view>& objects) {
    const Target& target = plan_.targets[n];
    const Language& language = *at(n).language;
    const Modules& modules = *language.compile->modules;
    StepGraph& graph = lowered_.graph;
    std::vector<std::string_view> helpers;

    const auto rule = [&](std::string_view name, std::string_view verb, const std::vector<Words>& commands) {
        Rule out;
        out.name = target.name + std::string(name);
        out.language = &language;
        out.verb = verb;
        out.commands = expand_all(commands, placeholders(n, in, ""), language.name);
        out.restat = true;
        if (helpers.empty()) add_helpers(helpers, out);
        return graph.add(std::move(out));
    };
    const auto id = static_cast<TargetId>(n);
    const RuleId scan_rule = rule(".scan", "SCAN", modules.scan);
    const Paths helper_paths = graph.add(helpers);
    const Paths first = graph.add(generated_first(n));
    std::vector<std::string_view> scans;
    for (std::size_t k = 0; k < objects.size(); ++k) {
        scans.push_back(graph.keep(std::string(objects[k]) + ".scan"));
        const std::string_view input[] = {sources[k]};
        graph.steps.push_back(
            {scan_rule, id, StepKind::scan, scans.back(), graph.add(input), helper_paths, first});
    }
    std::vector<std::string_view> implicit = helpers, order_only;
    for (const std::string& map : in.module_maps) implicit.push_back(graph.keep(map));
    for (const std::string& library : in.module_libraries) order_only.push_back(graph.keep(library));
    const RuleId collate_rule = rule(".modules", "MODULES", modules.collate);
    const std::string_view dyndep = graph.keep(module_directory(n) + ".dd");
    const std::string_view map[] = {graph.keep(std::string(dyndep) + ".map")};
    graph.steps.push_back({collate_rule, id, StepKind::scan, dyndep, graph.add(scans), graph.add(implicit),
                           graph.add(order_only), graph.add(map)});
    return dyndep;
}

}  // namespace aibuild
