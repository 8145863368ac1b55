#include "tool/workspace/beneath.h"

#include <dirent.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <set>
#include <system_error>

#include "ninja-gen/error.h"
#include "tool/workspace/protected.h"

namespace aibuild {

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = other.release();
    }
    return *this;
}

Fd::~Fd() {
    const int error = errno;
    if (fd_ >= 0) ::close(fd_);
    errno = error;
}

namespace beneath {

namespace {

// Calls `use` with each component and the path up to and including it; stops where that returns false.
template <typename Use>
void each_component(std::string_view path, Use use) {
    for (std::size_t begin = 0;;) {
        const std::size_t slash = path.find('/', begin);
        const std::size_t end = std::min(slash, path.size());
        if (!use(path.substr(begin, end - begin), path.substr(0, end)) || slash == path.npos) return;
        begin = slash + 1;
    }
}

// What openat2 does, for kernels before 5.6 and containers whose seccomp filter denies it.
Fd walk(int root, std::string_view path, int flags, mode_t mode) {
    Fd directory;
    int at = root;
    Fd found;
    each_component(path, [&](std::string_view component, std::string_view so_far) {
        const std::string name(component);
        const bool last = so_far.size() == path.size();
        Fd next(
            ::openat(at, name.c_str(), O_NOFOLLOW | O_CLOEXEC | (last ? flags : O_PATH | O_DIRECTORY), mode));
        // With O_DIRECTORY a link is ENOTDIR; with O_PATH it is opened, as itself.
        struct stat status {};
        const int error = errno;
        if (!next && error == ENOTDIR) {
            const bool link =
                ::fstatat(at, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
            errno = link ? ELOOP : error;
            return false;
        }
        if (next && (flags & O_PATH) != 0 && ::fstat(next.get(), &status) == 0 && S_ISLNK(status.st_mode)) {
            errno = ELOOP;
            return false;
        }
        if (last) {
            found = std::move(next);
            return false;
        }
        directory = std::move(next);
        at = directory.get();
        return static_cast<bool>(directory);
    });
    return found;
}

void write_all(int fd, std::string_view text, int root, std::string_view place) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail(root, place, "written", written < 0 ? errno : EIO);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// The first symbolic link on the way to `path`, for the message.
std::string link_on(int root, std::string_view path) {
    std::string link(path);
    each_component(path, [&](std::string_view, std::string_view so_far) {
        struct stat status {};
        const std::string name(so_far);
        if (::fstatat(root, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
        if (!S_ISLNK(status.st_mode)) return true;
        link = name;
        return false;
    });
    return link;
}

}  // namespace

void check(std::string_view path) {
    bool good = path.find('\0') == path.npos;
    each_component(path, [&](std::string_view component, std::string_view) {
        good = good && !component.empty() && component != "." && component != "..";
        return good;
    });
    if (!good) {
        throw Error(
            Exit::policy, "path.escape", std::string(path),
            "This is not a path beneath the project's directory: it must be relative, with one `/` between "
            "components, and none of them `.` or `..`.",
            "Name the file from the project's directory, like src/main.cpp.");
    }
}

void check_writable(std::string_view path) {
    check(path);
    each_component(path, [&](std::string_view component, std::string_view) {
        if (is_git(component)) {
            throw Error(Exit::policy, "path.protected", std::string(path),
                        "This is git's own: hooks and settings there are run by git.",
                        "Choose another path; use git itself to change what is git's.");
        }
        return true;
    });
}

Fd open(int root, const std::string& path, int flags, mode_t mode) {
    open_how how{};
    how.flags = static_cast<__u64>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    for (int tries = 0; tries < 100; ++tries) {
        const long fd = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
        if (fd >= 0) return Fd(static_cast<int>(fd));
        // EAGAIN: something was renamed while the kernel walked. EPERM: what filters answer beside ENOSYS.
        if (errno == ENOSYS || errno == EPERM) return walk(root, path, flags, mode);
        if (errno != EINTR && errno != EAGAIN) break;
    }
    return Fd();
}

Fd parent(int root, std::string_view path, std::vector<std::string>* made) {
    const std::size_t slash = path.rfind('/');
    const std::string directory(slash == path.npos ? "." : path.substr(0, slash));
    Fd fd = open(root, directory, O_RDONLY | O_DIRECTORY);
    if (fd) return fd;
    if (errno != ENOENT || made == nullptr) fail(root, path, "written", errno);

    Fd above = open(root, ".", O_RDONLY | O_DIRECTORY);
    each_component(directory, [&](std::string_view component, std::string_view so_far) {
        const std::string name(component);
        if (::mkdirat(above.get(), name.c_str(), 0777) == 0) {
            made->emplace_back(so_far);
        } else if (errno != EEXIST) {
            fail(root, path, "written", errno);
        }
        above = open(above.get(), name, O_RDONLY | O_DIRECTORY);
        if (!above) fail(root, path, "written", errno);
        return true;
    });
    return above;
}

std::string name_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string(slash == path.npos ? path : path.substr(slash + 1));
}

std::optional<std::string> read(int root, std::string_view path, struct stat* status) {
    const std::string name(path);
    struct stat found {};
    // Looked at before it is opened: opening a device can already do something.
    Fd fd = open(root, name, O_PATH);
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd || ::fstat(fd.get(), &found) != 0) fail(root, path, "read", errno);
    if (S_ISREG(found.st_mode)) {
        fd = open(root, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (!fd && errno == ENOENT) return std::nullopt;
        if (!fd || ::fstat(fd.get(), &found) != 0) fail(root, path, "read", errno);
    }
    if (!S_ISREG(found.st_mode)) fail(root, path, "read", S_ISDIR(found.st_mode) ? EISDIR : EEXIST);
    if (status != nullptr) *status = found;

    // A byte more than it has, so that its end is seen without growing.
    std::string text(static_cast<std::size_t>(found.st_size) + 1, '\0');
    for (std::size_t size = 0;;) {
        if (size == text.size()) text.resize(text.size() + 4096);
        const ssize_t got = ::read(fd.get(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(root, path, "read", errno);
        size += static_cast<std::size_t>(got);
        if (got > 0) continue;
        text.resize(size);
        return text;
    }
}

void create(int directory, const std::string& name, std::string_view text, mode_t mode,
            std::optional<mode_t> kept, std::string_view place, Sync sync) {
    Fd fd(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd) fail(directory, place, "written", errno);
    try {
        struct stat status {};
        if (kept && (::fstat(fd.get(), &status) != 0 ||
                     ::fchmod(fd.get(), (*kept & 0777U) | (status.st_mode & 0111U)) != 0)) {
            fail(directory, place, "written", errno);
        }
        write_all(fd.get(), text, directory, place);
        if (sync == Sync::yes && ::fsync(fd.get()) != 0) fail(directory, place, "written", errno);
        // Network file systems report here what they could not store.
        if (::close(fd.release()) != 0 && errno != EINTR) fail(directory, place, "written", errno);
    } catch (...) {
        ::unlinkat(directory, name.c_str(), 0);
        throw;
    }
}

void sync(int directory, std::string_view place) {
    // EINVAL: a file system whose directories know no fsync.
    if (::fsync(directory) != 0 && errno != EINVAL) fail(directory, place, "written", errno);
}

void sync_parents(int root, const std::vector<std::string>& paths) {
    std::set<std::string_view> seen;
    for (const std::string& path : paths) {
        const std::size_t slash = path.rfind('/');
        if (!seen.insert(std::string_view(path).substr(0, slash == path.npos ? 0 : slash)).second) continue;
        sync(parent(root, path, nullptr).get(), path);
    }
}

void remove_empty(int root, const std::vector<std::string>& directories) noexcept {
    for (auto path = directories.rbegin(); path != directories.rend(); ++path) {
        try {
            ::unlinkat(parent(root, *path, nullptr).get(), name_of(*path).c_str(), AT_REMOVEDIR);
        } catch (const Error&) {
            // Gone, or no longer ours to reach.
        }
    }
}

std::vector<std::string> list(int directory, std::string_view place) {
    // A descriptor of its own: the position in a directory belongs to the open file, not to the number.
    Fd own = open(directory, ".", O_RDONLY | O_DIRECTORY);
    std::unique_ptr<DIR, int (*)(DIR*)> stream(own ? ::fdopendir(own.get()) : nullptr, ::closedir);
    if (!stream) fail(directory, place, "read", errno);
    own.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
        errno = 0;
    }
    if (errno != 0) fail(directory, place, "read", errno);
    std::sort(names.begin(), names.end());
    return names;
}

std::string temporary_name() {
    std::uint64_t random = 0;
    while (::getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
    }
    return fmt::format("{}{:016x}", temporary_prefix, random);
}

void fail(int root, std::string_view path, std::string_view doing, int error) {
    const std::string place(path);
    const auto typed = [&](std::string_view what, std::string_view fix) {
        throw Error(Exit::policy, "path.type", place, fmt::format("This can't be {}: {}", doing, what),
                    std::string(fix));
    };
    switch (error) {
        case ELOOP:
            throw Error(
                Exit::policy, "path.symlink", place,
                fmt::format("`{}` is a symbolic link. What lies behind it may be anywhere, and AIBuild stays "
                            "beneath the project's directory.",
                            link_on(root, path)),
                "Replace the link by what it points to, or keep AIBuild's files out of it.");
        case ENOTDIR:
            typed("a file stands where a directory would have to be.",
                  "Move the file away, or choose another path.");
            break;
        case EISDIR:
            typed("it is a directory.", "Move the directory away, or choose another path.");
            break;
        case EEXIST:
        case ENXIO:
            typed("it is a device, a pipe or a socket, and not a file.",
                  "Remove it, or choose another path.");
            break;
        case ENAMETOOLONG:
            throw Error(Exit::policy, "path.limit", place, "The file system can't hold a name this long.",
                        "Choose a shorter name.");
        case ENOSPC:
        case EDQUOT:
            throw Error(Exit::failure, "disk.full", place,
                        error == ENOSPC ? "The disk is full." : "Your quota on this disk is used up.",
                        "Free some space and run the same command again.");
        default:
            break;
    }
    throw Error(
        Exit::failure, doing == "read" ? "disk.read" : "disk.write", place,
        fmt::format("This can't be {}: {}.", doing, std::generic_category().message(error)),
        "See that the disk works and that the file and its directory are yours, then run the same command "
        "again.");
}

}  // namespace beneath
}  // namespace aibuild
