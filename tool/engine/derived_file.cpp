#include "tool/engine/derived_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int number) {
    const bool full = number == ENOSPC || number == EDQUOT;
    throw Error(Exit::failure, full ? "disk.full" : "disk.write", path.string(),
                fmt::format("It can't be written: {}.", std::strerror(number)),
                full ? "Free some space and run the same command again."
                     : "Make the directory writable, or choose another with -o.");
}

std::string partial(const std::filesystem::path& path) {
    return fmt::format("{}.{}.partial", path.string(), getpid());
}

// 0, or the error.
int write_all(int fd, std::string_view text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t n = write(fd, text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        done += static_cast<std::size_t>(n);
    }
    return 0;
}

// -1 where there is none. Steps write here too: a pipe that one left must not make anybody wait.
int open_regular(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat info {};
    if (fd < 0 || (fstat(fd, &info) == 0 && S_ISREG(info.st_mode))) return fd;
    close(fd);
    return -1;
}

// What take() got is not on the disk as long as the file in its place begins with the same bytes: a text that
// did not change is read and never written.
class PartialFile : public TextSink {
  public:
    PartialFile(const std::filesystem::path& path, std::function<int()> create)
        : path_(path), create_(std::move(create)), before_(open_regular(path)) {
        if (before_ < 0) fd_ = create_();
    }
    ~PartialFile() override {
        if (fd_ >= 0) close(fd_);
        if (before_ >= 0) close(before_);
    }

    void take(std::string_view piece) override {
        if (fd_ < 0) {
            if (read_before(piece.size()) == piece) {
                same_ += piece.size();
                return;
            }
            differ();
        }
        write_out(piece);
    }

    void finish() {
        if (fd_ < 0 && read_before(1).empty()) return;
        if (fd_ < 0) differ();
        if (close(std::exchange(fd_, -1)) != 0) fail(path_, errno);
    }

  private:
    std::string_view read_before(std::size_t size) {
        old_.resize(size);
        std::size_t done = 0;
        while (done < size) {
            const ssize_t n = read(before_, old_.data() + done, size - done);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            done += static_cast<std::size_t>(n);
        }
        old_.resize(done);
        return old_;
    }

    // What was the same so far is written from the file that is there.
    void differ() {
        fd_ = create_();
        if (lseek(before_, 0, SEEK_SET) != 0) fail(path_, errno);
        while (same_ > 0) {
            const std::string_view piece = read_before(std::min<std::size_t>(same_, 1U << 18U));
            if (piece.empty()) fail(path_, EIO);
            write_out(piece);
            same_ -= piece.size();
        }
    }

    void write_out(std::string_view piece) const {
        if (const int failed = write_all(fd_, piece); failed != 0) fail(path_, failed);
    }

    const std::filesystem::path& path_;
    const std::function<int()> create_;
    int fd_ = -1, before_;
    std::size_t same_ = 0;
    std::string old_;
};

}  // namespace

std::optional<std::string> read_file(const std::filesystem::path& path) {
    const int fd = open_regular(path);
    if (fd < 0) return std::nullopt;
    struct stat info {};
    if (fstat(fd, &info) != 0) {
        close(fd);
        return std::nullopt;
    }
    std::string out(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t n = read(fd, out.data() + done, out.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    close(fd);
    out.resize(done);
    return out;
}

DerivedFiles::~DerivedFiles() {
    for (const std::filesystem::path& path : written_) unlink(partial(path).c_str());
}

void DerivedFiles::add(const std::filesystem::path& path, std::string_view text, bool executable) {
    struct stat info {};
    if (stat(path.c_str(), &info) == 0 && static_cast<std::size_t>(info.st_size) == text.size() &&
        read_file(path) == text)
        return;
    const int fd = open_partial(path, executable);
    const int failed = write_all(fd, text);
    if (close(fd) != 0 || failed != 0) fail(path, failed != 0 ? failed : errno);
}

void DerivedFiles::add(const std::filesystem::path& path, const std::function<void(TextSink&)>& write) {
    PartialFile file(path, [&] { return open_partial(path, false); });
    write(file);
    file.finish();
}

int DerivedFiles::open_partial(const std::filesystem::path& path, bool executable) {
    const int fd = open(partial(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                        executable ? 0777 : 0666);
    if (fd < 0) fail(path, errno);
    const std::lock_guard guard(mutex_);
    written_.push_back(path);
    return fd;
}

bool DerivedFiles::commit() {
    for (const std::filesystem::path& path : written_) {
        if (rename(partial(path).c_str(), path.c_str()) != 0) fail(path, errno);
    }
    return !std::exchange(written_, {}).empty();
}

bool write_derived(const std::filesystem::path& path, std::string_view text, bool executable) {
    DerivedFiles files;
    files.add(path, text, executable);
    return files.commit();
}

void touch(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) fail(path, errno);
    futimens(fd, nullptr);
    close(fd);
}

}  // namespace aibuild
