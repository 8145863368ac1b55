#pragma once

// A project that is there, as the workflows after `new` see it: its plan, its lock, and where the texts are
// that its files were generated as. The plan stands in aibuild.json, or is what a CMake project declares.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tool/engine/declared.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/project_files.h"
#include "tool/inference/store.h"
#include "tool/prompting/prompts.h"

namespace aibuild {

// Which stored answers count: those that the project brings, or also those of the person's own cache.
enum class Answers : unsigned char { all, of_project };

struct OpenProject {
    // Reads all of it, and writes nothing. `build`: the build directory in which a CMake project was
    // configured that declares files; empty is DIRECTORY/build. Throws Error `plan.missing`, `declared.both`,
    // and what reading a plan, declarations, a lock and languages throws.
    explicit OpenProject(const std::filesystem::path& directory, const std::filesystem::path& build = {},
                         Answers answers = Answers::all);

    // Of what is asked for anew: as the lock recorded it.
    Room room() const;
    // The model that the file of this path was asked of; the planning's first for one that never was.
    std::string model_of(const std::string& path) const;

    // Which template its files are asked for with.
    std::string stage() const { return declared ? "declared" : "file"; }
    // Is it only shown to others, and no file of the plan? By index into plan.files.
    bool only_shown(std::size_t n) const;

    Root root;
    std::filesystem::path build;  // its build directory, absolute; it need not be there
    std::optional<Declared> declared;
    Lock lock;
    KnownLanguages known;
    std::string
        plan_there;  // the text that `plan` was read from, which may become another one, with its text
    std::string plan_text;
    Plan plan;
    PromptTemplates templates;
    Described described;  // its AGENTS.md, and the machine as the lock recorded it
    ResponseStore store;
};

// The text that the response of a locked file holds; nothing where it is lost or not what the lock says.
std::optional<std::string> generated_text(const OpenProject& project, const std::string& path,
                                          const LockedFile& file);

// The text of its recorded base: `current` if that is it, what is kept of accepted files, or generated_text.
std::optional<std::string> base_text(const OpenProject& project, const std::string& path,
                                     const LockedFile& file, const std::optional<std::string>& current);

}  // namespace aibuild
