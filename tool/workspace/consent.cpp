#include "tool/workspace/consent.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

fs::path state_home() {
    // The base directory specification wants a relative path ignored.
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') return state;
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') return fs::path(home) / ".local/state";
    throw Error(Exit::usage, "consent.home", "HOME", "There is no home directory to keep consents in.",
                "Set HOME, or XDG_STATE_HOME, to an absolute path.");
}

// Whether `path` is there. Throws Error where somebody else could have put it there.
bool checked(const fs::path& path, mode_t type) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return false;
        throw Error(Exit::failure, "consent.unsafe", path.string(), "It can't be looked at.",
                    "See that it is yours, and that you may read it.");
    }
    const auto unsafe = [&](std::string_view why, std::string_view fix) {
        throw Error(Exit::policy, "consent.unsafe", path.string(),
                    fmt::format("{}, so that what it says need not be what you agreed to.", why),
                    std::string(fix));
    };
    if ((status.st_mode & S_IFMT) != type)
        unsafe(type == S_IFDIR ? "It is no directory" : "It is no file", "Remove it and agree again.");
    if (status.st_uid != ::geteuid()) unsafe("It belongs to somebody else", "Remove it and agree again.");
    if ((status.st_mode & 022U) != 0)
        unsafe("Others can write to it", fmt::format("Look at what is there, then: chmod {} {}",
                                                     type == S_IFDIR ? "700" : "600", path.string()));
    return true;
}

void make_private(const fs::path& directory) {
    if (checked(directory, S_IFDIR)) return;
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        throw Error(Exit::failure, "disk.write", directory.string(),
                    "The directory that remembers consents can't be made.",
                    "See that you may write there, or set XDG_STATE_HOME to a directory where you may.");
    }
    checked(directory, S_IFDIR);
}

}  // namespace

bool is_inside(const fs::path& path, const fs::path& directory) {
    const fs::path inner = fs::weakly_canonical(path), outer = fs::weakly_canonical(fs::absolute(directory));
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

std::string consent_text(const std::vector<ConsentItem>& items) {
    std::string out;
    for (const ConsentItem& item : items) {
        if (!out.empty()) out += '\n';
        out += visible(item.title) + "\n";
        std::string_view rest = item.text;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            out += fmt::format("  | {}\n", visible(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return out;
}

Consents::Consents(fs::path project) : project_(std::move(project)) {}

fs::path Consents::place() const {
    const fs::path home = state_home();
    const fs::path place = home / "aibuild/consent";
    if (is_inside(place, project_)) {
        throw Error(
            Exit::policy, "consent.place", place.string(),
            "This is where consents are kept, and it is inside the project: whoever wrote the project "
            "could have agreed in your name.",
            "Set XDG_STATE_HOME to a directory outside the project.");
    }
    return place;
}

std::string consent_key(const ConsentItem& item) {
    return sha256(item.text);
}

std::optional<std::string> Consents::text(const fs::path& place, const std::string& key) const {
    if (!checked(place.parent_path(), S_IFDIR) || !checked(place, S_IFDIR) || !checked(place / key, S_IFREG))
        return std::nullopt;
    return Root(place).read(key);
}

bool Consents::agreed(const std::vector<std::string>& keys) const {
    if (keys.empty()) return true;
    const fs::path here = place();
    return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
        const auto known = text(here, key);
        return known && sha256(*known) == key;
    });
}

std::vector<ConsentItem> Consents::missing(const std::vector<ConsentItem>& items) const {
    std::vector<ConsentItem> out;
    if (items.empty()) return out;
    const fs::path here = place();
    std::copy_if(items.begin(), items.end(), std::back_inserter(out),
                 [&](const ConsentItem& item) { return text(here, consent_key(item)) != item.text; });
    return out;
}

void Consents::need(const std::vector<ConsentItem>& items, const AskPerson& ask,
                    const std::string& command) const {
    const std::vector<ConsentItem> asked = missing(items);
    if (asked.empty()) return;
    const std::string shown = consent_text(asked);
    const std::optional<bool> answer = ask(shown);
    if (!answer) {
        throw Error(
            Exit::declined, "consent.missing", project_.string(),
            fmt::format("The project brings commands of its own, and nobody at this machine has agreed "
                        "to run them:\n\n{}",
                        shown),
            fmt::format("Read them. If they may run here: {}", command));
    }
    if (!*answer) {
        throw Error(Exit::declined, "consent.declined", project_.string(),
                    "You said no; nothing was written.", fmt::format("To be asked again: {}", command));
    }
    const fs::path here = place();
    std::error_code ignored;
    fs::create_directories(state_home(), ignored);
    make_private(here.parent_path());
    make_private(here);
    const Root root(here);
    for (const ConsentItem& item : asked) root.write(consent_key(item), item.text, 0600);
}

}  // namespace aibuild
