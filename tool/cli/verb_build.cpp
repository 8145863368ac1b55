#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <algorithm>
#include <memory>

#include "ninja-gen/error.h"
#include "tool/cli/amounts.h"
#include "tool/cli/build_fix.h"
#include "tool/cli/build_view.h"
#include "tool/cli/setting_flags.h"
#include "tool/cli/terminal.h"
#include "tool/cli/verbs.h"
#include "tool/engine/build.h"
#include "tool/engine/repair_stage.h"
#include "tool/settings/setting.h"
#include "tool/settings/settings.h"

namespace aibuild {

namespace {

struct BuildFlags {
    BuildOptions options;
    std::vector<std::string> words;  // targets, and all that follows --
    std::string jobs, keep, tool, rest;
    std::vector<std::string> debug;
    bool look = false, verbose = false, yes = false;
    GivenFlags given;
    FixFlags fix;
    TakenKeys keys;  // for --fix alone

    // In ninja's words. What stands behind a tool is the tool's.
    std::vector<std::string> ninja() const {
        std::vector<std::string> out;
        if (!jobs.empty()) out.insert(out.end(), {"-j", jobs});
        if (!keep.empty()) out.insert(out.end(), {"-k", keep});
        if (look) out.emplace_back("-n");
        if (verbose) out.emplace_back("-v");
        for (const std::string& mode : debug) out.insert(out.end(), {"-d", mode});
        if (!tool.empty()) out.insert(out.end(), {"-t", tool});
        out.insert(out.end(), words.begin(), words.end());
        return out;
    }
};

SandboxMode sandbox_mode(const std::string& word) {
    if (word == "require") return SandboxMode::require;
    return word == "off" ? SandboxMode::off : SandboxMode::automatic;
}

// "run 3: 12 steps, 1 failed, 2.1 s, 5 up to date"
std::string summary(const BuildRun& run) {
    const auto count = [&](TaskState state) {
        return std::count_if(run.steps.begin(), run.steps.end(),
                             [&](const RunStep& step) { return step.state == state; });
    };
    std::string out =
        fmt::format("run {}: {}", run.id, counted(static_cast<std::int64_t>(run.steps.size()), "step"));
    if (const auto failed = count(TaskState::failed)) out += fmt::format(", {} failed", failed);
    if (const auto cancelled = count(TaskState::cancelled)) out += fmt::format(", {} cancelled", cancelled);
    out += ", " + elapsed_text(Milliseconds(run.duration_ms));
    if (run.up_to_date > 0) out += fmt::format(", {} up to date", run.up_to_date);
    return out;
}

// One build for --fix: every failure is heard of, and read by what tools say in English.
BuildOutcome build_all(const BuildFlags& flags, const std::vector<std::string>& targets,
                       BuildProgress& progress) {
    BuildOptions options = flags.options;
    options.ninja.insert(options.ninja.begin(), {"-k", "0"});
    options.ninja.insert(options.ninja.end(), targets.begin(), targets.end());
    BuildResult result = build(options, progress);
    BuildOutcome out;
    out.exit_code = result.exit_code;
    out.log = std::move(result.log);
    for (FailedStep& step : result.failures)
        out.failures.push_back({std::move(step.output), std::move(step.command), std::move(step.text)});
    return out;
}

int run_repair(BuildFlags& flags, const ToolSettings& settings, BuildProgress& progress) {
    if (flags.look || !flags.tool.empty() || !flags.keep.empty()) {
        throw Error(Exit::usage, "usage", "--fix",
                    "A repair builds, and hears of every failure: -n, -t and -k have no place beside it.",
                    "Leave them out.");
    }
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::setenv("CTEST_OUTPUT_ON_FAILURE", "1", 1);
    RepairOptions options;
    options.root = flags.options.root;
    options.build = build_directory(flags.options);
    options.targets = flags.words;
    options.settings = settings;
    options.keys = flags.keys;
    options.yes = flags.yes;
    flags.words.clear();
    flags.options.ninja = flags.ninja();
    return run_fix(flags.fix, std::move(options), [&](const std::vector<std::string>& targets) {
        return build_all(flags, targets, progress);
    });
}

int run_build(BuildFlags& flags) {
    const ToolSettings settings = ToolSettings::load(flags.given, process_environment(), flags.options.root);
    flags.options.ninja = flags.ninja();
    flags.options.wait = settings.flag("wait");
    flags.options.sandbox = sandbox_mode(settings.text("sandbox"));
    for (const std::string& directory : settings.list("sandbox_read"))
        flags.options.readable.emplace_back(directory);
    flags.options.network_launcher = settings.text("network_launcher");
    flags.options.home = settings.paths().home;
    flags.options.consent = ask_on_terminal(flags.yes, "May these commands run on this machine?");
    flags.options.without_sandbox = ask_on_terminal(flags.yes, "Build without a sandbox?");
    const std::unique_ptr<BuildProgress> progress = build_progress_for(live_mode(settings.text("progress")));
    if (flags.fix.fix) return run_repair(flags, settings, *progress);
    if (RepairStage::on_trial(flags.options.root))
        progress->say(
            "a repair is under way here, or was killed: `aibuild-gen build --fix` takes back what was on "
            "trial");
    const BuildResult result = build(flags.options, *progress);
    if (result.run.id != 0) progress->say(summary(result.run));
    return result.exit_code;
}

}  // namespace

void add_build(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys) {
    auto flags = std::make_shared<BuildFlags>();
    flags->options.program = program;
    flags->keys = keys;
    CLI::App* verb = app.add_subcommand("build", "ninja in a sandbox, with what it did written down");
    verb->add_option("targets", flags->words, "what to build; the default targets unless said")
        ->type_name("TARGET");
    // Targets take all there is; without another place that is free CLI11 has nobody for what is behind --.
    verb->add_option("ninja", flags->rest, "behind --: whatever else ninja takes")->type_name("...");
    verb->add_option("-C", flags->options.root, "the project's directory")->type_name("DIR");
    verb->add_option("-o", flags->options.build, "the build directory; build/ in the project unless said")
        ->type_name("DIR");
    verb->add_option("-j", flags->jobs, "so many steps at a time")->type_name("N");
    verb->add_option("-k", flags->keep, "go on until so many steps have failed; 0 for all")->type_name("N");
    verb->add_flag("-n", flags->look, "only say what would run");
    verb->add_flag("-v", flags->verbose, "show commands");
    verb->add_option("-d", flags->debug, "ninja's debugging: explain, stats, ...")
        ->type_name("MODE")
        ->allow_extra_args(false);
    verb->add_option("-t", flags->tool, "one of ninja's tools; -t list shows them")->type_name("TOOL");
    verb->add_option_function<std::string>(
            "--sandbox", [flags](const std::string& mode) { flags->given["sandbox"] = mode; },
            "require one, auto (ask where there is none) or off [auto]")
        ->type_name("MODE")
        ->check([](const std::string& text) {
            std::string problem;
            value_of_text(setting("sandbox"), text, problem);
            return problem;
        });
    add_setting_flags(*verb, {"progress", "wait"}, std::shared_ptr<GivenFlags>(flags, &flags->given));
    verb->add_flag("-y,--yes", flags->yes, "don't ask");
    add_fix_flags(*verb, flags->fix, std::shared_ptr<GivenFlags>(flags, &flags->given),
                  {"jobs", "progress", "sandbox", "wait"});
    verb->callback([flags, &run] { run = [flags] { return run_build(*flags); }; });
}

}  // namespace aibuild
