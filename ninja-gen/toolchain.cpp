#include "ninja-gen/toolchain.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <thread>

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

namespace {

using Clock = std::chrono::steady_clock;

// The variables of this process with further ones in their place.
std::vector<char*> variables(const Words& further) {
    std::vector<char*> out;
    const auto name = [](std::string_view variable) { return variable.substr(0, variable.find('=') + 1); };
    for (char** each = environ; *each != nullptr; ++each) {
        if (std::none_of(further.begin(), further.end(), [&](const std::string& other) {
                return std::string_view(*each).starts_with(name(other));
            }))
            out.push_back(*each);
    }
    for (const std::string& each : further) out.push_back(const_cast<char*>(each.c_str()));
    out.push_back(nullptr);
    return out;
}

// A program with its standard output in a pipe, in a process group of its own. -1 where it can't be started.
pid_t start(const Words& argv, const Words& environment, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::vector<char*> arguments;
    for (const std::string& word : argv) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::vector<char*> all_variables = variables(environment);
    pid_t child = -1;
    if (posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(), all_variables.data()) !=
        0)
        child = -1;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

// Reads until the end, the time or the size; which of these it was, as a problem.
std::string read_bounded(int input, const ProgramLimits& limits, std::string& out) {
    const auto end = Clock::now() + limits.time;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd ready{input, POLLIN, 0};
        if (limits.stop != nullptr && *limits.stop) return "was stopped";
        const bool looks = limits.stop != nullptr && left > 100;
        const int polled = left > 0 ? poll(&ready, 1, looks ? 100 : static_cast<int>(left)) : 0;
        if ((polled < 0 && errno == EINTR) || (polled == 0 && looks)) continue;
        if (polled <= 0)
            return fmt::format("did not end within {} s", static_cast<double>(limits.time.count()) / 1000);
        const ssize_t got = read(input, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return {};
        out.append(buffer.data(), std::min(static_cast<std::size_t>(got), limits.bytes - out.size()));
        if (out.size() == limits.bytes) return fmt::format("printed more than {} bytes", limits.bytes);
    }
}

}  // namespace

ProgramOutput run_program(const Words& argv, const ProgramLimits& limits, const Words& environment) {
    std::array<int, 2> ends{};
    ProgramOutput out;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return {"", "could not be started"};
    const pid_t child = start(argv, environment, ends[1]);
    close(ends[1]);
    if (child > 0) out.problem = read_bounded(ends[0], limits, out.text);
    close(ends[0]);
    if (child < 0) return {"", "could not be started"};
    if (!out.problem.empty()) kill(-child, SIGKILL);
    // It may have closed its output and go on.
    const auto end = Clock::now() + limits.time;
    int status = 0;
    for (pid_t ended = 0; (ended = waitpid(child, &status, out.problem.empty() ? WNOHANG : 0)) != child;) {
        if (ended < 0 && errno != EINTR) return {"", "could not be waited for"};
        if (ended == 0 && Clock::now() > end) {
            out.problem =
                fmt::format("did not end within {} s", static_cast<double>(limits.time.count()) / 1000);
            kill(-child, SIGKILL);
        } else if (ended == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    if (!out.problem.empty()) return out;
    if (WIFSIGNALED(status)) out.problem = fmt::format("was killed by signal {}", WTERMSIG(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        out.problem = fmt::format("ended with exit code {}", WEXITSTATUS(status));
    return out;
}

std::optional<std::string> output_of(const Words& argv) {
    ProgramOutput output = run_program(argv);
    if (!output.problem.empty()) return std::nullopt;
    return std::move(output.text);
}

// The line goes into the lock, onto terminals and before models, so that it must be a line of text and no
// more than that; what follows it doesn't matter, also where it is a megabyte.
ToolVersion probe_version(const std::string& program, const Words& arguments, const ProgramLimits& limits) {
    constexpr std::size_t longest = 200;
    Words argv{program};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const ProgramOutput output = run_program(argv, {limits.time, std::min<std::size_t>(limits.bytes, 65536)});
    std::string line = output.text.substr(0, output.text.find('\n'));
    if (line.ends_with('\r')) line.pop_back();
    const bool whole = line.size() < output.text.size();
    if (!output.problem.empty() && !(whole && output.problem.starts_with("printed")))
        return {"", output.problem};
    if (line.find_first_not_of(' ') == std::string::npos) return {"", "printed no version"};
    const bool text = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!text || line.size() > longest) return {"", "printed something that is no version"};
    return {line, ""};
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
    const ToolVersion version = probe_version(path(tool), tool.version);
    return version.problem.empty() ? version.text : "unknown";
}

std::string Toolchain::version(const Package& package) {
    if (package.pkg_config.empty()) return "";
    auto text = output_of({"pkg-config", "--modversion", package.pkg_config});
    return text ? text->substr(0, text->find('\n')) : "";
}

}  // namespace aibuild
