#include <CLI/Config.hpp>
#include <memory>

#include "tool/cli/files_terminal.h"
#include "tool/cli/verbs.h"
#include "tool/engine/change.h"

namespace aibuild {

void add_change(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys) {
    auto options = std::make_shared<ChangeOptions>();
    options->root = ".";
    options->program = program;
    options->keys = keys;
    auto given = std::make_shared<GivenFlags>();
    CLI::App* verb = app.add_subcommand(
        "change", "change a project as a sentence says: its plan, and the files that are concerned");
    verb->add_option("description", options->description, "what is to be different, in a sentence or two")
        ->required();
    add_generate_flags(*verb, *options, given);
    verb->callback([options, given, &run] {
        run = [options, given] {
            load_settings(*options, *given);
            FilesTerminal terminal(options->yes, options->settings.text("progress"));
            return tell(change(*options, terminal));
        };
    });
}

}  // namespace aibuild
