#include "ninja-gen/step_commands.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"
#include "ninja-gen/quote.h"

namespace aibuild {

namespace {

// One argv element of `sh -c` may have 131,071 bytes (MAX_ARG_STRLEN); beyond it the whole of ninja dies, not
// just the edge.
constexpr std::size_t response_from = 100'000;
constexpr std::size_t command_limit = 131'071;

// Quotes the commands of rules.
class Quoting {
  public:
    Quoting(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings)
        : tools_(tools_of(lowered)), toolchain_(toolchain), settings_(settings) {
        for (const Tool& program : lowered.programs) tools_.push_back(&program);
    }

    StepCommands::Text text(const Rule& rule) {
        StepCommands::Text out;
        if (rule.launcher) {
            for (const std::string& word : settings_.launcher) {
                quote::shell(out.text, word);
                out.text += ' ';
            }
            out.launcher = out.text.size();
        }
        for (const Words& command : rule.commands) {
            if (out.text.size() > out.launcher) out.text += " && ";
            bool first = true;
            for (const std::string& word : command) {
                if (word.size() == 1 && word.front() == mark::configuration) {
                    for (const std::string& flag : rule.language->flags_of(settings_.configuration)) {
                        out.text += ' ';
                        quote::shell(out.text, flag);
                    }
                    continue;
                }
                if (!first) out.text += ' ';
                first = false;
                append_word(out, word);
            }
        }
        return out;
    }

  private:
    // Text between holes is quoted piece by piece: a'b c'${out}'d e' is one argument.
    void append_word(StepCommands::Text& out, const std::string& word) {
        std::string piece;
        bool any = false;
        const auto flush = [&] {
            if (!piece.empty()) quote::shell(out.text, piece);
            any = any || !piece.empty();
            piece.clear();
        };
        for (std::size_t at = 0; at < word.size(); ++at) {
            switch (word[at]) {
                case mark::source:
                    piece += settings_.root;
                    break;
                case mark::build:
                    break;
                case mark::helper:
                    piece += helper_directory;
                    break;
                case mark::tool: {
                    const std::size_t end = word.find(mark::tool, at + 1);
                    piece += tool(word.substr(at + 1, end - at - 1));
                    at = end;
                    break;
                }
                case mark::in:
                case mark::out:
                    flush();
                    out.holes.push_back({out.text.size(), word[at]});
                    any = true;
                    break;
                default:
                    piece += word[at];
            }
        }
        flush();
        if (!any) out.text += "''";
    }

    const std::string& tool(const std::string& name) {
        for (const Tool* each : tools_) {
            if (each->name == name) return toolchain_.path(*each);
        }
        throw Error(Exit::usage, "language.template", name,
                    "A command runs a tool that no language of the plan declares.",
                    "Correct the language file.");
    }

    std::vector<const Tool*> tools_;
    Toolchain& toolchain_;
    const NinjaSettings& settings_;
};

}  // namespace

void append_path(std::string& out, std::string_view symbolic, const NinjaSettings& settings) {
    if (symbolic.front() == mark::source) out += settings.root;
    if (symbolic.front() == mark::helper) out += helper_directory;
    out += symbolic.substr(1);
}

std::string real_path(std::string_view symbolic, const NinjaSettings& settings) {
    std::string out;
    append_path(out, symbolic, settings);
    return out;
}

StepCommands::StepCommands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings)
    : graph_(lowered.graph), settings_(settings) {
    Quoting quoting(lowered, toolchain, settings);
    texts_.reserve(graph_.rules.size());
    for (const Rule& rule : graph_.rules) texts_.push_back(quoting.text(rule));
    measure();
}

void StepCommands::append(std::string& out, const Step& step, bool response) const {
    const Text& command = texts_[static_cast<std::size_t>(step.rule)];
    std::string path;
    std::size_t from = 0;
    for (const Hole& hole : command.holes) {
        out.append(command.text, from, hole.at - from);
        from = hole.at;
        if (hole.which == mark::out) {
            path.clear();
            append_path(path, step.output, settings_);
            // Within a word (`link=OUT`) safe text before the hole needs no quotes of its own.
            quote::shell(out, path);
        } else if (response) {
            path.assign(1, '@');
            append_path(path, step.output, settings_);
            quote::shell(out, path + ".rsp");
        } else {
            append_inputs(out, step, quote::shell);
        }
    }
    out.append(command.text, from);
    if (step.kind != StepKind::compile || !graph_.rule(step).depfile) return;
    path.clear();
    append_path(path, graph_.at(step.inputs).front(), settings_);
    if (quote::depfile_safe(path)) return;
    std::string depfile, escaped;
    append_path(depfile, step.output, settings_);
    quote::depfile(escaped, path);
    out += fmt::format(" && sh {}own-source.sh ", helper_directory);
    quote::shell(out, depfile + ".d");
    out += ' ';
    quote::shell(out, escaped);
}

void StepCommands::append_response(std::string& out, const Step& step) const {
    append_inputs(out, step, quote::response);
}

std::string StepCommands::of(const Step& step) const {
    std::string out;
    const bool response = long_[static_cast<std::size_t>(step.rule)];
    append(out, step, response);
    if (response) {
        out += ";rspfile=";
        append_response(out, step);
    }
    return out;
}

void StepCommands::append_inputs(std::string& out, const Step& step,
                                 void (*quoted)(std::string&, std::string_view)) const {
    std::string path;
    bool first = true;
    for (std::string_view input : graph_.at(step.inputs)) {
        if (!first) out += ' ';
        first = false;
        path.clear();
        append_path(path, input, settings_);
        quoted(out, path);
    }
}

void StepCommands::measure() {
    plain_.assign(graph_.steps.size(), true);
    long_.assign(graph_.rules.size(), false);
    const bool root_plain = settings_.root.empty() || quote::same_everywhere(settings_.root);
    for (std::size_t n = 0; n < graph_.steps.size(); ++n) {
        const Step& step = graph_.steps[n];
        const auto rule = static_cast<std::size_t>(step.rule);
        bool plain = root_plain && quote::same_everywhere(step.output.substr(1));
        for (std::string_view input : graph_.at(step.inputs))
            plain = plain && quote::same_everywhere(input.substr(1));
        plain_[n] = plain;
        std::size_t size = size_of(step, plain, false);
        if (size >= response_from && graph_.rules[rule].response) {
            long_[rule] = true;
            size = size_of(step, plain, true);
        }
        if (size > command_limit) {
            throw Error(Exit::usage, "plan.command-length", std::string(step.output.substr(1)),
                        fmt::format("The command that makes it would have {} bytes; the kernel takes {}.",
                                    size, command_limit),
                        "Split the target into several, each with fewer sources.");
        }
    }
}

// The length of the step's command. Nothing is quoted in a plain one, so that it need not be written out.
std::size_t StepCommands::size_of(const Step& step, bool plain, bool response) const {
    if (!plain) {
        std::string text;
        append(text, step, response);
        return text.size();
    }
    const auto length = [&](std::string_view path) { return settings_.root.size() + path.size(); };
    std::size_t in = response ? length(step.output) + 5 : 0;
    if (!response) {
        for (std::string_view input : graph_.at(step.inputs)) in += length(input) + 1;
    }
    const Text& command = texts_[static_cast<std::size_t>(step.rule)];
    std::size_t size = command.text.size();
    for (const Hole& hole : command.holes) size += hole.which == mark::out ? length(step.output) : in;
    return size;
}

}  // namespace aibuild
