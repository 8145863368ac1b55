#include "tool/engine/file_standing.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"

namespace aibuild {

namespace {

constexpr std::string_view file_part = "file:";

// As the lock has it: what is short and says something to people stays readable.
std::map<std::string, std::string> hashed(std::map<std::string, std::string> parts) {
    for (auto& [name, text] : parts) {
        if (name != "template" && name != "model") text = sha256(text);
    }
    return parts;
}

std::vector<ChangedPart> difference(const std::map<std::string, std::string>& before,
                                    const std::map<std::string, std::string>& today) {
    std::vector<ChangedPart> out;
    for (const auto& [name, value] : before) {
        const auto now = today.find(name);
        if (now == today.end()) out.push_back({name, value, ""});
        if (now != today.end() && now->second != value) out.push_back({name, value, now->second});
    }
    for (const auto& [name, value] : today) {
        if (!before.contains(name)) out.push_back({name, "", value});
    }
    return out;
}

// The request that was sent first, before any answer that did not pass.
Request first_of(Request request) {
    request.messages.resize(std::min<std::size_t>(request.messages.size(), 2));
    return request;
}

}  // namespace

bool PlannedFileState::theirs() const {
    return only_shown || (locked != nullptr ? locked->origin != "model" : current.has_value());
}

bool PlannedFileState::edited() const {
    return locked != nullptr && current && sha256(*current) != locked->base;
}

std::string reason_of(const ChangedPart& changed) {
    const std::string& part = changed.part;
    if (part.starts_with(file_part)) {
        const std::string path = part.substr(file_part.size());
        if (changed.today.empty()) return fmt::format("{} is not shown to it any more", path);
        if (changed.before.empty()) return fmt::format("{}, which it is shown, is new or changed", path);
        return fmt::format("{} changed, which it is shown", path);
    }
    if (part == "template" || part == "model")
        return fmt::format("another {} ({}, was {})", part, changed.today, changed.before);
    if (part == "plan") return "its part of the plan changed";
    if (part == "project") return "the project's name or description changed";
    if (part == "purpose" || part == "prompt") return fmt::format("its {} changed", part);
    if (part == "language") return "what is said of its language changed";
    if (part == "request") return "its request changed";
    return part + " changed";
}

FileStanding::FileStanding(const OpenProject& project, std::string model)
    : project_(project), model_(std::move(model)), places_(file_order(project.plan)) {
    for (std::size_t n = 0; n < project.plan.files.size(); ++n) {
        PlannedFileState file;
        file.path = project.plan.files[n].path;
        const auto entry = project.lock.files.find(file.path);
        file.locked = entry != project.lock.files.end() ? &entry->second : nullptr;
        file.current = project.root.read(file.path);
        file.only_shown = project.only_shown(n);
        if (file.locked != nullptr) file.base = base_text(project, file.path, *file.locked, file.current);
        if (file.base)
            texts_[n] = *file.base;
        else if (file.current || file.theirs())
            texts_[n] = file.current.value_or("");
        files_.push_back(std::move(file));
    }
}

Prompts FileStanding::prompts(const std::string& model) const {
    return {project_.templates, project_.known.languages, model, project_.room(), project_.stage()};
}

std::map<std::string, std::string> FileStanding::context(std::size_t n, const FileTexts& texts,
                                                         const std::string& model) const {
    return hashed(prompts(model).file_parts("", project_.plan, n, places_[n], project_.described, texts));
}

bool FileStanding::can_tell(std::size_t n, const FileTexts& texts) const {
    const auto& shown = places_[n].shown;
    return std::all_of(shown.begin(), shown.end(), [&](std::size_t each) { return texts.contains(each); });
}

std::vector<ChangedPart> FileStanding::changed(std::size_t n, const FileTexts& texts) const {
    const PlannedFileState& file = files_[n];
    if (file.locked == nullptr || file.theirs()) return {};
    if (const auto& before = file.locked->context; !before.empty()) {
        const auto model = before.find("model");
        return difference(
            before, context(n, texts, model_.empty() && model != before.end() ? model->second : model_));
    }
    return changed_since_request(n, texts);
}

std::vector<ChangedPart> FileStanding::changed_since_request(std::size_t n, const FileTexts& texts) const {
    const Plan& plan = project_.plan;
    const PlannedFileState& file = files_[n];
    std::string key = file.locked->request;
    std::string model = project_.model_of(file.path);
    const auto is_key = [&](const Plan& overview) {
        return prompts(model).file_key(overview, plan, n, places_[n], project_.described, texts) == key;
    };
    std::vector<ChangedPart> out;
    const auto other_model = [&] {
        if (!model_.empty() && model_ != model) out.push_back({"model", model, model_});
        return out;
    };
    if (is_key(plan)) return other_model();
    std::optional<Request> asked = project_.store.request(key);
    if (asked) {
        asked = first_of(*std::move(asked));
        key = key_of(*asked);
        model = asked->model;
        if (is_key(plan)) return other_model();
    }
    const Plan* first = first_plan();
    if (first != nullptr) {
        Plan overview = *first;  // its targets and version, and today's words
        overview.name = plan.name;
        overview.description = plan.description;
        if (is_key(overview)) return other_model();
    }

    if (asked) {
        std::string said;
        for (const Message& message : asked->messages) said += message.text + '\n';
        const auto stands_there = [&](const std::string& text) { return said.find(text) != said.npos; };
        const auto parts = [&](const std::string& version) {
            return prompts(model).file_parts(version, plan, n, places_[n], project_.described, texts);
        };
        for (const auto& [name, text] : parts(first != nullptr ? first->version : plan.version)) {
            if (name == "template") {
                if (text != asked->template_version) out.push_back({name, asked->template_version, text});
            } else if (name == "project") {
                if (!stands_there(plan.description)) out.push_back({name, "", sha256(text)});
            } else if (name != "model" && !stands_there(text) &&
                       !stands_there(parts(plan.version).at(name))) {
                out.push_back({name, "", sha256(text)});
            }
        }
        const std::map<std::string, std::string> then =
            out.empty() ? std::map<std::string, std::string>() : parts_then(n);
        for (ChangedPart& each : out) {
            const auto part = then.find(each.part);
            if (!each.before.empty() || part == then.end()) continue;
            const bool proven = stands_there(each.part == "project" ? first->description : part->second);
            if (proven) each.before = sha256(part->second);
        }
    }
    if (out.empty()) {
        const Request today = prompts(model).file(plan, n, places_[n], project_.described, texts);
        out.push_back({"request", key, key_of(today)});
    }
    return other_model();
}

// The parts of a file's request as they will have been when `new` asked for it: by the plan that it got, and
// by the texts that were answered. Only what stands in the stored request was so indeed.
std::map<std::string, std::string> FileStanding::parts_then(std::size_t n) const {
    std::map<std::string, std::string> out;
    const auto add_text = [&](const std::string& path) {
        const auto entry = project_.lock.files.find(path);
        if (entry == project_.lock.files.end()) return;
        if (auto text = generated_text(project_, path, entry->second))
            out.insert_or_assign("file:" + path, *std::move(text));
    };
    for (const std::size_t each : places_[n].shown) add_text(files_[each].path);
    const Plan* first = first_plan();
    if (first == nullptr) return out;
    const auto file = std::find_if(first->files.begin(), first->files.end(),
                                   [&](const PlannedFile& each) { return each.path == files_[n].path; });
    if (file == first->files.end()) return out;
    const auto index = static_cast<std::size_t>(file - first->files.begin());
    FilePlace place = file_order(*first)[index];
    place.shown.clear();
    out.merge(prompts("").file_parts(first->version, *first, index, place, project_.described, {}));
    return out;
}

const Plan* FileStanding::first_plan() const {
    if (!first_plan_) {
        first_plan_.emplace();
        const auto response = project_.store.find(project_.lock.plan_request);
        try {
            if (response) *first_plan_ = plan_answer(*response).plan;
        } catch (const Error&) {
            // Another answer than the one that passed: what it says counts for nothing.
        }
    }
    return *first_plan_ ? &**first_plan_ : nullptr;
}

}  // namespace aibuild
