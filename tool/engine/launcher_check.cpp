#include "tool/engine/launcher_check.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "ninja-gen/toolchain.h"
#include "tool/workspace/private_directory.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr ProgramLimits patience{std::chrono::milliseconds(20'000), 1U << 20U};

// The launcher itself; where it is not here, why.
Check presence(const std::string& name, bool required) {
    Check out{name, required};
    const std::string path = find_program(name);
    if (path.empty()) {
        out.ok = false;
        out.why = fmt::format("{} is not on PATH.", name);
        out.fix = install_command({{"debian", name}});
        return out;
    }
    const ToolVersion version = probe_version(path, {"--version"});
    out.found = fmt::format("{} {}", path, version.text);
    if (version.problem.empty()) return out;
    out.ok = false;
    out.why = fmt::format("It {} when it was asked for its version.", version.problem);
    out.fix = fmt::format("Install {} anew.", name);
    return out;
}

Check no_compiler(Check out) {
    out.ok = false;
    out.why = "There is no C or C++ compiler to try it with.";
    out.fix = install_command({{"debian", "gcc"}});
    return out;
}

// A source that nobody has compiled before, so that no cache knows it.
std::string new_source(const PrivateDirectory& scratch) {
    std::string path = scratch / "aibuild.c";
    std::ofstream(path) << fmt::format("int aibuild_{}_{} = 1;\n", getpid(),
                                       std::chrono::steady_clock::now().time_since_epoch().count());
    return path;
}

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

// A store may be called by an address with a password in it.
std::string without_password(const std::string& address) {
    const std::size_t scheme = address.find("://");
    const std::size_t at = address.find('@');
    if (scheme == std::string::npos || at == std::string::npos || at < scheme) return address;
    return address.substr(0, scheme + 3) + "..." + address.substr(at);
}

// A counter of `ccache --print-stats`: NAME, a tab, the number.
long counter(const std::string& stats, std::string_view name) {
    std::istringstream lines(stats);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(fmt::format("{}\t", name))) return std::atol(line.c_str() + name.size() + 1);
    }
    return 0;
}

Check check_store(const std::string& ccache, const std::string& store, const std::string& compiler,
                  bool required) {
    Check out{"ccache's shared store", required};
    out.found = without_password(store);
    if (compiler.empty()) return no_compiler(out);
    const PrivateDirectory scratch("doctor");
    const std::string source = new_source(scratch);
    std::string stats;
    // One machine puts an object, another one gets it.
    for (const char* machine : {"one", "another"}) {
        const Words variables = {"CCACHE_REMOTE_STORAGE=" + store, "CCACHE_DIR=" + (scratch / machine),
                                 "CCACHE_CONFIGPATH=/dev/null"};
        const ProgramOutput compiled =
            run_program({ccache, compiler, "-c", source, "-o", scratch / "aibuild.o"}, patience, variables);
        if (!compiled.problem.empty()) {
            out.ok = false;
            out.why = fmt::format("A compile through ccache {}.", compiled.problem);
            out.fix = fmt::format("Try it: ccache {} --version", compiler);
            return out;
        }
        stats = run_program({ccache, "--print-stats"}, patience, variables).text;
    }
    const long errors = counter(stats, "remote_storage_error"),
               timeouts = counter(stats, "remote_storage_timeout");
    if (counter(stats, "remote_storage_hit") > 0 || counter(stats, "remote_storage_read_hit") > 0) return out;
    out.ok = false;
    out.why = errors > 0 ? "ccache can't reach it. Builds go on without it, and fill only the local cache."
              : timeouts > 0
                  ? "It doesn't answer in time. Builds go on without it, and fill only the local cache."
                  : "What was put there can't be got back. Builds fill only the local cache.";
    out.fix =
        "Is its server running, and is CCACHE_REMOTE_STORAGE (or remote_storage in ccache.conf) its address, "
        "with the right to write?";
    return out;
}

Check check_host(const std::string& distcc, const std::string& host, const std::string& compiler,
                 bool required) {
    Check out{fmt::format("distcc's host {}", host), required};
    if (compiler.empty()) return no_compiler(out);
    const PrivateDirectory scratch("doctor");
    // One of its own: distcc leaves a host alone for a minute after it failed.
    std::error_code ignored;
    fs::create_directory(scratch / "distcc", ignored);
    const Words variables = {"DISTCC_HOSTS=" + host,
                             "DISTCC_FALLBACK=0",
                             "DISTCC_SKIP_LOCAL_RETRY=1",
                             "DISTCC_DIR=" + (scratch / "distcc"),
                             "DISTCC_LOG=" + (scratch / "log"),
                             "DISTCC_VERBOSE=0",
                             "DISTCC_IO_TIMEOUT=15"};
    const ProgramOutput compiled = run_program(
        {distcc, compiler, "-c", new_source(scratch), "-o", scratch / "aibuild.o"}, patience, variables);
    if (compiled.problem.empty() && fs::exists(scratch / "aibuild.o")) return out;
    out.ok = false;
    std::ifstream log(scratch / "log");
    std::string line, said;
    while (std::getline(log, line)) {
        if (said.empty() && line.find("rror") != std::string::npos) said = line;
    }
    out.why =
        fmt::format("A compile there {}{}", compiled.problem.empty() ? "made nothing" : compiled.problem,
                    said.empty() ? "." : ": " + said);
    out.fix = "Is distccd running there, does it allow this machine (--allow), and has it the compiler?";
    return out;
}

}  // namespace

std::vector<Check> check_ccache(const std::string& compiler, bool required) {
    std::vector<Check> out{presence("ccache", required)};
    if (!out.front().ok) return out;
    const std::string ccache = find_program("ccache");
    // secondary_storage was its name before ccache 4.7.
    for (const char* key : {"remote_storage", "secondary_storage"}) {
        const std::string store = trimmed(output_of({ccache, "--get-config", key}).value_or(""));
        if (store.empty()) continue;
        out.push_back(check_store(ccache, store, compiler, required));
        return out;
    }
    out.front().why = "It has no shared store: CCACHE_REMOTE_STORAGE names one.";
    return out;
}

std::vector<Check> check_distcc(const std::string& compiler, bool required) {
    std::vector<Check> out{presence("distcc", required)};
    if (!out.front().ok) return out;
    const std::string distcc = find_program("distcc");
    std::istringstream hosts(output_of({distcc, "--show-hosts"}).value_or(""));
    for (std::string host; std::getline(hosts, host);) {
        // Not reached over a network.
        if (host.empty() || host.starts_with("localhost") || host.starts_with("--")) continue;
        out.push_back(check_host(distcc, host, compiler, required));
    }
    if (out.size() > 1) return out;
    out.front().ok = !required;
    out.front().why = "It knows no hosts but this one.";
    out.front().fix = "Name them: DISTCC_HOSTS=\"host/8 other/8\", or in ~/.distcc/hosts.";
    return out;
}

}  // namespace aibuild
