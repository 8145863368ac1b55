#include "tool/engine/repair_record.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/open_project.h"
#include "tool/engine/project_files.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"
#include "tool/workspace/private_directory.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view command = "aibuild-gen build --fix";

// The lock, in which the repaired texts are the bases. What was written from the old ones and held, holds: it
// was built with the new ones, and passed.
Lock rebased(const fs::path& root, const fs::path& build, const std::vector<Repaired>& repaired,
             const std::string& fault) {
    OpenProject project(root, build);
    const FileStanding standing(project);
    const std::vector<PlannedFileState>& files = standing.files();
    const FileTexts& before = standing.texts();
    FileTexts after = before;
    std::vector<bool> held(files.size());
    for (std::size_t n = 0; n < files.size(); ++n) {
        const bool generated = files[n].locked != nullptr && files[n].locked->origin == "model";
        held[n] = generated && standing.can_tell(n, before) && standing.changed(n, before).empty();
        for (const Repaired& each : repaired) {
            if (each.path == files[n].path) after[n] = each.text;
        }
    }
    for (const Repaired& each : repaired) {
        LockedFile& file = project.lock.files.at(each.path);
        file.base = sha256(each.text);
        file.generated.clear();
        file.request = each.key;
        file.provider = each.response.provider;
        file.model = each.response.model;
        file.input_tokens = each.response.usage.input_tokens;
        file.output_tokens = each.response.usage.output_tokens;
        file.because = "repaired: " + fault;
        file.change = 0;
    }
    for (std::size_t n = 0; n < files.size(); ++n) {
        if (!held[n]) continue;
        LockedFile& file = project.lock.files.at(files[n].path);
        const auto model = file.context.find("model");
        file.context = standing.context(
            n, after, model != file.context.end() ? model->second : project.model_of(files[n].path));
    }
    return std::move(project.lock);
}

void record_in_state(const fs::path& build, const std::vector<Repaired>& repaired, const std::string& fault) {
    const Root root(build);
    const Hold hold(root, command, [](const std::string&) {});
    State state = read_state(build);
    for (const Repaired& each : repaired) {
        Task task;
        task.state = TaskState::succeeded;
        task.kind = "file";
        task.reason = "repaired: " + fault;
        task.started_ms = each.started_ms;
        task.duration_ms = each.duration_ms;
        task.attempts = each.response.attempts;
        task.by = "aibuild-gen";
        task.provider = each.response.provider;
        task.model = each.response.model;
        task.input_tokens = each.response.usage.input_tokens;
        task.output_tokens = each.response.usage.output_tokens;
        task.cost = each.cost;
        state.tasks["file:" + each.path] = std::move(task);
    }
    write_state(build, state);
}

}  // namespace

std::vector<std::string> record_repair(const fs::path& root_path, const fs::path& build,
                                       const std::vector<Repaired>& repaired, const std::string& fault,
                                       const ResponseStore& store) {
    const Root root(root_path);
    const std::optional<Lock> lock = locked(root);
    const auto generated_as = [&](const Repaired& each) -> const LockedFile* {
        if (!lock) return nullptr;
        const auto entry = lock->files.find(each.path);
        return entry != lock->files.end() && entry->second.origin == "model" ? &entry->second : nullptr;
    };
    const Root built(build);
    std::vector<std::string> notes;
    std::vector<Repaired> unedited;
    std::vector<StagedFile> files;
    for (const Repaired& each : repaired) {
        const LockedFile* entry = generated_as(each);
        if (entry != nullptr) {
            files.push_back({".aibuild/responses/" + ResponseStore::relative_path(each.key),
                             store.file_text(each.key), true, false, true});
        }
        if (entry != nullptr && entry->base == sha256(each.before)) {
            unedited.push_back(each);
            continue;
        }
        // What a person wrote is there to go back to, beside the diff that shows what became of it.
        const std::string kept =
            fmt::format(".aibuild/before-repair/{}/{}", sha256(each.before).substr(0, 12), each.path);
        built.write(kept, each.before);
        notes.push_back(
            fmt::format("{}: your text from before the repair is in {}", each.path, (build / kept).string()));
    }
    if (!files.empty()) {
        for (StagedFile& file : lock_files(rebased(root_path, build, unedited, fault)))
            files.push_back(std::move(file));
        const Hold hold(root, command, [](const std::string&) {});
        commit(root, files);
    }
    if (lock) record_in_state(build, repaired, fault);
    return notes;
}

std::string unified_diff(const std::string& path, const std::string& before, const std::string& after) {
    if (before == after) return {};
    const PrivateDirectory directory("diff");
    if (!directory) return {};
    std::ofstream(directory / "before", std::ios::binary) << before;
    std::ofstream(directory / "after", std::ios::binary) << after;
    // It ends with 1 where there is a difference.
    const ProgramOutput told = run_program({find_program("git"), "-C", directory.path(), "diff", "--no-index",
                                            "--no-color", "--no-ext-diff", "--text", "--", "before", "after"},
                                           {}, {"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"});
    const std::size_t hunks = told.text.find("\n@@ ");
    if (hunks == std::string::npos) return {};
    return visible(fmt::format("--- {0}\n+++ {0}{1}", path, told.text.substr(hunks)));
}

}  // namespace aibuild
