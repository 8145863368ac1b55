#include "tool/engine/build.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "ninja-gen/error.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/plan.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/build_outlook.h"
#include "tool/engine/build_record.h"
#include "tool/engine/build_sandbox.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/emit.h"
#include "tool/engine/ninja_process.h"
#include "tool/engine/project_files.h"
#include "tool/engine/withdraw.h"
#include "tool/sandbox/environment.h"
#include "tool/sandbox/toolchains.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_errors = 64U << 10U;

std::string ninja_program() {
    for (const char* name : {"ninja", "ninja-build"}) {
        if (std::string path = find_program(name); !path.empty()) return path;
    }
    throw Error(Exit::failure, "ninja.missing", "ninja", "ninja is not on PATH.",
                install_command({{"debian", "ninja-build"}}));
}

bool has(const fs::path& file) {
    std::error_code error;
    return fs::exists(file, error);
}

// What ninja is asked to do, as far as it matters here.
struct NinjaWords {
    std::vector<std::string> targets;
    int jobs = 0;
    bool only_looks = false;  // -n, -t: runs no step
};

NinjaWords read_words(const std::vector<std::string>& words) {
    NinjaWords out;
    for (std::size_t n = 0; n < words.size(); ++n) {
        const std::string& word = words[n];
        if (!word.starts_with('-') || word == "-") {
            out.targets.push_back(word);
            continue;
        }
        const bool has_value =
            word.size() >= 2 && std::string_view("dfjkltwC").find(word[1]) != std::string_view::npos;
        if (word[1] == 'n' || word[1] == 't' || word == "--version" || word == "-h" || word == "--help")
            out.only_looks = true;
        const std::string value = word.size() > 2 ? word.substr(2) : n + 1 < words.size() ? words[n + 1] : "";
        if (word[1] == 'j') out.jobs = std::atoi(value.c_str());
        if (word[1] == 't') break;  // the rest is the tool's
        if (has_value && word.size() == 2) ++n;
    }
    return out;
}

class Build {
  public:
    Build(const BuildOptions& options, BuildProgress& progress)
        : options_(options), progress_(progress), ninja_(ninja_program()), words_(read_words(options.ninja)) {
        places_.root = resolved(options.root);
        places_.build = build_directory(options);
    }

    BuildResult run() {
        result_.build = places_.build;
        // Where nothing is there yet emit makes the directory that is to be held.
        const bool planned = has(places_.root / plan_file);
        if (planned && !has(places_.build / ninja_file)) make_build_files();
        if (!has(places_.build / ninja_file)) {
            throw Error(Exit::usage, "build.directory", places_.build.string(),
                        "There is no build.ninja here.",
                        "Stand in a project's directory or name it with -C, and its build directory with -o; "
                        "CMake makes one with: cmake -G Ninja -B build");
        }
        const Root build_root(places_.build);
        const SayWaiting say = [&](const std::string& line) { progress_.say(line); };
        const Hold held(build_root, "aibuild-gen build", options_.wait ? say : SayWaiting(), HoldFile::stays);
        const auto settings = build_settings(places_.build);
        // CMake may have made a build directory of its own from a project that has a plan.
        places_.planned = planned && settings && resolved(places_.build / settings->root) == places_.root;
        if (places_.planned) {
            make_build_files();
            places_.launcher = settings->launcher;
        } else {
            check_source();
            places_.launcher = cmake_launcher(places_.build);
        }
        remark_on_launcher();
        interrupts_.emplace();  // before there are threads
        if (words_.only_looks) {
            look();
        } else {
            turn();
        }
        return std::move(result_);
    }

  private:
    void make_build_files() {
        EmitOptions emit_options;
        emit_options.root = options_.root;
        emit_options.build = places_.build;
        emit_options.program = options_.program;
        emit_options.ask = options_.consent;
        EmitResult emitted = emit(emit_options);
        for (const EmittedNote& note : emitted.notes) progress_.say(note.path + ": " + note.what);
        for (const std::string& remark : emitted.remarks) progress_.say(remark);
        places_.programs = std::move(emitted.programs);
        toolchain_ = std::move(emitted.toolchain);
        result_.run.configuration = std::move(emitted.configuration);
    }

    // A step sees the project and nothing beside it, so that it had better be the project.
    void check_source() const {
        const fs::path source = cmake_cached(places_.build, "CMAKE_HOME_DIRECTORY");
        if (source.empty() || options_.sandbox == SandboxMode::off) return;
        const fs::path inner = resolved(source).lexically_relative(places_.root);
        if (!inner.empty() && *inner.begin() != "..") return;
        throw Error(Exit::usage, "build.source", places_.build.string(),
                    fmt::format("This is a build directory of the sources in {}, which are not in {}.",
                                source.string(), places_.root.string()),
                    fmt::format("aibuild-gen build -C {} -o {}", source.string(), places_.build.string()));
    }

    void remark_on_launcher() {
        if (options_.sandbox == SandboxMode::off || places_.launcher == "none") return;
        if (places_.launcher == options_.network_launcher) {
            progress_.say(
                fmt::format("network: every step of this build has it, because your settings keep it for {}",
                            places_.launcher));
        } else if (places_.launcher.ends_with("distcc")) {
            progress_.say(
                fmt::format("no network: distcc compiles here alone; to give it other machines, write "
                            "\"network_launcher\": \"{}\" into your own settings",
                            places_.launcher));
        }
    }

    // -n and -t: ninja runs nothing, and there is nothing to keep.
    void look() {
        NinjaOutput output(progress_, status());
        result_.exit_code = ninja(output).code;
        progress_.end();
    }

    void turn() {
        const auto start = std::chrono::system_clock::now();
        const auto clock = std::chrono::steady_clock::now();
        BuildRun& run = result_.run;
        bool interrupted = false;
        std::optional<BuildOutlook> outlook;
        std::vector<Change> changes;
        Sources sources;
        std::size_t steps = 0;
        // Twice at most: what was withdrawn once is made, and made after its inputs.
        for (int turns = 0; turns < 2; ++turns) {
            outlook.emplace(places_.root, places_.build, places_.planned ? &toolchain_ : nullptr,
                            words_.targets);
            BuildRecord record(places_.build, *outlook, progress_, places_.planned);
            NinjaOutput output(record, status());
            progress_.expect([&] { return record.left(); });
            const NinjaEnd end = ninja(output);
            progress_.end();
            interrupted = end.interrupted;
            if (end.by_signal != 0)
                progress_.say(told_of_signal(end, record.running(), sandbox_.has_value()));
            result_.exit_code = interrupted ? static_cast<int>(Exit::interrupted) : end.code;
            std::vector<RunStep> ran = record.finish(end);
            const std::vector<std::string> doubtful = doubts(*outlook, ran);
            if (!ran.empty() || result_.exit_code != 0) {
                if (turns == 0) changes = outlook->changes();
                sources = outlook->sources();
                steps = outlook->steps();
            }
            std::move(ran.begin(), ran.end(), std::back_inserter(run.steps));
            result_.failures = record.failures();
            result_.log = record.log() + errors_;
            if (result_.exit_code != 0 || doubtful.empty()) break;
            withdraw_all(doubtful);
        }
        if (run.steps.empty() && (result_.exit_code == 0 || interrupted)) return;
        run.started_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(start.time_since_epoch()).count();
        run.duration_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - clock)
                .count();
        run.changes = std::move(changes);
        run.up_to_date = steps > run.steps.size() ? steps - run.steps.size() : 0;
        keep(sources);
    }

    // Those that ninja made in this turn are as fresh as can be.
    static std::vector<std::string> doubts(BuildOutlook& outlook, const std::vector<RunStep>& ran) {
        std::vector<std::string> out = outlook.doubtful();
        std::erase_if(out, [&](const std::string& output) {
            return std::any_of(ran.begin(), ran.end(),
                               [&](const RunStep& step) { return step.output == output; });
        });
        return out;
    }

    void withdraw_all(const std::vector<std::string>& outputs) {
        const Root root(places_.build);
        for (const std::string& output : outputs) {
            root.remove(output);
            progress_.say(
                fmt::format("{}: ninja takes it for done and it is not (an input was edited while it "
                            "was made, or its command told nothing of what it read); made again",
                            output));
        }
    }

    void keep(const Sources& sources) {
        BuildRun& run = result_.run;
        run.executor = "ninja " + first_line(output_of({ninja_, "--version"}).value_or("of unknown version"));
        run.sandbox = sandbox_ ? sandbox_->description() : "off";
        run.targets = words_.targets;
        run.jobs = words_.jobs;
        run.exit_code = result_.exit_code;
        count_tests();
        run.id = keep_run(places_.build, run);
        write_sources(places_.build, sources);
    }

    static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

    // A test that passed says how many it was (run-test.sh); one that failed is one.
    void count_tests() {
        std::int64_t passed = 0, failed = 0;
        for (const RunStep& step : result_.run.steps) {
            const fs::path stamp = places_.build / step.output;
            if (!places_.planned || !step.output.starts_with("tests/") || !step.output.ends_with(".passed"))
                continue;
            if (step.state == TaskState::failed) ++failed;
            if (step.state == TaskState::succeeded)
                passed += std::atoll(read_file(stamp).value_or("0").c_str());
        }
        if (passed + failed == 0) return;
        result_.run.tests_passed = passed;
        result_.run.tests_failed = failed;
    }

    static std::string status() {
        const char* own = std::getenv("NINJA_STATUS");
        return own != nullptr ? own : "[%f/%t] ";
    }

    // In the sandbox, or where there is none and the person wants that, without.
    NinjaEnd ninja(NinjaOutput& output) {
        NinjaProcess process;
        process.argv = {ninja_};
        process.argv.insert(process.argv.end(), options_.ninja.begin(), options_.ninja.end());
        process.directory = places_.build;
        NinjaCalls calls;
        calls.output = [&](std::string_view bytes) { output.take(bytes); };
        calls.errors = [&](std::string_view bytes) {
            progress_.errors(bytes);
            errors_ += bytes.substr(0, most_errors - std::min(most_errors, errors_.size()));
        };
        calls.tick = [&] { progress_.tick(); };
        if (progress_.ticks()) calls.every = std::chrono::milliseconds(100);
        const std::vector<std::string> own = {"NINJA_STATUS=" + output.variable(), "TERM=" + term()};
        NinjaEnd end;
        if (options_.sandbox != SandboxMode::off && !without_sandbox_) {
            std::string why_not = make_sandbox();
            if (why_not.empty()) {
                process.sandbox = &*sandbox_;
                process.environment = with(sandbox_variables(places_, sandbox_places_), own);
                end = run_ninja(process, calls, *interrupts_);
                output.end();
                if (end.not_started.empty()) return end;
                why_not = end.not_started;
                sandbox_.reset();
            }
            do_without(why_not);
        }
        process.sandbox = nullptr;
        process.environment = with(own_environment(), own);
        end = run_ninja(process, calls, *interrupts_);
        output.end();
        return end;
    }

    // Ninja tells when a step begins only to a terminal that can move its cursor.
    static std::string term() {
        const char* own = std::getenv("TERM");
        return own != nullptr && *own != '\0' && std::string_view(own) != "dumb" ? own : "xterm";
    }

    static std::vector<std::string> with(std::vector<std::string> variables,
                                         const std::vector<std::string>& own) {
        for (const std::string& each : own) {
            const std::string_view name = std::string_view(each).substr(0, each.find('=') + 1);
            std::erase_if(variables, [&](const std::string& other) { return other.starts_with(name); });
            variables.push_back(each);
        }
        return variables;
    }

    // Why there is none; empty where there is.
    std::string make_sandbox() {
        if (sandbox_) return {};
        sandbox_places_ = sandbox_places(places_, options_);
        try {
            sandbox_.emplace(sandbox_places_);
        } catch (const Error& error) {
            if (error.rule() != "sandbox.missing") throw;
            if (options_.sandbox == SandboxMode::require) throw;
            return error.why();
        }
        if (!sandbox_->limits().missing().empty() && !said_limits_) {
            said_limits_ = true;
            progress_.say(fmt::format("sandbox: nothing limits {} here",
                                      fmt::join(sandbox_->limits().missing(), " and ")));
        }
        return {};
    }

    void do_without(const std::string& why) {
        if (options_.sandbox == SandboxMode::require) {
            throw Error(Exit::policy, "sandbox.refused", "bwrap",
                        fmt::format("A sandbox is required, and none can be had here: {}", why),
                        "Let this machine make user namespaces (sysctl kernel.unprivileged_userns_clone, "
                        "kernel.apparmor_restrict_unprivileged_userns), or build with --sandbox off.");
        }
        const std::string text = fmt::format(
            "NO SANDBOX: {}\nWithout one every step of this build runs as you: it may read and write your "
            "files, keys among them, and has the network.",
            why);
        std::optional<bool> agreed;
        interrupts_->let_through([&] { agreed = options_.without_sandbox(text); });
        if (!agreed || !*agreed) {
            throw Error(Exit::declined, "sandbox.declined", "--sandbox auto",
                        agreed ? "You did not want to build without a sandbox."
                               : fmt::format("There is no sandbox and nobody to ask: {}", why),
                        install_command({{"debian", "bubblewrap"}}) +
                            "; or agree with --yes, or build with --sandbox off.");
        }
        without_sandbox_ = true;
    }

    const BuildOptions& options_;
    BuildProgress& progress_;
    const std::string ninja_;
    const NinjaWords words_;
    BuildPlaces places_;
    Toolchain toolchain_;
    SandboxPlaces sandbox_places_;
    std::optional<Sandbox> sandbox_;
    std::optional<Interrupts> interrupts_;
    bool without_sandbox_ = false, said_limits_ = false;
    std::string errors_;  // what came on standard error: ninja's own, and the console's
    BuildResult result_;
};

}  // namespace

fs::path build_directory(const BuildOptions& options) {
    if (!options.build.empty()) return resolved(options.build);
    const fs::path usual = options.root / "build";
    if (!has(usual / ninja_file) && has(options.root / ninja_file)) return resolved(options.root);
    return resolved(usual);
}

BuildResult build(const BuildOptions& options, BuildProgress& progress) {
    return Build(options, progress).run();
}

}  // namespace aibuild
