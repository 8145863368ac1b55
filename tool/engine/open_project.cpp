#include "tool/engine/open_project.h"

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "tool/engine/new_place.h"
#include "tool/prompting/answers.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

fs::path build_of(const fs::path& root, const fs::path& build) {
    return fs::absolute(build.empty() ? root / "build" : build).lexically_normal();
}

// Where `build` was named it is about nothing else.
std::optional<Declared> declared_in(const Root& root, const fs::path& build, bool named) {
    const bool planned = root.find(plan_file) == Found::file;
    if (!named && (planned || !declares(build, root.path()))) return std::nullopt;
    if (planned && !declares(build, root.path())) return std::nullopt;
    if (planned) {
        throw Error(
            Exit::usage, "declared.both", (root.path() / plan_file).string(),
            "This directory has a plan, and its CMake lists declare files: a lock is about one of both.",
            "Move the plan into a directory of its own, and import it: aibuild_import_plan(DIR/"
            "aibuild.json).");
    }
    return read_declared(build, root);
}

std::string text_of_plan(const Root& root, const std::optional<Declared>& declared) {
    if (declared) return declared->text;
    if (auto text = root.read(plan_file)) return *std::move(text);
    throw Error(Exit::usage, "plan.missing", (root.path() / plan_file).string(), "There is no plan here.",
                "Stand in a project's directory or name it with -C; `aibuild-gen new` makes one. For a CMake "
                "project that uses AIBuild name its build directory: --build DIR.");
}

Plan plan_in(const std::string& text, const std::optional<Declared>& declared, const KnownLanguages& known) {
    return declared ? plan_of(*declared, known.languages) : read_plan(text, plan_file);
}

Snapshot machine_of(const Lock& lock) {
    if (!lock.planning) return {};
    return {lock.planning->tools, lock.planning->missing, lock.planning->packages};
}

std::vector<fs::path> places(const fs::path& root, Answers answers) {
    std::vector<fs::path> out{root / ".aibuild" / "responses"};
    if (answers == Answers::all) out.push_back(user_response_cache());
    return out;
}

}  // namespace

OpenProject::OpenProject(const fs::path& directory, const fs::path& build_directory, Answers answers)
    : root(directory),
      build(build_of(directory, build_directory)),
      declared(declared_in(root, build, !build_directory.empty())),
      lock(locked(root).value_or(Lock{})),
      known(known_languages(directory)),
      plan_there(text_of_plan(root, declared)),
      plan_text(plan_there),
      plan(plan_in(plan_text, declared, known)),
      templates(directory, user_configuration()),
      described{lock.description, {{}, surroundings_of(directory).agents}, machine_of(lock)},
      // Who takes the project's answers alone only looks, and needs no home.
      store(places(directory, answers),
            answers == Answers::all ? user_response_cache() : directory / ".aibuild" / "responses") {}

bool OpenProject::only_shown(std::size_t n) const {
    return declared && declared->of(plan.files[n].path) == nullptr;
}

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
