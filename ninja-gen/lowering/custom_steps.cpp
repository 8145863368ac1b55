#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "ninja-gen/command_words.h"
#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/lowering/lowering.h"

namespace aibuild {

namespace {

// A word with its placeholders filled in, once for each element of the list that it may hold.
void fill(const CommandWord& word, const PlannedStep& step,
          const std::function<std::string(const WordPiece&)>& value, Words& out) {
    std::size_t repeats = 1;
    for (const WordPiece& piece : word.pieces) {
        if (piece.list())
            repeats = piece.what == WordPiece::What::in ? step.inputs.size() : step.outputs.size();
    }
    for (std::size_t n = 0; n < repeats; ++n) {
        std::string text;
        for (WordPiece piece : word.pieces) {
            if (piece.list()) piece.index = n;
            // The mark of the project's directory stands for `../`, with its slash.
            const bool after_root = !text.empty() && text.back() == mark::source;
            const std::string part = value(piece);
            if (after_root && part.front() != '/') text += '.';
            text += after_root && part.front() == '/' ? part.substr(1) : part;
        }
        if (!text.empty() && text.back() == mark::source) text += '.';
        out.push_back(std::move(text));
    }
}

}  // namespace

void Lowering::generated(std::size_t n) {
    const Language& language = *at(n).language;
    for (const std::string& name : plan_.targets[n].generated) {
        bool header = false;
        for (const std::string& output : plan_.steps[step_index(name)].outputs) {
            if (language.is_source(output)) {
                at(n).generated_sources.push_back(in_build(output));
            } else {
                header = true;
            }
        }
        if (header)
            at(n).generated_includes.push_back(in_build(fmt::format("{}{}", generated_directory, name)));
    }
}

Words Lowering::sources(std::size_t n) const {
    Words out;
    for (const std::string& source : plan_.targets[n].sources) out.push_back(in_source(source));
    const Words& made = lowered_.targets[n].generated_sources;
    out.insert(out.end(), made.begin(), made.end());
    return out;
}

std::vector<std::string_view> Lowering::generated_first(std::size_t n) {
    std::vector<std::string_view> first;
    for (std::size_t step : at(n).steps)
        first.push_back(lowered_.graph.keep(in_build(plan_.steps[step].outputs.front())));
    return first;
}

void Lowering::custom_step(std::size_t n) {
    const PlannedStep& step = plan_.steps[n];
    StepGraph& graph = lowered_.graph;
    std::vector<std::string_view> inputs, implicit, outputs;
    for (const std::string& path : step.inputs) inputs.push_back(graph.keep(file(path)));
    for (const std::string& path : step.outputs) outputs.push_back(graph.keep(in_build(path)));
    Rule rule;
    rule.name = step.name;
    rule.verb = "STEP";
    rule.commands = {command_of(n, implicit)};
    rule.depfile = step.depfile;
    rule.restat = step.restat;
    const RuleId id = graph.add(std::move(rule));
    const std::string_view output = outputs.front();
    graph.aliases.push_back({graph.keep(step.name), graph.add(outputs)});
    outputs.erase(outputs.begin());
    graph.steps.push_back({id,
                           static_cast<TargetId>(n),
                           StepKind::custom,
                           output,
                           graph.add(inputs),
                           graph.add(implicit),
                           {},
                           graph.add(outputs)});
}

Words Lowering::command_of(std::size_t n, std::vector<std::string_view>& implicit) {
    const PlannedStep& step = plan_.steps[n];
    const auto value = [&](const WordPiece& piece) -> std::string {
        switch (piece.what) {
            case WordPiece::What::in:
                return file(step.inputs[*piece.index]);
            case WordPiece::What::out:
                return in_build(step.outputs[*piece.index]);
            case WordPiece::What::depfile:
                return in_build(step.outputs.front() + ".d");
            case WordPiece::What::source_dir:
                return std::string(1, mark::source);
            case WordPiece::What::out_dir:
                return in_build(fmt::format("{}{}", generated_directory, step.name));
            case WordPiece::What::target: {
                const std::string_view output =
                    lowered_.graph.keep(product_of(used(piece.text), "program")->output);
                if (std::find(implicit.begin(), implicit.end(), output) == implicit.end())
                    implicit.push_back(output);
                return std::string(output);
            }
            default:
                return piece.text;
        }
    };
    Words out;
    for (const std::string& text : step.command) {
        const CommandWord word = read_command_word(text, step.inputs.size(), step.outputs.size());
        if (&text == &step.command.front() && word.text() != nullptr) {
            out.push_back(program_of(n, *word.text()));
        } else {
            fill(word, step, value, out);
        }
    }
    return out;
}

// A program of the machine, as a tool of its own: the variables that name a language's tools don't name it.
std::string Lowering::program_of(std::size_t n, const std::string& name) {
    const std::string tool = fmt::format("{}{}", program_tool, name);
    const auto same = [&](const Tool& known) { return known.name == tool; };
    if (std::none_of(lowered_.programs.begin(), lowered_.programs.end(), same)) {
        if (find_program(name).empty()) {
            throw Error(Exit::failure, "toolchain.missing",
                        json::place(source_.file, source_.text, fmt::format("/steps/{}/command/0", n)),
                        fmt::format("{} is not on PATH, and the step {} runs it.", name, plan_.steps[n].name),
                        how_to_get(name));
        }
        lowered_.programs.push_back({tool, {name}, "", {}, {}});
    }
    return mark::tool + tool + mark::tool;
}

std::string Lowering::how_to_get(const std::string& program) const {
    for (const Language& language : known_languages_.all()) {
        for (const Tool& tool : language.tools) {
            if (std::find(tool.commands.begin(), tool.commands.end(), program) != tool.commands.end())
                return install_command(tool.packages);
        }
    }
    return fmt::format("Install it (on Debian: apt-file search bin/{}) and put it on PATH.", program);
}

}  // namespace aibuild
