#include "ninja-gen/machine.h"

#include <unistd.h>

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
std::uintmax_t group_limit() {
    std::uintmax_t out = 0;
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        const bool second = line.starts_with("0::");
        const std::size_t at = line.find(second ? "::" : ":memory:");
        if (at == std::string::npos) continue;
        std::string group = line.substr(at + (second ? 2 : 8));
        const std::string tree = second ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
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

std::size_t build_memory() {
    const auto pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    const std::uintmax_t machine =
        pages > 0 && size > 0 ? static_cast<std::uintmax_t>(pages) * static_cast<std::uintmax_t>(size) : 0;
    return static_cast<std::size_t>(least(machine, group_limit()) / 4 * 3 >> 20U);
}

}  // namespace aibuild
