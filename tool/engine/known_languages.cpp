#include "tool/engine/known_languages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/engine/derived_file.h"
#include "tool/prompting/templates.h"
#include "tool/workspace/beneath.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = 1U << 20U;

// Where the person's own are; empty where there is no home.
fs::path personal_directory() {
    const fs::path configuration = user_configuration();
    return configuration.empty() ? configuration : configuration / "languages";
}

// A language file and what stands beside it, by name.
struct ReadLanguage {
    fs::path directory;  // absolute
    std::string file;    // "lua.json"
    std::string place;   // as messages call it
    std::string text;
    std::map<std::string, std::string> beside;  // the scripts that it names and that are there
    bool of_project = false;
    Language language;
};

[[noreturn]] void bad_file(const std::string& place, std::string why) {
    throw Error(Exit::usage, "language.file", place, std::move(why), "Correct the file, or move it away.");
}

// Reads a directory's files, one of the person's or one beneath the project's root.
class Reader {
  public:
    // `root` is null for the person's own.
    Reader(fs::path directory, const Root* root) : directory_(std::move(directory)), root_(root) {}

    std::vector<std::string> names() const {
        std::vector<std::string> out;
        if (root_ != nullptr) {
            if (root_->find(project_languages) != Found::directory) return out;
            const Fd fd =
                beneath::open(root_->descriptor(), std::string(project_languages), O_RDONLY | O_DIRECTORY);
            out = beneath::list(fd.get(), project_languages);
        } else {
            std::error_code ignored;
            for (const fs::directory_entry& entry : fs::directory_iterator(directory_, ignored))
                out.push_back(entry.path().filename().string());
            std::sort(out.begin(), out.end());
        }
        std::erase_if(out, [](const std::string& name) {
            return !name.ends_with(".json") || name.ends_with(".schema.json") || name.starts_with('.');
        });
        return out;
    }

    std::string place(const std::string& name) const {
        return root_ != nullptr ? fmt::format("{}/{}", project_languages, name)
                                : (directory_ / name).string();
    }

    // Nothing where it isn't there.
    std::optional<std::string> read(const std::string& name) const {
        std::error_code error;
        const fs::path path = directory_ / name;
        if (const auto size = fs::file_size(path, error); !error && size > largest_file)
            bad_file(place(name), fmt::format("It has {} bytes; {} is the most.", size, largest_file));
        if (root_ != nullptr) return root_->read(place(name));
        const fs::file_status status = fs::status(path, error);
        if (!fs::exists(status)) return std::nullopt;
        auto text = fs::is_regular_file(status) ? read_file(path) : std::nullopt;
        if (!text) bad_file(place(name), "It can't be read.");
        return text;
    }

    ReadLanguage language(const std::string& name) const {
        ReadLanguage out;
        out.directory = directory_;
        out.file = name;
        out.place = place(name);
        auto text = read(name);
        if (!text) bad_file(out.place, "It is a link that leads nowhere.");
        out.text = std::move(*text);
        out.language = read_language(out.text, out.place);
        out.language.file = out.place;
        for (std::size_t n = 0; n < out.language.helpers.size(); ++n) {
            const std::string& helper = out.language.helpers[n];
            if (auto script = read(helper)) {
                out.beside.emplace(helper, std::move(*script));
            } else if (helper_text(helper).empty()) {
                throw Error(
                    Exit::usage, "language.helper",
                    json::place(out.place, out.text, fmt::format("/helpers/{}", n)),
                    fmt::format("{} does not stand beside the file, and is no script of AIBuild's own.",
                                helper),
                    "Put it there.");
            }
        }
        out.language.scripts.insert(out.beside.begin(), out.beside.end());
        return out;
    }

    std::vector<ReadLanguage> all() const {
        std::vector<ReadLanguage> out;
        for (const std::string& name : names()) out.push_back(language(name));
        return out;
    }

  private:
    fs::path directory_;
    const Root* root_;
};

// All that the language can make run: its commands, and the scripts that they start.
ConsentItem consent_item(const ReadLanguage& found) {
    ConsentItem out{fmt::format("the language {}, from {}:", found.language.name, found.place), found.text};
    for (const auto& [name, text] : found.beside) out.text += fmt::format("\n{}:\n{}", name, text);
    return out;
}

}  // namespace

KnownLanguages known_languages(const fs::path& root_path) {
    std::vector<ReadLanguage> of_project;
    std::error_code error;
    if (fs::is_directory(root_path / project_languages, error)) {
        const Root root(root_path);
        of_project = Reader(fs::absolute(root_path / project_languages), &root).all();
    }
    std::vector<ReadLanguage> all;
    if (const fs::path personal = personal_directory(); !personal.empty()) {
        all = Reader(personal, nullptr).all();
        std::erase_if(all, [&](const ReadLanguage& own) {
            return std::any_of(of_project.begin(), of_project.end(), [&](const ReadLanguage& other) {
                return other.language.name == own.language.name;
            });
        });
        // Whoever wrote the project could have written these.
        const bool within = is_inside(personal, root_path);
        for (ReadLanguage& each : all) each.of_project = within;
    }
    for (ReadLanguage& each : of_project) {
        each.of_project = true;
        all.push_back(std::move(each));
    }

    KnownLanguages out;
    for (ReadLanguage& each : all) {
        LanguageOrigin origin{each.of_project, {each.directory / each.file}, consent_item(each)};
        for (const auto& [helper, text] : each.beside) origin.files.push_back(each.directory / helper);
        out.languages.add(std::move(each.language), each.text);
        out.origins.emplace(each.place, std::move(origin));
    }
    return out;
}

namespace {

// Of the named languages that are not built in, each once, in the order of their places.
std::vector<const LanguageOrigin*> origins_of(const KnownLanguages& known, const Words& names) {
    std::map<std::string_view, const LanguageOrigin*> out;
    for (const std::string& name : names) {
        const Language* language = known.languages.find(name);
        const LanguageOrigin* origin = language != nullptr ? known.origin(*language) : nullptr;
        if (origin != nullptr) out.emplace(language->file, origin);
    }
    std::vector<const LanguageOrigin*> list;
    for (const auto& [place, origin] : out) list.push_back(origin);
    return list;
}

}  // namespace

Words languages_of(const Plan& plan) {
    std::set<std::string> names;
    for (const Target& target : plan.targets) names.insert(target.language);
    return {names.begin(), names.end()};
}

std::vector<fs::path> KnownLanguages::files_of(const Words& names) const {
    std::vector<fs::path> out;
    for (const LanguageOrigin* each : origins_of(*this, names))
        out.insert(out.end(), each->files.begin(), each->files.end());
    return out;
}

std::vector<ConsentItem> KnownLanguages::consents_of(const Words& names) const {
    std::vector<ConsentItem> out;
    for (const LanguageOrigin* each : origins_of(*this, names)) {
        if (each->of_project) out.push_back(each->item);
    }
    return out;
}

}  // namespace aibuild
