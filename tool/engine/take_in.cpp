#include "tool/engine/take_in.h"

#include <algorithm>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/emit.h"
#include "tool/engine/step_runs.h"

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

}  // namespace

void check_buildable(const OpenProject& project) {
    Toolchain toolchain;
    const Lowered lowered =
        lower({project.plan, project.plan_text, plan_file}, project.known.languages, toolchain);
    for (const Tool* tool : tools_of(lowered)) (void)toolchain.path(*tool);
    write_cmake(project.plan, lowered);
}

std::optional<Hold> hold_build(const OpenProject& project, std::string_view command, const SayWaiting& wait) {
    if (project.root.find("build") != Found::directory) return std::nullopt;
    const Root build(project.root.path() / "build");
    return std::optional<Hold>(std::in_place, build, command, wait);
}

std::vector<MergeNote> take_in(OpenProject& project, TakeIn what, const ResponseStore& store, Talk& talk) {
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
    drop_unplanned(root, project.plan, lock, merged);
    consent_to_steps(project, merged.files, talk);
    std::vector<StagedFile> files = std::move(merged.files);
    ProjectFiles cmake = project_files(root, write_cmake(project.plan, lowered), lock);
    for (StagedFile& file : cmake.files) files.push_back(std::move(file));
    for (StagedFile& file : lock_files(lock)) files.push_back(std::move(file));
    files.push_back({std::string(plan_file), project.plan_text, true, false, true});
    files.push_back({".aibuild/plan.schema.json", std::string(plan_schema()), true, false, true});
    for (const std::string& key : what.keys) {
        files.push_back({".aibuild/responses/" + ResponseStore::relative_path(key), store.file_text(key),
                         true, false, true});
    }
    commit(root, files);
    // After what named them is gone: killed in between, a file too many stays, which harms nothing.
    for (const auto* list : {&merged.obsolete, &cmake.obsolete}) {
        for (const std::string& path : *list) root.remove(path);
    }

    EmitOptions emitting;
    emitting.root = root.path();
    emitting.program = what.program;
    emitting.ask = [&](const std::string& text) { return talk.may_run(text); };
    const EmitResult emitted = emit(emitting);
    for (const EmittedNote& note : cmake.notes) merged.notes.push_back({note.path, note.what});
    add_tasks(emitted.build, what.tasks);
    return std::move(merged.notes);
}

}  // namespace aibuild
