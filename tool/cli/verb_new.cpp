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
#include "tool/cli/terminal.h"
#include "tool/cli/verbs.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/new.h"
#include "tool/prompting/answers.h"

namespace aibuild {

namespace {

// Talks on standard error, which is for people; asks on the terminal.
class Terminal : public NewTalk {
  public:
    explicit Terminal(bool yes) : yes_(yes), progress_(progress_for(LiveMode::automatic)) {}

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

// As CLI11 wants it: the number of what the word names. Its own check says nothing of the words there are.
std::string provider_named(const std::string& word) {
    static const std::map<std::string, ProviderName> providers = {{"builtin", ProviderName::builtin},
                                                                  {"openai", ProviderName::openai},
                                                                  {"replay", ProviderName::replay}};
    const auto found = providers.find(word);
    if (found == providers.end())
        throw CLI::ValidationError(
            fmt::format("There is no provider \"{}\": builtin, openai or replay.", word));
    return std::to_string(static_cast<int>(found->second));
}

}  // namespace

void add_new(CLI::App& app, Run& run, const std::string& program, const std::string& key) {
    auto options = std::make_shared<NewOptions>();
    options->root = ".";
    options->program = program;
    options->key = key;
    CLI::App* verb = app.add_subcommand("new", "make a project from a description");
    auto answers = std::make_shared<GuidedAnswers>();
    add_guided_flags(*verb, *answers);
    verb->add_option("--provider", options->provider,
                     "builtin, openai or replay; unless said: openai where OPENAI_API_KEY or OPENAI_BASE_URL "
                     "is set, else builtin")
        ->transform(provider_named)
        ->type_name("NAME");
    verb->add_option("-m,--model", options->model, "the model to ask; AIBUILD_MODEL unless said")
        ->type_name("MODEL");
    verb->add_option("--timeout", options->timeout_seconds, "the most that one answer may take")
        ->type_name("SECONDS")
        ->check(CLI::PositiveNumber);
    verb->add_option("-j", options->jobs, "files asked for at the same time")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    verb->add_option(
            "--replay", options->replay,
            "make a project, or a recording of one, again from its own answers; its description is taken")
        ->type_name("DIR");
    verb->add_flag("-n,--dry-run", options->dry_run, "only say what would be asked, and what that may take");
    verb->add_flag("--offline", options->offline, "open no socket");
    verb->add_option("--max-calls", options->caps.calls, "stop before more requests than this")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    verb->add_option("--max-tokens", options->caps.tokens, "stop before more tokens than this, in and out")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    verb->add_option("--max-cost", options->caps.cost, "stop before it may cost more than this")
        ->type_name("AMOUNT")
        ->check(CLI::PositiveNumber);
    auto seconds = std::make_shared<int>(0);
    verb->add_option("--max-seconds", *seconds, "stop after this time")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    verb->add_flag("-y,--yes", options->yes, "don't ask");
    verb->callback([options, answers, seconds, verb, &run] {
        // Without a description there are questions, and without a terminal nobody who answers them.
        const bool ask = verb->get_option("description")->empty() && options->replay.empty();
        if (*seconds > 0) options->caps.time = std::chrono::seconds(*seconds);
        if (ask && (options->yes || !terminal_there())) throw CLI::RequiredError("description");
        run = [options, answers, ask] {
            if (!answers->directory.empty()) options->root = answers->directory;
            if (ask || !answers->languages.empty()) {
                const KnownLanguages known = known_languages(options->root);
                check_languages(*answers, known.languages);
                if (ask) guided_talk(*answers, known.languages, std::cin, std::cerr);
            }
            if (!answers->directory.empty()) options->root = answers->directory;
            if (options->replay.empty()) options->description = description_of(*answers);
            Terminal terminal(options->yes);
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
