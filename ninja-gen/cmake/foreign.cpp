#include "ninja-gen/cmake/foreign.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ninja-gen/cmake/native.h"
#include "ninja-gen/cmake/steps.h"
#include "ninja-gen/cmake/text.h"

namespace aibuild::cmake {

namespace {

// Files that CMake knows nothing of: where they are built, and where they are installed.
void add_archives(const Project& project, Words& links, const LoweredTarget& lowered) {
    for (const BuiltProduct& built : lowered.products) {
        if (built.product->interface != "c" && built.product->interface != "c-shared") continue;
        links.push_back(fmt::format("\"$<BUILD_INTERFACE:{}>\"", unquoted(project.word(built.output))));
        const std::size_t slash = built.output.rfind('/');
        links.push_back(fmt::format("\"$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/{}/{}>\"",
                                    project.destination("lib", "LIBDIR"), built.output.substr(slash + 1)));
    }
}

std::string foreign_command(const Project& project, const Step& step, const LoweredTarget& target) {
    const Rule& rule = project.lowered.graph.rule(step);
    // The flags of a configuration are lists; without such nothing may be taken apart.
    const bool lists = std::any_of(rule.commands.begin(), rule.commands.end(), [](const Words& command) {
        return std::find(command.begin(), command.end(), std::string(1, mark::configuration)) !=
               command.end();
    });
    Words groups{"OUTPUT " + project.word(step.output, true)};
    // Ninja makes the directory of an output, Make doesn't.
    const std::string_view directory = step.output.substr(0, step.output.rfind('/'));
    groups.push_back("COMMAND \"${CMAKE_COMMAND}\" -E make_directory " + project.word(directory, lists));
    for (const Words& command : rule.commands)
        groups.push_back(filled("COMMAND", project.words(command, step, *target.language, lists)));
    Words inputs;
    for (const Paths run : {step.inputs, step.implicit, step.order_only}) {
        for (std::string_view input : project.lowered.graph.at(run)) inputs.push_back(project.depends(input));
    }
    groups.push_back(filled("DEPENDS", inputs));
    if (rule.depfile) groups.push_back("DEPFILE " + project.word(std::string(step.output) + ".d"));
    groups.emplace_back("WORKING_DIRECTORY \"${products}\"");
    groups.push_back(fmt::format("COMMENT \"{} {}\"", rule.verb, step.output.substr(1)));
    groups.emplace_back(lists ? "COMMAND_EXPAND_LISTS VERBATIM" : "VERBATIM");
    return call("add_custom_command(", groups);
}

std::string foreign_target(const Project& project, const LoweredTarget& lowered) {
    const Target& target = *lowered.target;
    Words outputs;
    for (const BuiltProduct& built : lowered.products) outputs.push_back(project.word(built.output, true));
    if (!library(target.kind)) {
        std::string out = call("add_custom_target(", {target.name + " ALL", filled("DEPENDS", outputs)});
        if (const std::string first = steps_first(project, target); !first.empty())
            out += (target.kind == Kind::test ? "  " : "") + first;
        // Tests are built with everything else, where they are wanted at all.
        return target.kind == Kind::test
                   ? fmt::format("if({}_TESTS)\n  {}endif()\n", upper(project.plan.name), out)
                   : out;
    }
    // An interface library with sources is a target that is built, too: here, by making the products.
    std::string out = call("add_library(", {filled(target.name + " INTERFACE", outputs)});
    out += fmt::format("add_library({1}::{0} ALIAS {0})\n", target.name, project.plan.name);
    out += headers(project, lowered, "INTERFACE");
    out += steps_first(project, target);
    Words links, flags;
    add_archives(project, links, lowered);
    for (const BuiltProduct& built : lowered.products) {
        for (const std::string& flag : built.product->link) flags.push_back(flag);
    }
    // Only a language that CMake knows links by this target; none of them is this one.
    flags.insert(flags.end(), lowered.language->runtime.begin(), lowered.language->runtime.end());
    if (target.kind == Kind::static_library) {
        // CMake takes an archive of a path to need those that follow it in its own list, and orders the
        // link so. A Rust archive holds the crates it uses: before theirs, nothing is defined twice.
        for (const std::string& used : target.uses) {
            if (!native(project.target(used))) add_archives(project, links, project.target(used));
        }
        for (const std::string& used : target.uses) {
            if (linkable(project.target(used).target->kind)) flags.push_back(used);
        }
        for (const std::string& package : target.packages) flags.push_back(package_target(package));
    }
    if (!flags.empty()) links.push_back(fmt::format("{}", fmt::join(flags, " ")));
    if (!links.empty()) out += call("target_link_libraries(", prefixed(target.name + " INTERFACE", links));
    return out;
}

}  // namespace

std::string foreign_module(const Project& project, const Language& language) {
    std::string out(banner);
    out += fmt::format("# {}: CMake has no rules of its own for it, so its targets are made by commands.\n\n",
                       language.title);
    for (const Tool& tool : language.tools) {
        out += fmt::format("find_program({} NAMES {} REQUIRED)\n", tool_variable(tool.name),
                           fmt::join(tool.commands, " "));
    }
    for (TargetId id : project.lowered.order) {
        const LoweredTarget& target = project.target(id);
        if (target.language != &language || target.products.empty()) continue;
        for (const Step* step : project.makes(id)) out += "\n" + foreign_command(project, *step, target);
        out += "\n" + foreign_target(project, target);
    }
    return out;
}

}  // namespace aibuild::cmake
