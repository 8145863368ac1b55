#include "tool/engine/drift.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/merged_files.h"

namespace aibuild {

namespace {

const std::string emit_fix = "aibuild-gen emit";

std::string generate_fix(const OpenProject& project) {
    return project.declared ? "aibuild-gen generate --build " + project.build.string()
                            : "aibuild-gen generate";
}

// What emit would write into the project.
void of_emitted(const OpenProject& project, std::vector<Drift>& out) {
    const Root& root = project.root;
    Toolchain toolchain;
    const Lowered lowered =
        lower({project.plan, project.plan_text, plan_file}, project.known.languages, toolchain);
    Lock lock = project.lock;
    lock.plan_sha256 = sha256(project.plan_text);
    const ProjectFiles files = project_files(root, write_cmake(project.plan, lowered), lock);
    for (const StagedFile& file : files.files) {
        const bool told = file.path.ends_with(".aibuild-new");  // by a note
        if (told || file.path.starts_with(base_directory) || root.read(file.path) == file.text) continue;
        out.push_back({file.path, "not what the plan gives", emit_fix});
    }
    for (const EmittedNote& note : files.notes) {
        if (note.undecided) out.push_back({note.path, note.what, "decide, then " + emit_fix});
    }
    for (const std::string& path : files.obsolete) {
        if (!path.starts_with(base_directory))
            out.push_back({path, "nothing in the plan needs it any more", emit_fix});
    }
    if (project.lock.plan_sha256 != lock.plan_sha256)
        out.push_back({std::string(plan_file), "edited since build files were made from it", emit_fix});
}

void of_index(const OpenProject& project, const std::string& fix, std::vector<Drift>& out) {
    const auto lock_text = project.root.read(lock_file);
    if (lock_text && project.root.read(lock_index_file) != write_lock_index(project.lock, *lock_text))
        out.push_back({std::string(lock_index_file), fmt::format("not the index of {}", lock_file), fix});
}

// What configuring would refuse, and what it can't see.
void of_declared(const OpenProject& project, const std::string& path, std::vector<Drift>& out) {
    const Declaration* declaration = project.declared->of(path);
    if (declaration == nullptr) return;
    const auto entry = project.lock.files.find(path);
    if (entry == project.lock.files.end()) {
        out.push_back({path, "declared to be generated, is there, and never was",
                       "move it away, or take it out of OUTPUTS"});
    } else if (entry->second.origin == "model" &&
               entry->second.declared !=
                   declared_hash(*declaration, *project.declared, project.lock, project.root)) {
        out.push_back({path, "not recorded for what is declared now", generate_fix(project)});
    }
}

void of_generated(const OpenProject& project, std::vector<Drift>& out) {
    const FileStanding standing(project);
    for (std::size_t n = 0; n < standing.files().size(); ++n) {
        const PlannedFileState& file = standing.files()[n];
        if (!file.current) {
            out.push_back({file.path, file.only_shown ? "to be shown to a model, and missing" : "missing",
                           file.only_shown ? "restore it" : generate_fix(project)});
            continue;
        }
        if (const auto lines = conflict_lines(*file.current); !lines.empty())
            out.push_back({fmt::format("{}:{}", file.path, lines.front()), "has the markers of a conflict",
                           "resolve it"});
        if (project.root.find(file.path + ".aibuild-new") == Found::file)
            out.push_back({file.path + ".aibuild-new", "a new text that nobody decided about",
                           "aibuild-gen accept " + file.path});
        if (project.declared && file.current && file.locked == nullptr) of_declared(project, file.path, out);
        if (file.theirs() || !standing.can_tell(n, standing.texts())) continue;
        std::vector<std::string> reasons;
        for (const ChangedPart& each : standing.changed(n, standing.texts()))
            reasons.push_back(reason_of(each));
        if (!reasons.empty())
            out.push_back(
                {file.path, fmt::format("stale: {}", fmt::join(reasons, "; ")), generate_fix(project)});
        else if (project.declared)
            of_declared(project, file.path, out);
    }
    if (project.declared && !project.declared->complete)
        out.push_back({project.declared->build.string(),
                       "the last configure run ended early: not all that it declares is known",
                       "cmake " + project.declared->build.string()});
    if (project.declared) return;  // another build directory may declare what this one doesn't
    for (const auto& [path, file] : project.lock.files) {
        const auto is_it = [p = &path](const PlannedFile& each) { return each.path == *p; };
        if (file.origin != "emitter" &&
            std::none_of(project.plan.files.begin(), project.plan.files.end(), is_it))
            out.push_back({path, "generated, and not in the plan any more", generate_fix(project)});
    }
}

}  // namespace

std::vector<Drift> drift(const std::filesystem::path& root, const std::filesystem::path& build) {
    const OpenProject project(root, build, Answers::of_project);
    std::vector<Drift> out;
    if (!project.declared) of_emitted(project, out);
    of_index(project, project.declared ? generate_fix(project) : emit_fix, out);
    of_generated(project, out);
    std::stable_sort(out.begin(), out.end(), [](const Drift& a, const Drift& b) { return a.path < b.path; });
    return out;
}

}  // namespace aibuild
