#pragma once

// Languages of files, beside those that AIBuild was built with:
//
//   $XDG_CONFIG_HOME/aibuild/languages/*.json   (~/.config/...)  the person's own
//   .aibuild/languages/*.json                   of the project: committed, and run only with a consent
//
// with their scripts beside them. Where both have a language of one name, the project's is taken: a project
// is built the same by everybody.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ninja-gen/language.h"
#include "tool/workspace/consent.h"

namespace aibuild {

inline constexpr std::string_view project_languages = ".aibuild/languages";

// Where a language that is not built in comes from.
struct LanguageOrigin {
    bool of_project = false;                   // or of anybody who could write into the project
    std::vector<std::filesystem::path> files;  // absolute: the language file and the scripts beside it
    ConsentItem item;
};

struct KnownLanguages {
    Languages languages;
    std::map<std::string, LanguageOrigin> origins;  // by Language::file

    // nullptr for one that is built in.
    const LanguageOrigin* origin(const Language& language) const {
        return language.file.empty() ? nullptr : &origins.at(language.file);
    }

    // Of the languages of a plan, by name or alias: what was read, and what needs a consent.
    std::vector<std::filesystem::path> files_of(const Words& names) const;
    std::vector<ConsentItem> consents_of(const Words& names) const;
};

// As the plan's targets name them, each once.
Words languages_of(const Plan& plan);

// Of the project in `root`, where there is one. Throws Error, naming file and place, for a file that can't be
// taken: what read_language and Languages::add throw, `language.helper` for a script that is not there, and
// `language.file`.
KnownLanguages known_languages(const std::filesystem::path& root);

}  // namespace aibuild
