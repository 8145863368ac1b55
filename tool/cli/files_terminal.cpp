#include "tool/cli/files_terminal.h"

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <iostream>

#include "ninja-gen/error.h"
#include "tool/cli/progress_for.h"
#include "tool/cli/project_place.h"
#include "tool/cli/terminal.h"
#include "tool/text/log.h"

namespace aibuild {

FilesTerminal::FilesTerminal(bool yes, const std::string& progress)
    : yes_(yes), progress_(progress_for(live_mode(progress))) {}

void FilesTerminal::say(const std::string& line) {
    progress_->say(visible(line));
}

std::optional<bool> FilesTerminal::may_run(const std::string& text) {
    return ask_on_terminal(yes_, "May these commands run on this machine?")(text);
}

bool FilesTerminal::can_ask() const {
    return terminal_there();
}

bool FilesTerminal::agree(const std::vector<std::string>& lines, const std::string& question) {
    for (const std::string& line : lines) fmt::print(stderr, "{}\n", visible(line));
    if (yes_) return true;
    if (!can_ask()) return false;
    fmt::print(stderr, "{} [y/N] ", question);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

void add_generate_flags(CLI::App& verb, GenerateOptions& options, const std::shared_ptr<GivenFlags>& given) {
    add_place_options(verb, options.root, options.build);
    verb.add_option("--replay", options.replay,
                    "ask nobody: take the answers stored in this project, or recording of one")
        ->type_name("DIR");
    verb.add_flag("-n,--dry-run", options.dry_run, "only say what would be asked, and what that may take");
    verb.add_flag("-y,--yes", options.yes, "don't ask");
    add_setting_flags(verb, settings_with_flags(), given);
}

void load_settings(GenerateOptions& options, const GivenFlags& given) {
    find_place(options.root, options.build);
    options.settings = ToolSettings::load(given, process_environment(), options.root);
    if (Log* log = current_log(); log != nullptr) log->set_level(*log_level(options.settings.text("log")));
}

int tell(const std::vector<MergeNote>& notes) {
    std::size_t conflicts = 0;
    for (const MergeNote& note : notes) {
        fmt::print(stderr, "{}: {}\n", visible(note.path), visible(note.what));
        conflicts += note.conflict ? 1U : 0U;
    }
    if (conflicts == 0) return 0;
    fmt::print(stderr, "\n{} file{} to decide about: `aibuild-gen diff FILE` shows both sides.\n", conflicts,
               conflicts == 1 ? "" : "s");
    return static_cast<int>(Exit::failure);
}

}  // namespace aibuild
