#pragma once

// A project that is there, as the workflows after `new` see it: its plan, its lock, and where the texts are
// that its files were generated as.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tool/engine/known_languages.h"
#include "tool/engine/project_files.h"
#include "tool/inference/store.h"
#include "tool/prompting/prompts.h"

namespace aibuild {

// Which stored answers count: those that the project brings, or also those of the person's own cache.
enum class Answers : unsigned char { all, of_project };

struct OpenProject {
    // Reads all of it, and writes nothing. Throws Error `plan.missing`, and what reading a plan, a lock and
    // languages throws.
    explicit OpenProject(const std::filesystem::path& directory, Answers answers = Answers::all);

    // Of what is asked for anew: as the lock recorded it.
    Room room() const;
    // The model that the file of this path was asked of; the planning's first for one that never was.
    std::string model_of(const std::string& path) const;

    Root root;
    std::string plan_there;  // the text of aibuild.json; `plan` may become another one, with its text
    std::string plan_text;
    Plan plan;
    Lock lock;
    KnownLanguages known;
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
