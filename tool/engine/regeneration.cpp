#include "tool/engine/regeneration.h"

#include <algorithm>
#include <boost/algorithm/string/join.hpp>

#include "ninja-gen/hash.h"

namespace aibuild {

ChosenProvider chosen_for(const GenerateOptions& options, const OpenProject& project,
                          const std::function<void(const std::string&)>& say) {
    std::string models;
    if (!options.replay.empty()) {
        // All that answered there: each request finds its own.
        std::set<std::string> all;
        const Lock lock = locked(Root(options.replay)).value_or(Lock{});
        if (lock.planning) all.insert(lock.planning->model);
        for (const auto& [path, file] : lock.files) all.insert(file.asked);
        all.erase("");
        models = boost::algorithm::join(all, ",");
    }
    return choose_provider(
        {options.settings, options.keys, project.root.path(), options.replay, models, say});
}

std::string first_model(const ChosenProvider& chosen) {
    return chosen.model.substr(0, chosen.model.find(','));
}

Room room_for(const GenerateOptions& options, const OpenProject& project) {
    Room out = project.room();
    const auto flag = [&](const char* name, int& into) {
        const auto& said = options.settings.explain(name);
        if (!said.empty() && said.front().layer == SettingLayer::flag)
            into = static_cast<int>(options.settings.count(name).value_or(into));
    };
    flag("max_output_tokens", out.max_output_tokens);
    flag("context_tokens", out.context_tokens);
    return out;
}

Regeneration::Regeneration(const GenerateOptions& options, OpenProject& project, const FileStanding& standing,
                           ChosenProvider& chosen, FilesTalk& talk)
    : options_(options),
      project_(project),
      standing_(standing),
      talk_(talk),
      room_(room_for(options, project)),
      model_(first_model(chosen)),
      prompts_(project.templates, project.known.languages, model_, room_, project.stage()),
      again_([this](Request request, const std::string& answer, const Error& error) {
          return prompts_.again(std::move(request), answer, error);
      }),
      asked_(chosen, project.plan, again_) {
    asked_.texts() = standing.texts();
}

void Regeneration::restore(std::size_t n) {
    const PlannedFileState& file = standing_.files()[n];
    result_.texts[file.path] = {*file.base, *file.locked, file.base};
}

void Regeneration::want(std::size_t n, std::string because, std::int64_t change,
                        std::function<std::optional<FileRequest>(const FileTexts&)> request) {
    because_[n] = {std::move(because), change};
    asked_.want(n, [this, n, request = std::move(request)](const FileTexts& texts) -> std::optional<Request> {
        std::optional<FileRequest> out = request(texts);
        if (!out) return std::nullopt;
        ancestors_[n] = std::move(out->ancestor);
        return std::move(out->request);
    });
}

void Regeneration::ask(AskedTasks& tasks) {
    std::map<std::size_t, std::vector<std::string>> keys;
    asked_.ask(
        static_cast<int>(options_.settings.count("jobs").value_or(4)), talk_.progress(),
        [&](const FilesAsked::Made& made) {
            const std::string& path = project_.plan.files[made.n].path;
            LockedFile locked = made.locked;
            const auto& [because, change] = because_[made.n];
            locked.change = change;
            if (change == 0) locked.because = because;
            const std::string planned =
                project_.lock.planning ? project_.lock.planning->model : std::string();
            if (planned.substr(0, planned.find(',')) != model_) locked.asked = model_;
            result_.tasks["file:" + path] = answered_task("file", because, made.waited_for, made.answered);
            result_.texts[path] = {made.text, std::move(locked), ancestors_[made.n]};
            keys[made.n] = made.answered.keys;
        },
        [&](std::size_t n, Asking& asking, const std::vector<std::string>& waits_for) {
            Task task;
            task.kind = "file";
            task.reason = because_[n].first;
            task.waited_for = waits_for;
            tasks.follow(asking, "file:" + project_.plan.files[n].path, task);
        });
    for (const auto& [n, each] : keys) result_.keys.insert(result_.keys.end(), each.begin(), each.end());
}

void Regeneration::settle(const std::set<std::size_t>& files) {
    FileTexts texts = standing_.texts();
    for (std::size_t n = 0; n < standing_.files().size(); ++n) {
        if (const auto made = result_.texts.find(standing_.files()[n].path); made != result_.texts.end())
            texts[n] = made->second.text;
    }
    for (std::size_t n = 0; n < standing_.files().size(); ++n) {
        const std::string& path = standing_.files()[n].path;
        if (!standing_.can_tell(n, texts)) continue;
        if (const auto made = result_.texts.find(path); made != result_.texts.end()) {
            LockedFile& locked = made->second.locked;
            const std::string model = ancestors_.contains(n) ? model_ : project_.model_of(path);
            locked.context = standing_.context(n, texts, model);
        } else if (files.contains(n)) {
            LockedFile& locked = project_.lock.files.at(path);
            const auto model = locked.context.find("model");
            locked.context = standing_.context(
                n, texts, model != locked.context.end() ? model->second : project_.model_of(path));
        }
    }
}

}  // namespace aibuild
