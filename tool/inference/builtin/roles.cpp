#include "tool/inference/builtin/roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/small_letters.h"

namespace aibuild {

namespace {

bool contains(const auto& list, const auto& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

bool supports(const Part& part) {
    return part.role == Role::helper || part.role == Role::report;
}

class Assignment {
  public:
    explicit Assignment(Reading reading) { out_.reading = std::move(reading); }

    Roles roles() {
        forbid();
        main_language();
        out_.base = hyphenated({small_letters(out_.reading.name)});
        if (out_.base.empty()) out_.base = "word-count";
        assign();
        further();
        choose_first();
        return std::move(out_);
    }

  private:
    void forbid() {
        const auto banned = [&](const StarterLanguage* language) {
            return contains(out_.reading.banned, language);
        };
        std::erase_if(out_.reading.languages, banned);
        std::erase_if(out_.reading.parts,
                      [&](const Part& part) { return banned(part.language) && supports(part); });
        for (Part& part : out_.reading.parts) {
            if (banned(part.language)) part.language = nullptr;
        }
        if (!out_.reading.libraries && !out_.reading.programs) {
            throw Error(Exit::usage, "description.absurd", "the description",
                        "It wants neither a library nor a program: nothing is left to build.",
                        "Ask for one of the two.");
        }
    }

    // That of the first library or program, else of the first part at all, else a compiled one that was
    // named, since others can be linked with it.
    void main_language() {
        const auto look = [&](bool helpers) {
            for (const Part& part : out_.reading.parts) {
                if (out_.main == nullptr && supports(part) == helpers) out_.main = part.language;
            }
        };
        // A first part of any kind is what the project is about, unless a library or program says otherwise.
        look(false);
        if (out_.main == nullptr &&
            std::none_of(out_.reading.parts.begin(), out_.reading.parts.end(),
                         [](const Part& part) { return part.language == nullptr && !supports(part); })) {
            look(true);
        }
        for (const StarterLanguage* language : out_.reading.languages) {
            if (out_.main == nullptr && language->compiled) out_.main = language;
        }
        if (out_.main == nullptr && !out_.reading.languages.empty())
            out_.main = out_.reading.languages.front();
        if (out_.main == nullptr) look(true);
        if (out_.main == nullptr) {
            for (const StarterLanguage& language : starter_languages()) {
                if (out_.main == nullptr && !contains(out_.reading.banned, &language)) out_.main = &language;
            }
            if (out_.main == nullptr) {
                throw Error(Exit::usage, "builtin.language", "the description",
                            "It forbids every language that the built-in planner writes.",
                            "Allow one of them, or let a model write it: set OPENAI_API_KEY, or "
                            "OPENAI_BASE_URL to a server of your own.");
            }
            note(fmt::format("No language was named, so it is written in {}.", out_.main->title));
        }
        for (Part& part : out_.reading.parts) {
            part.language_named = part.language != nullptr;
            if (!part.language_named) part.language = out_.main;
        }
        std::erase_if(out_.reading.languages, [&](const StarterLanguage* language) {
            return std::any_of(out_.reading.parts.begin(), out_.reading.parts.end(),
                               [&](const Part& part) { return part.language == language; });
        });
        std::erase(out_.reading.languages, out_.main);
    }

    void note(std::string text) { out_.notes.push_back(std::move(text)); }

    // --- parts

    void assign() {
        if (out_.reading.parts.empty()) {
            Part part;
            part.language = out_.main;
            out_.reading.parts.push_back(part);
        }
        const bool library_asked = std::any_of(
            out_.reading.parts.begin(), out_.reading.parts.end(),
            [&](const Part& part) { return part.role == Role::library && part.language == out_.main; });
        for (std::size_t n = 0; n < out_.reading.parts.size(); ++n) {
            const Part& part = out_.reading.parts[n];
            const std::optional<Role> role = role_of(part, n == 0, library_asked);
            if (role == Role::program && out_.reading.programs) out_.programs.push_back(&part);
            if (role == Role::helper) out_.splitters.push_back(&part);
            if (role == Role::report) out_.reports.push_back(&part);
            if (role == Role::library && out_.reading.libraries) out_.counter = &part;
            if (role == Role::program && !out_.reading.programs && out_.counter == nullptr)
                out_.counter = &part;
        }
    }

    // What a part is to the starter; nothing where it is none.
    std::optional<Role> role_of(const Part& part, bool first, bool library_asked) const {
        const bool own_language = part.language == out_.main;
        switch (part.role) {
            case Role::unknown:
                return Role::program;
            case Role::report:
                if (first || (part.language_named && part.language->compiled)) return Role::program;
                return part.language->compiled ? std::nullopt : std::optional(Role::report);
            case Role::helper:
                return first && own_language && !library_asked ? Role::library : Role::helper;
            case Role::library:
                if (own_language && out_.counter == nullptr) return Role::library;
                return own_language && own_name(part).empty() ? std::nullopt : std::optional(Role::helper);
            default:
                return part.role;
        }
    }

    // Languages that were named but do nothing yet.
    void further() {
        for (const StarterLanguage* language : out_.reading.languages) {
            Part part;
            part.language = language;
            part.role = !language->compiled && out_.main->compiled ? Role::report : Role::helper;
            part.words = {part.role == Role::report ? "report" : out_.base + "-" + std::string(language->id)};
            out_.further.push_back(std::move(part));
        }
        for (const Part& part : out_.further)
            (part.role == Role::report ? out_.reports : out_.splitters).push_back(&part);
    }

    void choose_first() {
        out_.first = &out_.reading.parts.front();
        if (out_.reading.parts.front().role == Role::unknown) {
            note(!out_.reading.programs    ? "Its kind was not named, so it is a library."
                 : !out_.reading.libraries ? "Its kind was not named, so it is a program."
                                           : "Its kind was not named, so it is a program with a library.");
        }
        // The project's name belongs to the first part that is neither a helper nor a report, unless it is a
        // helper's.
        const auto owns = [&](const Part& part) {
            return &part == out_.counter || contains(out_.programs, &part);
        };
        const auto owner = std::find_if(out_.reading.parts.begin(), out_.reading.parts.end(), owns);
        if (owner != out_.reading.parts.end() && own_name(*out_.first) != out_.base) out_.first = &*owner;
        if (out_.programs.empty() && out_.splitters.empty() && out_.reports.empty() &&
            out_.counter == nullptr) {
            throw Error(Exit::usage, "description.absurd", "the description",
                        "It forbids what it asks for: nothing is left to build.",
                        "Ask for a library or a program.");
        }
    }

    Roles out_;
};

}  // namespace

std::string own_name(const Part& part) {
    return part.name.empty() ? hyphenated(part.words) : hyphenated({small_letters(part.name)});
}

Roles assign_roles(Reading reading) {
    return Assignment(std::move(reading)).roles();
}

}  // namespace aibuild
