#include "tool/engine/open_project.h"

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "tool/engine/new_place.h"
#include "tool/prompting/answers.h"

namespace aibuild {

namespace {

std::string text_of_plan(const Root& root) {
    if (auto text = root.read(plan_file)) return *std::move(text);
    throw Error(Exit::usage, "plan.missing", (root.path() / plan_file).string(), "There is no plan here.",
                "Stand in a project's directory or name it with -C; `aibuild-gen new` makes one.");
}

Snapshot machine_of(const Lock& lock) {
    if (!lock.planning) return {};
    return {lock.planning->tools, lock.planning->missing, lock.planning->packages};
}

std::vector<std::filesystem::path> places(const std::filesystem::path& root, Answers answers) {
    std::vector<std::filesystem::path> out{root / ".aibuild" / "responses"};
    if (answers == Answers::all) out.push_back(user_response_cache());
    return out;
}

}  // namespace

OpenProject::OpenProject(const std::filesystem::path& directory, Answers answers)
    : root(directory),
      plan_there(text_of_plan(root)),
      plan_text(plan_there),
      plan(read_plan(plan_text, plan_file)),
      lock(locked(root).value_or(Lock{})),
      known(known_languages(directory)),
      templates(directory, user_configuration()),
      described{lock.description, {{}, surroundings_of(directory).agents}, machine_of(lock)},
      store(places(directory, answers), user_response_cache()) {}

Room OpenProject::room() const {
    Room out;
    if (lock.planning && lock.planning->max_output_tokens > 0)
        out.max_output_tokens = static_cast<int>(lock.planning->max_output_tokens);
    if (lock.planning && lock.planning->context_tokens > 0)
        out.context_tokens = static_cast<int>(lock.planning->context_tokens);
    return out;
}

std::string OpenProject::model_of(const std::string& path) const {
    const auto entry = lock.files.find(path);
    if (entry != lock.files.end() && !entry->second.asked.empty()) return entry->second.asked;
    if (!lock.planning) return {};
    return lock.planning->model.substr(0, lock.planning->model.find(','));
}

std::optional<std::string> generated_text(const OpenProject& project, const std::string& path,
                                          const LockedFile& file) {
    if (file.request.empty()) return std::nullopt;
    const std::optional<Response> response = project.store.find(file.request);
    if (!response) return std::nullopt;
    try {
        std::string text = file_answer(*response, path).text;
        if (sha256(text) == (file.generated.empty() ? file.base : file.generated)) return text;
    } catch (const Error&) {
        // Somebody put another answer there.
    }
    return std::nullopt;
}

std::optional<std::string> base_text(const OpenProject& project, const std::string& path,
                                     const LockedFile& file, const std::optional<std::string>& current) {
    if (current && sha256(*current) == file.base) return current;
    if (auto kept = project.root.read(std::string(base_directory) + path); kept && sha256(*kept) == file.base)
        return kept;
    if (!file.generated.empty()) return std::nullopt;
    return generated_text(project, path, file);
}

}  // namespace aibuild
