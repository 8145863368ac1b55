#pragma once

// The only way into a project's directory for writing. Every path is resolved by the kernel beneath a held
// descriptor (openat2: RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS), never by comparing
// strings.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace aibuild {

// What is at a path.
enum class Found : unsigned char { nothing, file, directory, other };

// Whether a write waits until the disk has it. Where it doesn't, a power cut may leave the file empty.
enum class Sync : unsigned char { yes, no };

class Root {
  public:
    // Opens an existing directory. Throws Error `path.root` where it can't be opened.
    explicit Root(const std::filesystem::path& directory);
    Root(Root&&) noexcept;
    Root& operator=(Root&&) noexcept;
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
    ~Root();

    const std::filesystem::path& path() const { return path_; }
    int descriptor() const { return fd_; }

    // What is at the relative `path`. A symbolic link on the way or at the end is an Error `path.symlink`.
    Found find(std::string_view path) const;

    // The bytes of a regular file; nothing where there is none.
    std::optional<std::string> read(std::string_view path) const;

    // Writes `text` beside `path` and renames it over: whoever reads sees the old bytes or the new ones,
    // never half. Makes the directories on the way. Synced to disk before the rename, the directory after it,
    // unless `sync` says no.
    // Returns false, and touches nothing, where the file has these bytes already (law 8). `mode` is subject
    // to the umask.
    bool write(std::string_view path, std::string_view text, unsigned mode = 0644,
               Sync sync = Sync::yes) const;

    // Removes a file, and the directories above it that became empty. Nothing there is not an error.
    void remove(std::string_view path) const;

  private:
    std::filesystem::path path_;
    int fd_ = -1;
};

// Why AIBuild never writes a model's text to `path`, in any spelling of case: `.git` and its relatives,
// `.aibuild`, the lock and settings, files of editors and agents that run by themselves. Nothing where it
// may. See tool/workspace/README.md for the list and the reason of each.
std::optional<std::string> protected_problem(std::string_view path);

}  // namespace aibuild
