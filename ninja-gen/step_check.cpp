#include "ninja-gen/step_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "ninja-gen/command_words.h"
#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"

namespace aibuild {

namespace {

constexpr std::string_view how_to_name_output =
    "An output is called gen/STEP/FILE, with the step's own name: nothing else that is built is there.";

class StepChecker {
  public:
    StepChecker(const Plan& plan, std::string_view text, std::string_view file)
        : plan_(plan), text_(text), file_(file), used_(plan.steps.size()) {
        for (std::size_t n = 0; n < plan.targets.size(); ++n) targets_.emplace(plan.targets[n].name, n);
        for (const PlannedStep& step : plan.steps) names_.push_back(step.name);
    }

    void check() {
        for (std::size_t n = 0; n < plan_.steps.size(); ++n) name(n);
        for (std::size_t n = 0; n < plan_.steps.size(); ++n) outputs(n);
        for (std::size_t n = 0; n < plan_.steps.size(); ++n) {
            inputs(n);
            command(n);
        }
        for (std::size_t n = 0; n < plan_.targets.size(); ++n) target(n);
        for (std::size_t n = 0; n < plan_.files.size(); ++n) {
            if (!step_of(plan_, plan_.files[n].path)) continue;
            fail("plan.path", fmt::format("/files/{}/path", n),
                 fmt::format("{} is what a step makes; it is never written.", plan_.files[n].path),
                 "Remove it from files.");
        }
        for (std::size_t n = 0; n < plan_.steps.size(); ++n) {
            if (used_[n]) continue;
            fail("plan.unused-step", fmt::format("/steps/{}/name", n),
                 fmt::format("Nothing uses what {} makes, so that it would never run.", plan_.steps[n].name),
                 "Name it in a target's generated, name an output of it in a test's data or another step's "
                 "inputs, or remove it.");
        }
    }

  private:
    [[noreturn]] void fail(std::string rule, const std::string& pointer, std::string why,
                           std::string fix) const {
        throw Error(Exit::usage, std::move(rule), json::place(file_, text_, pointer), std::move(why),
                    std::move(fix));
    }

    static std::string directory(const PlannedStep& step) {
        return fmt::format("{}{}/", generated_directory, step.name);
    }

    void name(std::size_t n) {
        const std::string& name = plan_.steps[n].name;
        const std::string pointer = fmt::format("/steps/{}/name", n);
        if (auto problem = name_problem(name)) fail("plan.name", pointer, *problem, "Choose another name.");
        if (targets_.contains(name))
            fail("plan.duplicate", pointer,
                 fmt::format("Target {} has this name already.", targets_.at(name)),
                 "Give each target and each step a name of its own.");
        if (!steps_.emplace(name, n).second)
            fail("plan.duplicate", pointer, fmt::format("Step {} has this name already.", steps_.at(name)),
                 "Give each target and each step a name of its own.");
    }

    void outputs(std::size_t n) {
        const PlannedStep& step = plan_.steps[n];
        const std::string pointer = fmt::format("/steps/{}/outputs", n);
        if (step.outputs.empty())
            fail("plan.output", pointer, fmt::format("{} makes nothing.", step.name),
                 fmt::format("List what it makes: {}FILE.", directory(step)));
        for (std::size_t k = 0; k < step.outputs.size(); ++k) {
            const std::string& path = step.outputs[k];
            const std::string here = fmt::format("{}/{}", pointer, k);
            // The names are the plan's to choose, so that the alphabet is closed for people, too.
            if (auto problem = proposed_path_problem(path))
                fail("plan.path", here, *problem, "Correct the path.");
            const auto [first, fresh] = makers_.emplace(path, n);
            if (!fresh && first->second == n)
                fail("plan.duplicate", here, fmt::format("{} is listed twice.", path),
                     "Remove one of the two.");
            if (!fresh)
                fail("plan.output", here,
                     fmt::format("{} would be made by {} and by {}.", path, plan_.steps[first->second].name,
                                 step.name),
                     std::string(how_to_name_output));
            if (!path.starts_with(directory(step)))
                fail("plan.output", here,
                     fmt::format("{} is not beneath {}, which is where {} makes its files.", path,
                                 directory(step), step.name),
                     std::string(how_to_name_output));
        }
        for (std::size_t k = 0; k < step.outputs.size(); ++k) {
            const std::string& path = step.outputs[k];
            for (std::size_t slash = path.find('/'); slash != std::string::npos;
                 slash = path.find('/', slash + 1)) {
                if (makers_.contains(path.substr(0, slash)))
                    fail("plan.output", fmt::format("{}/{}", pointer, k),
                         fmt::format("{} is a file that is made, and can't be a directory, too.",
                                     path.substr(0, slash)),
                         "Give one of the two another name.");
            }
            if (step.depfile && path == step.outputs.front() + ".d")
                fail("plan.output", fmt::format("{}/{}", pointer, k),
                     fmt::format("{} is where the depfile goes, and ninja takes that away.", path),
                     "Give the output another name.");
        }
    }

    // A file that something reads: one of the project, or what a step makes.
    void read(const std::string& path, const std::string& pointer) {
        const auto step = step_of(plan_, path);
        if (!step) return;
        used_[*step] = true;
        if (makers_.contains(path)) return;
        const PlannedStep& maker = plan_.steps[*step];
        const auto meant = did_you_mean(path, maker.outputs);
        fail(
            "plan.input", pointer, fmt::format("{} makes no {}.", maker.name, path),
            fmt::format("{}Names beneath {} are the outputs of {}.",
                        meant ? fmt::format("Did you mean {}? ", *meant) : "", directory(maker), maker.name));
    }

    void inputs(std::size_t n) {
        const PlannedStep& step = plan_.steps[n];
        std::unordered_set<std::string_view> seen;
        for (std::size_t k = 0; k < step.inputs.size(); ++k) {
            const std::string& path = step.inputs[k];
            const std::string pointer = fmt::format("/steps/{}/inputs/{}", n, k);
            if (auto problem = path_problem(path)) fail("plan.path", pointer, *problem, "Correct the path.");
            if (!seen.insert(path).second)
                fail("plan.duplicate", pointer, fmt::format("{} is listed twice.", path),
                     "Remove one of the two.");
            if (step_of(plan_, path) == n)
                fail("plan.input", pointer,
                     fmt::format("{} reads {}, which is where it makes files: what it reads would be new "
                                 "after each run.",
                                 step.name, path),
                     "Remove it from inputs; a file of two steps is an output of the first.");
            read(path, pointer);
        }
    }

    void command(std::size_t n) {
        const PlannedStep& step = plan_.steps[n];
        const std::string pointer = fmt::format("/steps/{}/command", n);
        if (step.command.empty())
            fail("plan.command", pointer, fmt::format("{} has no command.", step.name),
                 "Begin it with the name of a program.");
        bool depfile = false;
        for (std::size_t k = 0; k < step.command.size(); ++k) {
            const std::string here = fmt::format("{}/{}", pointer, k);
            const CommandWord word =
                read_command_word(step.command[k], step.inputs.size(), step.outputs.size());
            if (!word.problem.empty()) fail("plan.command", here, word.problem, word.fix);
            for (const WordPiece& piece : word.pieces) {
                depfile = depfile || piece.what == WordPiece::What::depfile;
                if (piece.what == WordPiece::What::target) program_target(piece.text, here);
            }
            if (k == 0) program(word, here);
        }
        if (depfile == step.depfile) return;
        fail("plan.depfile", step.depfile ? fmt::format("/steps/{}/depfile", n) : pointer,
             step.depfile ? fmt::format("The command of {} is not told where the depfile goes.", step.name)
                          : fmt::format("{} writes a depfile that nobody reads.", step.name),
             step.depfile ? "Put {depfile} into the command, or remove \"depfile\"."
                          : "Add \"depfile\": true, or remove {depfile} from the command.");
    }

    void program(const CommandWord& word, const std::string& pointer) const {
        if (word.target() != nullptr) return;
        const std::string* name = word.text();
        const auto plain = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   std::string_view("_.+-").find(c) != std::string_view::npos;
        };
        if (name != nullptr && !name->empty() && name->size() <= 64 && name->front() != '.' &&
            name->front() != '-' && std::all_of(name->begin(), name->end(), plain))
            return;
        fail("plan.command", pointer,
             "A command begins with a program: its name on PATH, of letters, digits and _ . + -, or "
             "{target:NAME}.",
             "A script of the project is an input of its interpreter: [\"python3\", \"{in:0}\", ...].");
    }

    void program_target(const std::string& name, const std::string& pointer) const {
        const auto target = targets_.find(name);
        if (target != targets_.end() && plan_.targets[target->second].kind == Kind::executable) return;
        std::vector<std::string> known;
        for (const Target& each : plan_.targets) {
            if (each.kind == Kind::executable) known.push_back(each.name);
        }
        const auto meant = did_you_mean(name, known);
        fail("plan.command", pointer,
             target == targets_.end() ? fmt::format("There is no target {}.", name)
                                      : fmt::format("{} is no executable, and can't be run.", name),
             meant ? fmt::format("Did you mean {}?", *meant) : "Name an executable of this plan.");
    }

    void target(std::size_t n) {
        const Target& target = plan_.targets[n];
        const auto at = [n](std::string_view list, std::size_t k) {
            return fmt::format("/targets/{}/{}/{}", n, list, k);
        };
        std::unordered_set<std::string_view> own;
        for (std::size_t k = 0; k < target.generated.size(); ++k) {
            const std::string& name = target.generated[k];
            const auto step = steps_.find(name);
            if (step == steps_.end()) {
                const auto meant = did_you_mean(name, names_);
                fail("plan.unknown-step", at("generated", k), fmt::format("There is no step {}.", name),
                     meant ? fmt::format("Did you mean {}?", *meant)
                           : fmt::format("Add {} to steps at the top of the plan.", name));
            }
            if (!own.insert(name).second)
                fail("plan.duplicate", at("generated", k), fmt::format("{} is listed twice.", name),
                     "Remove one of the two.");
            used_[step->second] = true;
        }
        if (plan_.steps.empty()) return;
        for (std::size_t k = 0; k < target.sources.size(); ++k)
            by_itself(target.sources[k], at("sources", k));
        for (std::size_t k = 0; k < target.include_directories.size(); ++k)
            by_itself(target.include_directories[k] + "/", at("include_directories", k));
        for (std::size_t k = 0; k < target.data.size(); ++k) read(target.data[k], at("data", k));
        for (std::size_t k = 0; k < target.headers.size(); ++k) {
            const auto step = step_of(plan_, target.headers[k]);
            if (!step) continue;
            read(target.headers[k], at("headers", k));
            if (own.contains(plan_.steps[*step].name)) continue;
            fail("plan.generated", at("headers", k),
                 fmt::format("{} makes {}, and the target does not say that it uses {}.",
                             plan_.steps[*step].name, target.headers[k], plan_.steps[*step].name),
                 fmt::format("Add \"generated\": [\"{}\"] to the target.", plan_.steps[*step].name));
        }
    }

    // What needs not be said: the target names the step.
    void by_itself(const std::string& path, const std::string& pointer) const {
        const auto step = step_of(plan_, path);
        if (!step) return;
        const std::string& name = plan_.steps[*step].name;
        fail("plan.generated", pointer, fmt::format("{} is where the step {} makes its files.", path, name),
             fmt::format("Remove it, and add \"generated\": [\"{}\"] to the target: sources are compiled and "
                         "headers are found.",
                         name));
    }

    const Plan& plan_;
    std::string_view text_, file_;
    std::unordered_map<std::string_view, std::size_t> targets_, steps_;
    std::map<std::string, std::size_t, std::less<>> makers_;  // of each output
    std::vector<std::string> names_;
    std::vector<bool> used_;
};

}  // namespace

void check_steps(const Plan& plan, std::string_view text, std::string_view file) {
    StepChecker(plan, text, file).check();
}

}  // namespace aibuild
