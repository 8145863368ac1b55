#include "tool/inference/call_record.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

// Scheme, host and port of a URL; neither a user nor a query, which can hold keys.
std::string origin_part(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return "";
    const std::size_t host = scheme + 3;
    const std::string_view authority = url.substr(host, url.find_first_of("/\\?#", host) - host);
    const std::size_t user = authority.rfind('@');
    return std::string(url.substr(0, host)) +
           std::string(user == std::string_view::npos ? authority : authority.substr(user + 1));
}

template <typename T>
bj::value known(const std::optional<T>& value) {
    return value ? bj::value(*value) : bj::value(nullptr);
}

bj::value text_or_null(const std::string& text) {
    return text.empty() ? bj::value(nullptr) : bj::value(bj::string(text));
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    operator int() const { return fd_; }

  private:
    int fd_;
};

// Of a file of the person's that only the person can have put there. -1 with errno otherwise.
int open_private(const fs::path& path) {
    const int fd =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) return -1;
    struct stat status {};
    const bool fine = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                      ((status.st_mode & 0777U) == 0600 || ::fchmod(fd, 0600) == 0);
    if (fine) return fd;
    ::close(fd);
    errno = EPERM;
    return -1;
}

// Moves a full file aside. Of two processes that see it full, the second finds that the name is no longer
// that file, and leaves the new one alone.
void rotate(int fd, const fs::path& path, std::int64_t limit) {
    struct stat opened {
    }, named{};
    if (::fstat(fd, &opened) != 0 || opened.st_size < limit || ::flock(fd, LOCK_EX) != 0) return;
    const bool same =
        ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
    if (same) ::rename(path.c_str(), (path.string() + ".1").c_str());
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::complete:
            return "complete";
        case Outcome::incomplete:
            return "incomplete";
        case Outcome::cut:
            return "cut";
        case Outcome::refused:
            return "refused";
        case Outcome::filtered:
            return "filtered";
    }
    return {};
}

std::string line_of(const CallRecord& record) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(record.time);
    const bj::object out{{"time", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                              fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)))},
                         {"request", record.request},
                         {"stage", record.stage},
                         {"subject", record.subject},
                         {"server", text_or_null(origin_part(record.server))},
                         {"model", record.model},
                         {"api", text_or_null(record.api)},
                         {"outcome", record.outcome},
                         {"requests", record.requests},
                         {"input_tokens", known(record.usage.input_tokens)},
                         {"output_tokens", known(record.usage.output_tokens)},
                         {"cached_tokens", known(record.usage.cached_tokens)},
                         {"cost", known(record.cost)},
                         {"warnings", bj::array(record.warnings.begin(), record.warnings.end())},
                         {"milliseconds", record.duration.count()},
                         {"from_store", record.from_store}};
    return bj::serialize(out) + "\n";
}

CallLog::CallLog(fs::path directory, std::int64_t rotate_at)
    : directory_(std::move(directory)), rotate_at_(rotate_at) {}

bool CallLog::append(const CallRecord& record, std::string& problem) const {
    if (directory_.empty()) return true;
    std::error_code failed;
    fs::create_directories(directory_.parent_path(), failed);
    if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) {
        problem = fmt::format("{} can't be made: {}", directory_.string(), std::strerror(errno));
        return false;
    }
    const auto bad = [&] {
        problem = fmt::format("{} can't be written: {}", path().string(), std::strerror(errno));
        return false;
    };
    {
        const Descriptor full(open_private(path()));
        if (full < 0) return bad();
        rotate(full, path(), rotate_at_);
    }
    const Descriptor file(open_private(path()));
    if (file < 0) return bad();
    const std::string line = line_of(record);
    const ssize_t written = ::write(file, line.data(), line.size());
    if (written >= 0 && static_cast<std::size_t>(written) != line.size()) errno = ENOSPC;
    return static_cast<std::size_t>(written) == line.size() || bad();
}

fs::path user_call_log_directory() {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') return fs::path(state) / "aibuild";
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') return fs::path(home) / ".local/state/aibuild";
    return {};
}

}  // namespace aibuild
