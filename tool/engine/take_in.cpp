#include "tool/engine/take_in.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/emit.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/step_runs.h"
#include "tool/workspace/merge.h"

namespace aibuild {

namespace {

// What the plan needs beside what the snapshot has; that stays as it was taken.
void take_versions(const Plan& plan, const Lowered& lowered, Toolchain& toolchain, Lock& lock) {
    for (const Tool* tool : tools_of(lowered)) {
        if (!lock.toolchain.contains(tool->name))
            lock.toolchain.emplace(tool->name, toolchain.version(*tool));
    }
    for (const Package& package : plan.packages) {
        if (lock.packages.contains(package.name)) continue;
        if (const std::string version = Toolchain::version(package); !version.empty())
            lock.packages.emplace(package.name, version);
    }
}

// Only now is there all that would run: a step's script may be among the new texts.
void consent_to_steps(const OpenProject& project, const std::vector<StagedFile>& files, Talk& talk) {
    const auto read = [&](const std::string& path, std::size_t most) -> std::optional<std::string> {
        const auto file = std::find_if(files.begin(), files.end(),
                                       [&](const StagedFile& each) { return each.path == path; });
        std::optional<std::string> text =
            file != files.end() ? std::optional(file->text) : project.root.read(path);
        if (text) text->resize(std::min(text->size(), most));
        return text;
    };
    const StepRuns runs = step_runs({project.plan, project.plan_text, plan_file}, read);
    Consents(project.root.path())
        .need(
            runs.items, [&](const std::string& text) { return talk.may_run(text); },
            "run the same command with --yes");
}

void stage_responses(const std::vector<std::string>& keys, const ResponseStore& store,
                     std::vector<StagedFile>& files) {
    for (const std::string& key : keys) {
        files.push_back({".aibuild/responses/" + ResponseStore::relative_path(key), store.file_text(key),
                         true, false, true});
    }
}

// What is declared of each file that holds: of these it is what CMake finds in its lists, too.
void hold_for_declared(OpenProject& project) {
    const FileStanding standing(project);
    for (std::size_t n = 0; n < standing.files().size(); ++n) {
        const PlannedFileState& file = standing.files()[n];
        const Declaration* declaration = project.declared->of(file.path);
        if (declaration == nullptr || file.locked == nullptr || file.theirs()) continue;
        if (!standing.can_tell(n, standing.texts()) || !standing.changed(n, standing.texts()).empty())
            continue;
        project.lock.files.at(file.path).declared =
            declared_hash(*declaration, *project.declared, project.lock, project.root);
    }
}

// What is about to be written, as unified diffs from what is there.
std::vector<std::string> diffs(const Root& root, const std::vector<StagedFile>& files) {
    constexpr std::size_t most = 200;  // lines of one file
    std::vector<std::string> out;
    for (const StagedFile& file : files) {
        const std::optional<std::string> before = root.read(file.path);
        if (file.path.starts_with(".aibuild/") || before == file.text) continue;
        std::istringstream hunks(unified_diff(before.value_or(""), file.text));
        out.push_back(before ? "--- " + file.path : "--- /dev/null");
        out.push_back("+++ " + file.path);
        std::size_t lines = 0;
        for (std::string line; std::getline(hunks, line); ++lines) {
            if (lines < most) out.push_back(std::move(line));
        }
        if (lines > most) out.push_back(fmt::format("... and {} more lines", lines - most));
    }
    return out;
}

std::vector<MergeNote> take_in_declared(OpenProject& project, TakeIn what, const ResponseStore& store,
                                        FilesTalk& talk) {
    const Root& root = project.root;
    if (Root(project.build).read(declared_file) != project.declared->text) {
        throw Error(Exit::failure, "file.changed", (project.build / declared_file).string(),
                    "The project was configured anew while this was under way; nothing was written.",
                    "Run the same command again; what was answered is kept, and not asked for twice.");
    }
    MergedFiles merged = merged_files(root, std::move(what.texts), project.lock);
    if (what.all && project.declared->complete)
        drop_undeclared(root, *project.declared, project.lock, merged);
    std::vector<StagedFile> files = std::move(merged.files);
    const std::vector<std::string> shown = diffs(root, files);
    if (!shown.empty() && !talk.agree(shown, "Write this?"))
        declined(talk, "What was answered is kept: the next run shows it again, and costs nothing.");
    hold_for_declared(project);
    for (StagedFile& file : lock_files(project.lock)) files.push_back(std::move(file));
    stage_responses(what.keys, store, files);
    commit(root, files);
    for (const std::string& path : merged.obsolete) root.remove(path);
    // Before there is a lock to watch, CMake watches this.
    const std::filesystem::path watched = project.build / "aibuild.updated";
    std::error_code none;
    if (std::filesystem::is_regular_file(watched, none))
        std::filesystem::last_write_time(watched, std::filesystem::file_time_type::clock::now(), none);
    add_tasks(project.build, what.tasks);
    return std::move(merged.notes);
}

// All of the project is in place by then. Where a build directory can't be written, that is no reason to take
// back what was paid for; it is said, and the next emit makes up for it.
EmitResult emit_after_commit(const EmitOptions& options) {
    try {
        return emit(options);
    } catch (const Error& error) {
        throw Error(error.exit(), error.rule(), error.place(),
                    error.why() +
                        " The project's own files are written, and so is the lock; its build files are "
                        "still those of the plan before.",
                    error.fix() + " Then: aibuild-gen emit");
    }
}

}  // namespace

void check_buildable(const OpenProject& project) {
    Toolchain toolchain;
    const Lowered lowered =
        lower({project.plan, project.plan_text, plan_file}, project.known.languages, toolchain);
    for (const Tool* tool : tools_of(lowered)) (void)toolchain.path(*tool);
    write_cmake(project.plan, lowered);
}

std::optional<Hold> hold_build(const OpenProject& project, std::string_view command, const SayWaiting& wait) {
    std::error_code error;
    if (!std::filesystem::is_directory(project.build, error)) return std::nullopt;
    // Built in its own sources, it is held already.
    if (std::filesystem::equivalent(project.build, project.root.path(), error)) return std::nullopt;
    const Root build(project.build);
    return std::optional<Hold>(std::in_place, build, command, wait, HoldFile::stays);
}

std::vector<MergeNote> take_in(OpenProject& project, TakeIn what, const ResponseStore& store,
                               FilesTalk& talk) {
    if (project.declared) return take_in_declared(project, std::move(what), store, talk);
    const Root& root = project.root;
    if (root.read(plan_file) != project.plan_there) {
        throw Error(Exit::failure, "file.changed", std::string(plan_file),
                    "The plan was edited while this was under way; nothing was written.",
                    "Run the same command again; answers that the edit does not concern are kept.");
    }
    Lock& lock = project.lock;
    Toolchain toolchain;
    const Lowered lowered =
        lower({project.plan, project.plan_text, plan_file}, project.known.languages, toolchain);
    take_versions(project.plan, lowered, toolchain, lock);
    lock.plan_sha256 = sha256(project.plan_text);

    MergedFiles merged = merged_files(root, std::move(what.texts), lock);
    if (what.all) drop_unplanned(root, project.plan, lock, merged);
    consent_to_steps(project, merged.files, talk);
    std::vector<StagedFile> files = std::move(merged.files);
    ProjectFiles cmake = project_files(root, write_cmake(project.plan, lowered), lock);
    for (StagedFile& file : cmake.files) files.push_back(std::move(file));
    for (StagedFile& file : lock_files(lock)) files.push_back(std::move(file));
    files.push_back({std::string(plan_file), project.plan_text, true, false, true});
    files.push_back({".aibuild/plan.schema.json", std::string(plan_schema()), true, false, true});
    stage_responses(what.keys, store, files);
    commit(root, files);
    // After what named them is gone: killed in between, a file too many stays, which harms nothing.
    for (const auto* list : {&merged.obsolete, &cmake.obsolete}) {
        for (const std::string& path : *list) root.remove(path);
    }

    EmitOptions emitting;
    emitting.root = root.path();
    emitting.program = what.program;
    emitting.ask = [&](const std::string& text) { return talk.may_run(text); };
    const EmitResult emitted = emit_after_commit(emitting);
    for (const EmittedNote& note : cmake.notes) merged.notes.push_back({note.path, note.what});
    add_tasks(emitted.build, what.tasks);
    return std::move(merged.notes);
}

}  // namespace aibuild
