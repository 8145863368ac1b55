#include "tool/sandbox/guards.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// Does the path still lead to what the descriptor has open?
bool is_at(const Fd& fd, const fs::path& path) {
    struct stat held {
    }, named{};
    return ::fstat(fd.get(), &held) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

bool is_empty(const Fd& fd, bool directory) {
    if (directory) {
        std::error_code error;
        return fs::is_empty(fmt::format("/proc/self/fd/{}", fd.get()), error) && !error;
    }
    struct stat info {};
    return ::fstat(fd.get(), &info) == 0 && info.st_size == 0;
}

}  // namespace

Guards::Guards(const fs::path& root, const fs::path& build) {
    try {
        guard(root / ".git", true);
        guard(root / ".aibuild", true);
        guard(root / "aibuild.lock.json", false);
        guard(root / "aibuild.lock.cmake", false);
        if (build != root) guard(build / ".aibuild", true);
        // A plan decides what later builds run; where there is none, none is asked for.
        if (struct stat info{}; ::lstat((root / "aibuild.json").c_str(), &info) == 0)
            guard(root / "aibuild.json", false);
    } catch (...) {
        let_go();
        throw;
    }
}

Guards::~Guards() {
    let_go();
}

// Removed unless somebody else uses it too: both would have to hold it exclusively.
void Guards::let_go() noexcept {
    for (const StandIn& each : stand_ins_) {
        if (::flock(each.fd.get(), LOCK_EX | LOCK_NB) != 0 || !is_at(each.fd, each.path)) continue;
        if (each.directory) {
            ::rmdir(each.path.c_str());  // only an empty one can be removed
        } else if (is_empty(each.fd, false)) {
            ::unlink(each.path.c_str());
        }
    }
}

void Guards::guard(const fs::path& path, bool directory) {
    // Each further turn means that another build removed its stand-in in between.
    for (int tries = 0; tries < 1000; ++tries) {
        struct stat info {};
        if (::lstat(path.c_str(), &info) != 0) {
            if (errno != ENOENT) beneath::fail(AT_FDCWD, path.string(), "read", errno);
            const int made = directory ? ::mkdir(path.c_str(), 0755)
                                       : ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
            if (made < 0 && errno != EEXIST) {
                // Where we can't make it, no step can.
                if (errno == EACCES || errno == EROFS || errno == EPERM) return;
                beneath::fail(AT_FDCWD, path.string(), "written", errno);
            }
            if (!directory && made >= 0) ::close(made);
        } else if (S_ISLNK(info.st_mode)) {
            throw Error(Exit::policy, "sandbox.link", path.string(),
                        "This is a symbolic link, and in the sandbox a step could put another in its stead.",
                        "Put there what it leads to; or build without the sandbox: --sandbox off.");
        }
        if (!stand_in(path, directory)) continue;
        paths_.push_back(path);
        return;
    }
    throw Error(Exit::failure, "hold.busy", path.string(),
                "Other builds keep making and removing this place.",
                "Run the same command again when they have ended.");
}

// Holds what is there if it is a stand-in. False where it is gone again.
bool Guards::stand_in(const fs::path& path, bool directory) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) return errno != ENOENT;  // it can't be read, but it is there
    struct stat info {};
    const bool same_kind = ::fstat(fd.get(), &info) == 0 && S_ISDIR(info.st_mode) == directory;
    if (!same_kind || !is_empty(fd, directory)) return true;
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) != 0) return false;  // its last user is about to remove it
    if (!is_at(fd, path)) return false;
    stand_ins_.push_back({path, std::move(fd), directory});
    return true;
}

}  // namespace aibuild
