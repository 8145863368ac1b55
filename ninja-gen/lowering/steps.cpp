#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "ninja-gen/lowering/lowering.h"
#include "ninja-gen/template.h"

namespace aibuild {

namespace {

// An archive of objects reads none of the libraries that its target uses; a product made from sources may.
bool part_of_closure(const Product& product) {
    return std::find(product.in.begin(), product.in.end(), "sources") != product.in.end();
}

}  // namespace

void Lowering::add_helpers(std::vector<std::string_view>& out, const Rule& rule) {
    const auto is_helper = [](const std::string& word) {
        return word.find(mark::helper) != std::string::npos;
    };
    const auto calls = [&](const Words& command) {
        return std::any_of(command.begin(), command.end(), is_helper);
    };
    if (!std::any_of(rule.commands.begin(), rule.commands.end(), calls)) return;
    for (const std::string& helper : rule.language->helpers)
        out.push_back(lowered_.graph.keep(mark::helper + helper));
}

std::vector<std::string_view> Lowering::compile(std::size_t n, const Inputs& in) {
    const Target& target = plan_.targets[n];
    const Language& language = *at(n).language;
    StepGraph& graph = lowered_.graph;
    const std::string output = in_build(expand({language.compile->output}, names(n), language.name).front());
    const std::size_t slot = output.find(mark::in);
    std::vector<std::string_view> objects, inputs;
    objects.reserve(target.sources.size());
    inputs.reserve(target.sources.size());
    std::string text;
    const auto add = [&](char where, std::string_view source) {
        text.assign(output, 0, slot).append(source).append(output, slot + 1);
        objects.push_back(graph.keep(text));
        text.assign(1, where).append(source);
        inputs.push_back(graph.keep(text));
    };
    for (const std::string& source : target.sources) add(mark::source, source);
    for (const std::string& source : at(n).generated_sources)
        add(mark::build, std::string_view(source).substr(1));
    Rule rule;
    rule.name = target.name + ".compile";
    rule.language = &language;
    rule.verb = language.compile->verb;
    rule.commands = expand_all(language.compile->commands, placeholders(n, in, ""), language.name);
    rule.depfile = language.compile->depfile;
    rule.restat = language.compile->restat;
    rule.launcher = language.compile->launcher;
    rule.memory = language.compile->memory;
    std::vector<std::string_view> helpers;
    add_helpers(helpers, rule);
    const Paths implicit = graph.add(helpers);
    std::vector<std::string_view> first = generated_first(n);
    if (language.compile->modules) {
        rule.dyndep = scan(n, in, inputs, objects);
        first.push_back(rule.dyndep);
    }
    const Paths order_only = graph.add(first);
    const RuleId id = graph.add(std::move(rule));
    for (std::size_t k = 0; k < objects.size(); ++k) {
        const std::string_view input[] = {inputs[k]};
        graph.steps.push_back({id, static_cast<TargetId>(n), StepKind::compile, objects[k], graph.add(input),
                               implicit, order_only});
    }
    return objects;
}

void Lowering::product(std::size_t n, const Inputs& in, const BuiltProduct& built) {
    const Target& target = plan_.targets[n];
    StepGraph& graph = lowered_.graph;
    // A C program that uses a C++ library is linked as C++ programs are.
    const Product* how = built.product;
    const Language* language = at(n).language;
    if (const Language* driver = drivers_.at(n); driver != language && language->compile) {
        const auto other = driver->products.find(target.kind);
        if (other != driver->products.end() && !other->second.empty() &&
            target.kind != Kind::static_library) {
            how = &other->second.front();
            language = driver;
        }
    }
    const auto number = static_cast<std::size_t>(&built - at(n).products.data());
    Rule rule;
    rule.name = number == 0 ? target.name : fmt::format("{}.{}", target.name, built.product->interface);
    rule.language = language;
    rule.verb = how->verb;
    rule.commands = expand_all(how->commands, placeholders(n, in, ""), language->name);
    rule.depfile = how->depfile;
    rule.response = how->response;
    rule.restat = how->restat;
    rule.memory = how->memory;
    std::vector<std::string_view> inputs;
    std::vector<std::string_view> implicit;
    std::unordered_set<std::string_view> explicit_inputs;
    for (const std::string& part : how->in) {
        if (part == "objects") inputs.insert(inputs.end(), in.objects.begin(), in.objects.end());
        if (part == "sources") {
            for (const std::string& source : sources(n)) inputs.push_back(graph.keep(source));
        }
        if (part != "libraries") continue;
        for (const std::string& path : in.libraries) {
            inputs.push_back(graph.keep(path));
            explicit_inputs.insert(inputs.back());
        }
    }
    if (target.kind != Kind::static_library || part_of_closure(*how)) {
        for (const std::string& path : in.implicit) {
            if (!explicit_inputs.contains(path)) implicit.push_back(graph.keep(path));
        }
    }
    // Who compiles from sources and doesn't tell what else was read, is told it: every header.
    if (!how->depfile && part_of_closure(*how)) {
        const auto add = [&](const std::string& path) {
            if (std::find(inputs.begin(), inputs.end(), path) == inputs.end() &&
                std::find(implicit.begin(), implicit.end(), path) == implicit.end())
                implicit.push_back(graph.keep(path));
        };
        for (const std::string& header : target.headers) add(file(header));
        for (const std::string& name : target.uses) {
            for (const std::string& header : plan_.targets[used(name)].headers) add(file(header));
        }
        for (std::size_t step : at(n).steps) {
            for (const std::string& output : plan_.steps[step].outputs) add(in_build(output));
        }
    }
    Paths first;
    if (how->depfile && part_of_closure(*how)) first = graph.add(generated_first(n));
    add_helpers(implicit, rule);
    const RuleId id = graph.add(std::move(rule));
    graph.steps.push_back({id, static_cast<TargetId>(n), StepKind::product, graph.keep(built.output),
                           graph.add(inputs), graph.add(implicit), first});
}

void Lowering::test(std::size_t n, const Inputs& in) {
    const Target& target = plan_.targets[n];
    LoweredTarget& lowered = at(n);
    StepGraph& graph = lowered_.graph;
    const BuiltProduct* program = product_of(n, "program");
    lowered.run =
        expand(lowered.language->run, placeholders(n, in, program != nullptr ? program->output : ""),
               lowered.language->name);
    std::vector<std::string_view> inputs;
    if (program != nullptr) {
        inputs.push_back(graph.keep(program->output));
    } else {
        for (const std::string& source : sources(n)) inputs.push_back(graph.keep(source));
        for (const std::string& path : in.implicit) inputs.push_back(graph.keep(path));
    }
    std::vector<std::string_view> implicit;
    for (const std::string& path : in.libraries) {
        if (path.ends_with(".so")) implicit.push_back(graph.keep(path));
    }
    for (const std::string& name : target.uses) {
        if (plan_.targets[used(name)].kind != Kind::executable) continue;
        const BuiltProduct* other = product_of(used(name), "program");
        lowered.run.push_back(other->output);
        implicit.push_back(graph.keep(other->output));
    }
    for (const std::string& path : target.data) {
        lowered.run.push_back(file(path));
        implicit.push_back(graph.keep(file(path)));
    }
    implicit.push_back(graph.keep(mark::helper + std::string("run-test.sh")));
    Words command{"sh", mark::helper + std::string("run-test.sh"), std::string(1, mark::out), target.name};
    if (const std::string& counted = lowered.language->counted; !counted.empty())
        command.insert(command.begin() + 2, "--count=" + counted);
    // A program in the build directory is run by its path, never looked up on PATH.
    command.insert(command.end(), lowered.run.begin(), lowered.run.end());
    Rule rule;
    rule.name = target.name + ".test";
    rule.language = lowered.language;
    rule.verb = "TEST";
    rule.commands = {std::move(command)};
    const RuleId id = graph.add(std::move(rule));
    const std::string_view stamp = graph.keep(in_build(fmt::format("tests/{}.passed", target.name)));
    graph.steps.push_back(
        {id, static_cast<TargetId>(n), StepKind::test, stamp, graph.add(inputs), graph.add(implicit)});
    graph.aliases.push_back({graph.keep(target.name), graph.add(std::vector<std::string_view>{stamp})});
    stamps_.push_back(stamp);
}

void Lowering::tests() {
    if (stamps_.empty()) return;
    StepGraph& graph = lowered_.graph;
    Rule rule;
    rule.name = "count-tests";
    rule.verb = "TESTS";
    rule.commands = {{"sh", mark::helper + std::string("count-tests.sh"), std::string(1, mark::out),
                      std::string(1, mark::in)}};
    const RuleId id = graph.add(std::move(rule));
    graph.steps.push_back(
        {id, {}, StepKind::count, graph.keep(in_build("tests/passed")), graph.add(stamps_), {}});
}

}  // namespace aibuild
