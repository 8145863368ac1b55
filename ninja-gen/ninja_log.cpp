#include "ninja-gen/ninja_log.h"

#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

namespace aibuild {

namespace {

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
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
    log.text = bytes_of(build / ".ninja_log");
    std::string_view rest = log.text;
    constexpr std::string_view head = "# ninja log v";
    const std::size_t first = rest.find('\n');
    if (!rest.starts_with(head) || first == std::string_view::npos ||
        !number(rest.substr(head.size(), first - head.size()), log.version))
        return {};
    rest.remove_prefix(first + 1);
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos;
         rest.remove_prefix(end + 1)) {
        std::string_view line = rest.substr(0, end);
        LogEntry entry;
        const bool times = number(field(line), entry.start_ms) && number(field(line), entry.end_ms) &&
                           number(field(line), entry.mtime);
        const std::string_view output = field(line);
        if (times && !output.empty() && number(line, entry.hash, 16)) log.entries[output] = entry;
    }
    return log;
}

std::optional<std::uint64_t> command_hash(std::string_view command, int version) {
    if (version != 5 && version != 6) return std::nullopt;
    return murmur64a(command);
}

NinjaDeps::NinjaDeps(const std::filesystem::path& build) : bytes_(bytes_of(build / ".ninja_deps")) {
    constexpr std::string_view head = "# ninjadeps\n";
    const auto word = [&](std::size_t at) {
        std::uint32_t out = 0;
        std::memcpy(&out, bytes_.data() + at, 4);
        return out;
    };
    std::size_t at = head.size();
    if (!bytes_.starts_with(head) || bytes_.size() < at + 4 || word(at) != 4) return;
    at += 4;
    while (at + 4 <= bytes_.size()) {
        const bool deps = (word(at) & 0x80000000U) != 0;
        const std::size_t size = word(at) & 0x7fffffffU;
        at += 4;
        // A kill tears the last record; ninja forgets it too.
        if (size < 4 || size % 4 != 0 || at + size > bytes_.size()) return;
        if (deps) {
            if (size < 12 || word(at) >= paths_.size()) return;
            Record record;
            record.mtime = static_cast<std::int64_t>((std::uint64_t{word(at + 8)} << 32U) | word(at + 4));
            for (std::size_t n = 12; n < size; n += 4) {
                if (word(at + n) >= paths_.size()) return;
                record.inputs.push_back(word(at + n));
            }
            records_[paths_[word(at)]] = std::move(record);
        } else {
            std::string_view path(bytes_.data() + at, size - 4);
            while (!path.empty() && path.back() == '\0') path.remove_suffix(1);
            if (~word(at + size - 4) != paths_.size()) return;
            paths_.push_back(path);
        }
        at += size;
    }
}

const NinjaDeps::Record* NinjaDeps::find(std::string_view output) const {
    const auto found = records_.find(output);
    return found == records_.end() ? nullptr : &found->second;
}

}  // namespace aibuild
