#include "ninja-gen/lowering/lowering.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/path_table.h"
#include "ninja-gen/template.h"

namespace aibuild {

namespace {

// An ordered set for lists that may grow long.
class UniqueTexts {
  public:
    void add(const std::string& text) {
        if (seen_.insert(text).second) list_.push_back(text);
    }
    Words take() { return std::move(list_); }

  private:
    std::unordered_set<std::string> seen_;
    Words list_;
};

}  // namespace

Lowering::Lowering(const PlanText& source, const Languages& languages, Toolchain& toolchain)
    : source_(source),
      plan_(source.plan),
      toolchain_(toolchain),
      languages_(check_languages(source, languages)),
      uses_(plan_, languages_),
      known_languages_(languages) {
    for (std::size_t n = 0; n < plan_.steps.size(); ++n) steps_.emplace(plan_.steps[n].name, n);
}

void Lowering::fail(std::string rule, const std::string& pointer, std::string why, std::string fix) const {
    throw Error(Exit::usage, std::move(rule), json::place(source_.file, source_.text, pointer),
                std::move(why), std::move(fix));
}

Lowered Lowering::run() {
    for (const Package& package : plan_.packages) packages_.emplace(package.name, &package);
    for (std::size_t n : use_order(plan_)) lowered_.order.push_back(static_cast<TargetId>(n));
    lowered_.targets.resize(plan_.targets.size());
    const std::vector<Words> taken = uses_.taken();
    const std::vector<bool> position_independent = uses_.position_independent();
    for (std::size_t n = 0; n < plan_.targets.size(); ++n) {
        at(n).target = &plan_.targets[n];
        at(n).language = languages_[n];
        at(n).position_independent = position_independent[n];
        choose_products(n, taken[n]);
    }
    for (std::size_t n = 0; n < plan_.targets.size(); ++n) generated(n);
    for (TargetId id : lowered_.order) requirements(static_cast<std::size_t>(id));
    std::size_t sources = 0;
    for (const Target& target : plan_.targets) sources += target.sources.size();
    lowered_.graph.reserve(sources + 2 * plan_.targets.size(), 2 * sources + 4 * plan_.targets.size());
    for (std::size_t n = 0; n < plan_.steps.size(); ++n) custom_step(n);
    for (std::size_t n = 0; n < plan_.targets.size(); ++n) emit(n);
    tests();
    unique_outputs();
    return std::move(lowered_);
}

void Lowering::choose_products(std::size_t n, const Words& wanted) {
    const auto products = at(n).language->products.find(plan_.targets[n].kind);
    if (products == at(n).language->products.end()) return;
    for (const Product& product : products->second) {
        // Public headers are for those who link the archive, also where none of them is in the plan.
        const bool published = product.interface == "c" && !plan_.targets[n].headers.empty();
        if (!wanted.empty() && !published &&
            std::find(wanted.begin(), wanted.end(), product.interface) == wanted.end())
            continue;
        const auto path = expand({product.output}, names(n), at(n).language->name);
        at(n).products.push_back({&product, in_build(path.front())});
    }
}

const BuiltProduct* Lowering::product_of(std::size_t n, std::string_view interface) const {
    for (const BuiltProduct& built : lowered_.targets[n].products) {
        if (built.product->interface == interface) return &built;
    }
    return nullptr;
}

void Lowering::requirements(std::size_t n) {
    const Target& target = plan_.targets[n];
    UniqueTexts includes;
    for (const std::string& directory : target.include_directories) includes.add(in_source(directory));
    for (const std::string& directory : at(n).generated_includes) includes.add(directory);
    std::vector<std::size_t>& steps = at(n).steps;
    const auto add_step = [&](std::size_t step) {
        if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(step);
    };
    for (const std::string& step : target.generated) add_step(step_index(step));
    const auto add = [&packages = at(n).packages](const Package* package) {
        if (std::find(packages.begin(), packages.end(), package) == packages.end())
            packages.push_back(package);
    };
    for (const std::string& name : target.packages) add(packages_.at(name));
    for (const std::string& name : target.uses) {
        const std::size_t other = used(name);
        if (plan_.targets[other].kind == Kind::executable) continue;
        if (plan_.targets[other].kind == Kind::shared_library) {
            for (const std::string& directory : plan_.targets[other].include_directories)
                includes.add(in_source(directory));
            for (const std::string& directory : at(other).generated_includes) includes.add(directory);
            for (const std::string& step : plan_.targets[other].generated) add_step(step_index(step));
            continue;
        }
        for (const std::string& directory : at(other).includes) includes.add(directory);
        for (const Package* package : at(other).packages) add(package);
        for (std::size_t step : at(other).steps) add_step(step);
    }
    at(n).includes = includes.take();
}

void Lowering::emit(std::size_t n) {
    const Target& target = plan_.targets[n];
    LoweredTarget& lowered = at(n);
    Inputs in = consume(n);
    if (lowered.language->compile && target.kind != Kind::interface_library) in.objects = compile(n, in);
    for (const BuiltProduct& built : lowered.products) product(n, in, built);
    if (target.kind == Kind::test) test(n, in);
    if (target.kind == Kind::test || lowered.products.empty()) return;
    std::vector<std::string_view> outputs;
    for (const BuiltProduct& built : lowered.products) outputs.push_back(built.output);
    StepGraph& graph = lowered_.graph;
    graph.aliases.push_back({graph.keep(target.name), graph.add(outputs)});
}

void Lowering::unique_outputs() const {
    const StepGraph& graph = lowered_.graph;
    // Numbers of steps, and after those numbers of paths.
    const std::size_t steps = graph.steps.size();
    const auto path_of = [&](std::uint32_t n) {
        return n < steps ? graph.steps[n].output : graph.paths[n - steps];
    };
    std::size_t count = 0;
    for (const Step& step : graph.steps) count += 1 + step.also.count;
    PathTable table;
    table.reset(count);
    const auto maker = [&](std::uint32_t n) -> const Step& {
        if (n < steps) return graph.steps[n];
        const auto makes = [&](const Step& step) {
            return n - steps - step.also.begin <
                   step.also.count;  // unsigned: before the run is far behind it
        };
        return *std::find_if(graph.steps.begin(), graph.steps.end(), makes);
    };
    const auto name_of = [&](const Step& step) -> const std::string& {
        const auto n = static_cast<std::size_t>(step.target);
        return step.kind == StepKind::custom ? plan_.steps[n].name : plan_.targets[n].name;
    };
    const auto take = [&](std::uint32_t n) {
        const std::uint32_t other = table.insert(path_of(n), n, path_of);
        if (other == n) return;
        const Step& step = maker(n);
        fail("plan.output",
             fmt::format("/{}/{}/name", step.kind == StepKind::custom ? "steps" : "targets",
                         static_cast<std::size_t>(step.target)),
             fmt::format("{} would be made by {} and by {}.", path_of(n).substr(1), name_of(maker(other)),
                         name_of(step)),
             "Rename one of the two.");
    };
    for (std::uint32_t n = 0; n < steps; ++n) {
        take(n);
        const Paths also = graph.steps[n].also;
        for (std::uint32_t k = 0; k < also.count; ++k)
            take(static_cast<std::uint32_t>(steps) + also.begin + k);
    }
    for (const Alias& alias : graph.aliases) {
        if (!table.contains(in_build(alias.name), path_of)) continue;
        fail("plan.output", "/targets", fmt::format("The name {} is also a file that is made.", alias.name),
             "Rename the target.");
    }
}

}  // namespace aibuild
