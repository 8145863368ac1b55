#include "ninja-gen/toolchain.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "ninja-gen/error.h"

extern char** environ;

namespace aibuild {

namespace {

bool runnable(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

Words split(const std::string& text) {
    std::istringstream stream(text);
    Words out;
    for (std::string word; stream >> word;) out.push_back(word);
    return out;
}

}  // namespace

std::string find_program(std::string_view command) {
    if (command.find('/') != std::string_view::npos) {
        std::error_code error;
        const std::string path = std::filesystem::absolute(command, error).string();
        return !error && runnable(path) ? path : std::string();
    }
    const char* path = std::getenv("PATH");
    std::istringstream stream(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
    for (std::string directory; std::getline(stream, directory, ':');) {
        // A relative entry would make what is built depend on where one stands.
        if (directory.empty() || directory.front() != '/') continue;
        if (std::string found = fmt::format("{}/{}", directory, command); runnable(found)) return found;
    }
    return {};
}

std::optional<std::string> output_of(const Words& argv) {
    std::array<int, 2> pipe_ends{};
    if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    std::vector<char*> arguments;
    for (const std::string& word : argv) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    std::string out;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; failed == 0 && (n = read(pipe_ends[0], buffer.data(), buffer.size())) > 0;)
        out.append(buffer.data(), static_cast<std::size_t>(n));
    close(pipe_ends[0]);
    if (failed != 0) return std::nullopt;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
    return out;
}

std::string install_command(const std::map<std::string, std::string>& packages) {
    const auto debian = packages.find("debian");
    if (debian == packages.end()) return "Install it and put it on PATH.";
    return fmt::format("{}apt-get install {}", geteuid() == 0 ? "" : "sudo ", debian->second);
}

const std::string& Toolchain::path(const Tool& tool) {
    std::string& found = paths_[tool.name];
    if (!found.empty()) return found;
    const char* named = tool.environment.empty() ? nullptr : std::getenv(tool.environment.c_str());
    if (named != nullptr && *named != '\0') {
        found = find_program(named);
        if (!found.empty()) return found;
        throw Error(Exit::failure, "toolchain.missing", tool.environment,
                    fmt::format("{} names {}, which is no program on this machine.", tool.environment, named),
                    fmt::format("Set {} to a program's name or path, without arguments, or unset it.",
                                tool.environment));
    }
    for (const std::string& command : tool.commands) {
        found = find_program(command);
        if (!found.empty()) return found;
    }
    throw Error(Exit::failure, "toolchain.missing", tool.name,
                fmt::format("None of {} is on PATH.", fmt::join(tool.commands, ", ")),
                install_command(tool.packages));
}

const PackageFlags& Toolchain::flags(const Package& package) {
    const auto known = flags_.find(package.name);
    if (known != flags_.end()) return known->second;
    PackageFlags& flags = flags_[package.name];
    if (package.pkg_config.empty()) {
        if (package.name == "threads") flags = {{"-pthread"}, {"-pthread"}};
        if (package.name == "math") flags = {{}, {"-lm"}};
        return flags;
    }
    const auto compile = output_of({"pkg-config", "--cflags", package.pkg_config});
    const auto link = output_of({"pkg-config", "--libs", package.pkg_config});
    if (!compile || !link) {
        flags_.erase(package.name);
        const bool tool = !find_program("pkg-config").empty();
        throw Error(
            Exit::failure, "package.missing", package.name,
            tool ? fmt::format("pkg-config knows no module {} on this machine.", package.pkg_config)
                 : "pkg-config is not on PATH.",
            tool ? fmt::format("Install the package that brings {}.pc (on Debian: apt-file search {}.pc).",
                               package.pkg_config, package.pkg_config)
                 : install_command({{"debian", "pkg-config"}}));
    }
    flags = {split(*compile), split(*link)};
    return flags;
}

std::string Toolchain::version(const Tool& tool) {
    Words argv{path(tool)};
    argv.insert(argv.end(), tool.version.begin(), tool.version.end());
    const auto text = output_of(argv);
    if (!text || text->empty()) return "unknown";
    return text->substr(0, text->find('\n'));
}

std::string Toolchain::version(const Package& package) {
    if (package.pkg_config.empty()) return "";
    auto text = output_of({"pkg-config", "--modversion", package.pkg_config});
    return text ? text->substr(0, text->find('\n')) : "";
}

}  // namespace aibuild
