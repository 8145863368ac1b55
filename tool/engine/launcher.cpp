#include "tool/engine/launcher.h"

#include <fmt/format.h>
#include <sched.h>

#include <charconv>
#include <thread>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "ninja-gen/toolchain.h"

namespace aibuild {

namespace {

std::string program(const std::string& name) {
    std::string path = find_program(name);
    if (!path.empty()) return path;
    throw Error(Exit::failure, "launcher.missing", name,
                fmt::format("{} is not on PATH, and this build directory is to compile with it.", name),
                fmt::format("{}, or choose another: aibuild-gen emit --launcher none",
                            install_command({{"debian", name}})));
}

}  // namespace

Words launcher_words(const std::string& name) {
    static const Words known = {"none", "ccache", "distcc", "ccache distcc"};
    if (name == "none") return {};
    if (name == "ccache" || name == "distcc") return {program(name)};
    // ccache would take a distcc that follows it for the compiler; this is how it wants to be told.
    if (name == "ccache distcc")
        return {program("env"), "CCACHE_PREFIX=" + program("distcc"), program("ccache")};
    const auto meant = did_you_mean(name, known);
    throw Error(Exit::usage, "emit.launcher", "--launcher", fmt::format("There is no launcher \"{}\".", name),
                meant ? fmt::format("Did you mean \"{}\"?", *meant)
                      : "Use none, ccache, distcc or \"ccache distcc\".");
}

bool is_distributed(const std::string& name) {
    return name.ends_with("distcc");
}

std::optional<int> distcc_jobs() {
    const auto text = output_of({"distcc", "-j"});
    int jobs = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), jobs).ec != std::errc() ||
        jobs < 1)
        return std::nullopt;
    return jobs;
}

std::size_t local_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::size_t>(CPU_COUNT(&set));
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace aibuild
