#include "tool/engine/explain_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/hash.h"

namespace aibuild {

namespace {

MadeBecause made(const Lock& lock, const LockedFile& file) {
    MadeBecause out{file.because, file.change, file.request, file.provider, file.model};
    if (file.change > 0) out.why = lock.changes[static_cast<std::size_t>(file.change) - 1].description;
    if (out.why.empty())
        out.why = file.origin == "emitter" ? "it is made from the plan" : "the plan wants it";
    return out;
}

}  // namespace

Explained explain_locked(const Root& root, const Lock& lock, const std::string& path) {
    Explained out;
    out.id = "file:" + path;
    const auto entry = lock.files.find(path);
    const std::optional<std::string> current = root.read(path);
    if (current) out.present = sha256(*current);
    if (entry == lock.files.end()) {
        out.state = current ? "yours" : "missing";
        out.why.emplace_back(current ? "AIBuild did not make it, and leaves it alone"
                                     : "it was never made; `aibuild-gen generate` asks for it");
        return out;
    }
    const LockedFile& locked = entry->second;
    out.base = locked.base;
    out.made = made(lock, locked);
    out.generated = locked.generated;
    const bool edited = current && out.present != locked.base;
    out.state = !current                    ? "missing"
                : locked.origin == "person" ? "yours"
                : edited                    ? "edited"
                : !out.generated.empty()    ? "accepted"
                                            : "up to date";
    if (locked.origin == "person")
        out.why.emplace_back("a person has taken it over; AIBuild leaves it alone");
    return out;
}

void explain_standing(const FileStanding& standing, const std::string& path, Explained& out) {
    const auto& files = standing.files();
    const auto planned = std::find_if(files.begin(), files.end(),
                                      [&](const PlannedFileState& each) { return each.path == path; });
    if (planned == files.end() || planned->locked == nullptr) return;
    const auto n = static_cast<std::size_t>(planned - files.begin());
    if (!standing.can_tell(n, standing.texts())) {
        out.unknown.emplace_back("whether it is stale: a file that it is shown is missing");
        return;
    }
    out.parts = standing.changed(n, standing.texts());
    for (const ChangedPart& each : out.parts) out.why.push_back(reason_of(each));
    if (!out.parts.empty() && !out.present.empty())
        out.state = out.present != out.base ? "stale and edited" : "stale";
}

std::string change_behind(const Lock& lock, const std::string& path, const std::string& sha256) {
    const auto entry = lock.files.find(path);
    if (entry == lock.files.end() || entry->second.change == 0) return {};
    if ((entry->second.generated.empty() ? entry->second.base : entry->second.generated) != sha256) return {};
    return fmt::format("change {} wrote {}: {}", entry->second.change, path, made(lock, entry->second).why);
}

void judge_target(Explained& target) {
    const auto holds = [](const Explained& each) {
        return each.state == "up to date" || each.state == "edited" || each.state == "accepted" ||
               each.state == "yours";
    };
    const auto is_step = [](const Explained& each) { return !each.id.starts_with("file:"); };
    const bool files_hold = std::all_of(target.of.begin(), target.of.end(),
                                        [&](const Explained& each) { return is_step(each) || holds(each); });
    const bool never_built = std::all_of(target.of.begin(), target.of.end(), [&](const Explained& each) {
        return !is_step(each) || each.state == "pending";
    });
    target.state = "up to date";
    if (files_hold && never_built && std::any_of(target.of.begin(), target.of.end(), is_step)) {
        target.state = "pending";
        target.why.emplace_back("it was never built");
        return;
    }
    for (const Explained& each : target.of) {
        if (holds(each)) continue;
        target.state = "stale";
        target.why.push_back(each.state == "pending" ? each.id + " was never built"
                                                     : fmt::format("{} is {}", each.id, each.state));
    }
}

}  // namespace aibuild
