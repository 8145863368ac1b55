#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <memory>

#include "ninja-gen/error.h"
#include "tool/cli/terminal.h"
#include "tool/cli/verbs.h"
#include "tool/engine/emit.h"

namespace aibuild {

void add_emit(CLI::App& app, Run& run, const std::string& program) {
    auto options = std::make_shared<EmitOptions>();
    options->root = ".";
    options->program = program;
    CLI::App* verb =
        app.add_subcommand("emit", "write build.ninja and the CMake files of aibuild.json; asks no model");
    verb->add_option("-C", options->root, "the project's directory")->type_name("DIR");
    verb->add_option("-o", options->build, "the build directory; build/ in the project unless said")
        ->type_name("DIR");
    verb->add_option("--config", options->configuration, "release, debug, sanitize or coverage")
        ->type_name("NAME");
    verb->add_option("--launcher", options->launcher,
                     "what runs compilers here from now on: none, ccache, distcc or \"ccache distcc\"")
        ->type_name("NAME");
    auto yes = std::make_shared<bool>(false);
    verb->add_flag("-y,--yes", *yes, "agree to the commands that the project brings, without being asked");
    verb->add_flag("--from-ninja", options->from_ninja)->group("");
    verb->callback([options, yes, &run] {
        options->ask = ask_on_terminal(*yes, "May these commands run on this machine?");
        run = [options] {
            const EmitResult result = emit(*options);
            for (const EmittedNote& note : result.notes)
                fmt::print(stderr, "{}: {}\n", note.path, visible(note.what));
            for (const std::string& remark : result.remarks) {
                if (!options->from_ninja) fmt::print(stderr, "{}\n", remark);
            }
            if (!options->from_ninja) {
                fmt::print(stderr, "{}: {}, {} steps, {} tests ({})\n", result.build.string(),
                           result.configuration, result.steps, result.tests,
                           result.wrote_build ? "written" : "nothing to do");
            }
            return 0;
        };
    });
}

}  // namespace aibuild
