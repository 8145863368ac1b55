#include "tool/engine/emit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/names.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/quote.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/emitted.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/launcher.h"
#include "tool/engine/step_runs.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

fs::path chosen_build(const EmitOptions& options) {
    return resolved(options.build.empty() ? options.root / "build" : options.build);
}

std::optional<std::string> beginning_of(const fs::path& path, std::size_t most) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    std::string out(std::min<std::uintmax_t>(most, fs::file_size(path, error)), '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(out.data(), static_cast<std::streamsize>(out.size()));
    if (file.gcount() != static_cast<std::streamsize>(out.size())) return std::nullopt;
    return out;
}

// What a launcher means for the next build; `before` is the one that the last build had.
std::vector<std::string> launcher_remarks(const Lowered& lowered, const std::string& launcher,
                                          const std::string& before) {
    std::vector<std::string> out;
    const StepGraph& graph = lowered.graph;
    const auto launched = std::count_if(graph.steps.begin(), graph.steps.end(),
                                        [&](const Step& step) { return graph.rule(step).launcher; });
    if (launcher != before) {
        out.push_back(launched > 0
                          ? fmt::format("launcher: {} (was {}): every compile step will run again: {} steps",
                                        launcher, before, launched)
                          : fmt::format("launcher: {} (was {}): no compile step of this project can take one",
                                        launcher, before));
    }
    if (!is_distributed(launcher) || launched == 0) return out;
    const std::size_t cores = local_cores();
    if (const auto jobs = distcc_jobs()) {
        out.push_back(
            fmt::format("distcc's hosts take {0} compiles at a time: ninja -j {0}. Other steps run here, {1} "
                        "at a time (pool local)",
                        std::max(static_cast<std::size_t>(*jobs), cores), cores));
    } else {
        out.push_back(
            "distcc knows no hosts, so that all is compiled here: set DISTCC_HOSTS, or write "
            "~/.distcc/hosts");
    }
    return out;
}

std::string consenting_command(const fs::path& root) {
    std::string out = "aibuild-gen emit -C ";
    quote::shell(out, resolved(root).string());
    return out + " --yes";
}

// So that the same again is only looked at. What a person has to decide is said each time instead.
void remember(const BuildDirectory& directory, const BuildWriter& build, const Plan& plan,
              std::string_view plan_sha256, const std::vector<std::string>& cmake, const EmitResult& result,
              const std::vector<ConsentItem>& consents, const StepRuns& runs, const KnownLanguages& known,
              Toolchain& toolchain, Emitted emitted) {
    const auto undecided = [](const EmittedNote& note) { return note.undecided; };
    if (std::any_of(result.notes.begin(), result.notes.end(), undecided)) return;
    emitted.packages = plan.packages;
    emitted.scripts = runs.scripts;
    for (const ConsentItem& item : consents) emitted.consents.push_back(consent_key(item));
    emitted.steps = result.steps;
    emitted.tests = result.tests;
    const auto add = [&](const std::string& path) {
        emitted.outputs.emplace(path, fingerprint(directory.build / path));
    };
    for (const std::string& path : build.files()) add(path);
    for (const std::string& path : cmake) {
        add(build.root() + path);
        add(fmt::format("{}{}{}", build.root(), base_directory, path));
    }
    add(build.root() + std::string(lock_file));
    add(build.root() + std::string(lock_index_file));
    emitted.inputs = inputs_hash(directory, plan_sha256, known, emitted, toolchain);
    try {
        write_emitted(directory.build, emitted);
    } catch (const Error&) {
        // All is written but this; without it the next emit works everything out again.
    }
}

void check_configuration(const std::string& name) {
    const std::vector<std::string> names(std::begin(configuration_names), std::end(configuration_names));
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    const auto meant = did_you_mean(name, names);
    throw Error(Exit::usage, "emit.configuration", "--config",
                fmt::format("There is no configuration \"{}\".", name),
                meant ? fmt::format("Did you mean {}?", *meant)
                      : fmt::format("Use one of: {}.", fmt::join(names, ", ")));
}

}  // namespace

EmitResult emit(const EmitOptions& options) {
    const Root root(options.root);
    BuildDirectory directory;
    directory.root = options.root;
    directory.build = chosen_build(options);
    directory.program = options.program;
    directory.from_ninja = options.from_ninja;
    const auto text = root.read(plan_file);
    if (!text) {
        throw Error(Exit::usage, "plan.missing", (options.root / plan_file).string(),
                    "There is no plan here.",
                    "Stand in a project's directory or name it with -C; `aibuild-gen new` makes one.");
    }
    const std::string plan_sha256 = sha256(*text);
    const auto before = build_settings(directory.build);
    directory.configuration = !options.configuration.empty() ? options.configuration
                              : before                       ? before->configuration
                                                             : "release";
    directory.launcher = !options.launcher.empty() ? options.launcher : before ? before->launcher : "none";
    const KnownLanguages known = known_languages(options.root);
    Toolchain toolchain;

    EmitResult result;
    result.build = directory.build;
    result.configuration = directory.configuration;
    if (const Emitted emitted = read_emitted(directory.build);
        holds(emitted, directory, plan_sha256, known, toolchain)) {
        result.steps = emitted.steps;
        result.tests = emitted.tests;
        result.programs = programs_of(emitted, known, toolchain);
        const bool old = !newer(directory.build / ninja_stamp, options.root / plan_file);
        if (old || options.from_ninja) touch_stamp(directory.build, options.from_ninja);
        result.wrote_build = old || options.from_ninja;
        result.toolchain = std::move(toolchain);
        return result;
    }

    const Plan plan = read_plan(*text, plan_file);
    const Lowered lowered = lower({plan, *text, plan_file}, known.languages, toolchain);
    const StepRuns runs = step_runs({plan, *text, plan_file}, [&](const std::string& path, std::size_t most) {
        return beginning_of(options.root / path, most);
    });
    std::vector<ConsentItem> consents = known.consents_of(languages_of(plan));
    consents.insert(consents.end(), runs.items.begin(), runs.items.end());
    // A build never stops to ask.
    const AskPerson nobody = [](const std::string&) { return std::nullopt; };
    Consents(options.root)
        .need(consents, options.from_ninja ? nobody : options.ask, consenting_command(options.root));
    check_configuration(directory.configuration);
    result.remarks =
        launcher_remarks(lowered, directory.launcher, before ? before->launcher : directory.launcher);
    for (const Step& step : lowered.graph.steps) {
        ++result.steps;
        result.tests += step.kind == StepKind::test ? 1 : 0;
    }
    directory.inputs = known.files_of(languages_of(plan));
    for (const std::string& script : runs.scripts) directory.inputs.push_back(options.root / script);

    // A tool that is missing is found out here, before anything is written.
    BuildWriter build(directory, lowered, toolchain);
    std::vector<EmittedFile> cmake = write_cmake(plan, lowered);
    std::vector<std::string> cmake_paths;
    for (const EmittedFile& file : cmake) cmake_paths.push_back(file.path);
    Lock lock = locked(root).value_or(Lock{});
    lock.plan_sha256 = plan_sha256;
    ProjectFiles files = project_files(root, std::move(cmake), lock);
    // Always both, so that an index which is lost or is another lock's comes back.
    for (StagedFile& file : lock_files(lock)) files.files.push_back(std::move(file));
    result.wrote_build = build.commit();
    if (std::any_of(files.files.begin(), files.files.end(),
                    [&](const StagedFile& file) { return root.read(file.path) != file.text; })) {
        try {
            const Hold hold(root, "aibuild-gen emit");
            recover(root);
            commit(root, files.files);
            // After what named them is gone: killed in between, a file too many stays, which harms nothing.
            for (const std::string& path : files.obsolete) root.remove(path);
        } catch (...) {
            // The project is still as of the last plan: ninja is to try again.
            std::error_code ignored;
            fs::remove(directory.build / ninja_stamp, ignored);
            throw;
        }
    }
    result.notes = std::move(files.notes);
    Emitted emitted;
    emitted.languages = languages_of(plan);
    for (const PlannedStep& step : plan.steps) emitted.programs.push_back(step.command.front());
    result.programs = programs_of(emitted, known, toolchain);
    remember(directory, build, plan, plan_sha256, cmake_paths, result, consents, runs, known, toolchain,
             std::move(emitted));
    result.toolchain = std::move(toolchain);
    return result;
}

}  // namespace aibuild
