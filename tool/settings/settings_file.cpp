#include "tool/settings/settings_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "tool/settings/origin.h"
#include "tool/settings/setting.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

constexpr off_t largest_file = 1 << 20;
constexpr const char* personal_file = "~/.config/aibuild/config.json";

struct OpenFile {
    int fd = -1;
    struct stat status {};
    explicit OpenFile(int descriptor) : fd(descriptor) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (fd >= 0) ::close(fd);
    }
};

Error unusable(const fs::path& path, std::string why) {
    return {Exit::usage, "settings.file", path.string(), std::move(why),
            "Make it a JSON file that you can read, or move it away."};
}

// A project's file may be anything that its author thought of: a pipe that never ends, a link to a file of
// the person. The others are the person's, who may keep them behind links.
std::optional<std::string> read_text(const fs::path& path, SettingsOwner owner, bool& others_write) {
    const int link = owner == SettingsOwner::project ? O_NOFOLLOW : 0;
    OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | link));
    if (file.fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        throw unusable(path, errno == ELOOP ? "It is a symbolic link." : "It can't be read.");
    }
    if (::fstat(file.fd, &file.status) != 0 || !S_ISREG(file.status.st_mode))
        throw unusable(path, "It is no regular file.");
    if (file.status.st_size > largest_file) throw unusable(path, "It is larger than 1 MiB.");
    const bool ours = file.status.st_uid == ::geteuid() || file.status.st_uid == 0;
    others_write = !ours || (file.status.st_mode & 022U) != 0;
    std::string out;
    std::array<char, 16384> buffer{};
    for (ssize_t n = 0; (n = ::read(file.fd, buffer.data(), buffer.size())) != 0;) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw unusable(path, "It can't be read.");
        out.append(buffer.data(), static_cast<std::size_t>(n));
        if (out.size() > static_cast<std::size_t>(largest_file))
            throw unusable(path, "It is larger than 1 MiB.");
    }
    return out;
}

// What a project may not say, in words that don't matter for their spelling: a file that tries is hostile or
// mistaken, and in both cases the person has to know.
bool of_a_connection(std::string_view name) {
    static constexpr std::array<std::string_view, 10> others = {
        "servers",         "headers",  "header", "key",     "api_key",
        "key_environment", "endpoint", "proxy",  "command", "preset"};
    return std::ranges::find(others, name) != others.end();
}

[[noreturn]] void refuse_project(const std::string& place, std::string_view name) {
    throw Error(
        Exit::policy, "settings.project", place,
        fmt::format("A project's settings come from whoever wrote the project. They may not say \"{}\": "
                    "where requests, keys and money go, and what runs for them, is the person's to say.",
                    name),
        fmt::format("Remove it. If you want it, it belongs into {}.", personal_file));
}

struct Reader {
    SettingsText source;
    SettingsOwner owner;
    SettingsFile out;

    std::string place(std::string_view name) const {
        return json::place(source.file, source.text, json::pointer_token(name));
    }

    void check_format(const bj::object& document) const {
        const bj::value* format = document.if_contains("format");
        if (format == nullptr || !format->is_int64()) {
            throw Error(Exit::usage, "settings.type", format == nullptr ? source.file : place("format"),
                        "The format of the file is not said.", "Add \"format\": 1.");
        }
        if (format->get_int64() > settings_format || format->get_int64() < 1) {
            throw Error(Exit::usage, "settings.newer", place("format"),
                        fmt::format("Its format is {}; this aibuild-gen knows 1.", format->get_int64()),
                        "Use a newer aibuild-gen, or write the file for format 1.");
        }
    }

    void read_servers(const bj::value& servers) {
        if (!servers.is_object())
            throw Error(Exit::usage, "settings.type", place("servers"),
                        "Servers are an object of names and descriptions.",
                        R"(Write {"work": {"base_url": "https://..."}}.)");
        for (const auto& entry : servers.get_object())
            out.servers.push_back(read_server(source, entry.key(), entry.value()));
    }

    void read_setting(std::string_view name, const bj::value& value) {
        const Setting* known = find_setting(name);
        if (owner == SettingsOwner::project &&
            (of_a_connection(name) || (known != nullptr && known->files != SettingFiles::all)))
            refuse_project(place(name), name);
        if (name == "servers") return read_servers(value);
        if (known == nullptr) unknown(name);
        if (known->files == SettingFiles::user && !source.personal)
            throw Error(Exit::usage, "settings.key", place(name),
                        "A program that is run is the person's own to name.",
                        fmt::format("Name it in {}.", personal_file));
        std::string problem;
        bj::value read = value_of_json(*known, value, problem);
        if (!problem.empty())
            throw Error(Exit::usage, "settings.type", place(name), fmt::format("{} {}.", name, problem),
                        "Correct the value.");
        if (name == "key_file")
            read = bj::string(path_in(source, std::string_view(read.get_string())).string());
        if (name == "base_url") origin_of(std::string_view(read.get_string()), place(name));
        out.settings[std::string(name)] = {place(name), std::move(read)};
    }

    [[noreturn]] void unknown(std::string_view name) const {
        if (name == "key" || name == "api_key" || name == "token")
            throw Error(Exit::usage, "settings.key", place(name), "A key does not stand among settings.",
                        "Put it into a file of mode 0600 and name that with \"key_file\".");
        std::vector<std::string> names = setting_names();
        names.emplace_back("servers");
        const auto meant = did_you_mean(name, names);
        throw Error(Exit::usage, "settings.unknown", place(name),
                    fmt::format("There is no setting \"{}\".", name),
                    meant ? fmt::format("Did you mean \"{}\"?", *meant)
                          : "`aibuild-gen config list` shows what there is.");
    }
};

bool runs_a_program(const SettingsFile& file) {
    return file.settings.contains("key_command") ||
           std::ranges::any_of(file.servers, [](const Server& each) { return !each.key_command.empty(); });
}

}  // namespace

std::optional<SettingsFile> read_settings_file(const fs::path& path, SettingsOwner owner,
                                               const fs::path& home) {
    bool others_write = false;
    const auto text = read_text(path, owner, others_write);
    if (!text) return std::nullopt;
    const bj::value document = json::parse(*text, path.string());
    Reader reader{
        {path.string(), *text, fs::absolute(path).parent_path(), home, owner == SettingsOwner::user},
        owner,
        {path, {}, {}}};
    if (!document.is_object())
        throw Error(Exit::usage, "settings.type", path.string(), "Settings are a JSON object.",
                    R"(Write {"format": 1}.)");
    reader.check_format(document.get_object());
    for (const auto& entry : document.get_object())
        if (entry.key() != "format") reader.read_setting(entry.key(), entry.value());
    if (others_write && runs_a_program(reader.out))
        throw Error(Exit::policy, "settings.writable", path.string(),
                    "It names a program to run, and others than you may write it.",
                    fmt::format("Look at what it says, then: chmod go-w {}", path.string()));
    return std::move(reader.out);
}

std::vector<std::string> key_variables_in(const fs::path& path) {
    std::vector<std::string> out;
    try {
        bool ignored = false;
        const auto text = read_text(path, SettingsOwner::user, ignored);
        const bj::value document = text ? json::parse(*text, path.string()) : bj::value(bj::object());
        const bj::value* servers =
            document.is_object() ? document.get_object().if_contains("servers") : nullptr;
        if (servers == nullptr || !servers->is_object()) return out;
        for (const auto& entry : servers->get_object()) {
            const bj::value* name = entry.value().is_object()
                                        ? entry.value().get_object().if_contains("key_environment")
                                        : nullptr;
            if (name != nullptr && name->is_string() && can_hold_key(std::string_view(name->get_string())))
                out.emplace_back(std::string_view(name->get_string()));
        }
    } catch (const Error&) {
        return out;
    }
    return out;
}

}  // namespace aibuild
