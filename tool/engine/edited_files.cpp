#include "tool/engine/edited_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/named_files.h"
#include "tool/workspace/hold.h"
#include "tool/workspace/merge.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// All that AIBuild knows as a file: of the lock and of the plan.
std::vector<std::string> known_files(const OpenProject& project) {
    std::set<std::string> out;
    for (const auto& [path, file] : project.lock.files) out.insert(path);
    for (const PlannedFile& file : project.plan.files) out.insert(file.path);
    return {out.begin(), out.end()};
}

std::vector<std::string> named(const OpenProject& project, const EditedFilesOptions& options) {
    return named_files(options.root, options.paths, known_files(project),
                       "Neither plan nor lock has a file of this name: it is yours alone.");
}

[[noreturn]] void lost(const std::string& path) {
    throw Error(Exit::failure, "file.lost", path,
                "It was edited, and the text that was generated is in no store any more.",
                "Restore .aibuild/ from version control; or `aibuild-gen accept` takes it as it is.");
}

std::string current_text(const OpenProject& project, const std::string& path) {
    const std::optional<std::string> text = project.root.read(path);
    if (!text) {
        throw Error(Exit::usage, "file.missing", path, "It is not there.",
                    "`aibuild-gen generate` makes it again.");
    }
    if (const auto lines = conflict_lines(*text); !lines.empty()) {
        throw Error(Exit::usage, "merge.unresolved", fmt::format("{}:{}", path, lines.front()),
                    "It still has the markers of a conflict, between your text and one that was generated.",
                    "Resolve it first; `aibuild-gen diff` shows both sides.");
    }
    return *text;
}

// The lock and all that changed beside it; nothing is touched where nothing differs.
struct Edits {
    std::vector<StagedFile> files;
    std::vector<std::string> obsolete;
    std::vector<MergeNote> notes;
};

// `work` fills in what is to be done with a project; looked at twice, so that nothing at all is written where
// there is nothing to do, not even a hold.
std::vector<MergeNote> edit(const EditedFilesOptions& options, std::string_view command, Talk& talk,
                            const std::function<Edits(OpenProject&)>& work) {
    const Root root(options.root);
    std::optional<Hold> hold;
    for (;;) {
        if (hold) recover(root);
        OpenProject project(options.root, options.build);
        Edits edits = work(project);
        for (StagedFile& file : lock_files(project.lock)) edits.files.push_back(std::move(file));
        std::erase_if(edits.obsolete,
                      [&](const std::string& path) { return root.find(path) == Found::nothing; });
        const bool differs = !edits.obsolete.empty() ||
                             std::any_of(edits.files.begin(), edits.files.end(), [&](const StagedFile& file) {
                                 return root.read(file.path) != file.text;
                             });
        if (!differs) {
            talk.say("It is so already: nothing to do.");
            return {};
        }
        if (!hold) {
            hold.emplace(root, command, waiting(options.settings, talk));
            continue;
        }
        commit(root, edits.files);
        for (const std::string& path : edits.obsolete) root.remove(path);
        return std::move(edits.notes);
    }
}

// Makes `text` the base of a file.
void rebase(const std::string& path, LockedFile& file, const std::string& text, Edits& out) {
    const std::string generated = !file.generated.empty() ? file.generated
                                  : file.request.empty()  ? std::string()
                                                          : file.base;
    file.base = sha256(text);
    file.generated = generated == file.base ? "" : generated;
    const std::string kept = std::string(base_directory) + path;
    if (file.generated.empty() && file.origin == "model")
        out.obsolete.push_back(kept);  // its response has it
    else
        out.files.push_back({kept, text, true, false, true});
    out.obsolete.push_back(path + ".aibuild-new");
}

// What the present texts of `paths` hold for, where the plan has them.
void hold_for_today(OpenProject& project, const std::set<std::string>& paths) {
    const FileStanding standing(project);
    for (std::size_t n = 0; n < standing.files().size(); ++n) {
        const std::string& path = standing.files()[n].path;
        if (!paths.contains(path)) continue;
        LockedFile& file = project.lock.files.at(path);
        if (file.origin == "model" && standing.can_tell(n, standing.texts()))
            file.context = standing.context(n, standing.texts(), project.model_of(path));
        const Declaration* declaration = project.declared ? project.declared->of(path) : nullptr;
        if (declaration != nullptr && file.origin == "model")
            file.declared = declared_hash(*declaration, *project.declared, project.lock, project.root);
    }
}

// Files that were written from one of `paths` as it was before.
std::vector<std::string> left_behind(const OpenProject& project, const std::set<std::string>& paths) {
    const FileStanding standing(project);
    std::vector<std::string> out;
    for (std::size_t n = 0; n < standing.files().size(); ++n) {
        const PlannedFileState& file = standing.files()[n];
        if (!file.current || !standing.can_tell(n, standing.texts())) continue;
        const auto changed = standing.changed(n, standing.texts());
        if (std::any_of(changed.begin(), changed.end(), [&](const ChangedPart& each) {
                return each.part.starts_with("file:") && paths.contains(each.part.substr(5));
            }))
            out.push_back(file.path);
    }
    return out;
}

}  // namespace

std::string diff_files(const EditedFilesOptions& options) {
    const OpenProject project(options.root, options.build);
    const bool all = options.paths.empty();
    std::string out;
    const auto add = [&](const std::string& path, std::string_view from, const std::string& before,
                         std::string_view to, const std::string& after) {
        if (before == after) return;
        out += fmt::format("--- {} ({})\n+++ {} ({})\n{}", path, from, path, to, unified_diff(before, after));
    };
    for (const std::string& path : all ? known_files(project) : named(project, options)) {
        const auto entry = project.lock.files.find(path);
        if (entry == project.lock.files.end()) continue;  // nothing was generated
        const LockedFile& file = entry->second;
        const std::optional<std::string> current = project.root.read(path);
        const std::optional<std::string> beside = project.root.read(path + ".aibuild-new");
        if (all && !beside && file.generated.empty() && current && sha256(*current) == file.base) continue;
        const std::optional<std::string> base = base_text(project, path, file, current);
        if (!base && !all) lost(path);
        const bool person = file.origin == "person";
        if (!file.generated.empty() && base) {
            if (const auto generated = generated_text(project, path, file))
                add(path, "generated", *generated, person ? "as it was taken over" : "accepted", *base);
        }
        const std::string_view from = person                    ? "as it was taken over"
                                      : !file.generated.empty() ? "accepted"
                                                                : "generated";
        if (base && current) add(path, from, *base, "yours", *current);
        if (!current) out += fmt::format("--- {} ({})\n+++ /dev/null\n", path, from);
        if (beside && current) add(path, "yours", *current, "newly generated", *beside);
    }
    return out;
}

std::vector<MergeNote> accept_files(const EditedFilesOptions& options, Talk& talk) {
    return edit(options, "aibuild-gen accept", talk, [&](OpenProject& project) {
        std::vector<std::string> paths = named(project, options);
        if (options.all) {
            const FileStanding standing(project);
            for (std::size_t n = 0; n < standing.files().size(); ++n) {
                const PlannedFileState& file = standing.files()[n];
                const bool stale =
                    standing.can_tell(n, standing.texts()) && !standing.changed(n, standing.texts()).empty();
                if (file.current && file.locked != nullptr && (file.edited() || stale))
                    paths.push_back(file.path);
            }
        }
        Edits out;
        std::set<std::string> accepted;
        for (const std::string& path : paths) {
            const auto entry = project.lock.files.find(path);
            if (entry == project.lock.files.end()) {
                throw Error(Exit::usage, "file.unknown", path,
                            "It was never generated: there is no base that it could become.",
                            "`aibuild-gen own` says that it is yours.");
            }
            if (entry->second.origin == "emitter") {
                throw Error(Exit::usage, "accept.emitted", path,
                            "It is made from the plan, and your edits are merged into it each time: there is "
                            "nothing to accept.",
                            "Edit it as you like; `aibuild-gen diff` shows what differs.");
            }
            const std::string text = current_text(project, path);
            if (sha256(text) != entry->second.base)
                out.notes.push_back({path, "accepted as it is"});
            else
                out.notes.push_back({path, "accepted for the plan as it is"});
            rebase(path, entry->second, text, out);
            accepted.insert(path);
        }
        hold_for_today(project, accepted);
        for (const std::string& path : left_behind(project, accepted)) {
            out.notes.push_back(
                {path, "stale: it was made from what was there before; `aibuild-gen generate` asks for it"});
        }
        return out;
    });
}

std::vector<MergeNote> revert_files(const EditedFilesOptions& options, FilesTalk& talk) {
    bool agreed = false;
    return edit(options, "aibuild-gen revert", talk, [&](OpenProject& project) {
        Edits out;
        std::vector<std::string> lines;
        for (const std::string& path : named(project, options)) {
            const auto entry = project.lock.files.find(path);
            if (entry == project.lock.files.end())
                throw Error(Exit::usage, "file.unknown", path, "It was never generated, and has no base.",
                            "Version control has its earlier texts.");
            const std::optional<std::string> current = project.root.read(path);
            const std::optional<std::string> base = base_text(project, path, entry->second, current);
            if (!base) lost(path);
            if (current == base) continue;
            out.files.push_back({path, *base, true, false, true});
            std::string what = "back to its base";
            if (current) {
                std::string backup;
                for (int number = 1; backup.empty(); ++number) {
                    const std::string name = fmt::format(".aibuild/backup/{}.{}", path, number);
                    const std::optional<std::string> there = project.root.read(name);
                    if (!there || there == current) backup = name;
                }
                out.files.push_back({backup, *current, true, false, true});
                what += "; what you had is in " + backup;
            }
            lines.push_back(fmt::format("  {}: {}", path, what));
            out.notes.push_back({path, what});
        }
        if (!lines.empty() && !agreed) {
            if (!talk.agree(lines, "Take the edits back?"))
                declined(talk, "`aibuild-gen accept FILE` keeps them.");
            agreed = true;
        }
        return out;
    });
}

std::vector<MergeNote> own_files(const EditedFilesOptions& options, bool release, Talk& talk) {
    return edit(options, "aibuild-gen own", talk, [&](OpenProject& project) {
        Edits out;
        std::set<std::string> released;
        for (const std::string& path : named(project, options)) {
            LockedFile& file = project.lock.files[path];
            if (file.origin == "emitter") {
                throw Error(Exit::usage, "own.emitted", path,
                            "It is made from the plan; your edits are merged into it each time.",
                            "Edit it as you like.");
            }
            if (file.origin == (release ? "model" : "person")) continue;
            if (release && file.request.empty()) {
                throw Error(Exit::usage, "own.generated", path,
                            "It was never generated, and is yours anyway.",
                            "Delete it, and `aibuild-gen generate` makes one.");
            }
            if (release && project.root.find(path) == Found::nothing) {
                out.obsolete.push_back(std::string(base_directory) + path);
                project.lock.files.erase(path);
                out.notes.push_back({path, "forgotten: `aibuild-gen generate` makes it anew"});
                continue;
            }
            const std::string text = current_text(project, path);
            file.origin = release ? "model" : "person";
            file.context.clear();
            rebase(path, file, text, out);
            if (release) released.insert(path);
            out.notes.push_back({path, release ? "AIBuild's again, as it is"
                                               : "yours: it is shown to models, and never written"});
        }
        hold_for_today(project, released);
        return out;
    });
}

}  // namespace aibuild
