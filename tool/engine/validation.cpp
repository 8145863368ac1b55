#include "tool/engine/validation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/machine.h"
#include "ninja-gen/toolchain.h"
#include "tool/sandbox/environment.h"
#include "tool/sandbox/toolchains.h"
#include "tool/state/state.h"
#include "tool/workspace/consent.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view validate_directory = ".aibuild/validate";
// A compile of one file takes seconds; what takes minutes is no check of one answer.
constexpr ProgramLimits limits{std::chrono::seconds(120), 1U << 20U};

// The command runs in the root: from there its program is found.
std::string program_of(const Declaration& declaration, const fs::path& root) {
    const std::string& word = declaration.validate.front();
    const bool named = word.find('/') != std::string::npos;
    const std::string path = named ? (root / word).string() : find_program(word);
    if (!path.empty() && ::access(path.c_str(), X_OK) == 0) return path;
    throw Error(Exit::usage, "validate.program", fmt::format("{}: VALIDATE {}", declaration.name, word),
                named ? fmt::format("There is no program {}.", path) : "There is no such program on PATH.",
                "Install it, or name it by its path.");
}

}  // namespace

Validation::Validation(const OpenProject& project, const FileStanding& standing,
                       const std::set<std::size_t>& files, const ToolSettings& settings, FilesTalk& talk)
    : project_(project) {
    std::set<std::size_t> validated_files;
    std::copy_if(files.begin(), files.end(), std::inserter(validated_files, validated_files.end()),
                 [&](std::size_t n) { return validated(n) != nullptr; });
    if (validated_files.empty()) return;
    for (const std::size_t n : validated_files)
        programs_.emplace_back(program_of(*validated(n), project.root.path()));
    consent(validated_files, talk);
    place_ = project.build / validate_directory;
    fs::remove_all(place_);  // what a killed run left
    fs::create_directories(place_);
    find_sandbox(settings, talk);
    lay_out(standing, validated_files);
}

Validation::~Validation() {
    std::error_code ignored;
    if (!place_.empty()) fs::remove_all(place_, ignored);
}

const Declaration* Validation::validated(std::size_t file) const {
    if (!project_.declared) return nullptr;
    const Declaration* declaration = project_.declared->of(project_.plan.files[file].path);
    return declaration != nullptr && !declaration->validate.empty() ? declaration : nullptr;
}

void Validation::consent(const std::set<std::size_t>& files, FilesTalk& talk) const {
    std::set<const Declaration*> seen;
    std::vector<ConsentItem> items;
    for (const std::size_t n : files) {
        const Declaration* each = validated(n);
        if (!seen.insert(each).second) continue;
        items.push_back(
            {fmt::format("the check of what is generated for {}, from {}", each->name, each->list),
             fmt::format("validate {}", fmt::join(each->validate, "\n  "))});
    }
    Consents(project_.root.path())
        .need(
            items, [&](const std::string& text) { return talk.may_run(text); },
            "run the same command with --yes");
}

void Validation::lay_out(const FileStanding& standing, const std::set<std::size_t>& files) {
    const Root place(place_);
    for (const std::size_t n : files) {
        for (const std::string& output : validated(n)->outputs) {
            for (const PlannedFileState& file : standing.files()) {
                if (file.path == output && file.current) place.write(output, *file.current, 0644, Sync::no);
            }
        }
    }
}

void Validation::find_sandbox(const ToolSettings& settings, FilesTalk& talk) {
    if (settings.text("sandbox") == "off") return;
    SandboxPlaces places;
    places.root = places.build = fs::canonical(place_);
    places.home = own_variable("HOME").value_or("");
    places.memory = build_memory();
    places.readable = installations(programs_, places.home, own_variable);
    places.readable.push_back(fs::canonical(project_.root.path()));
    for (const std::string& each : settings.list("sandbox_read")) places.readable.emplace_back(each);
    bwrap_ = find_program("bwrap");
    std::string why = "bubblewrap is not on PATH";
    if (!bwrap_.empty()) {
        sandbox_ = std::move(places);
        why = run_program(boxed({"true"}), limits).problem;
        if (why.empty()) return;
        why = "bubblewrap " + why;
        sandbox_.reset();
    }
    if (settings.text("sandbox") == "require") {
        throw Error(Exit::policy, "sandbox.refused", "bwrap",
                    fmt::format("A sandbox is required for VALIDATE, and none can be had here: {}.", why),
                    install_command({{"debian", "bubblewrap"}}) + "; or --sandbox off.");
    }
    const std::string line =
        fmt::format("NO SANDBOX: {}. Commands after VALIDATE run as you, on what a model wrote.", why);
    if (!talk.agree({line}, "Run them without a sandbox?"))
        declined(talk, install_command({{"debian", "bubblewrap"}}) + "; or --sandbox off.");
}

std::vector<std::string> Validation::command(const Declaration& declaration, const std::string& path) const {
    std::vector<std::string> out = declaration.validate;
    for (std::string& word : out) {
        boost::algorithm::replace_all(word, "<FILE>", (place_ / path).string());
        boost::algorithm::replace_all(word, "<ROOT>", place_.string());
    }
    return out;
}

std::vector<std::string> Validation::boxed(const std::vector<std::string>& command) const {
    // Diagnostics come on either stream, and are read as one.
    std::vector<std::string> words = {"sh", "-c", "cd \"$1\" && shift && exec \"$@\" 2>&1", "sh",
                                      project_.root.path().string()};
    words.insert(words.end(), command.begin(), command.end());
    std::vector<std::string> out;
    std::vector<std::string> variables;
    if (sandbox_) {
        out = bwrap_arguments(bwrap_, *sandbox_, {}, 2);
        variables = {"HOME=" + sandbox_home(sandbox_->home).string(), "TMPDIR=/tmp"};
    }
    out.insert(out.end(), {"env", "-i"});
    for (std::string& each : sandbox_environment(own_environment(), variables))
        out.push_back(std::move(each));
    out.insert(out.end(), words.begin(), words.end());
    return out;
}

Judging Validation::judge(std::size_t file, const std::string& text) {
    const Declaration* declaration = validated(file);
    if (declaration == nullptr || place_.empty()) return {};
    const std::string& path = project_.plan.files[file].path;
    Root(place_).write(path, text, 0644, Sync::no);
    std::vector<std::string> argv = boxed(command(*declaration, path));
    // Its name alone: this goes into a request, which no path of a machine may make another one.
    const std::string what = fs::path(declaration->validate.front()).filename().string();
    return [argv = std::move(argv), path, what, place = place_.string(),
            root = project_.root.path().string()](const std::atomic<bool>& stop) {
        ProgramLimits stoppable = limits;
        stoppable.stop = &stop;
        const ProgramOutput ran = run_program(argv, stoppable);
        if (ran.problem.empty()) return;
        std::string printed = ran.text;
        for (const std::string& directory : {place, root}) {
            boost::algorithm::replace_all(printed, directory + "/", "");
            boost::algorithm::replace_all(printed, directory, ".");
        }
        throw Error(
            Exit::rejected, "answer.validate", path,
            fmt::format("The check by {} {}{}{}", what, ran.problem,
                        printed.empty() ? "." : ", and printed:\n", kept_output(printed)),
            "Run the same command again, with another model or a clearer prompt; nothing was written.");
    };
}

}  // namespace aibuild
