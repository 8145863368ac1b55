#include "ninja-gen/machine.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>

namespace aibuild {

namespace {

// 0 where the file is not there or says `max`.
std::uintmax_t number_in(const std::string& path) {
    std::ifstream file(path);
    std::string word;
    std::uintmax_t out = 0;
    if (file >> word) std::from_chars(word.data(), word.data() + word.size(), out);
    return out;
}

std::uintmax_t least(std::uintmax_t a, std::uintmax_t b) {
    return a == 0 ? b : b == 0 ? a : std::min(a, b);
}

// The limits of our control group and of all above it, of version 2 and of version 1.
std::uintmax_t group_limit(const std::string& root) {
    std::uintmax_t out = 0;
    std::ifstream groups(root + "/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        const bool second = line.starts_with("0::");
        const std::size_t at = line.find(second ? "::" : ":memory:");
        if (at == std::string::npos) continue;
        std::string group = line.substr(at + (second ? 2 : 8));
        const std::string tree = root + (second ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory");
        const std::string file = second ? "/memory.max" : "/memory.limit_in_bytes";
        while (true) {
            out = least(out, number_in(tree + (group == "/" ? "" : group) + file));
            if (group.empty() || group == "/") break;
            group.erase(group.rfind('/'));
        }
    }
    return out;
}

}  // namespace

std::size_t build_memory(const std::string& root) {
    std::uintmax_t machine = 0;  // /proc/meminfo begins with `MemTotal: N kB`
    std::ifstream file(root + "/proc/meminfo");
    if (std::string word; file >> word >> machine) machine *= 1024;
    return static_cast<std::size_t>(least(machine, group_limit(root)) / 4 * 3 >> 20U);
}

}  // namespace aibuild
