#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/verbs.h"
#include "tool/engine/explain.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

// Enough of a hash for people to compare; all of it is in the JSON.
std::string brief(const std::string& hash) {
    return hash.empty() ? "nothing" : hash.size() == 64 ? hash.substr(0, 12) : hash;
}

void print_words(const Explained& of, const std::string& indent = "") {
    std::string out = fmt::format("{}{}: {}\n", indent, of.id, of.state);
    const auto line = [&](const std::string& text) { out += fmt::format("{}  {}\n", indent, text); };
    for (const std::string& why : of.why) line("because " + why);
    for (const ChangedPart& each : of.parts) {
        if (each.before.empty())
            line(fmt::format("{}: is {}", each.part, brief(each.today)));
        else
            line(fmt::format("{}: was {}, is {}", each.part, brief(each.before), brief(each.today)));
    }
    if (of.made) {
        line(of.made->change > 0 ? fmt::format("made by change {}: {}", of.made->change, of.made->why)
                                 : "made because " + of.made->why);
        if (!of.made->request.empty())
            line(fmt::format("answered by {} ({}), request {}", of.made->provider, of.made->model,
                             brief(of.made->request)));
    }
    if (!of.base.empty() && of.base != of.present)
        line(fmt::format("text: recorded {}, present {}", brief(of.base), brief(of.present)));
    if (!of.generated.empty())
        line(fmt::format("text: generated {}, accepted {}", brief(of.generated), brief(of.base)));
    if (of.rebuilt) {
        line(fmt::format("last ran in run {}:", of.rebuilt->run));
        for (const auto& [output, reason] : of.rebuilt->chain)
            line(fmt::format("  {}: {}", output, reason.empty() ? "no reason was recorded" : reason));
        if (of.rebuilt->started_by)
            line(fmt::format("  {}: was {}, became {}", of.rebuilt->started_by->path,
                             brief(of.rebuilt->started_by->before), brief(of.rebuilt->started_by->after)));
        if (!of.rebuilt->change.empty()) line("  " + of.rebuilt->change);
    }
    for (const std::string& each : of.unknown) line("not known: " + each);
    fmt::print("{}", visible(out));
    for (const Explained& each : of.of) print_words(each, indent + "  ");
}

bj::object json_of(const Explained& of) {
    bj::object out{{"id", of.id}, {"state", of.state}, {"why", bj::array(of.why.begin(), of.why.end())}};
    bj::array parts;
    for (const ChangedPart& each : of.parts)
        parts.push_back(bj::object{{"part", each.part}, {"before", each.before}, {"today", each.today}});
    if (!parts.empty()) out["parts"] = std::move(parts);
    if (!of.base.empty()) out["base"] = of.base;
    if (!of.present.empty()) out["present"] = of.present;
    if (!of.generated.empty()) out["generated"] = of.generated;
    if (of.made) {
        bj::object made{{"because", of.made->why}};
        if (of.made->change > 0) made["change"] = of.made->change;
        if (!of.made->request.empty()) made["request"] = of.made->request;
        if (!of.made->provider.empty()) made["provider"] = of.made->provider;
        if (!of.made->model.empty()) made["model"] = of.made->model;
        out["made"] = std::move(made);
    }
    if (of.rebuilt) {
        bj::array chain;
        for (const auto& [output, reason] : of.rebuilt->chain)
            chain.push_back(bj::object{{"output", output}, {"reason", reason}});
        bj::object rebuilt{
            {"run", of.rebuilt->run}, {"started_ms", of.rebuilt->started_ms}, {"chain", std::move(chain)}};
        if (const auto& by = of.rebuilt->started_by)
            rebuilt["started_by"] =
                bj::object{{"path", by->path}, {"before", by->before}, {"after", by->after}};
        if (!of.rebuilt->change.empty()) rebuilt["change"] = of.rebuilt->change;
        out["rebuilt"] = std::move(rebuilt);
    }
    if (!of.unknown.empty()) out["unknown"] = bj::array(of.unknown.begin(), of.unknown.end());
    bj::array members;
    for (const Explained& each : of.of) members.emplace_back(json_of(each));
    if (!members.empty()) out["of"] = std::move(members);
    return out;
}

struct ExplainOptions {
    std::filesystem::path root, build;
    std::string what;
    bool json = false;
};

}  // namespace

void add_explain(CLI::App& app, Run& run) {
    auto options = std::make_shared<ExplainOptions>();
    CLI::App* verb = app.add_subcommand(
        "explain", "why a file, a target or a step is stale, why it was made again, and what started it");
    verb->add_option("what", options->what, "a file, a target, or what a step makes, as `status` names them")
        ->required();
    verb->add_option("-C", options->root, "the project's directory")->type_name("DIR");
    verb->add_option("-o,--build", options->build,
                     "the build directory, also one of CMake or of anybody's ninja; build/ in the project "
                     "unless said")
        ->type_name("DIR");
    verb->add_flag("--json", options->json, "one JSON document on standard output");
    verb->callback([options, &run] {
        run = [options] {
            const Explained found = explain(options->root, options->build, options->what);
            if (!options->json) {
                print_words(found);
                return 0;
            }
            bj::object document{{"schema", "aibuild.explain/1"}};
            for (auto& member : json_of(found)) document.emplace(member.key(), std::move(member.value()));
            fmt::print("{}", json::pretty(document));
            return 0;
        };
    });
}

}  // namespace aibuild
