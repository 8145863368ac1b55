#include "tool/engine/recorded.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

namespace aibuild {

Recorded::Recorded(const std::filesystem::path& build, Threads threads, const std::filesystem::path& builddir)
    : build_(build),
      records_(build / builddir),
      directory_(::open(build.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    is_listed_ = listed_.get_future();
    if (threads == Threads::two) finished_ = std::async(std::launch::async, [this] { read(); });
}

void Recorded::read() {
    try {
        log_ = read_ninja_log(records_);
        deps_ = NinjaDeps(records_);
        times_.resize(deps_.size());
        listed_.set_value();
    } catch (...) {
        listed_.set_exception(std::current_exception());
        return;
    }
    ask();
}

void Recorded::wait() {
    if (!finished_.valid()) read();
    is_listed_.get();
    ask();
    if (finished_.valid()) finished_.get();
}

// Takes paths by the hundred until there are none left.
void Recorded::ask() {
    constexpr std::size_t some = 256;
    std::string path;
    for (std::size_t begin = 0; (begin = next_.fetch_add(some)) < times_.size();) {
        for (std::size_t n = begin; n < std::min(begin + some, times_.size()); ++n) {
            path = deps_.path(static_cast<std::uint32_t>(n));
            times_[n] = ask(path.c_str());
        }
    }
}

std::int64_t Recorded::ask(const char* path) const {
    struct stat info {};
    if (::fstatat(directory_.get(), path, &info, 0) != 0) return 0;
    return info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
}

const LogEntry* Recorded::entry(std::string_view output) const {
    return log_.entries.find(output);
}

std::int64_t Recorded::time(std::string_view path) const {
    if (const NinjaDeps::Record* record = deps_.find(path)) return time(record->output);
    return ask(std::string(path).c_str());
}

}  // namespace aibuild
