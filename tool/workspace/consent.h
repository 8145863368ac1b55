#pragma once

// What runs because a file in a project says so - a language's commands, a custom step - runs only after the
// person at this machine has agreed to it (law 12).
//
// A consent is a file in the person's own state directory, called by the SHA-256 of the text that was agreed
// to and holding that text: it can be read, and it can be withdrawn with rm. What was agreed to holds for
// this text and no other, in whichever project it stands. A consent inside the project counts for nothing:
// whoever wrote the project could have written it.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace aibuild {

// Something that needs a consent.
struct ConsentItem {
    std::string title;  // one line: "the language lua, from .aibuild/languages/lua.json"
    std::string text;   // all that would run: what is shown and what is agreed to
};

// Shows `text` and asks the person: yes or no, or nothing where there is nobody to ask. `--yes` is a function
// that says yes.
using AskPerson = std::function<std::optional<bool>(const std::string& text)>;

class Consents {
  public:
    // Of the project in this directory.
    explicit Consents(std::filesystem::path project);

    // Those of `items` that nobody agreed to yet. Throws Error `consent.unsafe` where the place of consents,
    // or a consent, isn't the person's alone, and `consent.place` where it is inside the project.
    std::vector<ConsentItem> missing(const std::vector<ConsentItem>& items) const;

    // Are the texts with these keys agreed to? Throws as `missing`.
    bool agreed(const std::vector<std::string>& keys) const;

    // Returns where each of `items` is agreed to; what was new is asked once, all together, and remembered.
    // Throws Error as above; `consent.missing`, which shows what would run and names `command`, which agrees,
    // where there is nobody to ask; `consent.declined` where the answer is no.
    void need(const std::vector<ConsentItem>& items, const AskPerson& ask, const std::string& command) const;

  private:
    std::filesystem::path place() const;
    std::optional<std::string> text(const std::filesystem::path& place, const std::string& key) const;

    std::filesystem::path project_;
};

// What a consent is kept under: the SHA-256 of its text.
std::string consent_key(const ConsentItem& item);

// Whether `path` is `directory` or beneath it, links resolved.
bool is_inside(const std::filesystem::path& path, const std::filesystem::path& directory);

// What people see of `items`; control characters are visible in it.
std::string consent_text(const std::vector<ConsentItem>& items);

}  // namespace aibuild
