#include "tool/sandbox/toolchains.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// What a program in `bin` of a home needs beside it. Elsewhere a prefix is what is above bin; of these that
// would be the whole home, or a directory with keys in it.
struct Known {
    std::string_view bin;
    std::vector<std::string_view> needs;
};

const std::vector<Known>& known() {
    static const std::vector<Known> all = {
        {".cargo/bin", {".cargo/bin", ".rustup"}},
        {".local/bin", {".local/bin", ".local/lib"}},
        {"bin", {"bin"}},
        {"go/bin", {"go/bin"}},
    };
    return all;
}

// Variables that say where such tools live.
constexpr std::string_view homes[] = {
    "RUSTUP_HOME", "PYENV_ROOT",         "NVM_DIR", "GHCUP_INSTALL_BASE_PREFIX",
    "OPAMROOT",    "OPAM_SWITCH_PREFIX", "GOROOT",  "JAVA_HOME",
    "VIRTUAL_ENV", "CONDA_PREFIX"};

// The directories that hold the programs of an installation.
bool is_bin(const std::string& name) {
    return name == "bin" || name == "sbin" || name == "shims" || name == "libexec";
}

// What an installation has beside its programs.
constexpr std::string_view parts[] = {"bin",   "sbin",    "lib", "lib32", "lib64", "libexec",
                                      "share", "include", "etc", "pkg",   "jmods"};

bool is_part(const std::string& name) {
    return std::find(std::begin(parts), std::end(parts), name) != std::end(parts);
}

// What is read of a directory above a bin. Compilers keep what they need beside it under all kinds of names
// (Go's src, a cross compiler's triple), so that of an installation it is everything; but ~/bin's like,
// ~/work/bin, stands beside somebody's projects, which another project's build has no business to read.
std::vector<fs::path> installation(const fs::path& prefix, const fs::path& bin) {
    std::vector<fs::path> known{bin};
    bool projects = false;
    std::error_code error;
    for (fs::directory_iterator at(prefix, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (is_part(at->path().filename().string())) {
            if (at->path() != bin) known.push_back(at->path());
        } else {
            projects = projects || fs::exists(at->path() / ".git", ignored);
        }
    }
    return known.size() > 1 && !projects ? std::vector{prefix} : known;
}

class Installations {
  public:
    explicit Installations(const fs::path& home) : home_(home) {}

    // Each place on the way to the program itself.
    void follow(fs::path program) {
        for (int links = 0; links < 40; ++links) {
            add_program(program);
            std::error_code error;
            const fs::path target = fs::read_symlink(program, error);
            if (error) break;
            program = (program.parent_path() / target).lexically_normal();
        }
        // Links of directories on the way, as ~/.sdkman/candidates/java/current is one.
        std::error_code error;
        const fs::path real = fs::canonical(program, error);
        if (!error && real != program) add_program(real);
    }

    void add(const fs::path& directory) {
        std::error_code error;
        if (!directory.is_absolute() || is_system(directory) || !fs::exists(directory, error)) return;
        if (is_beneath(home_, directory)) return;  // the home, or what it is in
        found_.push_back(directory.lexically_normal());
    }

    std::vector<fs::path> take() {
        std::sort(found_.begin(), found_.end());
        std::vector<fs::path> out;
        for (const fs::path& path : found_) {
            if (out.empty() || !is_beneath(path, out.back())) out.push_back(path);
        }
        return out;
    }

  private:
    void add_program(const fs::path& program) {
        if (is_system(program)) return;
        const fs::path directory = program.parent_path();
        if (!seen_.insert(directory).second) return;
        const fs::path inner = directory.lexically_relative(home_);
        for (const Known& each : known()) {
            if (inner != each.bin) continue;
            for (const std::string_view need : each.needs) add(home_ / need);
            return;
        }
        // Of /srv/bin not all of /srv.
        const fs::path prefix = directory.parent_path();
        const std::string name = directory.filename().string();
        if (!is_bin(name) || !prefix.has_relative_path() || !prefix.parent_path().has_relative_path())
            return add(directory);
        // Who keeps versions of tools has them beside what leads to them: ~/.pyenv, ~/.elan, ~/.volta.
        const std::string first = inner.begin()->string();
        if (name == "shims" || (first.starts_with('.') && first != "..")) return add(prefix);
        for (const fs::path& path : installation(prefix, directory)) add(path);
    }

    const fs::path& home_;
    std::vector<fs::path> found_;
    std::set<fs::path> seen_;  // directories of programs
};

}  // namespace

const std::vector<std::string>& system_directories() {
    static const std::vector<std::string> all = {"usr", "etc",  "opt", "nix",   "gnu",   "snap",
                                                 "bin", "sbin", "lib", "lib32", "lib64", "libx32"};
    return all;
}

bool is_beneath(const fs::path& path, const fs::path& directory) {
    const auto [end, ignored] = std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
    return end == directory.end();
}

bool is_system(const fs::path& path) {
    const fs::path normal = path.lexically_normal();
    auto part = normal.begin();
    if (part == normal.end() || *part != "/" || ++part == normal.end()) return false;
    const auto& all = system_directories();
    return std::find(all.begin(), all.end(), part->string()) != all.end();
}

std::vector<fs::path> installations(const std::vector<fs::path>& programs, const fs::path& home,
                                    const Variable& variable) {
    Installations out(home);
    for (const fs::path& program : programs) out.follow(program);
    for (const std::string_view name : homes) {
        if (const auto value = variable(std::string(name))) out.add(*value);
    }
    return out.take();
}

std::vector<fs::path> programs_on(const std::string& path) {
    std::vector<fs::path> out;
    std::istringstream stream(path);
    for (std::string directory; std::getline(stream, directory, ':');) {
        if (directory.empty() || directory.front() != '/' || is_system(directory)) continue;
        std::error_code error;
        for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
            out.push_back(at->path());
    }
    return out;
}

}  // namespace aibuild
