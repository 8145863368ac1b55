#include "tool/inference/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "ninja-gen/error.h"

namespace aibuild {

namespace fs = std::filesystem;

namespace {

// Several times the largest answer that a request may ask for.
constexpr std::size_t max_file = 64U << 20U;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

  private:
    int number_;
};

[[noreturn]] void cannot_write(const fs::path& path, int error) {
    throw Error(Exit::failure, "store.write", path.string(),
                fmt::format("It can't be stored: {}.", std::strerror(error)),
                "Free space or correct the permissions there, or set XDG_CACHE_HOME to another directory.");
}

[[noreturn]] void cannot_read(const fs::path& path, int error) {
    throw Error(
        Exit::failure, "store.read", path.string(),
        fmt::format("It is there and can't be read: {}. It may be an answer that was paid for, so "
                    "nothing is asked in its place.",
                    std::strerror(error)),
        "Run the same command again; where that doesn't help, look after the disk, or remove the file.");
}

// Is there no such file for this person? Every other error says nothing about that.
bool is_absent(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES || error == ENXIO;
}

void write_all(int file, std::string_view text, const fs::path& path) {
    while (!text.empty()) {
        const ssize_t done = write(file, text.data(), text.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) cannot_write(path, done < 0 ? errno : EIO);
        text.remove_prefix(static_cast<std::size_t>(done));
    }
}

// Prompts may quote a person's sources: what is made here is for their eyes.
void make_directories(const fs::path& path) {
    if (path.empty() || mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
    if (errno != ENOENT) cannot_write(path, errno);
    make_directories(path.parent_path());
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) cannot_write(path, errno);
}

constexpr std::string_view random_end = ".XXXXXX";

// What writers of `path` left that were killed. Nobody has their locks any more.
void sweep(const fs::path& path) {
    const std::string begin = path.filename().string() + '.';
    std::error_code error;
    for (fs::directory_iterator each(path.parent_path(), error), end; !error && each != end;
         each.increment(error)) {
        const std::string name = each->path().filename().string();
        if (!name.starts_with(begin) || name.size() != begin.size() + random_end.size() - 1) continue;
        const Descriptor file(open(each->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        struct stat status {};
        if (file.number() >= 0 && fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode) &&
            flock(file.number(), LOCK_EX | LOCK_NB) == 0)
            unlink(each->path().c_str());
    }
}

// A temporary file beside `path`, locked as long as its writer lives. Before it is locked another writer may
// take it for a dead one's.
int make_locked(const fs::path& path, std::string& temporary) {
    for (;;) {
        temporary = path.string() + std::string(random_end);
        const int file = mkostemp(temporary.data(), O_CLOEXEC);
        if (file < 0) cannot_write(path, errno);
        struct stat status {};
        const bool locked = flock(file, LOCK_EX) == 0 && fstat(file, &status) == 0;
        if (locked && status.st_nlink > 0) return file;
        const int error = errno;
        close(file);
        if (locked) continue;
        unlink(temporary.c_str());
        cannot_write(path, error);
    }
}

}  // namespace

std::optional<std::string> read_private_file(const fs::path& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (file.number() < 0 || fstat(file.number(), &status) != 0) {
        if (!is_absent(errno)) cannot_read(path, errno);
        return std::nullopt;
    }
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > max_file) return std::nullopt;
    std::string text(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        const ssize_t got = read(file.number(), text.data() + have, size - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) cannot_read(path, errno);
        if (got == 0) return std::nullopt;
        have += static_cast<std::size_t>(got);
    }
    return text;
}

void write_atomically(const fs::path& path, std::string_view text) {
    make_directories(path.parent_path());
    sweep(path);
    std::string temporary;
    const Descriptor file(make_locked(path, temporary));
    try {
        write_all(file.number(), text, path);
        if (fsync(file.number()) != 0) cannot_write(path, errno);
        if (rename(temporary.c_str(), path.c_str()) != 0) cannot_write(path, errno);
    } catch (...) {
        unlink(temporary.c_str());
        throw;
    }
    const Descriptor directory(open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.number() < 0 || fsync(directory.number()) != 0) cannot_write(path, errno);
}

fs::path user_cache() {
    // The base directory specification wants a relative path ignored.
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && *cache == '/') return fs::path(cache) / "aibuild";
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') return fs::path(home) / ".cache/aibuild";
    throw Error(Exit::usage, "store.home", "HOME", "There is no home directory to keep responses in.",
                "Set HOME, or XDG_CACHE_HOME, to an absolute path.");
}

}  // namespace aibuild
