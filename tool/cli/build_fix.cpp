#include "tool/cli/build_fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "ninja-gen/error.h"
#include "tool/cli/progress_for.h"
#include "tool/cli/setting_flags.h"
#include "tool/cli/terminal.h"

namespace aibuild {

namespace {

class Terminal : public RepairTalk {
  public:
    Terminal(bool yes, LiveMode mode) : yes_(yes), progress_(progress_for(mode)) {}

    void say(const std::string& line) override { progress_->say(line); }
    Progress& progress() override { return *progress_; }
    bool can_ask() const override { return terminal_there(); }

    std::optional<bool> may_run(const std::string& text) override {
        return ask_on_terminal(yes_, "May these commands run on this machine?")(text);
    }

    bool agree(const std::string& who, const std::string& estimate) override {
        say(fmt::format("all rounds together: {}", estimate));
        if (yes_) return true;
        if (!can_ask()) return false;
        fmt::print(stderr, "Ask {} for repairs? [y/N] ", visible(who));
        std::string answer;
        std::getline(std::cin, answer);
        return answer == "y" || answer == "Y" || answer == "yes";
    }

    void show(const std::string& diff) override { fmt::print(stderr, "{}", diff); }

  private:
    bool yes_;
    std::unique_ptr<Progress> progress_;
};

}  // namespace

void add_fix_flags(CLI::App& verb, FixFlags& flags, const std::shared_ptr<GivenFlags>& given,
                   const std::vector<std::string_view>& without) {
    verb.add_flag(
        "--fix", flags.fix,
        "repair what fails, one root cause at a time: ask a model, and keep what improves the evidence");
    verb.add_option("--max-rounds", flags.max_rounds, "repairs that are tried at most [5]")
        ->type_name("N")
        ->check(CLI::Range(1, 100));
    std::vector<std::string_view> settings = settings_with_flags();
    std::erase_if(settings, [&](std::string_view name) {
        return std::find(without.begin(), without.end(), name) != without.end();
    });
    add_setting_flags(verb, settings, given);
}

int run_fix(const FixFlags& flags, RepairOptions options, const BuildTargets& build) {
    if (options.settings.flag("frozen")) {
        throw Error(Exit::policy, "frozen", "--frozen", "A repair asks a model, and nobody may be asked.",
                    "Build without --fix, or repair without --frozen.");
    }
    options.max_rounds = flags.max_rounds;
    Terminal terminal(options.yes, live_mode(options.settings.text("progress")));
    repair(options, build, terminal);
    return 0;
}

}  // namespace aibuild
