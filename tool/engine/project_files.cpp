#include "tool/engine/project_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/hash.h"
#include "tool/workspace/merge.h"

namespace aibuild {

std::optional<Lock> locked(const Root& root) {
    const auto text = root.read(lock_file);
    if (!text) return std::nullopt;
    return read_lock(*text, lock_file);
}

std::vector<StagedFile> lock_files(const Lock& lock) {
    std::string text = write_lock(lock);
    std::string index = write_lock_index(lock, text);
    return {{std::string(lock_file), std::move(text), true, false, true},
            {std::string(lock_index_file), std::move(index), true, false, true}};
}

ProjectFiles project_files(const Root& root, std::vector<EmittedFile> emitted, Lock& lock) {
    ProjectFiles out;
    for (EmittedFile& file : emitted) {
        const auto current = root.read(file.path);
        const std::string base_path = std::string(base_directory) + file.path;
        const auto entry = lock.files.find(file.path);
        const std::string hash = sha256(file.text);
        // The last use of the file's text.
        const auto take = [&](const std::string& text, std::string_view what) {
            if (current != text) {
                out.files.push_back({file.path, text, true, file.executable, true});
                if (!what.empty()) out.notes.push_back({file.path, std::string(what)});
            }
            out.files.push_back({base_path, std::move(file.text), true, false, true});
            lock.files[file.path] = LockedFile{hash, "emitter", "", "", "", {}, {}};
        };
        const auto beside = [&](std::string_view why) {
            out.files.push_back({file.path + ".aibuild-new", file.text, true, file.executable, true});
            out.notes.push_back({file.path,
                                 fmt::format("kept: {}; the new text is in {}.aibuild-new", why, file.path),
                                 true});
        };
        const bool ours = entry != lock.files.end() && entry->second.origin == "emitter";
        const bool untouched = ours && current && sha256(*current) == entry->second.base;
        if (!current || current == file.text || untouched) {
            take(file.text, "written");
        } else if (!ours) {
            beside("AIBuild did not write it");
        } else if (entry->second.base == hash) {
            continue;  // edited, and nothing new to merge
        } else if (const auto base = root.read(base_path); !base || sha256(*base) != entry->second.base) {
            beside("it was edited, and the text it started from is not there");
        } else if (Merged merged = merge(*base, *current, file.text); merged.conflicts == 0) {
            take(merged.text, "merged with your edits");
        } else {
            beside("your edits and the new text change the same lines");
        }
    }
    std::erase_if(lock.files, [&](const auto& entry) {
        const std::string& path = entry.first;  // Clang 14 captures no structured bindings
        const LockedFile& file = entry.second;
        const auto is_this = [&](const EmittedFile& each) { return each.path == path; };
        if (file.origin != "emitter" || std::any_of(emitted.begin(), emitted.end(), is_this)) return false;
        out.obsolete.push_back(std::string(base_directory) + path);
        if (const auto current = root.read(path); current && sha256(*current) == file.base) {
            out.obsolete.push_back(path);
            out.notes.push_back({path, "removed: nothing needs it any more"});
        } else if (current) {
            out.notes.push_back({path, "kept: nothing needs it any more, but it was edited"});
        }
        return true;
    });
    return out;
}

}  // namespace aibuild
