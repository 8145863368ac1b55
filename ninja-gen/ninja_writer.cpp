#include "ninja-gen/ninja_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/quote.h"

namespace aibuild {

namespace {

// A piece of this size at a time goes to the disk: 100,000 edges are 10 MB of text, of which nobody needs to
// hold more than a piece.
constexpr std::size_t piece_size = 1U << 18U;

class NinjaWriter {
  public:
    NinjaWriter(const Lowered& lowered, const StepCommands& commands, const NinjaSettings& settings,
                TextSink& sink)
        : graph_(lowered.graph), lowered_(lowered), commands_(commands), settings_(settings), sink_(sink) {}

    void write() {
        head();
        pools();
        std::size_t next = 0;
        // Steps come grouped by rule, so that a rule stands right above what uses it.
        for (std::size_t n = 0; n < graph_.rules.size(); ++n) {
            out_ += '\n';
            rule(n, graph_.steps[next]);
            for (; next < graph_.steps.size() && static_cast<std::size_t>(graph_.steps[next].rule) == n;
                 ++next) {
                edge(next);
                if (out_.size() > piece_size) flush();
            }
        }
        names();
        flush();
    }

  private:
    void flush() {
        sink_.take(out_);
        out_.clear();
    }

    void head() {
        out_ +=
            "# Written by aibuild-gen from aibuild.json, and again by ninja when that changes. Edits here "
            "are lost.\n"
            "#\n"
            "# `ninja` builds everything, `ninja NAME` one target, `ninja test` runs the tests that are not "
            "up to date.\n"
            "ninja_required_version = ";
        out_ += required_version();
        out_ += '\n';
        if (pipe()) out_ += quote::ninja_pipe;
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

    // 1.3 has `deps`, 1.5 pools that work, 1.7 implicit outputs, 1.10 dyndep; asked for only where used.
    std::string_view required_version() const {
        std::string_view version = settings_.local > 0 ? "1.5" : "1.3";
        for (const Step& step : graph_.steps) {
            if (step.also.count > 0) version = "1.7";
        }
        for (const Rule& rule : graph_.rules) {
            if (!rule.dyndep.empty()) version = "1.10";
        }
        return version;
    }

    // Does some path need the variable that a `|` comes from?
    bool pipe() const {
        const auto has = [](std::string_view path) { return path.find('|') != std::string_view::npos; };
        if (has(settings_.root)) return true;
        for (const Step& step : graph_.steps) {
            if (has(step.output)) return true;
        }
        return std::any_of(graph_.paths.begin(), graph_.paths.end(), has);
    }

    // What needs much memory waits for its turn, however many cores there are; and where ninja runs more
    // steps than there are cores, because most are done on other machines, those that are done here.
    void pools() {
        if (settings_.local > 0)
            out_ += fmt::format("\n# Steps that no other machine does.\npool local\n  depth = {}\n",
                                settings_.local);
        int most = 0;
        for (const Rule& rule : graph_.rules) most = std::max(most, rule.memory);
        if (most == 0 || settings_.memory == 0) return;
        memory_pool_ = true;
        std::size_t depth = std::max<std::size_t>(1, settings_.memory / static_cast<std::size_t>(most));
        if (settings_.local > 0) depth = std::min(depth, settings_.local);
        out_ += fmt::format(
            "\n# Steps of up to {} MB each; a build may take {} MB here.\npool memory\n  depth = {}\n", most,
            settings_.memory, depth);
    }

    // `first` is the first of its steps.
    void rule(std::size_t n, const Step& first) {
        const Rule& rule = graph_.rules[n];
        out_ += "rule ";
        out_ += rule.name;
        out_ += "\n  command = ";
        const StepCommands::Text& command = commands_.text(n);
        std::size_t from = 0;
        for (const StepCommands::Hole& hole : command.holes) {
            quote::ninja_value(out_, std::string_view(command.text).substr(from, hole.at - from));
            from = hole.at;
            out_ += hole.which == mark::out ? "${out}" : commands_.response(n) ? "@${out}.rsp" : "${in}";
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
        if (!rule.dyndep.empty()) {
            std::string path;
            append_path(path, rule.dyndep, settings_);
            out_ += "  dyndep = ";
            quote::ninja_value(out_, path);
            out_ += '\n';
        }
        if (rule.memory > 0 && memory_pool_) {
            out_ += "  pool = memory\n";
        } else if (settings_.local > 0 && !rule.launcher) {
            out_ += "  pool = local\n";
        }
        if (commands_.response(n)) out_ += "  rspfile = ${out}.rsp\n  rspfile_content = ${in}\n";
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
        if (step.also.count > 0) {
            out_ += " |";
            append_paths(step.also);
        }
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
        if (!commands_.plain(n)) literal(step);
    }

    // Some executor would quote a path of this step: it says in full what is to be run.
    void literal(const Step& step) {
        const auto n = static_cast<std::size_t>(step.rule);
        std::string text;
        commands_.append(text, step, commands_.response(n));
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
        if (commands_.response(n)) {
            text.clear();
            commands_.append_response(text, step);
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
            if (step.kind != StepKind::product) continue;
            if (lowered_.targets[static_cast<std::size_t>(step.target)].target->kind == Kind::test) continue;
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
    const StepCommands& commands_;
    const NinjaSettings& settings_;
    TextSink& sink_;
    bool memory_pool_ = false;
    std::string out_;
};

class Text : public TextSink {
  public:
    std::string text;
    void take(std::string_view piece) override { text += piece; }
};

// The command of a rule as JSON, in pieces with a hole between each two: what a thousand of its steps have in
// common is escaped once.
class EscapedText {
  public:
    // Appends the string with its quotes; `path(which)` appends what is in a hole.
    template <class Path>
    void fill(std::string& out, std::size_t rule, const StepCommands& commands, Path path) {
        const StepCommands::Text& text = commands.text(rule);
        if (rule != rule_) {
            rule_ = rule;
            pieces_.clear();
            // Editors and analysers want the compiler's command.
            std::size_t from = text.launcher;
            for (std::size_t n = 0; n <= text.holes.size(); ++n) {
                const std::size_t to = n < text.holes.size() ? text.holes[n].at : text.text.size();
                std::string quoted;
                quote::json(quoted, std::string_view(text.text).substr(from, to - from));
                pieces_.push_back(quoted.substr(1, quoted.size() - 2));
                from = to;
            }
        }
        out += '"';
        for (std::size_t n = 0; n < pieces_.size(); ++n) {
            out += pieces_[n];
            if (n < text.holes.size()) path(text.holes[n].which);
        }
        out += '"';
    }

  private:
    std::size_t rule_ = SIZE_MAX;
    std::vector<std::string> pieces_;
};

}  // namespace

void write_ninja(const Lowered& lowered, const StepCommands& commands, const NinjaSettings& settings,
                 TextSink& out) {
    NinjaWriter(lowered, commands, settings, out).write();
}

std::string write_ninja(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings) {
    Text out;
    write_ninja(lowered, StepCommands(lowered, toolchain, settings), settings, out);
    return std::move(out.text);
}

void write_compile_commands(const Lowered& lowered, const StepCommands& commands,
                            const NinjaSettings& settings, std::string_view directory, TextSink& sink) {
    const StepGraph& graph = lowered.graph;
    std::string out = "[", text;
    std::string before = "\n{\"directory\": ";
    quote::json(before, directory);
    before += ", \"command\": ";
    bool first = true;
    EscapedText escaped;
    for (std::size_t n = 0; n < graph.steps.size(); ++n) {
        const Step& step = graph.steps[n];
        if (step.kind != StepKind::compile) continue;
        if (!first) out += ',';
        first = false;
        out += before;
        const std::string_view source = graph.at(step.inputs).front();
        if (commands.plain(n)) {
            // Nothing of such a path is escaped: neither for the shell nor here.
            escaped.fill(out, static_cast<std::size_t>(step.rule), commands, [&](char hole) {
                append_path(out, hole == mark::out ? step.output : source, settings);
            });
            out += ", \"file\": \"";
            append_path(out, source, settings);
            out += "\"}";
        } else {
            text.clear();
            commands.append(text, step, false);
            text.erase(0, commands.text(static_cast<std::size_t>(step.rule)).launcher);
            quote::json(out, text);
            out += ", \"file\": ";
            text.clear();
            append_path(text, source, settings);
            quote::json(out, text);
            out += '}';
        }
        if (out.size() < piece_size) continue;
        sink.take(out);
        out.clear();
    }
    out += "\n]\n";
    sink.take(out);
}

std::string write_compile_commands(const Lowered& lowered, Toolchain& toolchain,
                                   const NinjaSettings& settings, std::string_view directory) {
    Text out;
    write_compile_commands(lowered, StepCommands(lowered, toolchain, settings), settings, directory, out);
    return std::move(out.text);
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

}  // namespace aibuild
