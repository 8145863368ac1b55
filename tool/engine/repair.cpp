#include "tool/engine/repair.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/toolchain.h"
#include "tool/diagnostics/packages.h"
#include "tool/engine/fault_text.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/new_place.h"
#include "tool/engine/project_files.h"
#include "tool/engine/repair_asking.h"
#include "tool/engine/repair_files.h"
#include "tool/engine/repair_stage.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// A step that ran tests and counted none has proved nothing (law 5).
bool ran_no_test(std::string_view log) {
    return log.find("No tests were found!!!") != log.npos || log.find(" failed: it ran no test") != log.npos;
}

class Repair {
  public:
    Repair(const RepairOptions& options, const BuildTargets& build, RepairTalk& talk)
        : options_(options),
          build_(build),
          talk_(talk),
          root_(options.root),
          stage_(options.root),
          asking_(options, talk) {
        if (const auto text = root_.read(plan_file)) plan_ = read_plan(*text, plan_file);
        for (const std::string& note : stage_.restored())
            talk_.say(fmt::format("an earlier repair was killed: {}", note));
        known_ = known_languages(options.root);
        find_goals();
    }

    RepairResult run() {
        BuildOutcome now = built();
        if (now.exit_code == 0) return result_;
        seen_.insert(state_of_sources({}));
        while (now.exit_code != 0) {
            RootCause cause = root_cause(now);
            tell_what_is_not_the_codes(cause.diagnostic);
            if (result_.rounds == options_.max_rounds) no_more_rounds(cause.diagnostic);
            ++result_.rounds;
            now = one_round(cause, std::move(now));
        }
        talk_.say(fmt::format("repaired: {} changed, everything passes", fmt::join(result_.changed, ", ")));
        return result_;
    }

  private:
    // What is built one after the other. CMake's tests do not wait for what they test.
    void find_goals() {
        if (!options_.targets.empty()) {
            goals_ = {options_.targets};
        } else if (plan_) {
            const bool tests = std::any_of(plan_->targets.begin(), plan_->targets.end(),
                                           [](const Target& target) { return target.kind == Kind::test; });
            goals_ = {tests ? std::vector<std::string>{"all", "test"} : std::vector<std::string>{"all"}};
        } else {
            goals_ = {{}};
            if (output_of({find_program("ninja"), "-C", options_.build.string(), "-t", "query", "test"}))
                goals_.push_back({"test"});
        }
    }

    BuildOutcome built() {
        BuildOutcome out;
        for (std::size_t goal = 0; goal < goals_.size(); ++goal) {
            out = build_(goals_[goal]);
            out.goal = goal;
            if (out.exit_code == static_cast<int>(Exit::interrupted)) {
                throw Error(Exit::interrupted, "interrupted", "", "You stopped it.",
                            "Run the same command again; the files are as they were when the evidence was "
                            "last good.");
            }
            if (ran_no_test(out.log)) no_tests();
            if (out.exit_code == 0) continue;
            if (out.failures.empty()) out.failures.push_back({"ninja", "", out.log});
            for (BuildOutcome::Failure& failure : out.failures) {
                if (failure.text.empty()) failure.text = out.log;  // of the console pool, like CTest
            }
            files().order(out.failures);
            for (std::string& command : left(goals_[goal])) out.left.insert(std::move(command));
            return out;
        }
        out.goal = goals_.size();
        return out;
    }

    // Commands of all that ninja would still run.
    std::vector<std::string> left(const std::vector<std::string>& targets) const {
        Words argv = {find_program("ninja"), "-C", options_.build.string(), "-n", "-v"};
        argv.insert(argv.end(), targets.begin(), targets.end());
        const ProgramOutput told =
            run_program(argv, {std::chrono::milliseconds(60'000), 256U << 20U}, {"NINJA_STATUS=\x01"});
        std::vector<std::string> out;
        for (std::size_t begin = 0; begin < told.text.size();) {
            const std::size_t end = std::min(told.text.find('\n', begin), told.text.size());
            if (told.text[begin] == '\x01') out.push_back(told.text.substr(begin + 1, end - begin - 1));
            begin = end + 1;
        }
        return out;
    }

    RootCause root_cause(const BuildOutcome& outcome) const {
        auto found = first_root_cause(outcome.texts());
        if (!found) {
            throw Error(Exit::failure, "repair.silent", outcome.failures.front().output,
                        fmt::format("It failed with exit code {} and printed nothing that says why.",
                                    outcome.exit_code),
                        "Run its command by hand: ninja -v shows it.");
        }
        // As the project calls its files, not as a tool did.
        const RepairFiles files(options_.root, options_.build, plan(), known_.languages);
        files.judge(found->diagnostic);
        const auto rename = [&](Place& place) {
            if (auto path = files.resolve(place.file)) place.file = std::move(*path);
        };
        rename(found->diagnostic.place);
        for (DiagnosticNote& note : found->diagnostic.notes) rename(note.place);
        return std::move(*found);
    }

    // What no change of a source puts right is for a person.
    void tell_what_is_not_the_codes(const Diagnostic& found) const {
        const std::string fix = install_of(found, known_.languages);
        const std::string place = place_text(found.place);
        switch (found.kind) {
            case DiagnosticKind::missing_toolchain:
                throw Error(
                    Exit::failure, "repair.toolchain", place,
                    fmt::format("A program is missing on this machine: {}. {}", found.subject, found.message),
                    fix);
            case DiagnosticKind::missing_package:
                throw Error(
                    Exit::failure, "repair.package", place,
                    fmt::format("Something is missing on this machine: {}. {}{}", found.subject,
                                found.message,
                                known_package(found)
                                    ? ""
                                    : " AIBuild knows no package that brings it, and nothing here has a name "
                                      "that is nearly the same: see that it is right before you install "
                                      "anything."),
                    fix);
            case DiagnosticKind::resource:
                throw Error(Exit::failure, "repair.resource", place,
                            fmt::format("This machine ran out of something: {}", found.message),
                            "Make room, or build with fewer steps at a time (-j), and run it again.");
            case DiagnosticKind::setting:
                throw Error(
                    Exit::failure, "repair.setting", place,
                    fmt::format("The fault is in build files or settings, which a repair does not touch: {}",
                                found.message),
                    setting_fix(found));
            case DiagnosticKind::test:
                if (found.code == "no-tests") no_tests();
                break;
            case DiagnosticKind::code:
                break;
        }
    }

    std::string setting_fix(const Diagnostic& found) const {
        if (found.code == "missing-file" && plan_)
            return fmt::format("Write {0}, have it made by `aibuild-gen generate`, or take it out of {1}.",
                               found.subject, plan_file);
        return plan_ ? fmt::format("Look at {}.", plan_file) : "Look at the build files that it names.";
    }

    [[noreturn]] static void no_tests() {
        throw Error(Exit::failure, "repair.no-tests", "",
                    "The tests passed without one of them being run: that proves nothing.",
                    "See that the test programs run tests and say so (TAP: `1..N`, then `ok 1 - what`).");
    }

    [[noreturn]] void no_more_rounds(const Diagnostic& found) const {
        throw Error(
            Exit::failure, "repair.rounds", place_text(found.place),
            fmt::format("{} rounds were used, and this is left: {}", options_.max_rounds, found.message),
            "Allow more with --max-rounds, or go on by hand: what helped was kept.");
    }

    // Asks, tries, and gives what holds afterwards.
    BuildOutcome one_round(const RootCause& cause, BuildOutcome now) {
        RepairAsked asked = described(cause, now);
        talk_.say(fmt::format("round {} of {}: {}", result_.rounds, options_.max_rounds,
                              fault_text(cause.diagnostic)));
        if (cause.others > 0) talk_.say(fmt::format("  and {} more, which may follow from it", cause.others));
        const std::vector<Repaired> repaired = asking_.ask(asked);
        const std::string state = state_of_sources(repaired);
        if (!seen_.insert(state).second) {
            throw Error(Exit::failure, "repair.circle",
                        fmt::format("{}", fmt::join(paths_of(repaired), ", ")),
                        "The answer makes the files what they have been before, and that did not pass.",
                        "Repair it by hand, or try another model; the files are in their last good state.");
        }
        std::vector<Trial> trials;
        for (const Repaired& each : repaired) trials.push_back({each.path, each.before, each.text});
        const std::map<std::string, std::string> judges = files().judges();
        stage_.put(trials);
        BuildOutcome then = built();
        see_that_none_was_bent(judges);
        if (better(then, now)) {
            stage_.keep();
            kept(repaired, cause.diagnostic);
            tried_.clear();
            return then;
        }
        for (const std::string& note : stage_.back()) talk_.say(note);
        did_not_help(cause, repaired, then);
        return now;
    }

    // The code on trial ran, and could write: what it was judged by has to be what it was (law 5). A person
    // may have been the one who wrote, so that nothing is put back.
    void see_that_none_was_bent(const std::map<std::string, std::string>& judges) {
        const Root build(options_.build);
        std::vector<std::string> bent;
        for (const auto& [path, before] : judges) {
            if (root_.find(path) == Found::file && root_.read(path) == before) continue;
            build.write(fmt::format(".aibuild/before-repair/{}/{}", sha256(before).substr(0, 12), path),
                        before);
            bent.push_back(path);
        }
        if (bent.empty()) return;
        for (const std::string& note : stage_.back()) talk_.say(note);
        throw Error(
            Exit::policy, "repair.judge", fmt::format("{}", fmt::join(bent, ", ")),
            "A test or a build file changed while a repair was on trial, by a step of the build or by "
            "somebody else; so the trial proves nothing, and was taken back.",
            fmt::format("See what it is now; its text from before is in {}.",
                        (options_.build / ".aibuild/before-repair").string()));
    }

    void kept(const std::vector<Repaired>& repaired, const Diagnostic& found) {
        for (const std::string& line :
             record_repair(options_.root, options_.build, repaired, fault_text(found), asking_.store()))
            talk_.say(line);
        for (const Repaired& each : repaired) {
            talk_.show(unified_diff(each.path, each.before, each.text));
            if (std::find(result_.changed.begin(), result_.changed.end(), each.path) == result_.changed.end())
                result_.changed.push_back(each.path);
        }
        std::sort(result_.changed.begin(), result_.changed.end());
    }

    void did_not_help(const RootCause& cause, const std::vector<Repaired>& repaired,
                      const BuildOutcome& then) {
        const auto after = first_root_cause(then.texts());
        const std::string came = after ? fault_text(after->diagnostic) : "it failed without a word";
        talk_.say(fmt::format("  it did not help, and was taken back: {}", came));
        for (const Repaired& each : repaired) {
            tried_.push_back(
                fmt::format("{}\nThen: {}", unified_diff(each.path, each.before, each.text), came));
        }
        asking_.forget(repaired);
        if (++failures_[fault_signature(cause.diagnostic)] == 2) {
            throw Error(
                Exit::failure, "repair.same", place_text(cause.diagnostic.place),
                fmt::format("Two repairs of the same fault did not help: {}", cause.diagnostic.message),
                "Repair it by hand, or try another model; the files are in their last good state.");
        }
    }

    RepairAsked described(const RootCause& cause, const BuildOutcome& outcome) const {
        const RepairFiles files(options_.root, options_.build, plan(), known_.languages);
        const BuildOutcome::Failure& failure = outcome.failures[cause.edge];
        RepairAsked out;
        files.describe(failure.output, out);
        out.agents = surroundings_of(options_.root).agents;
        out.step = failure.output;
        const Diagnostic& shown = cause.diagnostic;
        out.fault = fault_text(shown);
        for (const DiagnosticNote& note : shown.notes) {
            const std::string place = place_text(note.place);
            out.notes.push_back(place.empty() ? note.message : fmt::format("{}: {}", place, note.message));
            if (out.notes.size() == 8) break;
        }
        out.output = shortened_output(visible(failure.text));
        out.files = files.concerned(cause, outcome);
        out.tried = tried_;
        if (out.may_change().empty()) {
            const bool test =
                cause.diagnostic.kind == DiagnosticKind::test || files.is_test(shown.place.file);
            throw Error(Exit::failure, test ? "repair.test" : "repair.no-files", place_text(shown.place),
                        fmt::format("{}: {}",
                                    test ? "The fault is in a test, which a repair never changes"
                                         : "No file that a repair may change is concerned",
                                    shown.message),
                        "Repair it by hand.");
        }
        return out;
    }

    static std::vector<std::string> paths_of(const std::vector<Repaired>& repaired) {
        std::vector<std::string> out;
        for (const Repaired& each : repaired) out.push_back(each.path);
        return out;
    }

    // A hash of all that repairs have touched, as it would be with these texts.
    std::string state_of_sources(const std::vector<Repaired>& repaired) {
        for (const Repaired& each : repaired) touched_.try_emplace(each.path, each.before);
        std::string all;
        std::string changed;
        for (const auto& [path, first] : touched_) {
            const auto is_this = [&path = path](const Repaired& each) { return each.path == path; };
            const auto found = std::find_if(repaired.begin(), repaired.end(), is_this);
            const std::string text = found != repaired.end() ? found->text : root_.read(path).value_or("");
            if (text != first) changed += path + '\n' + sha256(text) + '\n';
        }
        return sha256(changed);
    }

    RepairFiles files() const { return {options_.root, options_.build, plan(), known_.languages}; }
    const Plan* plan() const { return plan_ ? &*plan_ : nullptr; }

    const RepairOptions& options_;
    const BuildTargets& build_;
    RepairTalk& talk_;
    const Root root_;
    RepairStage stage_;
    std::optional<Plan> plan_;
    KnownLanguages known_;
    std::vector<std::vector<std::string>> goals_;
    RepairAsking asking_;
    std::map<std::string, std::string> touched_;  // files, as they were at first
    std::set<std::string> seen_;                  // states of the sources that were built
    std::map<std::string, int> failures_;         // repairs that did not help, by what they were to repair
    std::vector<std::string> tried_;              // of the fault at hand
    RepairResult result_;
};

}  // namespace

RepairResult repair(const RepairOptions& options, const BuildTargets& build, RepairTalk& talk) {
    return Repair(options, build, talk).run();
}

}  // namespace aibuild
