#include <CLI/Config.hpp>
#include <memory>

#include "tool/cli/files_terminal.h"
#include "tool/cli/verbs.h"
#include "tool/engine/generate.h"

namespace aibuild {

void add_generate(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys) {
    auto options = std::make_shared<GenerateOptions>();
    options->root = ".";
    options->program = program;
    options->keys = keys;
    auto given = std::make_shared<GivenFlags>();
    CLI::App* verb =
        app.add_subcommand("generate", "make the files of the plan that are missing or stale, and no others");
    verb->add_option(
            "files", options->files,
            "only these files of the project, from its root, and what they are shown that is missing")
        ->type_name("FILE");
    add_generate_flags(*verb, *options, given);
    verb->callback([options, given, &run] {
        run = [options, given] {
            load_settings(*options, *given);
            FilesTerminal terminal(options->yes, options->settings.text("progress"));
            return tell(generate(*options, terminal));
        };
    });
}

}  // namespace aibuild
