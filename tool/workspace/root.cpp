#include "tool/workspace/root.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "ninja-gen/error.h"
#include "tool/workspace/beneath.h"

namespace aibuild {

Root::Root(const std::filesystem::path& directory)
    : path_(std::filesystem::absolute(directory).lexically_normal()),
      fd_(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ < 0) {
        throw Error(
            Exit::usage, "path.root", directory.string(),
            fmt::format("This directory can't be opened: {}.", std::generic_category().message(errno)),
            "Name a directory that exists and that you may read.");
    }
}

Root::Root(Root&& other) noexcept : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

Root& Root::operator=(Root&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(fd_, other.fd_);
    return *this;
}

Root::~Root() {
    if (fd_ >= 0) ::close(fd_);
}

Found Root::find(std::string_view path) const {
    beneath::check(path);
    struct stat status {};
    const Fd fd = beneath::open(fd_, std::string(path), O_PATH);
    if (!fd && (errno == ENOENT || errno == ENOTDIR)) return Found::nothing;
    if (!fd || ::fstat(fd.get(), &status) != 0) beneath::fail(fd_, path, "read", errno);
    if (S_ISREG(status.st_mode)) return Found::file;
    return S_ISDIR(status.st_mode) ? Found::directory : Found::other;
}

std::optional<std::string> Root::read(std::string_view path) const {
    if (find(path) == Found::nothing) return std::nullopt;
    return beneath::read(fd_, path);
}

bool Root::write(std::string_view path, std::string_view text, unsigned mode, Sync sync) const {
    beneath::check_writable(path);
    struct stat status {};
    const std::optional<std::string> old = beneath::read(fd_, path, &status);
    if (old == text) return false;

    std::vector<std::string> made;
    try {
        const Fd parent = beneath::parent(fd_, path, &made);
        const std::string temporary = beneath::temporary_name();
        beneath::create(parent.get(), temporary, text, static_cast<mode_t>(mode),
                        old ? std::optional(status.st_mode) : std::nullopt, path, sync);
        try {
            if (sync == Sync::yes) beneath::sync_parents(fd_, made);
            if (::renameat(parent.get(), temporary.c_str(), parent.get(), beneath::name_of(path).c_str()) !=
                0) {
                beneath::fail(fd_, path, "written", errno);
            }
        } catch (...) {
            ::unlinkat(parent.get(), temporary.c_str(), 0);
            throw;
        }
        // Whole and in its place already; an Error here says that a power cut may still take it back.
        if (sync == Sync::yes) beneath::sync(parent.get(), path);
    } catch (...) {
        beneath::remove_empty(fd_, made);
        throw;
    }
    return true;
}

void Root::remove(std::string_view path) const {
    beneath::check_writable(path);
    switch (find(path)) {
        case Found::nothing:
            return;
        case Found::directory:
            beneath::fail(fd_, path, "removed", EISDIR);
        case Found::other:
            beneath::fail(fd_, path, "removed", EEXIST);
        case Found::file:
            break;
    }
    if (::unlinkat(beneath::parent(fd_, path, nullptr).get(), beneath::name_of(path).c_str(), 0) != 0 &&
        errno != ENOENT) {
        beneath::fail(fd_, path, "removed", errno);
    }
    std::vector<std::string> above;
    for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
        above.emplace_back(path.substr(0, slash));
    }
    beneath::remove_empty(fd_, above);
}

}  // namespace aibuild
