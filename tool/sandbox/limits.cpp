#include "tool/sandbox/limits.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <thread>

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "aibuild-";

// The directory of our group of a controller, and those above it: "memory" and "pids" of version 1, "" of 2.
std::vector<std::string> groups_of(const std::string& root, std::string_view controller) {
    std::ifstream groups(root + "/proc/self/cgroup");
    const std::string mark = controller.empty() ? "0::" : fmt::format(":{}:", controller);
    std::vector<std::string> out;
    for (std::string line; std::getline(groups, line);) {
        const std::size_t at = line.find(mark);
        if (at == line.npos || (controller.empty() && at != 0)) continue;
        std::string group = line.substr(at + mark.size());
        const std::string tree =
            root + "/sys/fs/cgroup" + (controller.empty() ? "" : "/" + std::string(controller));
        for (; !group.empty() && group != "/"; group.erase(group.rfind('/'))) out.push_back(tree + group);
        out.push_back(tree);
    }
    return out;
}

bool write_to(const std::string& file, std::string_view text) {
    const Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Groups of builds that were killed.
void remove_old(const std::string& above) {
    std::error_code error;
    for (fs::directory_iterator at(above, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        pid_t process = 0;
        if (!name.starts_with(prefix)) continue;
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), process);
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) ::rmdir(at->path().c_str());
    }
}

// Tasks of all users: at least as many as ours.
std::size_t tasks_now(const std::string& root) {
    std::ifstream file(root + "/proc/loadavg");
    std::string word;
    for (int n = 0; n < 4; ++n) file >> word;  // "3/512"
    std::size_t out = 0;
    const std::size_t slash = word.find('/');
    if (slash != word.npos) std::from_chars(word.data() + slash + 1, word.data() + word.size(), out);
    return out;
}

}  // namespace

BuildLimits::BuildLimits(std::size_t processes, std::size_t memory, const std::string& root) {
    const std::string most = std::to_string(processes);
    const std::string bytes = memory == 0 ? "max" : std::to_string(memory << 20U);
    const auto make = [&](std::string_view controller, const Settings& settings) {
        for (const std::string& above : groups_of(root, controller)) {
            if (join(above, settings)) return true;
        }
        return false;
    };
    // One group of version 2 for both, where the one above hands both controllers on.
    bool limits_processes = make("", {{"pids.max", most}, {"memory.max", bytes}});
    bool limits_memory = limits_processes;
    if (limits_memory) {
        write_to(directories_.back() + "/memory.swap.max", "0");
    } else {
        limits_processes = make("pids", {{"pids.max", most}});
        limits_memory = memory != 0 && make("memory", {{"memory.limit_in_bytes", bytes}});
    }
    limits_memory = limits_memory && memory != 0;
    if (!limits_processes && ::geteuid() != 0) {
        most_processes_ = tasks_now(root) + processes;
        limits_processes = true;
    }
    if (!limits_processes) missing_.emplace_back("the number of processes");
    if (!limits_memory) missing_.emplace_back("memory");
}

BuildLimits::~BuildLimits() {
    members_.clear();
    // Thousands of processes that are killed together take the kernel a second to put away.
    for (const std::string& directory : directories_) {
        for (int tries = 0; ::rmdir(directory.c_str()) != 0 && errno == EBUSY && tries < 3000; ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

// A group below `above` with these settings; nothing where it can't be.
bool BuildLimits::join(const std::string& above, const Settings& settings) {
    if (::access(above.c_str(), W_OK) != 0) return false;
    const std::string directory = fmt::format("{}/{}{}", above, prefix, ::getpid());
    remove_old(above);
    if (::mkdir(directory.c_str(), 0755) != 0) return false;
    bool all = true;
    for (const auto& [name, value] : settings)
        all = all && write_to(fmt::format("{}/{}", directory, name), value);
    // Version 1 takes one thread in without stopping every fork of the machine, which takes 10 ms.
    Fd members(::open((directory + "/tasks").c_str(), O_WRONLY | O_CLOEXEC));
    if (!members) members = Fd(::open((directory + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!all || !members) {
        ::rmdir(directory.c_str());
        return false;
    }
    directories_.push_back(directory);
    members_.push_back(std::move(members));
    return true;
}

bool BuildLimits::enter() const noexcept {
    for (const Fd& group : members_) {
        if (::write(group.get(), "0", 1) != 1) return false;
    }
    if (most_processes_ == 0) return true;
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NPROC, &limit) != 0) return false;
    if (limit.rlim_cur > most_processes_) limit.rlim_cur = most_processes_;
    if (limit.rlim_max > most_processes_) limit.rlim_max = most_processes_;
    return ::setrlimit(RLIMIT_NPROC, &limit) == 0;
}

}  // namespace aibuild
