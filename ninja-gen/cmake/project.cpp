#include "ninja-gen/cmake/project.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "ninja-gen/cmake/text.h"

namespace aibuild::cmake {

namespace {

// A build type of CMake's is called like the configuration, with a capital letter.
void configuration(Words& out, const Language& language) {
    std::string debug = "Debug";
    const auto add = [&](std::string_view condition, const Words& flags) {
        if (!flags.empty()) out.push_back(fmt::format("\"$<{}:{}>\"", condition, fmt::join(flags, ";")));
    };
    for (const auto& [name, type] : {std::pair("sanitize", "Sanitize"), std::pair("coverage", "Coverage")}) {
        if (language.configurations.contains(name)) {
            add(fmt::format("$<CONFIG:{}>", type), language.flags_of(name));
        } else {
            debug += fmt::format(",{}", type);
        }
    }
    add(fmt::format("$<CONFIG:{}>", debug), language.flags_of("debug"));
    add("$<NOT:$<CONFIG:Debug,Sanitize,Coverage>>", language.flags_of("release"));
}

}  // namespace

Project::Project(const Plan& the_plan, const Lowered& the_lowered) : plan(the_plan), lowered(the_lowered) {
    for (const LoweredTarget& target : lowered.targets) {
        by_name_.emplace(target.target->name, &target);
        for (const BuiltProduct& built : target.products) {
            if (native(target)) native_outputs_.emplace(built.output, target.target->name);
        }
        has_tests = has_tests || target.target->kind == Kind::test;
        has_native = has_native || native(target);
    }
    // find_program looks once for a variable: programs that differ only in what no variable can be called
    // (gcc-12, gcc.12) need variables of their own.
    std::set<std::string> taken;
    for (const Tool& program : lowered.programs) {
        const std::string name =
            fmt::format("{}_{}_PROGRAM", upper(plan.name), upper(program.commands.front()));
        std::string variable = name;
        for (int n = 2; !taken.insert(variable).second; ++n) variable = fmt::format("{}_{}", name, n);
        programs_.emplace(program.name, std::move(variable));
    }
    makes_.resize(lowered.targets.size());
    for (const Step& step : lowered.graph.steps) {
        if (step.kind == StepKind::product || step.kind == StepKind::compile)
            makes_[static_cast<std::size_t>(step.target)].push_back(&step);
    }
}

// Without a language of CMake's there are no GNUInstallDirs: they ask for the machine's architecture.
std::string Project::destination(std::string_view directory, std::string_view variable) const {
    return has_native ? fmt::format("${{CMAKE_INSTALL_{}}}", variable) : std::string(directory);
}

std::vector<const Language*> Project::foreign_languages() const {
    std::vector<const Language*> out;
    for (const LoweredTarget& target : lowered.targets) {
        if (!native(target) && std::find(out.begin(), out.end(), target.language) == out.end())
            out.push_back(target.language);
    }
    return out;
}

std::string Project::word(std::string_view symbolic, bool in_list) const {
    std::string out;    // inside double quotes
    bool plain = true;  // no variable and nothing to escape
    const auto text = [&](std::string_view part) {
        const std::string quoted = in_list ? item(part) : argument(part);
        plain = plain && quoted == part;
        out += quoted == part ? quoted : unquoted(quoted);
    };
    for (std::size_t at = 0; at < symbolic.size(); ++at) {
        const char c = symbolic[at];
        if (c == mark::source || c == mark::build || c == mark::helper) {
            plain = false;
            if (c == mark::build) {
                // A product that CMake itself makes is asked for by its target: only it knows where it
                // is.
                const auto known = native_outputs_.find(std::string(symbolic.substr(at)));
                if (known != native_outputs_.end()) {
                    out += fmt::format("$<TARGET_FILE:{}>", known->second);
                    break;
                }
            }
            out += c == mark::build    ? "${products}/"
                   : c == mark::helper ? "${CMAKE_CURRENT_SOURCE_DIR}/cmake/"
                                       : "${CMAKE_CURRENT_SOURCE_DIR}/";
        } else if (c == mark::tool) {
            const std::size_t end = symbolic.find(mark::tool, at + 1);
            plain = false;
            const std::string_view tool = symbolic.substr(at + 1, end - at - 1);
            out += fmt::format("${{{}}}",
                               tool.starts_with(program_tool) ? program_variable(tool) : tool_variable(tool));
            at = end;
        } else {
            std::size_t end = at + 1;
            while (end < symbolic.size() && (symbolic[end] < mark::source || symbolic[end] > mark::out))
                ++end;
            text(symbolic.substr(at, end - at));
            at = end - 1;
        }
    }
    if (symbolic.empty()) return "\"\"";
    return plain ? out : '"' + out + '"';
}

Words Project::words(const Words& command, const Step& step, const Language& language, bool in_list) const {
    Words out;
    for (const std::string& symbolic : command) {
        if (symbolic == std::string(1, mark::configuration)) {
            configuration(out, language);
        } else if (symbolic == std::string(1, mark::in)) {
            for (std::string_view input : lowered.graph.at(step.inputs)) out.push_back(word(input, in_list));
        } else {
            std::string with_output;
            for (char c : symbolic) {
                if (c == mark::out) {
                    with_output += step.output;
                } else {
                    with_output += c;
                }
            }
            out.push_back(word(with_output, in_list));
        }
    }
    return out;
}

std::string Project::depends(std::string_view symbolic) const {
    const auto known = native_outputs_.find(std::string(symbolic));
    return known != native_outputs_.end() ? known->second : word(symbolic, true);
}

}  // namespace aibuild::cmake
