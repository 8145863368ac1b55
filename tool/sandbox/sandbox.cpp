#include "tool/sandbox/sandbox.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "ninja-gen/toolchain.h"
#include "tool/sandbox/toolchains.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_processes = 4096;  // threads count too

class Arguments {
  public:
    explicit Arguments(const std::string& program) : words_{program} {}

    template <class... Words>
    void add(const Words&... words) {
        (words_.push_back(std::string(words)), ...);
    }
    void memory(const std::string& at, std::size_t megabytes) {
        add("--size", std::to_string(megabytes << 20U), "--tmpfs", at);
    }
    void read_only(const fs::path& path) { add("--ro-bind", path.string(), path.string()); }
    void writable(const fs::path& path) { add("--bind", path.string(), path.string()); }

    std::vector<std::string> take() { return std::move(words_); }

  private:
    std::vector<std::string> words_;
};

void add_system(Arguments& out, const fs::path& root) {
    for (const std::string& name : system_directories()) {
        const fs::path path = "/" + name;
        std::error_code error;
        const fs::path target = fs::read_symlink(root / name, error);
        if (!error) {
            out.add("--symlink", target.string(), path.string());
        } else if (fs::is_directory(root / name, error)) {
            out.read_only(path);
        }
    }
    // Databases of installed packages (GHC's, OCaml's), NixOS's tools, and how many processors there are.
    for (const char* path : {"/var/lib", "/run/current-system", "/sys/devices/system/cpu"})
        out.add("--ro-bind-try", path, path);
    // bwrap leaves /proc/sys writable for root: core_pattern there is a program that the kernel runs.
    out.add("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev");
}

std::string version_of(const std::string& bwrap) {
    // "bubblewrap 0.8.0"
    const std::string text = output_of({bwrap, "--version"}).value_or("");
    return text.substr(0, text.find('\n'));
}

std::string found_bwrap() {
    std::string path = find_program("bwrap");
    if (!path.empty()) return path;
    throw Error(Exit::failure, "sandbox.missing", "bwrap",
                "bubblewrap, which keeps a build to its project, is not on PATH.",
                install_command({{"debian", "bubblewrap"}}));
}

const SandboxPlaces& checked(const SandboxPlaces& places) {
    for (const fs::path& path : {places.root, places.build}) {
        if (places.home.empty() || !is_beneath(places.home, path)) continue;
        throw Error(Exit::policy, "sandbox.home", path.string(),
                    fmt::format("Your home, {}, is in this directory, and a build may write all of it.",
                                places.home.string()),
                    "Give the project a directory of its own; or build without the sandbox: --sandbox off.");
    }
    return places;
}

}  // namespace

fs::path sandbox_home(const fs::path& home) {
    std::error_code error;
    const bool fit =
        home.is_absolute() && home.has_relative_path() && (!is_system(home) || fs::is_directory(home, error));
    return fit ? home.lexically_normal() : fs::path("/tmp/home");
}

std::vector<std::string> bwrap_arguments(const std::string& bwrap, const SandboxPlaces& places,
                                         const std::vector<fs::path>& guarded, int status_fd,
                                         const fs::path& root) {
    Arguments out(bwrap);
    out.add("--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts");
    if (!places.network) out.add("--unshare-net");
    out.add("--cap-drop", "ALL");
    // Root builds in projects of others, too, as containers with a mounted project do.
    if (::geteuid() == 0) out.add("--cap-add", "CAP_DAC_OVERRIDE");
    add_system(out, root);
    const std::size_t memory = places.memory == 0 ? 2048 : places.memory;
    out.memory("/dev/shm", std::max<std::size_t>(64, memory / 8));
    out.memory("/tmp", std::max<std::size_t>(256, memory / 4));
    out.add("--dir", "/var", "--symlink", "/tmp", "/var/tmp");
    const fs::path home = sandbox_home(places.home);
    if (home == "/tmp/home") {
        out.add("--dir", home.string());
    } else {
        out.memory(home.string(), std::max<std::size_t>(256, memory / 8));
    }
    for (const fs::path& path : places.readable) {
        // Inside the project it is there already, and the project's.
        if (!is_beneath(path, places.root) && !is_beneath(path, places.build)) out.read_only(path);
    }
    // Each directory on the way from the outer to the inner one is a mount of its own: a step could move
    // another one away, with what is read-only in it, and put one of its making there.
    const bool holds = is_beneath(places.root, places.build);
    const fs::path &outer = holds ? places.build : places.root, &inner = holds ? places.root : places.build;
    out.writable(outer);
    if (is_beneath(inner, outer)) {
        fs::path at = outer;
        for (const fs::path& part : inner.lexically_relative(outer)) {
            if (part == ".") continue;
            at /= part;
            out.writable(at);
        }
    } else {
        out.writable(inner);
    }
    for (const fs::path& path : guarded) out.read_only(path);
    out.add("--remount-ro", "/", "--chdir", places.build.string());
    out.add("--json-status-fd", std::to_string(status_fd), "--");
    return out.take();
}

Sandbox::Sandbox(const SandboxPlaces& places)
    : places_(checked(places)),
      bwrap_(found_bwrap()),
      guards_(places_.root, places_.build),
      limits_(most_processes, places_.memory) {}

std::vector<std::string> Sandbox::argv(const std::vector<std::string>& command) const {
    std::vector<std::string> out = bwrap_arguments(bwrap_, places_, guards_.paths(), status_fd);
    out.insert(out.end(), command.begin(), command.end());
    return out;
}

std::string Sandbox::description() const {
    std::string out = version_of(bwrap_);
    if (places_.network) out += "; network";
    if (!limits_.missing().empty())
        out += fmt::format("; not limited: {}", fmt::join(limits_.missing(), ", "));
    return out;
}

}  // namespace aibuild
