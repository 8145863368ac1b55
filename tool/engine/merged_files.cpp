#include "tool/engine/merged_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ninja-gen/hash.h"
#include "tool/engine/project_files.h"
#include "tool/workspace/merge.h"

namespace aibuild {

namespace {

bool names(const Plan& plan, const std::string& path) {
    const auto in = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), path) != list.end();
    };
    return std::any_of(plan.targets.begin(), plan.targets.end(),
                       [&](const Target& target) {
                           return in(target.sources) || in(target.headers) || in(target.data);
                       }) ||
           std::any_of(plan.steps.begin(), plan.steps.end(),
                       [&](const PlannedStep& step) { return in(step.inputs); });
}

}  // namespace

std::vector<std::size_t> conflict_lines(std::string_view text) {
    std::vector<std::size_t> out;
    std::size_t number = 1;
    for (std::size_t at = 0; at < text.size(); ++number) {
        // As merge.cpp labels them.
        if (text.substr(at).starts_with("<<<<<<< yours")) out.push_back(number);
        const std::size_t end = text.find('\n', at);
        at = end == std::string_view::npos ? text.size() : end + 1;
    }
    return out;
}

MergedFiles merged_files(const Root& root, std::map<std::string, NewText> texts, Lock& lock) {
    MergedFiles out;
    for (auto& [path, made] : texts) {
        const std::optional<std::string> current = root.read(path);
        const std::string kept_base = std::string(base_directory) + path;
        if (made.locked.generated.empty() && root.find(kept_base) == Found::file)
            out.obsolete.push_back(kept_base);
        lock.files[path] = std::move(made.locked);
        if (current == made.text) {
            out.notes.push_back({path, "came back as it was"});
            continue;
        }
        if (!current || current == made.ancestor) {
            out.files.push_back({path, std::move(made.text), true, false, false});
            out.notes.push_back({path, "written"});
            continue;
        }
        if (!made.ancestor || current->find('\0') != std::string::npos) {
            const std::string beside = path + ".aibuild-new";
            const std::string_view why = made.ancestor ? "it is no text that can be merged by lines"
                                                       : "the text it started from is not there";
            out.files.push_back({beside, std::move(made.text), true, false, false});
            out.notes.push_back({path, fmt::format("kept: {}; the new text is in {}", why, beside), true});
            continue;
        }
        Merged merged = merge(*made.ancestor, *current, made.text);
        if (merged.text == *current) {
            out.notes.push_back({path, "kept: your edits have all that is new"});
            continue;
        }
        const std::vector<std::size_t> lines =
            merged.conflicts > 0 ? conflict_lines(merged.text) : std::vector<std::size_t>();
        out.notes.push_back({path,
                             merged.conflicts == 0
                                 ? "merged with your edits"
                                 : fmt::format("{} conflict{} with your edits, at line{} {}", lines.size(),
                                               lines.size() == 1 ? "" : "s", lines.size() == 1 ? "" : "s",
                                               fmt::join(lines, ", ")),
                             merged.conflicts > 0});
        out.files.push_back({path, std::move(merged.text), true, false, false});
    }
    return out;
}

void drop_unplanned(const Root& root, const Plan& plan, Lock& lock, MergedFiles& out) {
    const auto planned = [&](const std::string& path) {
        return std::any_of(plan.files.begin(), plan.files.end(),
                           [&](const PlannedFile& file) { return file.path == path; });
    };
    for (auto entry = lock.files.begin(); entry != lock.files.end();) {
        const auto& [path, file] = *entry;
        if (file.origin == "emitter" || planned(path)) {
            ++entry;
            continue;
        }
        const std::optional<std::string> current = root.read(path);
        if (current && file.origin == "model" && !names(plan, path)) {
            const bool edited = sha256(*current) != file.base;
            if (!edited) out.obsolete.push_back(path);
            out.notes.push_back({path, edited ? "kept: the plan does not list it any more, but it was edited"
                                              : "removed: the plan does not list it any more"});
        }
        if (current && file.origin == "person" && !names(plan, path))
            out.notes.push_back(
                {path, "left as it is: you have taken it over, and nothing is made from it any more"});
        const std::string kept_base = std::string(base_directory) + path;
        if (root.find(kept_base) == Found::file) out.obsolete.push_back(kept_base);
        entry = lock.files.erase(entry);
    }
}

void drop_undeclared(const Root& root, const Declared& declared, Lock& lock, MergedFiles& out) {
    for (auto entry = lock.files.begin(); entry != lock.files.end();) {
        const std::string& path = entry->first;
        if (declared.of(path) != nullptr || root.find(path) != Found::nothing) {
            ++entry;
            continue;
        }
        out.notes.push_back({path, "gone, and not declared any more: the lock forgets it"});
        const std::string kept_base = std::string(base_directory) + path;
        if (root.find(kept_base) == Found::file) out.obsolete.push_back(kept_base);
        entry = lock.files.erase(entry);
    }
}

}  // namespace aibuild
