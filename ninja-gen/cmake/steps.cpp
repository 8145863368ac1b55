#include "ninja-gen/cmake/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ninja-gen/cmake/text.h"

namespace aibuild::cmake {

namespace {

// An argument of add_custom_command that is neither one of its keywords - it knows those in quotes, too - nor
// a generator expression.
std::string command_word(const Project& project, const std::string& symbolic) {
    const bool keyword = !symbolic.empty() && std::all_of(symbolic.begin(), symbolic.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || c == '_';
    });
    if (keyword) return fmt::format("\"$<1:{}>\"", symbolic);
    const std::string word = project.word(symbolic);
    std::string out;
    for (std::size_t at = 0; at < word.size(); ++at) {
        if (word[at] != '\\') {
            out += word[at];
            continue;
        }
        // A dollar of the text has a backslash, one of ours has none.
        const std::string_view escape = std::string_view(word).substr(at, 2);
        const bool expression = escape == "\\$" && word[at + 2] == '<';
        out += expression ? std::string("$<1:\\$>") : std::string(escape);
        ++at;
    }
    return out;
}

// CMake leaves a word that looks like an operator of the shell unquoted, VERBATIM or not.
bool shell_operator(const std::string& word) {
    return word.find_first_of("<>|&") != std::string::npos &&
           word.find_first_not_of("<>|&0123456789-") == std::string::npos;
}

// The words of a COMMAND. Where some look like operators a shell script holds those, and gets the others as
// its arguments.
Words command_words(const Project& project, const Words& argv) {
    Words out;
    for (const std::string& word : argv) out.push_back(command_word(project, word));
    if (std::none_of(argv.begin(), argv.end(), shell_operator)) return out;
    Words arguments;
    std::string script = "exec";
    for (std::size_t n = 0; n < argv.size(); ++n) {
        if (shell_operator(argv[n])) {
            script += fmt::format(" '{}'", argv[n]);
        } else {
            arguments.push_back(out[n]);
            script += fmt::format(" \"${{{}}}\"", arguments.size());
        }
    }
    arguments.insert(arguments.begin(), {"sh", "-c", argument(script), "sh"});
    return arguments;
}

// Does a test read what the step makes that CMake has no target for, because nothing of it is built?
bool data_alone(const Project& project, std::string_view name) {
    return std::any_of(project.lowered.targets.begin(), project.lowered.targets.end(),
                       [&](const LoweredTarget& lowered) {
                           if (native(lowered) || !lowered.products.empty()) return false;
                           return std::any_of(lowered.target->data.begin(), lowered.target->data.end(),
                                              [&](const std::string& path) {
                                                  const auto step = step_of(project.plan, path);
                                                  return step && project.plan.steps[*step].name == name;
                                              });
                       });
}

std::string command(const Project& project, const Step& step) {
    const StepGraph& graph = project.lowered.graph;
    const Rule& rule = graph.rule(step);
    Words outputs{project.word(step.output, true)};
    std::set<std::string_view> directories{step.output.substr(0, step.output.rfind('/'))};
    for (std::string_view output : graph.at(step.also)) {
        outputs.push_back(project.word(output, true));
        directories.insert(output.substr(0, output.rfind('/')));
    }
    Words groups{filled("OUTPUT", outputs)};
    Words make{"\"${CMAKE_COMMAND}\"", "-E", "make_directory"};
    for (std::string_view directory : directories) make.push_back(project.word(directory));
    groups.push_back(filled("COMMAND", make));
    groups.push_back(filled("COMMAND", command_words(project, rule.commands.front())));
    Words inputs;
    for (const Paths run : {step.inputs, step.implicit}) {
        for (std::string_view input : graph.at(run)) inputs.push_back(project.depends(input));
    }
    if (!inputs.empty()) groups.push_back(filled("DEPENDS", inputs));
    if (rule.depfile) groups.push_back("DEPFILE " + project.word(std::string(step.output) + ".d"));
    groups.emplace_back("WORKING_DIRECTORY \"${products}\"");
    groups.push_back(fmt::format("COMMENT \"{} {}\"", rule.verb, step.output.substr(1)));
    groups.emplace_back("VERBATIM");
    // A target of that name, which others wait for.
    const std::string& name = project.plan.steps[static_cast<std::size_t>(step.target)].name;
    return call("add_custom_command(", groups) +
           call("add_custom_target(",
                {name + (data_alone(project, name) ? " ALL" : ""), filled("DEPENDS", outputs)});
}

// The targets whose products a step reads or runs, and the steps before it.
Words before(const Project& project, const Step& step) {
    Words out;
    const StepGraph& graph = project.lowered.graph;
    for (const Paths run : {step.inputs, step.implicit}) {
        for (std::string_view input : graph.at(run)) {
            if (input.front() != mark::build) continue;
            for (const Step& maker : graph.steps) {
                if (maker.output != input &&
                    std::find(graph.at(maker.also).begin(), graph.at(maker.also).end(), input) ==
                        graph.at(maker.also).end())
                    continue;
                const auto n = static_cast<std::size_t>(maker.target);
                const std::string& name = maker.kind == StepKind::custom ? project.plan.steps[n].name
                                                                         : project.plan.targets[n].name;
                if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
            }
        }
    }
    return out;
}

}  // namespace

std::string steps_module(const Project& project) {
    std::string out(banner);
    out += "# Commands of the plan itself, which make files while the project is built.\n\n";
    for (const Tool& program : project.lowered.programs) {
        out += fmt::format("find_program({} NAMES {} REQUIRED)\n", project.program_variable(program.name),
                           program.commands.front());
    }
    for (const Step& step : project.lowered.graph.steps) {
        if (step.kind != StepKind::custom) continue;
        out += "\n" + command(project, step);
        if (const Words first = before(project, step); !first.empty())
            out += call("add_dependencies(",
                        prefixed(project.plan.steps[static_cast<std::size_t>(step.target)].name, first));
    }
    return out;
}

std::string steps_first(const Project& project, const Target& target) {
    Words steps = target.generated;
    for (const std::string& path : target.data) {
        const auto step = step_of(project.plan, path);
        if (!step) continue;
        const std::string& name = project.plan.steps[*step].name;
        if (std::find(steps.begin(), steps.end(), name) == steps.end()) steps.push_back(name);
    }
    return steps.empty() ? std::string() : call("add_dependencies(", prefixed(target.name, steps));
}

}  // namespace aibuild::cmake
