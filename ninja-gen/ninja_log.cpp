#include "ninja-gen/ninja_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace aibuild {

namespace {

std::int64_t modified(const struct stat& info) {
    return info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
}

// The bytes of a file, empty where it can't be read. `written` is when it was written last.
template <class Bytes>
Bytes bytes_of(const std::filesystem::path& path, std::int64_t* written = nullptr) {
    Bytes out;
    // Not to wait for a pipe that a step has put there.
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return out;
    constexpr std::size_t unit = sizeof(typename Bytes::value_type);
    struct stat info {};
    if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        if (written != nullptr) *written = modified(info);
        out.resize(static_cast<std::size_t>(info.st_size) / unit);
    }
    std::size_t done = 0;
    while (done < out.size() * unit) {
        const ssize_t n = ::read(fd, reinterpret_cast<char*>(out.data()) + done, out.size() * unit - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    ::close(fd);
    out.resize(done / unit);
    return out;
}

template <class Number>
bool number(std::string_view text, Number& out, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return error == std::errc() && end == text.data() + text.size();
}

// The text up to the next tab, taken off `line`.
std::string_view field(std::string_view& line) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    const std::string_view out = line.substr(0, tab);
    line.remove_prefix(std::min(tab + 1, line.size()));
    return out;
}

// What is no line of the log, as its head and one that was torn, is passed by.
template <class Visit>
void for_each_line(std::string_view rest, const Visit& visit) {
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos;
         rest.remove_prefix(end + 1)) {
        std::string_view line = rest.substr(0, end);
        LogEntry entry;
        const bool times = number(field(line), entry.start_ms) && number(field(line), entry.end_ms) &&
                           number(field(line), entry.mtime);
        const std::string_view output = field(line);
        if (times && !output.empty() && number(line, entry.hash, 16)) visit(output, entry);
    }
}

std::uint64_t murmur64a(std::string_view text) {
    constexpr std::uint64_t seed = 0xDECAFBADDECAFBADULL;
    constexpr std::uint64_t m = 0xc6a4a7935bd1e995ULL;
    constexpr int r = 47;
    std::uint64_t h = seed ^ (text.size() * m);
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) {
        std::uint64_t k = 0;
        std::memcpy(&k, at, 8);
        k *= m;
        k ^= k >> r;
        k *= m;
        h ^= k;
        h *= m;
    }
    std::uint64_t tail = 0;
    for (std::size_t n = left; n > 0; --n) tail = (tail << 8U) | static_cast<unsigned char>(at[n - 1]);
    if (left > 0) {
        h ^= tail;
        h *= m;
    }
    h ^= h >> r;
    h *= m;
    h ^= h >> r;
    return h;
}

}  // namespace

NinjaLog read_ninja_log(const std::filesystem::path& build) {
    NinjaLog log;
    log.text = bytes_of<std::string>(build / ".ninja_log", &log.written);
    std::string_view rest = log.text;
    constexpr std::string_view head = "# ninja log v";
    const std::size_t first = rest.find('\n');
    if (!rest.starts_with(head) || first == std::string_view::npos ||
        !number(rest.substr(head.size(), first - head.size()), log.version))
        return {};
    log.entries.reserve(rest.size() / 80);  // a line of 100,000 has 70 to 90 bytes
    for_each_line(rest, [&](std::string_view output, const LogEntry& entry) {
        log.entries.set(output, entry);
        log.last_end_ms = entry.end_ms;
    });
    return log;
}

std::vector<LoggedOutput> logged_since(const NinjaLog& before, const std::filesystem::path& build) {
    struct stat info {};
    // Ninja appends, or writes another file: of one that is as long and as old nothing has to be read.
    if (::stat((build / ".ninja_log").c_str(), &info) == 0 && modified(info) == before.written &&
        static_cast<std::size_t>(info.st_size) == before.text.size())
        return {};
    const auto text = bytes_of<std::string>(build / ".ninja_log");
    const bool goes_on = text.starts_with(before.text);
    std::vector<LoggedOutput> out;
    for_each_line(std::string_view(text).substr(goes_on ? before.text.size() : 0),
                  [&](std::string_view output, const LogEntry& entry) {
                      const LogEntry* known = goes_on ? nullptr : before.entries.find(output);
                      if (known == nullptr || *known != entry) out.push_back({std::string(output), entry});
                  });
    return out;
}

void for_each_line(const NinjaLog& log,
                   const std::function<void(std::string_view output, const LogEntry& entry)>& visit) {
    for_each_line(std::string_view(log.text), visit);
}

std::vector<LogEntry> all_lines(const NinjaLog& log,
                                const std::function<bool(std::string_view output)>& but) {
    std::vector<LogEntry> out;
    for_each_line(std::string_view(log.text), [&](std::string_view output, const LogEntry& entry) {
        if (!but(output)) out.push_back(entry);
    });
    return out;
}

std::optional<std::uint64_t> command_hash(std::string_view command, int version) {
    if (version != 5 && version != 6) return std::nullopt;
    return murmur64a(command);
}

NinjaDeps::NinjaDeps(const std::filesystem::path& build)
    : words_(bytes_of<std::vector<std::uint32_t>>(build / ".ninja_deps")) {
    constexpr std::string_view head = "# ninjadeps\n";
    constexpr std::size_t begin = head.size() / 4;
    static_assert(head.size() % 4 == 0);
    if (words_.size() <= begin || std::memcmp(words_.data(), head.data(), head.size()) != 0 ||
        words_[begin] != 4)
        return;
    for (std::size_t at = begin + 1; at < words_.size();) {
        const bool deps = (words_[at] & 0x80000000U) != 0;
        const std::size_t bytes = words_[at] & 0x7fffffffU, size = bytes / 4;
        ++at;
        // A kill tears the last record; ninja forgets it too.
        if (size < 1 || bytes % 4 != 0 || at + size > words_.size()) break;
        const std::span<const std::uint32_t> record(&words_[at], size);
        at += size;
        if (deps) {
            const auto unknown = [&](std::uint32_t id) { return id >= paths_.size(); };
            if (size < 3 || unknown(record[0]) || std::any_of(record.begin() + 3, record.end(), unknown))
                break;
            records_.push_back({record[0],
                                static_cast<std::int64_t>((std::uint64_t{record[2]} << 32U) | record[1]),
                                record.subspan(3)});
        } else {
            std::string_view path(reinterpret_cast<const char*>(record.data()), bytes - 4);
            while (!path.empty() && path.back() == '\0') path.remove_suffix(1);
            if (~record[size - 1] != paths_.size()) break;
            paths_.push_back(path);
        }
    }
    outputs_.reserve(records_.size());
    for (std::uint32_t n = 0; n < records_.size(); ++n) outputs_.set(paths_[records_[n].output], n);
}

const NinjaDeps::Record* NinjaDeps::find(std::string_view output) const {
    const std::uint32_t* found = outputs_.find(output);
    return found == nullptr ? nullptr : &records_[*found];
}

}  // namespace aibuild
