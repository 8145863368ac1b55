#include "tool/workspace/commit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include "ninja-gen/error.h"
#include "ninja-gen/small_letters.h"
#include "tool/workspace/beneath.h"
#include "tool/workspace/stage.h"

namespace aibuild {

namespace {

struct Change {
    const StagedFile* file;
    std::optional<std::string> old;
    mode_t old_mode;
};

std::vector<Change> find_changes(const Root& root, const std::vector<StagedFile>& files) {
    std::vector<Change> changes;
    std::vector<std::string> exist;
    for (const StagedFile& file : files) {
        struct stat status {};
        std::optional<std::string> old = beneath::read(root.descriptor(), file.path, &status);
        if (old == file.text) continue;
        if (old && !file.may_replace) exist.push_back(file.path);
        changes.push_back({&file, std::move(old), status.st_mode});
    }
    if (exist.empty()) return changes;
    std::string names;
    for (const std::string& path : exist) names += "\n  " + path;
    throw Error(
        Exit::policy, "file.exists", exist.front(),
        fmt::format("{} with other contents, and AIBuild doesn't overwrite what it didn't write:{}",
                    exist.size() == 1 ? "This file exists already" : "These files exist already", names),
        "Move them away, or choose an empty directory.");
}

}  // namespace

void check_paths(const std::vector<StagedFile>& files) {
    std::map<std::string, std::string> seen;  // folded -> as given
    for (const StagedFile& file : files) {
        beneath::check_writable(file.path);
        const std::optional<std::string> problem = file.own ? std::nullopt : protected_problem(file.path);
        if (problem) {
            throw Error(Exit::policy, "path.protected", file.path, *problem + ".",
                        "Choose another path. Only a person, or AIBuild itself, writes this one.");
        }
        const auto [other, first] = seen.emplace(small_letters(file.path), file.path);
        if (!first) {
            throw Error(
                Exit::policy, "path.collision", file.path,
                fmt::format("`{}` and `{}` are one file where case doesn't count.", other->second, file.path),
                "Rename one of them.");
        }
    }
    for (const auto& [folded, path] : seen) {
        for (std::size_t slash = folded.find('/'); slash != folded.npos;
             slash = folded.find('/', slash + 1)) {
            const auto above = seen.find(folded.substr(0, slash));
            if (above == seen.end()) continue;
            throw Error(Exit::policy, "path.collision", path,
                        fmt::format("`{}` would be a file, and the directory of `{}`.", above->second, path),
                        "Rename one of them.");
        }
    }
}

std::vector<std::string> commit(const Root& root, const std::vector<StagedFile>& files) {
    check_paths(files);
    recover(root);
    const std::vector<Change> changes = find_changes(root, files);
    if (changes.empty()) return {};

    Stage stage = Stage::make(root.descriptor());
    bool decided = false;
    try {
        for (const Change& change : changes) {
            stage.add(change.file->path, change.file->text, change.file->executable,
                      change.old ? &*change.old : nullptr, change.old_mode);
        }
        // From here on commit.json may be there, even where decide() fails.
        decided = true;
        stage.decide();
        if (!stage.forward()) {
            throw Error(Exit::failure, "file.changed", "",
                        "A file was changed by someone else at the very moment it was to be replaced.",
                        "Run the same command again.");
        }
    } catch (...) {
        try {
            if (decided) stage.back();
            stage.discard();
        } catch (const Error&) {
            // The decision, forward or back, is on the disk: the next run finishes it.
        }
        throw;
    }
    try {
        stage.discard();
    } catch (const Error&) {
        // Every file is in its place; the next run removes the rest.
    }

    std::vector<std::string> changed;
    for (const Change& change : changes) changed.push_back(change.file->path);
    return changed;
}

bool recover(const Root& root) {
    // What Root::write leaves when it is killed between making its temporary file and renaming it.
    bool left = false;
    for (const char* place : {".", ".aibuild"}) {
        const Fd directory = beneath::open(root.descriptor(), place, O_RDONLY | O_DIRECTORY);
        if (!directory) continue;
        for (const std::string& name : beneath::list(directory.get(), place)) {
            if (name.starts_with(beneath::temporary_prefix))
                left |= ::unlinkat(directory.get(), name.c_str(), 0) == 0;
        }
    }
    Stage stage = Stage::find(root.descriptor());
    if (stage) {
        stage.recover();
        return true;
    }
    // Killed when all that was left of the stage was the directory above it.
    return ::unlinkat(root.descriptor(), ".aibuild", AT_REMOVEDIR) == 0 || left;
}

}  // namespace aibuild
