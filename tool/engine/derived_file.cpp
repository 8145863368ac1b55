#include "tool/engine/derived_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

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

}  // namespace

std::optional<std::string> read_file(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    struct stat info {};
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
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
    const int fd = open(partial(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                        executable ? 0777 : 0666);
    if (fd < 0) fail(path, errno);
    written_.push_back(path);
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t n = write(fd, text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int number = errno;
            close(fd);
            fail(path, number);
        }
        done += static_cast<std::size_t>(n);
    }
    if (close(fd) != 0) fail(path, errno);
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
