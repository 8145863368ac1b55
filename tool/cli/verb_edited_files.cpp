#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <memory>

#include "tool/cli/files_terminal.h"
#include "tool/cli/project_place.h"
#include "tool/cli/verbs.h"
#include "tool/engine/edited_files.h"

namespace aibuild {

namespace {

struct Given {
    EditedFilesOptions options;
    std::shared_ptr<GivenFlags> flags = std::make_shared<GivenFlags>();
    bool yes = false;
    bool release = false;

    void load() {
        find_place(options.root, options.build);
        options.settings = ToolSettings::load(*flags, process_environment(), options.root);
    }
    FilesTerminal terminal() const { return {yes, "never"}; }
};

std::shared_ptr<Given> common(CLI::App& verb, bool writes) {
    auto given = std::make_shared<Given>();
    given->options.root = ".";
    verb.add_option("files", given->options.paths, "files of the project, from its root")->type_name("FILE");
    add_place_options(verb, given->options.root, given->options.build);
    if (writes) add_setting_flags(verb, {"wait"}, given->flags);
    return given;
}

void need_files(const Given& given) {
    if (given.options.paths.empty() && !given.options.all) throw CLI::RequiredError("FILE");
}

}  // namespace

void add_edited_files(CLI::App& app, Run& run) {
    CLI::App* diff = app.add_subcommand("diff", "what people changed in generated files, as unified diffs");
    const auto shown = common(*diff, false);
    diff->callback([shown, &run] {
        run = [shown] {
            find_place(shown->options.root, shown->options.build);
            fmt::print("{}", diff_files(shown->options));
            return 0;
        };
    });

    CLI::App* accept = app.add_subcommand("accept", "the present text of a file is what it is to be");
    const auto accepted = common(*accept, true);
    accept->add_flag("--all", accepted->options.all, "every file that is edited or stale");
    accept->callback([accepted, &run] {
        need_files(*accepted);
        run = [accepted] {
            accepted->load();
            FilesTerminal terminal = accepted->terminal();
            return tell(accept_files(accepted->options, terminal));
        };
    });

    CLI::App* revert =
        app.add_subcommand("revert", "takes back what people changed in a file; it is kept in a backup");
    const auto reverted = common(*revert, true);
    revert->add_flag("-y,--yes", reverted->yes, "don't ask");
    revert->callback([reverted, &run] {
        need_files(*reverted);
        run = [reverted] {
            reverted->load();
            FilesTerminal terminal = reverted->terminal();
            return tell(revert_files(reverted->options, terminal));
        };
    });

    CLI::App* own =
        app.add_subcommand("own", "a file is the person's from now on: shown to models, and never written");
    const auto owned = common(*own, true);
    own->add_flag("--release", owned->release, "gives it back, as it is");
    own->callback([owned, &run] {
        need_files(*owned);
        run = [owned] {
            owned->load();
            FilesTerminal terminal = owned->terminal();
            return tell(own_files(owned->options, owned->release, terminal));
        };
    });
}

}  // namespace aibuild
