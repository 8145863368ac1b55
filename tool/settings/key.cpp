#include "tool/settings/key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/quote.h"
#include "ninja-gen/toolchain.h"
#include "tool/settings/settings_file.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_key = 16384;

Error bad_file(const fs::path& file, std::string why, std::string fix) {
    return {Exit::key, "key.file", file.string(), std::move(why), std::move(fix)};
}

void strip_line_end(std::string& text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
}

bool is_inside(const fs::path& file, const fs::path& directory) {
    const fs::path inner = fs::weakly_canonical(fs::absolute(file));
    const fs::path outer = fs::weakly_canonical(fs::absolute(directory)) / "";
    const fs::path top = outer.parent_path();
    return std::mismatch(top.begin(), top.end(), inner.begin(), inner.end()).first == top.end();
}

// Everything is asked of the file that was opened, not of its name, which could lead elsewhere by then.
void check_private(int fd, const fs::path& file) {
    struct stat status {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        throw bad_file(file, "It is no regular file.", "Put the key into a file of its own.");
    if (status.st_uid != ::geteuid())
        throw bad_file(file, "It belongs to somebody else, who can read the key.",
                       "Put the key into a file of your own.");
    if ((status.st_mode & 0177U) != 0) {
        std::string chmod = "chmod 600 ";
        quote::shell(chmod, file.string());
        throw Error(Exit::key, "key.mode", file.string(),
                    fmt::format("Its mode is {:04o}: a key is for its owner alone to read.",
                                static_cast<unsigned>(status.st_mode) & 07777U),
                    std::move(chmod));
    }
}

std::string read_key_file(const fs::path& file, const fs::path& project) {
    if (!project.empty() && is_inside(file, project))
        throw bad_file(file, "It is inside the project, and would be committed or packed with it.",
                       "Move it elsewhere, ~/.config/aibuild/key for one.");
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) throw bad_file(file, "It can't be opened for reading.", "Make it, or name another file.");
    const std::unique_ptr<const int, void (*)(const int*)> closer(&fd,
                                                                  [](const int* each) { ::close(*each); });
    check_private(fd, file);
    std::string text(longest_key + 1, '\0');
    const ssize_t size = ::read(fd, text.data(), text.size());
    if (size < 0) throw bad_file(file, "It can't be read.", "Make it anew.");
    text.resize(static_cast<std::size_t>(size));
    strip_line_end(text);
    if (text.empty() || text.size() > longest_key)
        throw bad_file(file, text.empty() ? "It is empty." : "No key is that long.",
                       "Put the key into it, and nothing else.");
    return text;
}

std::string run_key_command(const std::vector<std::string>& argv) {
    const auto bad = [&](std::string why) {
        return Error(Exit::key, "key.command", argv.front(), std::move(why),
                     "Run it by hand: it has to print the key on standard output, and nothing else.");
    };
    // A relative path would mean another program in each directory, a project's for one.
    if (argv.front().find('/') != std::string::npos && !argv.front().starts_with('/'))
        throw bad("A program that prints a key is named by its absolute path, or by a name on PATH.");
    ProgramOutput output = run_program(argv, {std::chrono::seconds(10), longest_key});
    if (!output.problem.empty()) throw bad(fmt::format("The program {}.", output.problem));
    strip_line_end(output.text);
    if (output.text.empty()) throw bad("The program printed nothing.");
    return std::move(output.text);
}

}  // namespace

Key::Key(std::string text, Origin origin, std::string from)
    : text_(std::move(text)), from_(std::move(from)), origin_(std::move(origin)) {
    const bool printable = std::ranges::all_of(text_, [](char c) { return c > ' ' && c < 0x7f; });
    if (printable) return;
    throw Error(Exit::key, "key.malformed", from_,
                "The key contains a space, a line end or another character that no key has.",
                "Set it again, without quotes or a newline around it.");
}

const std::string& Key::text_for(const Origin& origin) const {
    if (!present() || origin == origin_) return text_;
    throw Error(Exit::key, "key.origin", name_of(origin),
                fmt::format("The key from {} is bound to {}.", from_, name_of(origin_)),
                "Give this server a key of its own, in your settings under \"servers\".");
}

std::set<std::string> key_variables(const Environment& environment) {
    std::set<std::string> out = {"AIBUILD_API_KEY", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY",
                                 "OPENROUTER_API_KEY"};
    const SettingsPaths paths = settings_paths(environment, {});
    std::vector<fs::path> files = paths.system;
    if (!paths.user.empty()) files.push_back(paths.user);
    for (const fs::path& file : files)
        for (const std::string& name : key_variables_in(file)) out.insert(name);
    return out;
}

TakenKeys take_keys(const std::set<std::string>& variables) {
    TakenKeys out;
    for (const std::string& name : variables) {
        const char* value = std::getenv(name.c_str());
        if (value != nullptr && *value != '\0') out[name] = value;
        ::unsetenv(name.c_str());
    }
    return out;
}

KeySources openai_key_sources(const ToolSettings& settings, const fs::path& project) {
    return {true, "OPENAI_API_KEY", settings.text("key_file"), settings.list("key_command"), project};
}

KeySources server_key_sources(const Server& server, const fs::path& project,
                              const std::string& preset_environment) {
    return {true, server.key_environment.empty() ? preset_environment : server.key_environment,
            server.key_file, server.key_command, project};
}

Key find_key(const TakenKeys& taken, const KeySources& sources, const Origin& origin) {
    const auto of_variable = [&](std::string_view name) { return taken.find(name); };
    if (sources.first) {
        const auto found = of_variable("AIBUILD_API_KEY");
        if (found != taken.end()) return {found->second, origin, found->first};
    }
    if (const auto found = of_variable(sources.environment); found != taken.end())
        return {found->second, origin, found->first};
    if (!sources.file.empty())
        return {read_key_file(sources.file, sources.project), origin, sources.file.string()};
    if (!sources.command.empty()) return {run_key_command(sources.command), origin, "key_command"};
    return {};
}

}  // namespace aibuild
