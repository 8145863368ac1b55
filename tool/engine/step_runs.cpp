#include "tool/engine/step_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <set>

#include "ninja-gen/command_words.h"
#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "ninja-gen/quote.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

// Programs that run what they are given, or another program that does. Sorted.
constexpr std::array<std::string_view, 78> interpreters = {
    "Rscript", "ash",     "awk",      "bash",    "bun",    "busybox", "bwrap",  "cargo",  "ccache", "chroot",
    "cmake",   "csh",     "dash",     "deno",    "doas",   "dotnet",  "ed",     "elixir", "emacs",  "env",
    "erl",     "escript", "ex",       "expect",  "find",   "fish",    "flock",  "gawk",   "gdb",    "gmake",
    "gnuplot", "go",      "groovy",   "guile",   "irb",    "java",    "julia",  "ksh",    "lua",    "luajit",
    "m4",      "make",    "mawk",     "mksh",    "nawk",   "nice",    "ninja",  "node",   "nodejs", "nohup",
    "ocaml",   "octave",  "parallel", "perl",    "php",    "pwsh",    "pypy",   "python", "qemu",   "ruby",
    "runghc",  "sbcl",    "script",   "sed",     "setsid", "sh",      "stdbuf", "strace", "sudo",   "swift",
    "tclsh",   "time",    "timeout",  "unshare", "vim",    "wish",    "xargs",  "zsh"};

// python3.11 and lua5.4 are python and lua.
bool runs_what_it_is_given(std::string_view word) {
    word.remove_prefix(word.rfind('/') == std::string_view::npos ? 0 : word.rfind('/') + 1);
    const std::size_t end = word.find_last_not_of("0123456789.-");
    word = word.substr(0, end == std::string_view::npos ? 0 : end + 1);
    return std::find(interpreters.begin(), interpreters.end(), word) != interpreters.end();
}

std::string_view extension(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    return dot == std::string_view::npos || path.find('/', dot) != std::string_view::npos ? std::string_view()
                                                                                          : path.substr(dot);
}

// The path from the project's root that a word spells out: `-f../tools/x` is not seen, `--file=../tools/x`
// is.
std::string spelled(const CommandWord& word) {
    std::string text;
    for (const WordPiece& piece : word.pieces) {
        if (piece.what == WordPiece::What::text) text += piece.text;
        if (piece.what == WordPiece::What::source_dir) text.clear();
        if (piece.what != WordPiece::What::text && piece.what != WordPiece::What::source_dir) return {};
    }
    text.erase(0, text.find('=') == std::string::npos ? 0 : text.find('=') + 1);
    for (bool again = true; again;) {
        again = false;
        for (std::string_view prefix : {"../", "./", "/"}) {
            if (!text.starts_with(prefix)) continue;
            text.erase(0, prefix.size());
            again = true;
        }
    }
    return text;
}

class Runs {
  public:
    Runs(const PlanText& source, const ReadProjectFile& read) : source_(source), read_(read) {}

    StepRuns run() {
        StepRuns out;
        std::set<std::string> scripts;
        for (std::size_t n = 0; n < source_.plan.steps.size(); ++n) {
            const PlannedStep& step = source_.plan.steps[n];
            const bj::object shown{{"command", bj::array(step.command.begin(), step.command.end())},
                                   {"inputs", bj::array(step.inputs.begin(), step.inputs.end())},
                                   {"outputs", bj::array(step.outputs.begin(), step.outputs.end())}};
            std::string text = json::pretty(shown);
            for (const std::string& script : scripts_of(n)) {
                text += fmt::format("\n{}:\n{}", script, *read_(script, std::string::npos));
                scripts.insert(script);
            }
            out.items.push_back(
                {fmt::format("the step {}, from {}:", step.name, source_.file), std::move(text)});
        }
        out.scripts.assign(scripts.begin(), scripts.end());
        return out;
    }

  private:
    bool of_project(const std::string& path) const { return !step_of(source_.plan, path); }
    bool there(const std::string& path) const { return read_(path, 0).has_value(); }

    std::set<std::string> scripts_of(std::size_t n) const {
        const PlannedStep& step = source_.plan.steps[n];
        std::set<std::string> out;
        bool interpreter = false;
        for (std::size_t k = 0; k < step.command.size(); ++k) {
            const CommandWord word =
                read_command_word(step.command[k], step.inputs.size(), step.outputs.size());
            if (const std::string* text = word.text(); text != nullptr && runs_what_it_is_given(*text)) {
                interpreter = true;
                continue;
            }
            const auto in = std::find_if(word.pieces.begin(), word.pieces.end(), [](const WordPiece& piece) {
                return piece.what == WordPiece::What::in;
            });
            if (in != word.pieces.end() && interpreter) {
                interpreter = false;
                const std::size_t input = in->index.value_or(0);
                if (of_project(step.inputs[input])) add(out, step.inputs[input], n, input);
            }
            const std::string path = spelled(word);
            if (k > 0 && !path_problem(path) && there(path)) out.insert(path);
        }
        for (const std::string& path : step.inputs) {
            if (of_project(path) && read_(path, 2) == "#!") out.insert(path);
        }
        const std::set<std::string> sure = out;
        for (const std::string& path : step.inputs) {
            const auto alike = [&](const std::string& script) {
                return !extension(path).empty() && extension(script) == extension(path);
            };
            if (of_project(path) && there(path) && std::any_of(sure.begin(), sure.end(), alike))
                out.insert(path);
        }
        for (const std::string& path : out) {
            if (quote::depfile_safe(path)) continue;
            fail("plan.path", n, 0,
                 fmt::format(
                     "Ninja's reader of depfiles takes the name {} apart, and what is run has to be watched.",
                     path),
                 "Rename it without any of ' \" \\ & ; | < > * ? ^ `");
        }
        return out;
    }

    void add(std::set<std::string>& out, const std::string& path, std::size_t n, std::size_t input) const {
        if (!there(path)) {
            fail("plan.script", n, input,
                 fmt::format("{} runs {}, and it is not there.", source_.plan.steps[n].name, path),
                 "Put it there, or correct the path.");
        }
        out.insert(path);
    }

    [[noreturn]] void fail(std::string rule, std::size_t n, std::size_t input, std::string why,
                           std::string fix) const {
        throw Error(Exit::usage, std::move(rule),
                    json::place(source_.file, source_.text, fmt::format("/steps/{}/inputs/{}", n, input)),
                    std::move(why), std::move(fix));
    }

    const PlanText& source_;
    const ReadProjectFile& read_;
};

}  // namespace

StepRuns step_runs(const PlanText& plan, const ReadProjectFile& read) {
    return Runs(plan, read).run();
}

}  // namespace aibuild
