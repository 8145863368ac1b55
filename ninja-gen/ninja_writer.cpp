#include "ninja-gen/ninja_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "ninja-gen/quote.h"

namespace aibuild {

namespace {

// One argv element of `sh -c` may have 131,071 bytes (MAX_ARG_STRLEN); beyond it the whole of ninja dies, not
// just the edge.
constexpr std::size_t response_from = 100'000;
constexpr std::size_t command_limit = 131'071;

void append_path(std::string& out, std::string_view symbolic, const NinjaSettings& settings) {
    switch (symbolic.front()) {
        case mark::source:
            out += settings.root;
            break;
        case mark::helper:
            out += helper_directory;
            break;
        default:
            break;
    }
    out += symbolic.substr(1);
}

// A command as pieces of shell text with the holes that a step fills: text, IN, text, OUT, text.
struct Hole {
    std::size_t at;  // in text
    char which;      // mark::in or mark::out
};
struct CommandText {
    std::string text;  // quoted for the shell
    std::vector<Hole> holes;
};

}  // namespace

class NinjaWriter {
  public:
    NinjaWriter(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings)
        : graph_(lowered.graph), lowered_(lowered), toolchain_(toolchain), settings_(settings) {
        commands_.reserve(graph_.rules.size());
        for (const Rule& rule : graph_.rules) commands_.push_back(command_text(rule));
    }

    std::string write() {
        measure();
        out_.reserve(graph_.steps.size() * 120 + 4096);
        head();
        std::size_t next = 0;
        // Steps come grouped by rule, so that a rule stands right above what uses it.
        for (std::size_t n = 0; n < graph_.rules.size(); ++n) {
            out_ += '\n';
            rule(n, graph_.steps[next]);
            for (; next < graph_.steps.size() && static_cast<std::size_t>(graph_.steps[next].rule) == n;
                 ++next)
                edge(next);
        }
        names();
        return std::move(out_);
    }

    std::string logged_command(const Step& step) {
        if (plain_.empty()) measure();
        std::string out;
        const bool response = long_[static_cast<std::size_t>(step.rule)];
        full(out, step, response);
        if (response) {
            out += ";rspfile=";
            response_text(out, step);
        }
        return out;
    }

    std::string compile_commands(std::string_view directory) {
        std::string out = "[";
        std::string command, path;
        std::string quoted_directory;
        quote::json(quoted_directory, directory);
        for (const Step& step : graph_.steps) {
            if (step.kind != StepKind::compile) continue;
            command.clear();
            full(command, step, false);
            out += out.size() > 1 ? ",\n{\"directory\": " : "\n{\"directory\": ";
            out += quoted_directory;
            out += ", \"command\": ";
            quote::json(out, command);
            out += ", \"file\": ";
            path.clear();
            append_path(path, graph_.at(step.inputs).front(), settings_);
            quote::json(out, path);
            out += '}';
        }
        return out + "\n]\n";
    }

  private:
    CommandText command_text(const Rule& rule) {
        CommandText out;
        for (const Words& command : rule.commands) {
            if (!out.text.empty()) out.text += " && ";
            bool first = true;
            for (const std::string& word : command) {
                if (word.size() == 1 && word.front() == mark::configuration) {
                    const auto flags = rule.language->configurations.find(settings_.configuration);
                    if (flags == rule.language->configurations.end()) continue;
                    for (const std::string& flag : flags->second) {
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

    // Text between holes is quoted piece by piece: a'b c'${out}'d e' is one argument.
    void append_word(CommandText& out, const std::string& word) {
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
        tools_ = tools_of(lowered_);
        for (const Tool* each : tools_) {
            if (each->name == name) return toolchain_.path(*each);
        }
        throw Error(Exit::usage, "language.template", name,
                    "A command runs a tool that no language of the plan declares.",
                    "Correct the language file.");
    }

    // `command` with the step's own paths in its holes.
    void fill(std::string& out, const CommandText& command, const Step& step, bool response) const {
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
                inputs(out, step, quote::shell);
            }
        }
        out.append(command.text, from);
    }

    // The step's whole command, as the shell gets it.
    void full(std::string& out, const Step& step, bool response) const {
        const Rule& rule = graph_.rule(step);
        fill(out, commands_[static_cast<std::size_t>(step.rule)], step, response);
        if (step.kind != StepKind::compile || !rule.depfile) return;
        std::string source;
        append_path(source, graph_.at(step.inputs).front(), settings_);
        if (quote::depfile_safe(source)) return;
        std::string depfile, escaped;
        append_path(depfile, step.output, settings_);
        quote::depfile(escaped, source);
        out += fmt::format(" && sh {}own-source.sh ", helper_directory);
        quote::shell(out, depfile + ".d");
        out += ' ';
        quote::shell(out, escaped);
    }

    void inputs(std::string& out, const Step& step, void (*quoted)(std::string&, std::string_view)) const {
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

    // What stands in the response file: as ninja writes ${in}, or as the tools read it where that differs.
    void response_text(std::string& out, const Step& step) const { inputs(out, step, quote::response); }

    // Which steps may use their rule's ${in} and ${out}, and which rules need a response file.
    void measure() {
        plain_.assign(graph_.steps.size(), true);
        long_.assign(graph_.rules.size(), false);
        const bool root_plain = settings_.root.empty() || quote::same_everywhere(settings_.root);
        pipe_ = settings_.root.find('|') != std::string::npos;
        const auto look = [&](std::string_view path) {
            pipe_ = pipe_ || path.find('|') != std::string_view::npos;
        };
        for (std::size_t n = 0; n < graph_.steps.size(); ++n) {
            const Step& step = graph_.steps[n];
            const auto rule = static_cast<std::size_t>(step.rule);
            bool plain = root_plain && quote::same_everywhere(step.output.substr(1));
            look(step.output);
            for (std::string_view input : graph_.at(step.inputs)) {
                plain = plain && quote::same_everywhere(input.substr(1));
                look(input);
            }
            for (const Paths run : {step.implicit, step.order_only}) {
                for (std::string_view input : graph_.at(run)) look(input);
            }
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
    std::size_t size_of(const Step& step, bool plain, bool response) const {
        if (!plain) {
            std::string text;
            full(text, step, response);
            return text.size();
        }
        const auto length = [&](std::string_view path) { return settings_.root.size() + path.size(); };
        std::size_t in = response ? length(step.output) + 5 : 0;
        if (!response) {
            for (std::string_view input : graph_.at(step.inputs)) in += length(input) + 1;
        }
        const CommandText& command = commands_[static_cast<std::size_t>(step.rule)];
        std::size_t size = command.text.size();
        for (const Hole& hole : command.holes) size += hole.which == mark::out ? length(step.output) : in;
        return size;
    }

    void head() {
        out_ +=
            "# Written by aibuild-gen from aibuild.json, and again by ninja when that changes. Edits here "
            "are lost.\n"
            "#\n"
            "# `ninja` builds everything, `ninja NAME` one target, `ninja test` runs the tests that are not "
            "up to date.\n"
            "ninja_required_version = 1.3\n";
        if (pipe_) out_ += quote::ninja_pipe;
        out_ += "\nrule aibuild.emit\n  command = ";
        Words argv = settings_.regenerate;
        std::string program, shell;
        quote::shell(program, argv.empty() ? "aibuild-gen" : argv.front());
        for (const std::string& word : argv) {
            if (!shell.empty()) shell += ' ';
            quote::shell(shell, word);
        }
        // Where aibuild-gen is gone the last build files stay in force: a project never needs AIBuild to
        // build.
        quote::ninja_value(
            out_, fmt::format("if test -x {0}; then exec {1}; fi; echo 'aibuild.json has changed, but '{0}' "
                              "is not there: the last build files stay in force' >&2; touch {2}",
                              program, shell, ninja_stamp));
        out_ += fmt::format(
            "\n  description = EMIT {0}\n  depfile = {1}\n  generator = 1\n"
            "# The depfile belongs to the stamp, so that an interrupted run never deletes {0}.\n"
            "build {2}: aibuild.emit\n"
            "build {0}: phony {2}\n",
            ninja_file, ninja_depfile, ninja_stamp);
    }

    // `first` is the first of its steps.
    void rule(std::size_t n, const Step& first) {
        const Rule& rule = graph_.rules[n];
        out_ += "rule ";
        out_ += rule.name;
        out_ += "\n  command = ";
        const CommandText& command = commands_[n];
        std::size_t from = 0;
        for (const Hole& hole : command.holes) {
            quote::ninja_value(out_, std::string_view(command.text).substr(from, hole.at - from));
            from = hole.at;
            out_ += hole.which == mark::out ? "${out}" : long_[n] ? "@${out}.rsp" : "${in}";
        }
        quote::ninja_value(out_, std::string_view(command.text).substr(from));
        out_ += "\n  description = ";
        out_ += rule.verb;
        out_ += ' ';
        out_ += first.kind == StepKind::test
                    ? std::string_view(lowered_.targets[static_cast<std::size_t>(first.target)].target->name)
                    : "${out}";
        out_ += '\n';
        if (rule.depfile) out_ += "  depfile = ${out}.d\n  deps = gcc\n";
        if (rule.restat) out_ += "  restat = 1\n";
        if (long_[n]) out_ += "  rspfile = ${out}.rsp\n  rspfile_content = ${in}\n";
    }

    void append_paths(Paths run) {
        for (std::string_view path : graph_.at(run)) {
            out_ += ' ';
            append_ninja_path(path);
        }
    }

    void append_ninja_path(std::string_view symbolic) {
        if (symbolic.front() == mark::source) {
            quote::ninja_path(out_, settings_.root);
        } else if (symbolic.front() == mark::helper) {
            out_ += helper_directory;
        }
        quote::ninja_path(out_, symbolic.substr(1));
    }

    void edge(std::size_t n) {
        const Step& step = graph_.steps[n];
        out_ += "build ";
        append_ninja_path(step.output);
        out_ += ": ";
        out_ += graph_.rule(step).name;
        append_paths(step.inputs);
        if (step.implicit.count > 0) {
            out_ += " |";
            append_paths(step.implicit);
        }
        if (step.order_only.count > 0) {
            out_ += " ||";
            append_paths(step.order_only);
        }
        out_ += '\n';
        if (!plain_[n]) literal(step);
    }

    // Some executor would quote a path of this step: it says in full what is to be run.
    void literal(const Step& step) {
        const auto n = static_cast<std::size_t>(step.rule);
        std::string text;
        full(text, step, long_[n]);
        out_ += "  command = ";
        quote::ninja_value(out_, text);
        out_ += '\n';
        std::string output;
        append_path(output, step.output, settings_);
        if (graph_.rules[n].depfile) {
            out_ += "  depfile = ";
            quote::ninja_value(out_, output + ".d");
            out_ += '\n';
        }
        if (long_[n]) {
            text.clear();
            response_text(text, step);
            out_ += "  rspfile = ";
            quote::ninja_value(out_, output + ".rsp");
            out_ += "\n  rspfile_content = ";
            quote::ninja_value(out_, text);
            out_ += '\n';
        }
    }

    void names() {
        out_ += '\n';
        for (const Alias& alias : graph_.aliases) {
            out_ += "build ";
            quote::ninja_path(out_, alias.name);
            out_ += ": phony";
            append_paths(alias.of);
            out_ += '\n';
        }
        out_ += "build all: phony";
        for (const Step& step : graph_.steps) {
            const Kind kind = lowered_.targets[static_cast<std::size_t>(step.target)].target->kind;
            if (step.kind != StepKind::product || kind == Kind::test) continue;
            out_ += ' ';
            append_ninja_path(step.output);
        }
        out_ += '\n';
        if (!graph_.steps.empty() && graph_.steps.back().kind == StepKind::count) {
            out_ += "build test: phony ";
            append_ninja_path(graph_.steps.back().output);
            out_ += '\n';
        }
        out_ += "default all\n";
    }

    const StepGraph& graph_;
    const Lowered& lowered_;
    Toolchain& toolchain_;
    const NinjaSettings settings_;
    std::vector<const Tool*> tools_;
    std::vector<CommandText> commands_;
    std::vector<bool> plain_, long_;
    bool pipe_ = false;
    std::string out_;
};

std::string write_ninja(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings) {
    return NinjaWriter(lowered, toolchain, settings).write();
}

std::string write_compile_commands(const Lowered& lowered, Toolchain& toolchain,
                                   const NinjaSettings& settings, std::string_view directory) {
    return NinjaWriter(lowered, toolchain, settings).compile_commands(directory);
}

std::string write_ninja_depfile(const std::vector<std::string>& inputs) {
    std::string out(ninja_stamp);
    out += ':';
    for (const std::string& input : inputs) {
        out += " \\\n ";
        quote::depfile(out, input);
    }
    return out + "\n";
}

std::string real_path(std::string_view symbolic, const NinjaSettings& settings) {
    std::string out;
    append_path(out, symbolic, settings);
    return out;
}

StepCommands::StepCommands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings)
    : writer_(std::make_unique<NinjaWriter>(lowered, toolchain, settings)) {}

StepCommands::~StepCommands() = default;

std::string StepCommands::of(const Step& step) const {
    return writer_->logged_command(step);
}

}  // namespace aibuild
