#include "tool/workspace/hold.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

const std::string above_path = ".aibuild";
const std::string hold_path = ".aibuild/hold";

bool is_at(const Fd& file, const Fd& directory) {
    struct stat held {
    }, named{};
    return ::fstat(file.get(), &held) == 0 &&
           ::fstatat(directory.get(), "hold", &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

std::string holder_of(const Fd& file) {
    // "1234 aibuild-gen new"; empty in the instant between its holder's lock and its write.
    std::array<char, 256> text{};
    const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
    std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    const std::size_t space = holder.find(' ');
    return space == holder.npos
               ? "Another AIBuild command"
               : fmt::format("`{}` (process {})", holder.substr(space + 1), holder.substr(0, space));
}

// Returns once the file could be locked, or is not to be.
void lock_whole(const Fd& file, const Root& root, const SayWaiting& wait) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (::fcntl(file.get(), F_OFD_SETLK, &whole) == 0) return;
    if (errno != EAGAIN && errno != EACCES) beneath::fail(root.descriptor(), hold_path, "written", errno);
    const std::string holder = holder_of(file);
    if (!wait) {
        throw Error(Exit::failure, "hold.busy", root.path().string(),
                    holder + " is working in this directory, and two would undo each other's work.",
                    "Wait until it has ended, or end it, and run the same command again.");
    }
    wait(visible(
        fmt::format("{} is working in {}: waiting until it has ended", holder, root.path().string())));
    if (::fcntl(file.get(), F_OFD_SETLKW, &whole) == 0) return;
    if (errno != EINTR) beneath::fail(root.descriptor(), hold_path, "written", errno);
    throw Error(Exit::interrupted, "interrupted", root.path().string(),
                "You stopped it while it waited; nothing was done.", "Run the same command again.");
}

}  // namespace

Hold::Hold(const Root& root, std::string_view command, const SayWaiting& wait)
    : root_(beneath::open(root.descriptor(), ".", O_RDONLY | O_DIRECTORY)) {
    const int at = root.descriptor();
    // Each further turn means that another process let go in between.
    for (int tries = 0; tries < 1000; ++tries) {
        if (::mkdirat(at, above_path.c_str(), 0777) != 0 && errno != EEXIST) {
            beneath::fail(at, hold_path, "written", errno);
        }
        try {
            above_ = beneath::open(at, above_path, O_RDONLY | O_DIRECTORY);
            if (!above_ && errno == ENOENT) continue;
            if (!above_) beneath::fail(at, above_path, "written", errno);
            // O_NONBLOCK, so that a pipe with this name can't make anybody wait.
            Fd file = beneath::open(above_.get(), "hold", O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY, 0644);
            if (!file && errno == ENOENT) continue;
            if (!file) beneath::fail(at, hold_path, "written", errno);
            struct stat status {};
            if (::fstat(file.get(), &status) != 0) beneath::fail(at, hold_path, "written", errno);
            if (!S_ISREG(status.st_mode)) beneath::fail(at, hold_path, "written", EEXIST);
            // It is about to be written in place: with a second name it could be any file of the person's.
            if (status.st_nlink > 1) {
                throw Error(Exit::policy, "path.type", hold_path,
                            "This file has a second name (a hard link).",
                            "Remove it: AIBuild makes its own.");
            }

            lock_whole(file, root, wait);
            if (!is_at(file, above_)) continue;

            file_ = std::move(file);
            const std::string text = fmt::format("{} {}\n", ::getpid(), command);
            if (::ftruncate(file_.get(), 0) != 0 ||
                ::pwrite(file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
                const int error = errno;
                ::unlinkat(above_.get(), "hold", 0);
                beneath::fail(at, hold_path, "written", error);
            }
            return;
        } catch (...) {
            ::unlinkat(at, above_path.c_str(), AT_REMOVEDIR);
            throw;
        }
    }
    throw Error(Exit::failure, "hold.busy", root.path().string(),
                "Other AIBuild commands keep taking this directory.",
                "Run the same command again when they have ended.");
}

Hold::~Hold() {
    // Unlinked before it is let go: who opened it meanwhile gets a lock that doesn't count, and tries again.
    if (is_at(file_, above_)) ::unlinkat(above_.get(), "hold", 0);
    // Only an empty directory can be removed, and an empty .aibuild says nothing, whoever made it.
    ::unlinkat(root_.get(), above_path.c_str(), AT_REMOVEDIR);
}

}  // namespace aibuild
