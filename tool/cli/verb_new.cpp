#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/quote.h"
#include "tool/cli/guided.h"
#include "tool/cli/progress_for.h"
#include "tool/cli/setting_flags.h"
#include "tool/cli/terminal.h"
#include "tool/cli/verbs.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/new.h"
#include "tool/prompting/answers.h"
#include "tool/text/log.h"

namespace aibuild {

namespace {

// Talks on standard error, which is for people; asks on the terminal.
class Terminal : public NewTalk {
  public:
    Terminal(bool yes, LiveMode mode) : yes_(yes), progress_(progress_for(mode)) {}

    void say(const std::string& line) override { progress_->say(line); }

    Progress& progress() override { return *progress_; }

    std::optional<std::string> decide(const OpenQuestion& open) override {
        if (!can_ask()) return std::nullopt;
        fmt::print(stderr, "\n{}\n", visible(open.question));
        for (std::size_t n = 0; n < open.choices.size(); ++n)
            fmt::print(stderr, "  {}  {}\n", n + 1, visible(open.choices[n]));
        fmt::print(stderr, "A number, your own words, or enter for \"{}\": ", visible(open.decision));
        std::string answer;
        if (!std::getline(std::cin, answer) || answer.empty()) return std::nullopt;
        const bool digit = answer.size() == 1 && answer[0] >= '1' && answer[0] <= '9';
        const auto n = static_cast<std::size_t>(answer[0] - '1');
        if (digit && n < open.choices.size()) return open.choices[n];
        return text_problem(answer).empty() ? std::optional(answer) : std::nullopt;
    }

    bool can_ask() const override { return terminal_there(); }

    bool agree(const Plan& plan, const std::vector<std::string>& files, const std::string& provider,
               const std::string& estimate) override {
        fmt::print(stderr, "\n{} {}: {}\n\n", plan.name, plan.version, visible(plan.description));
        tests_ = std::any_of(plan.targets.begin(), plan.targets.end(),
                             [](const Target& target) { return target.kind == Kind::test; });
        std::size_t width = 0;
        for (const Target& target : plan.targets) width = std::max(width, target.name.size());
        for (const Target& target : plan.targets) {
            std::string line =
                fmt::format("  {:<{}}  {} in {}", target.name, width, name_of(target.kind), target.language);
            for (const std::string& used : target.uses)
                line += (&used == &target.uses.front() ? ", uses " : ", ") + used;
            fmt::print(stderr, "{}\n", visible(line));
        }
        for (const PlannedStep& step : plan.steps) {
            std::string line = fmt::format("  {:<{}}  runs", step.name, width);
            for (const std::string& word : step.command) {
                line += ' ';
                quote::shell(line, word);
            }
            fmt::print(stderr, "{}\n", visible(line));
        }
        fmt::print(stderr, "\n{} files:\n", files.size());
        for (const std::string& file : files) fmt::print(stderr, "  {}\n", visible(file));
        fmt::print(stderr, "\n");
        if (!estimate.empty()) fmt::print(stderr, "The files take {}.\n", estimate);
        if (yes_) return true;
        if (!can_ask()) return false;
        fmt::print(stderr, "Write this project (texts by {})? [y/N] ", provider);
        std::string answer;
        std::getline(std::cin, answer);
        return answer == "y" || answer == "Y" || answer == "yes";
    }

    std::optional<bool> may_run(const std::string& text) override {
        return ask_on_terminal(yes_, "May these commands run on this machine?")(text);
    }

    bool tests() const { return tests_; }

  private:
    bool yes_;
    std::unique_ptr<Progress> progress_;
    bool tests_ = true;  // as long as no plan says that there are none
};

}  // namespace

void add_new(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys) {
    auto options = std::make_shared<NewOptions>();
    options->root = ".";
    options->program = program;
    options->keys = keys;
    CLI::App* verb = app.add_subcommand("new", "make a project from a description");
    auto answers = std::make_shared<GuidedAnswers>();
    add_guided_flags(*verb, *answers);
    auto given = std::make_shared<GivenFlags>();
    add_setting_flags(*verb, settings_with_flags(), given);
    verb->add_option(
            "--replay", options->replay,
            "make a project, or a recording of one, again from its own answers; its description is taken")
        ->type_name("DIR");
    verb->add_flag("-n,--dry-run", options->dry_run, "only say what would be asked, and what that may take");
    verb->add_flag("-y,--yes", options->yes, "don't ask");
    verb->callback([options, answers, given, verb, &run] {
        // Without a description there are questions, and without a terminal nobody who answers them.
        const bool ask = verb->get_option("description")->empty() && options->replay.empty();
        if (ask && (options->yes || !terminal_there())) throw CLI::RequiredError("description");
        run = [options, answers, given, ask] {
            if (!answers->directory.empty()) options->root = answers->directory;
            if (ask || !answers->languages.empty()) {
                const KnownLanguages known = known_languages(options->root);
                check_languages(*answers, known.languages);
                if (ask) guided_talk(*answers, known.languages, std::cin, std::cerr);
            }
            if (!answers->directory.empty()) options->root = answers->directory;
            if (options->replay.empty()) options->description = description_of(*answers);
            options->settings = ToolSettings::load(*given, process_environment(), options->root);
            if (Log* log = current_log(); log != nullptr)
                log->set_level(*log_level(options->settings.text("log")));
            Terminal terminal(options->yes, live_mode(options->settings.text("progress")));
            make_new(*options, terminal);
            if (options->dry_run) return 0;
            std::string build;
            quote::shell(build, options->root == "." ? "build" : (options->root / "build").string());
            fmt::print(stderr, "\nNext:\n  ninja -C {}          # builds everything\n", build);
            if (terminal.tests()) fmt::print(stderr, "  ninja -C {} test     # runs every test\n", build);
            return 0;
        };
    });
}

}  // namespace aibuild
