// aibuild-gen: reads the command line, runs one verb, and is the one place where errors become text and exit
// codes.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdlib>
#include <filesystem>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "tool/cli/verbs.h"
#include "tool/settings/key.h"
#include "tool/text/log.h"

namespace {

constexpr const char* footer = R"(
Exit codes: 0 ok, 1 failure, 2 usage, 3 drift, 4 key, 5 provider or network, 6 budget or policy,
            7 answer rejected, 8 declined, 130 interrupted

Examples:
  aibuild-gen new "a word counter in C++ with tests" -C words
  ninja -C words/build test
  aibuild-gen status -C words)";

// CLI11 exits with codes of its own, lists unknown words backwards and suggests nothing: a usage error is 2,
// with one suggestion.
int usage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
    std::string why = error.what();
    std::string fix = "aibuild-gen --help lists what there is.";
    std::vector<std::string> known;
    if (app.get_subcommands().empty()) {
        for (const CLI::App* verb : app.get_subcommands(nullptr)) known.push_back(verb->get_name());
        why = "A command is missing.";
        if (argc > 1) {
            why = fmt::format("There is no command \"{}\".", argv[1]);
            if (const auto meant = aibuild::did_you_mean(argv[1], known))
                fix = fmt::format("Did you mean `aibuild-gen {}`?", *meant);
        }
    } else {
        const CLI::App* verb = app.get_subcommands().front();
        std::string path = verb->get_name();
        while (!verb->get_subcommands().empty()) {
            verb = verb->get_subcommands().front();
            path += " " + verb->get_name();
        }
        fix = fmt::format("aibuild-gen {} --help lists what it takes.", path);
        for (const CLI::App* part : verb->get_subcommands(nullptr)) known.push_back(part->get_name());
        if (!known.empty()) why = fmt::format("`{}` needs one word more: {}.", path, fmt::join(known, ", "));
        for (const CLI::Option* option : verb->get_options()) {
            for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
            for (const std::string& name : option->get_snames()) known.push_back("-" + name);
        }
        if (const auto words = app.remaining(true); !words.empty()) {
            why = fmt::format("\"{}\" was not expected.", words.front());
            if (const auto meant = aibuild::did_you_mean(words.front(), known))
                fix = fmt::format("Did you mean {}?", *meant);
        }
    }
    const aibuild::Error shown(aibuild::Exit::usage, "usage", "", why, fix);
    fmt::print(stderr, "{}\n", shown.what());
    return static_cast<int>(aibuild::Exit::usage);
}

// Keys are for this process alone: no compiler, git or ninja that it starts inherits one.
aibuild::TakenKeys take_keys() {
    aibuild::TakenKeys keys = aibuild::take_keys(aibuild::key_variables(aibuild::process_environment()));
    static aibuild::Log log([](std::string_view lines) { fmt::print(stderr, "{}", lines); });
    for (const auto& [name, key] : keys) log.register_secret(key);
    aibuild::log_to(&log);
    return keys;
}

// What there is on the command line. CLI11 throws where two options have one name, which is a fault of ours.
void set_up(CLI::App& app, aibuild::Run& run, const aibuild::TakenKeys& keys) {
    app.set_version_flag("--version", "aibuild-gen " AIBUILD_VERSION);
    app.require_subcommand(1);
    app.footer(footer);
    // Every command takes it, those too that never ask anybody: a script need not know which.
    app.fallthrough();
    app.add_flag_callback(
        "--frozen", [] { ::setenv("AIBUILD_FROZEN", "true", 1); },
        "ask nobody at all: stored answers, or a refusal (exit code 6)");
    std::error_code ignored;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
    aibuild::add_new(app, run, program, keys);
    aibuild::add_change(app, run, program, keys);
    aibuild::add_generate(app, run, program, keys);
    aibuild::add_check(app, run);
    aibuild::add_explain(app, run);
    aibuild::add_edited_files(app, run);
    aibuild::add_emit(app, run, program);
    aibuild::add_build(app, run, program, keys);
    aibuild::add_status(app, run);
    aibuild::add_report(app, run);
    aibuild::add_languages(app, run);
    aibuild::add_doctor(app, run);
    aibuild::add_models(app, run, keys);
    aibuild::add_prompts(app, run);
    aibuild::add_config(app, run);
}

// Everything that is thrown on purpose ends here.
int run_main(int argc, char** argv) {
    CLI::App app("AIBuild: from a description to a project that Ninja and CMake build", "aibuild-gen");
    try {
        const aibuild::TakenKeys keys = take_keys();
        aibuild::Run run;
        set_up(app, run, keys);
        app.parse(argc, argv);
        return run();
    } catch (const CLI::Success& request) {  // --help, --version
        return app.exit(request);
    } catch (const CLI::ParseError& error) {
        return usage(app, error, argc, argv);
    } catch (const aibuild::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return static_cast<int>(error.exit());
    } catch (const std::exception& error) {
        fmt::print(stderr,
                   "error[internal]\n  why:   {}\n  fix:   This is a fault of aibuild-gen; please report it "
                   "with the command you ran.\n",
                   aibuild::visible(error.what()));
        return static_cast<int>(aibuild::Exit::failure);
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_main(argc, argv);
    } catch (...) {  // standard error itself failed: there is nobody left to tell
        return static_cast<int>(aibuild::Exit::failure);
    }
}
