#include <fmt/format.h>

#include <unordered_set>

#include "ninja-gen/lowering/lowering.h"
#include "ninja-gen/template.h"

namespace aibuild {

Values Lowering::names(std::size_t n) {
    return [this, n](std::string_view name) -> const Words* {
        Words& out = scratch_;
        const Target& target = plan_.targets[n];
        if (name == "name" || name == "target") return &(out = {target.name});
        if (name == "identifier") return &(out = {identifier(target.name)});
        if (name == "source") return &(out = {std::string(1, mark::in)});
        return nullptr;
    };
}

Values Lowering::placeholders(std::size_t n, const Inputs& in, std::string_view program) {
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
        if (name == "main") {
            const Words all =
                target.sources.empty() ? lowered.generated_sources : Words{in_source(target.sources.front())};
            return &(out = {all.empty() ? std::string() : all.front()});
        }
        if (name == "root") return &(out = {in_source(module_root(n))});
        if (name == "objects") return &(out = Words(in.objects.begin(), in.objects.end()));
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
        if (name == "modules")
            return language.compile && language.compile->modules ? &(out = {module_directory(n)}) : nullptr;
        if (name == "used-modules") return &in.used_modules;
        if (name == "module-maps") return &in.module_maps;
        if (name == "sources") return &(out = sources(n));
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

std::string Lowering::module_root(std::size_t n) const {
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

std::vector<Words> Lowering::expand_all(const std::vector<Words>& commands, const Values& values,
                                        const std::string& where) {
    std::vector<Words> out;
    for (const Words& command : commands) out.push_back(expand(command, values, where));
    return out;
}

}  // namespace aibuild
