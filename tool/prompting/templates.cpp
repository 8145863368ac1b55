#include "tool/prompting/templates.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/names.h"
#include "prompts_data.h"
#include "tool/text/utf8.h"

namespace aibuild {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t largest = 256U << 10U;
constexpr std::string_view built_in_place = "built in";
constexpr std::string_view goes_on_a_conversation = "again";

std::string how_to_correct(std::string_view name) {
    return fmt::format(
        "Correct it, or remove it: `aibuild-gen prompts show {}` then prints the one to begin from.", name);
}

// The text of an override; nothing where there is none. One that can't be read is not passed over: everybody
// would ask something else than they think.
std::optional<std::string> text_of(std::string_view name, const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    const bool dangling = fs::is_symlink(fs::symlink_status(path, error));
    if (status.type() == fs::file_type::not_found && !dangling) return std::nullopt;
    std::ifstream stream;
    if (fs::is_regular_file(status)) stream.open(path, std::ios::binary);
    if (!stream.is_open()) {
        throw Error(Exit::usage, "prompt.template", path.string(), "It is no file that can be read.",
                    how_to_correct(name));
    }
    std::string text(largest + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > largest) {
        throw Error(Exit::usage, "prompt.template", path.string(),
                    fmt::format("It has more than {} bytes, which is the most.", largest),
                    "Make it shorter: it is paid for with every request.");
    }
    return text;
}

PromptTemplate taken_apart(std::string_view name, std::string_view place, std::string_view text) {
    constexpr std::string_view head = "version: ", system = "--- system\n", user = "--- user\n";
    const std::size_t first = text.find(system), second = text.find(user);
    const auto refuse = [&](std::string why) {
        throw Error(Exit::usage, "prompt.template", std::string(place), std::move(why), how_to_correct(name));
    };
    const bool goes_on = name == goes_on_a_conversation;
    if (!text.starts_with(head) || second == text.npos ||
        (!goes_on && (first == text.npos || second < first)))
        refuse(goes_on
                   ? "This template begins with `version: N` and has the section `--- user` alone."
                   : "A template begins with `version: N` and has the sections `--- system` and `--- user`.");
    if (goes_on && first != text.npos)
        refuse(
            "It goes on a conversation, whose `--- system` has been said: it has the section `--- user` "
            "alone.");
    PromptTemplate out;
    out.name = name;
    out.place = place;
    out.version = text.substr(head.size(), text.find('\n') - head.size());
    if (!goes_on) out.system = text.substr(first + system.size(), second - first - system.size());
    out.user = text.substr(second + user.size());
    const auto empty = [](const std::string& section) {
        return section.find_first_not_of(" \t\r\n") == section.npos;
    };
    if (empty(out.user) || (!goes_on && empty(out.system)))
        refuse("One of its sections is empty, and a model would be told nothing there.");
    return out;
}

}  // namespace

fs::path user_configuration() {
    const char* set = std::getenv("XDG_CONFIG_HOME");
    if (set != nullptr && *set == '/') return fs::path(set) / "aibuild";
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') return fs::path(home) / ".config" / "aibuild";
    return {};
}

PromptTemplates::PromptTemplates(const fs::path& root, const fs::path& config) {
    if (!root.empty()) places_.push_back(root / ".aibuild" / "prompts");
    if (!config.empty()) places_.push_back(config / "prompts");
}

std::vector<std::string> PromptTemplates::names() {
    std::vector<std::string> out;
    for (const embedded::File& file : embedded::prompts_data_files()) {
        if (file.first.ends_with(".mustache")) out.emplace_back(file.first.substr(0, file.first.find('.')));
    }
    std::sort(out.begin(), out.end());
    return out;
}

PromptTemplate PromptTemplates::find(std::string_view name) const {
    const std::string file = fmt::format("{}.mustache", name);
    const std::string_view built_in = embedded::prompts_data(file);
    if (built_in.empty()) {
        const auto meant = did_you_mean(name, names());
        throw Error(Exit::usage, "prompt.name", std::string(name), "There is no template of this name.",
                    meant ? fmt::format("Did you mean {}?", *meant)
                          : fmt::format("There are: {}.", fmt::join(names(), ", ")));
    }
    for (const fs::path& place : places_) {
        const fs::path path = place / file;
        const std::optional<std::string> text = text_of(name, path);
        if (!text) continue;
        PromptTemplate out = taken_apart(name, path.string(), *text);
        out.version += "+" + sha256(*text).substr(0, 12);
        return out;
    }
    return taken_apart(name, built_in_place, built_in);
}

std::vector<Error> PromptTemplates::strangers() const {
    std::vector<Error> out;
    const std::vector<std::string> known = names();
    for (const fs::path& place : places_) {
        std::vector<fs::path> files;
        std::error_code none;
        for (const fs::directory_entry& entry : fs::directory_iterator(place, none))
            files.push_back(entry.path());
        std::ranges::sort(files);
        for (const fs::path& file : files) {
            const std::string name = file.stem().string();
            const bool is_template = file.extension() == ".mustache",
                       is_known = std::ranges::count(known, name) > 0;
            if (is_template == is_known) continue;
            const auto meant = did_you_mean(name, known);
            out.emplace_back(Exit::usage, "prompt.name", file.string(),
                             "No template has this name, so nothing of the file is ever said to a model.",
                             is_known ? fmt::format("Call it {}.mustache.", name)
                             : meant
                                 ? fmt::format("Did you mean {}.mustache?", *meant)
                                 : fmt::format("There are {}, each with .mustache.", fmt::join(known, ", ")));
        }
    }
    return out;
}

std::string PromptTemplates::filled(std::string_view name, std::string_view part,
                                    const TemplateData& data) const {
    const PromptTemplate from = find(name);
    const std::string& text = part == "system" ? from.system : from.user;
    const std::string title = fmt::format("{} {}", name, part);
    std::optional<TemplateOrigin> own;
    if (from.place != built_in_place)
        own = TemplateOrigin{fmt::format("{} (--- {})", from.place, part), how_to_correct(name)};
    // Nothing is included, and least of all itself: what a request says stands in one file.
    bool loaded = false;
    const auto load = [&](std::string_view) {
        return std::exchange(loaded, true) ? std::string_view() : std::string_view(text);
    };
    std::string out = render(title, data, load, own);
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

Request PromptTemplates::request(std::string_view stage, const TemplateData& data,
                                 std::string_view model) const {
    Request out;
    out.stage = stage;
    out.template_version = find(stage).version;
    out.model = model;
    // A person's file may have any bytes, and a request with others than UTF-8 can't be stored.
    out.messages = {{"system", as_utf8(filled(stage, "system", data))},
                    {"user", as_utf8(filled(stage, "user", data))}};
    return out;
}

Request PromptTemplates::again(Request request, const std::string& answer, const Error& error) const {
    TemplateData data;
    data.set("rule", error.rule());
    data.set("place", error.place().empty() ? "the whole answer" : error.place());
    data.set("why", error.why());
    request.messages.push_back({"assistant", answer});
    request.messages.push_back({"user", filled(goes_on_a_conversation, "user", data)});
    return request;
}

}  // namespace aibuild
