#include "ninja-gen/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/template.h"
#include "ninja-gen/use_graph.h"

namespace aibuild {

namespace {

std::string in_source(std::string_view path) {
    return mark::source + std::string(path);
}
std::string in_build(std::string_view path) {
    return mark::build + std::string(path);
}

std::string_view directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

template <class T>
void add_unique(std::vector<T>& list, const T& item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

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

class Lowering {
  public:
    Lowering(const PlanText& source, const Languages& languages, Toolchain& toolchain)
        : source_(source),
          plan_(source.plan),
          toolchain_(toolchain),
          languages_(check_languages(source, languages)),
          uses_(plan_, languages_) {}

    Lowered run() {
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
        for (TargetId id : lowered_.order) requirements(static_cast<std::size_t>(id));
        for (std::size_t n = 0; n < plan_.targets.size(); ++n) emit(n);
        tests();
        unique_outputs();
        return std::move(lowered_);
    }

  private:
    LoweredTarget& at(std::size_t n) { return lowered_.targets[n]; }
    std::size_t used(const std::string& name) const { return uses_.index(name); }

    [[noreturn]] void fail(std::string rule, const std::string& pointer, std::string why,
                           std::string fix) const {
        throw Error(Exit::usage, std::move(rule), json::place(source_.file, source_.text, pointer),
                    std::move(why), std::move(fix));
    }

    // --- products: what somebody consumes; all of them where nobody does

    void choose_products(std::size_t n, const Words& wanted) {
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

    const BuiltProduct* product_of(std::size_t n, std::string_view interface) const {
        for (const BuiltProduct& built : lowered_.targets[n].products) {
            if (built.product->interface == interface) return &built;
        }
        return nullptr;
    }

    // --- usage requirements: a static library passes on what it uses, a shared library keeps it to itself

    void requirements(std::size_t n) {
        const Target& target = plan_.targets[n];
        UniqueTexts includes;
        for (const std::string& directory : target.include_directories) includes.add(in_source(directory));
        for (const std::string& name : target.packages) add_unique(at(n).packages, packages_.at(name));
        for (const std::string& name : target.uses) {
            const std::size_t other = used(name);
            if (plan_.targets[other].kind == Kind::executable) continue;
            if (plan_.targets[other].kind == Kind::shared_library) {
                for (const std::string& directory : plan_.targets[other].include_directories)
                    includes.add(in_source(directory));
                continue;
            }
            for (const std::string& directory : at(other).includes) includes.add(directory);
            for (const Package* package : at(other).packages) add_unique(at(n).packages, package);
        }
        at(n).includes = includes.take();
    }

    // --- steps

    // Placeholders that every template of a target may use.
    Values names(std::size_t n) {
        return [this, n](std::string_view name) -> const Words* {
            Words& out = scratch_;
            const Target& target = plan_.targets[n];
            if (name == "name" || name == "target") return &(out = {target.name});
            if (name == "identifier") return &(out = {identifier(target.name)});
            if (name == "source") return &(out = {std::string(1, mark::in)});
            return nullptr;
        };
    }

    struct Inputs {
        Words objects, libraries, crates, crate_directories, link, rpath;
        std::map<std::string, Words, std::less<>> by_interface;
        std::vector<std::string> implicit;
    };

    Inputs consume(std::size_t n) {
        const Target& target = plan_.targets[n];
        const Language& language = *at(n).language;
        Inputs in;
        drivers_[n] = &language;
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

    // Some archives carry a whole runtime, which a program can have but once.
    void refuse_second(std::size_t n, std::size_t other,
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

    Values placeholders(std::size_t n, const Inputs& in, std::string_view program) {
        return [this, n, &in, program, base = names(n)](std::string_view name) -> const Words* {
            Words& out = scratch_;
            const Target& target = plan_.targets[n];
            const LoweredTarget& lowered = at(n);
            const Language& language = *lowered.language;
            out.clear();
            if (name == "in") return &(out = {std::string(1, mark::in)});
            if (name == "out") return &(out = {std::string(1, mark::out)});
            if (name == "depfile") return &(out = {std::string(1, mark::out) + ".d"});
            if (name == "configuration") return &(out = {std::string(1, mark::configuration)});
            if (name == "lib") return &(out = {in_build("lib")});
            if (name == "program") return &(out = {std::string(program)});
            if (name == "main")
                return &(out = {target.sources.empty() ? "" : in_source(target.sources.front())});
            if (name == "root") return &(out = {in_source(module_root(n))});
            if (name == "objects") return &in.objects;
            if (name == "libraries") return &in.libraries;
            if (name == "crates") return &in.crates;
            if (name == "crate-directories") return &in.crate_directories;
            if (name == "link") return &in.link;
            if (name == "standard") {
                const auto flags = language.standards.find(
                    target.settings.standard.empty() ? language.default_standard : target.settings.standard);
                return flags == language.standards.end() ? &out : &flags->second;
            }
            if (name == "warnings") {
                static constexpr std::string_view words[] = {"default", "none", "all", "errors"};
                const auto flags = language.warnings.find(
                    std::string(words[static_cast<std::size_t>(target.settings.warnings)]));
                return flags == language.warnings.end() ? &out : &flags->second;
            }
            if (name == "tests") return target.kind == Kind::test ? &language.tests : &out;
            if (name == "pic")
                return lowered.position_independent && language.compile ? &language.compile->pic : &out;
            if (name == "includes") return &lowered.includes;
            if (name == "sources") {
                for (const std::string& source : target.sources) out.push_back(in_source(source));
                return &out;
            }
            if (name == "defines" || name == "cfgs") {
                for (const Define& define : target.settings.defines) {
                    std::string text = define.name;
                    if (!define.value.empty())
                        text += name == "cfgs" ? fmt::format("=\"{}\"", define.value) : "=" + define.value;
                    out.push_back(std::move(text));
                }
                return &out;
            }
            if (name == "package-compile") {
                for (const Package* package : lowered.packages) {
                    const Words& flags = toolchain_.flags(*package).compile;
                    out.insert(out.end(), flags.begin(), flags.end());
                }
                return &out;
            }
            if (name == "rpath") {
                for (std::string flag : in.rpath) {
                    if (const std::size_t at_lib = flag.find("{lib}"); at_lib != std::string::npos)
                        flag.replace(at_lib, 5, in_build("lib"));
                    out.push_back(std::move(flag));
                }
                return &out;
            }
            if (name.starts_with("helper:")) return &(out = {mark::helper + std::string(name.substr(7))});
            if (name.starts_with("uses:")) {
                const auto found = in.by_interface.find(name.substr(5));
                return found == in.by_interface.end() ? &out : &found->second;
            }
            // A program links with the tools of the language that drives the link.
            for (const Language* each : {&language, drivers_.contains(n) ? drivers_.at(n) : &language}) {
                for (const Tool& tool : each->tools) {
                    if (tool.name == name) return &(out = {mark::tool + tool.name + mark::tool});
                }
            }
            return base(name);
        };
    }

    // The directory that imports start from: the first one above the main source without the marker file.
    std::string module_root(std::size_t n) const {
        const Target& target = plan_.targets[n];
        const std::string& marker = lowered_.targets[n].language->root_marker;
        if (target.sources.empty()) return {};
        std::string_view directory = directory_of(target.sources.front());
        if (marker.empty()) return std::string(directory);
        const std::unordered_set<std::string_view> files(target.sources.begin(), target.sources.end());
        while (!directory.empty() && files.contains(fmt::format("{}/{}", directory, marker)))
            directory = directory_of(directory);
        return std::string(directory);
    }

    void emit(std::size_t n) {
        const Target& target = plan_.targets[n];
        LoweredTarget& lowered = at(n);
        Inputs in = consume(n);
        if (lowered.language->compile && !target.sources.empty()) in.objects = compile(n, in);
        for (const BuiltProduct& built : lowered.products) product(n, in, built);
        if (target.kind == Kind::test) test(n, in);
        if (target.kind == Kind::test || lowered.products.empty()) return;
        std::vector<std::string_view> outputs;
        for (const BuiltProduct& built : lowered.products) outputs.push_back(built.output);
        StepGraph& graph = lowered_.graph;
        graph.aliases.push_back({graph.keep(target.name), graph.add(outputs)});
    }

    std::vector<Words> expand_all(const std::vector<Words>& commands, const Values& values,
                                  const std::string& where) {
        std::vector<Words> out;
        for (const Words& command : commands) out.push_back(expand(command, values, where));
        return out;
    }

    Words compile(std::size_t n, const Inputs& in) {
        const Target& target = plan_.targets[n];
        const Language& language = *at(n).language;
        StepGraph& graph = lowered_.graph;
        Rule rule{target.name + ".compile",
                  &language,
                  language.compile->verb,
                  expand_all(language.compile->commands, placeholders(n, in, ""), language.name),
                  language.compile->depfile,
                  false,
                  language.compile->restat};
        std::vector<std::string_view> helpers;
        for (const std::string& helper : language.helpers)
            helpers.push_back(graph.keep(mark::helper + helper));
        const Paths implicit = graph.add(helpers);
        const RuleId id = graph.add(std::move(rule));
        const std::string output =
            in_build(expand({language.compile->output}, names(n), language.name).front());
        const std::size_t slot = output.find(mark::in);
        Words objects;
        objects.reserve(target.sources.size());
        std::string text;
        for (const std::string& source : target.sources) {
            text.assign(output, 0, slot).append(source).append(output, slot + 1);
            const std::string_view object = graph.keep(text);
            text.assign(1, mark::source).append(source);
            const std::string_view input[] = {graph.keep(text)};
            graph.steps.push_back(
                {id, static_cast<TargetId>(n), StepKind::compile, object, graph.add(input), implicit, {}});
            objects.emplace_back(object);
        }
        return objects;
    }

    void product(std::size_t n, const Inputs& in, const BuiltProduct& built) {
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
        Rule rule{number == 0 ? target.name : fmt::format("{}.{}", target.name, built.product->interface),
                  language,
                  how->verb,
                  expand_all(how->commands, placeholders(n, in, ""), language->name),
                  how->depfile,
                  how->response,
                  how->restat};
        std::vector<std::string_view> inputs;
        std::vector<std::string_view> implicit;
        std::unordered_set<std::string_view> explicit_inputs;
        const auto take = [&](std::string_view path) {
            inputs.push_back(graph.keep(path));
            explicit_inputs.insert(inputs.back());
        };
        for (const std::string& part : how->in) {
            if (part == "sources") {
                for (const std::string& source : target.sources) take(in_source(source));
            }
            for (const std::string& path : part == "objects"     ? in.objects
                                           : part == "libraries" ? in.libraries
                                                                 : Words{})
                take(path);
        }
        if (target.kind != Kind::static_library || part_of_closure(*how)) {
            for (const std::string& path : in.implicit) {
                if (!explicit_inputs.contains(path)) implicit.push_back(graph.keep(path));
            }
        }
        // Who compiles from sources and doesn't tell what else was read, is told it: every header.
        if (!how->depfile && part_of_closure(*how)) {
            for (const std::string& header : target.headers)
                implicit.push_back(graph.keep(in_source(header)));
            for (const std::string& name : target.uses) {
                for (const std::string& header : plan_.targets[used(name)].headers)
                    implicit.push_back(graph.keep(in_source(header)));
            }
        }
        for (const std::string& helper : language->helpers)
            implicit.push_back(graph.keep(mark::helper + helper));
        const RuleId id = graph.add(std::move(rule));
        graph.steps.push_back({id,
                               static_cast<TargetId>(n),
                               StepKind::product,
                               graph.keep(built.output),
                               graph.add(inputs),
                               graph.add(implicit),
                               {}});
    }

    // An archive of objects reads none of the libraries that its target uses; a product made from sources
    // may.
    static bool part_of_closure(const Product& product) {
        return std::find(product.in.begin(), product.in.end(), "sources") != product.in.end();
    }

    void test(std::size_t n, const Inputs& in) {
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
            for (const std::string& source : target.sources) inputs.push_back(graph.keep(in_source(source)));
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
            lowered.run.push_back(in_source(path));
            implicit.push_back(graph.keep(in_source(path)));
        }
        implicit.push_back(graph.keep(mark::helper + std::string("run-test.sh")));
        Words command{"sh", mark::helper + std::string("run-test.sh"), std::string(1, mark::out),
                      target.name};
        if (const std::string& counted = lowered.language->counted; !counted.empty())
            command.insert(command.begin() + 2, "--count=" + counted);
        // A program in the build directory is run by its path, never looked up on PATH.
        command.insert(command.end(), lowered.run.begin(), lowered.run.end());
        const RuleId id = graph.add(
            Rule{target.name + ".test", lowered.language, "TEST", {std::move(command)}, false, false, false});
        const std::string_view stamp = graph.keep(in_build(fmt::format("tests/{}.passed", target.name)));
        graph.steps.push_back({id,
                               static_cast<TargetId>(n),
                               StepKind::test,
                               stamp,
                               graph.add(inputs),
                               graph.add(implicit),
                               {}});
        graph.aliases.push_back({graph.keep(target.name), graph.add(std::vector<std::string_view>{stamp})});
        stamps_.push_back(stamp);
    }

    void tests() {
        if (stamps_.empty()) return;
        StepGraph& graph = lowered_.graph;
        const RuleId id = graph.add(Rule{"count-tests",
                                         nullptr,
                                         "TESTS",
                                         {{"sh", mark::helper + std::string("count-tests.sh"),
                                           std::string(1, mark::out), std::string(1, mark::in)}},
                                         false,
                                         false,
                                         false});
        graph.steps.push_back(
            {id, {}, StepKind::count, graph.keep(in_build("tests/passed")), graph.add(stamps_), {}, {}});
    }

    void unique_outputs() const {
        std::unordered_map<std::string_view, TargetId> makers;
        makers.reserve(lowered_.graph.steps.size());
        for (const Step& step : lowered_.graph.steps) {
            const auto [maker, fresh] = makers.emplace(step.output, step.target);
            if (fresh) continue;
            const std::size_t n = static_cast<std::size_t>(step.target);
            fail("plan.output", fmt::format("/targets/{}/name", n),
                 fmt::format("{} would be made by {} and by {}.", step.output.substr(1),
                             plan_.targets[static_cast<std::size_t>(maker->second)].name,
                             plan_.targets[n].name),
                 "Rename one of the two targets.");
        }
        for (const Alias& alias : lowered_.graph.aliases) {
            const std::string path = in_build(alias.name);
            if (const auto maker = makers.find(path); maker != makers.end()) {
                fail("plan.output", "/targets",
                     fmt::format("The name {} is also a file that is made.", alias.name),
                     "Rename the target.");
            }
        }
    }

    const PlanText& source_;
    const Plan& plan_;
    Toolchain& toolchain_;
    std::vector<const Language*> languages_;
    UseGraph uses_;
    Lowered lowered_;
    std::unordered_map<std::string_view, const Package*> packages_;
    std::unordered_map<std::size_t, const Language*> drivers_;
    std::vector<std::string_view> stamps_;
    Words scratch_;
};

}  // namespace

std::string identifier(std::string_view name) {
    std::string out(name);
    for (char& c : out) {
        if (c == '-' || c == '.' || c == '+') c = '_';
    }
    return out;
}

Lowered lower(const PlanText& plan, const Languages& languages, Toolchain& toolchain) {
    return Lowering(plan, languages, toolchain).run();
}

std::vector<const Tool*> tools_of(const Lowered& lowered) {
    std::vector<const Tool*> out;
    std::unordered_set<std::string_view> seen;
    for (const LoweredTarget& target : lowered.targets) {
        for (const Tool& tool : target.language->tools) {
            if (seen.insert(tool.name).second) out.push_back(&tool);
        }
    }
    return out;
}

}  // namespace aibuild
