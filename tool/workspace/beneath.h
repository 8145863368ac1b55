#pragma once

// What the kernel does for the workspace: opening, making and syncing beneath a held directory. Root, the
// stage of a commit, the hold and the journal are made of these; whoever only wants to write a file uses
// Root.

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tool/workspace/root.h"

namespace aibuild {

// A descriptor that closes itself.
class Fd {
  public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd();

    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_;
};

namespace beneath {

// Throws Error `path.escape` unless `path` is relative, with `/` between components and none of them empty,
// `.` or `..`.
void check(std::string_view path);

// As check(), and `path.protected` for everything of git's: no text, AIBuild's own included, is ever written
// there.
void check_writable(std::string_view path);

// Opens `path` beneath the directory `root`, never through a symbolic link. None, with errno set, where it
// fails.
Fd open(int root, const std::string& path, int flags, mode_t mode = 0);

// The directory that holds `path`, open for reading and fsync. What is missing on the way is made where
// `made` is given, and its path added there. Throws Error.
Fd parent(int root, std::string_view path, std::vector<std::string>* made);

// The last component.
std::string name_of(std::string_view path);

// The bytes of the regular file at `path`; nothing where nothing is there. Throws Error `path.type` for all
// else.
std::optional<std::string> read(int root, std::string_view path, struct stat* status = nullptr);

// Makes the file `name` in `directory`, whole and synced, or leaves nothing of it. `mode` is subject to the
// umask; where `kept` is given, those permissions hold beside the executable bits of `mode`: a file that is
// replaced stays as private as it was. `place` is for messages.
void create(int directory, const std::string& name, std::string_view text, mode_t mode,
            std::optional<mode_t> kept, std::string_view place, Sync sync = Sync::yes);

// Makes the entries of a directory durable. Throws Error.
void sync(int directory, std::string_view place);

// As sync(), for the directory above each of `paths`, each directory once.
void sync_parents(int root, const std::vector<std::string>& paths);

// Removes directories that became empty, last first. Those that did not stay.
void remove_empty(int root, const std::vector<std::string>& directories) noexcept;

// The names in a directory but `.` and `..`, sorted. Throws Error.
std::vector<std::string> list(int directory, std::string_view place);

// Names of temporary files begin with this and end in random digits.
inline constexpr std::string_view temporary_prefix = ".aibuild-tmp-";
std::string temporary_name();

// Throws the Error that `error`, an errno, means for `path` while `doing` ("written", "read", "removed").
[[noreturn]] void fail(int root, std::string_view path, std::string_view doing, int error);

}  // namespace beneath
}  // namespace aibuild
