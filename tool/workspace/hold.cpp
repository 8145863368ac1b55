#include "tool/workspace/hold.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
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

// The first byte is the lock; behind it, that of a process's number tells whose it is.
constexpr off_t first_number = 1;

struct flock byte(off_t at) {
    struct flock out {};
    out.l_type = F_WRLCK;
    out.l_whence = SEEK_SET;
    out.l_start = at;
    out.l_len = 1;
    return out;
}

// The holder of a file that stays, where its process is to be seen from here.
std::string numbered_holder(const Fd& file) {
    struct flock numbers = byte(first_number);
    numbers.l_len = 0;  // up to the end
    if (::fcntl(file.get(), F_OFD_GETLK, &numbers) != 0 || numbers.l_type == F_UNLCK ||
        numbers.l_start < first_number)
        return "Another AIBuild command";
    const off_t process = numbers.l_start - first_number;
    std::ifstream words(fmt::format("/proc/{}/cmdline", process));
    std::string program, verb;
    std::getline(words, program, '\0');
    std::getline(words, verb, '\0');
    program.erase(0, program.rfind('/') + 1);
    return program == "aibuild-gen" ? fmt::format("`{} {}` (process {})", program, verb, process)
                                    : fmt::format("Another AIBuild command (process {})", process);
}

std::string holder_of(const Fd& file) {
    // "1234 aibuild-gen new"; empty in the instant between its holder's lock and its write, and in a file
    // that stays.
    std::array<char, 256> text{};
    const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
    std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    const std::size_t space = holder.find(' ');
    return space == holder.npos
               ? numbered_holder(file)
               : fmt::format("`{}` (process {})", holder.substr(space + 1), holder.substr(0, space));
}

// What writers left that were killed: files that never came to their names. Whoever writes one file at a time
// beneath .aibuild has the hold, so that none of them is a living one's; a commit looks after its own.
void sweep(const Fd& above) noexcept {
    for (const char* place : {".", "runs"}) {
        try {
            const Fd directory = beneath::open(above.get(), place, O_RDONLY | O_DIRECTORY);
            if (!directory) continue;
            for (const std::string& name : beneath::list(directory.get(), place)) {
                struct stat status {};
                if (name.starts_with(beneath::temporary_prefix) &&
                    ::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                    S_ISREG(status.st_mode))
                    ::unlinkat(directory.get(), name.c_str(), 0);
            }
        } catch (const Error&) {
            continue;  // they harm nothing, and the next one looks again
        }
    }
}

// Returns once the file could be locked, or is not to be.
void lock_first(const Fd& file, const Root& root, const SayWaiting& wait) {
    struct flock first = byte(0);
    if (::fcntl(file.get(), F_OFD_SETLK, &first) == 0) return;
    if (errno != EAGAIN && errno != EACCES) beneath::fail(root.descriptor(), hold_path, "written", errno);
    const std::string holder = holder_of(file);
    if (!wait) {
        throw Error(Exit::failure, "hold.busy", root.path().string(),
                    holder + " is working in this directory, and two would undo each other's work.",
                    "Wait until it has ended, or end it, and run the same command again.");
    }
    wait(visible(
        fmt::format("{} is working in {}: waiting until it has ended", holder, root.path().string())));
    if (::fcntl(file.get(), F_OFD_SETLKW, &first) == 0) return;
    if (errno != EINTR) beneath::fail(root.descriptor(), hold_path, "written", errno);
    throw Error(Exit::interrupted, "interrupted", root.path().string(),
                "You stopped it while it waited; nothing was done.", "Run the same command again.");
}

// Nothing is written where the file is to be empty and is.
bool sign(const Fd& file, const std::string& text) {
    struct stat status {};
    struct flock number = byte(first_number + ::getpid());
    if (::fstat(file.get(), &status) != 0 || ::fcntl(file.get(), F_OFD_SETLK, &number) != 0) return false;
    if (status.st_size != 0 && ::ftruncate(file.get(), 0) != 0) return false;
    return text.empty() ||
           ::pwrite(file.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

Hold::Hold(const Root& root, std::string_view command, const SayWaiting& wait, HoldFile kind)
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

            lock_first(file, root, wait);
            if (!is_at(file, above_)) continue;

            stays_ = kind == HoldFile::stays;
            file_ = std::move(file);
            if (!sign(file_, stays_ ? "" : fmt::format("{} {}\n", ::getpid(), command))) {
                const int error = errno;
                ::unlinkat(above_.get(), "hold", 0);
                beneath::fail(at, hold_path, "written", error);
            }
            sweep(above_);
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
    if (stays_ && has_more()) return;
    // Unlinked before it is let go: who opened it meanwhile gets a lock that doesn't count, and tries again.
    if (is_at(file_, above_)) ::unlinkat(above_.get(), "hold", 0);
    // Only an empty directory can be removed, and an empty .aibuild says nothing, whoever made it.
    ::unlinkat(root_.get(), above_path.c_str(), AT_REMOVEDIR);
}

bool Hold::has_more() const noexcept {
    try {
        return beneath::list(above_.get(), above_path).size() > 1;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace aibuild
