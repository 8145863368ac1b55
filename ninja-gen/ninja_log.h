#pragma once

// What ninja remembers: .ninja_log (which commands succeeded, when, and a hash of each) and .ninja_deps (what
// the compilers read). Both are read, never written.
//
// .ninja_log is text: `# ninja log vN`, then `start \t end \t mtime \t output \t hash` per output, times in
// ms since that ninja started, mtime in ns. Versions 5 (ninja 1.7 to 1.11), 6 (1.12) and 7 (1.13) have the
// same columns. Only successes are in it; the last line of an output counts; a line without its newline was
// torn by a kill. In version 5 mtime is that of the newest output, in 6 and 7 the time at which the command
// began. The hash is MurmurHash64A of the command in 5 and 6, something else in 7.
//
// .ninja_deps is binary, host byte order: `# ninjadeps\n`, int32 version (4), then records of a 32-bit size
// whose high bit marks dependencies [output id, mtime low, mtime high, input ids...]; other records are a
// path, padded to 4 bytes, and the one's complement of its id as a check. A later record of an output
// replaces the earlier one.

#include <bit>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aibuild {

// Values by path, found fast: hashed, in two pieces of memory. A hundred thousand nodes of their own made
// reading the records twice as slow. The paths are somebody else's.
template <class Value>
class PathMap {
  public:
    using Item = std::pair<std::string_view, Value>;

    void reserve(std::size_t count) {
        items_.reserve(count);
        grow(count);
    }
    void set(std::string_view path, const Value& value) {
        if (items_.size() * 2 >= slots_.size()) grow(items_.size() * 2 + 8);
        Slot& slot = slots_[place(path, hash(path))];
        if (slot.item == 0) {
            items_.emplace_back(path, value);
            slot = {hash(path), static_cast<std::uint32_t>(items_.size())};
        } else {
            items_[slot.item - 1].second = value;
        }
    }
    // Null where there is none.
    const Value* find(std::string_view path) const {
        if (slots_.empty()) return nullptr;
        const Slot& slot = slots_[place(path, hash(path))];
        return slot.item == 0 ? nullptr : &items_[slot.item - 1].second;
    }
    std::size_t size() const { return items_.size(); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }

  private:
    struct Slot {
        std::uint32_t hash = 0, item = 0;  // 0: free; else an index of items_, and 1
    };

    static std::uint32_t hash(std::string_view path) {
        return static_cast<std::uint32_t>(std::hash<std::string_view>()(path) >> 16U);
    }
    // Where the path is, or would be.
    std::size_t place(std::string_view path, std::uint32_t hash) const {
        std::size_t at = hash & (slots_.size() - 1);
        while (slots_[at].item != 0 && (slots_[at].hash != hash || items_[slots_[at].item - 1].first != path))
            at = (at + 1) & (slots_.size() - 1);
        return at;
    }
    void grow(std::size_t count) {
        slots_.assign(std::bit_ceil(count * 2 + 8), Slot{});
        for (std::uint32_t n = 0; n < items_.size(); ++n) {
            const std::uint32_t code = hash(items_[n].first);
            slots_[place(items_[n].first, code)] = {code, n + 1};
        }
    }

    std::vector<Item> items_;
    std::vector<Slot> slots_;  // a power of two, at most half of them taken
};

struct LogEntry {
    std::int64_t start_ms = 0, end_ms = 0;
    std::int64_t mtime = 0;  // ns
    std::uint64_t hash = 0;
    bool operator==(const LogEntry&) const = default;
};

struct NinjaLog {
    int version = 0;               // 0: there is no log
    std::string text;              // the bytes that were read; `entries` points into them
    std::int64_t written = 0;      // when the file was last written, ns since the epoch
    std::int64_t last_end_ms = 0;  // of its last line
    PathMap<LogEntry> entries;     // by output

    NinjaLog() = default;
    NinjaLog(NinjaLog&&) = default;
    NinjaLog& operator=(NinjaLog&&) = default;
    NinjaLog(const NinjaLog&) = delete;
    NinjaLog& operator=(const NinjaLog&) = delete;
};

// The log of a build directory. A missing or unreadable one is an empty NinjaLog: then nobody knows.
NinjaLog read_ninja_log(const std::filesystem::path& build);

// A line of the log.
struct LoggedOutput {
    std::string output;
    LogEntry entry;
};

// What ninja has written since `before` was read, in its order. Where it has written all anew meanwhile,
// lines that say something else of their output than before.
std::vector<LoggedOutput> logged_since(const NinjaLog& before, const std::filesystem::path& build);

// Visits every line of it in its order, those of earlier runs too where a later one has replaced what they
// said. The outputs point into its text.
void for_each_line(const NinjaLog& log,
                   const std::function<void(std::string_view output, const LogEntry& entry)>& visit);

// The same as a list, without the lines of some outputs.
std::vector<LogEntry> all_lines(const NinjaLog& log, const std::function<bool(std::string_view output)>& but);

// What the log of this version would hold for `command`; nothing where it can't be known (7 and later).
std::optional<std::uint64_t> command_hash(std::string_view command, int version);

class NinjaDeps {
  public:
    NinjaDeps() = default;
    // Nothing but an empty object where there is no file, or none of version 4.
    explicit NinjaDeps(const std::filesystem::path& build);
    NinjaDeps(NinjaDeps&&) = default;
    NinjaDeps& operator=(NinjaDeps&&) = default;
    NinjaDeps(const NinjaDeps&) = delete;
    NinjaDeps& operator=(const NinjaDeps&) = delete;

    struct Record {
        std::uint32_t output = 0;
        std::int64_t mtime = 0;  // of the output when its dependencies were recorded
        std::span<const std::uint32_t> inputs;
    };
    const Record* find(std::string_view output) const;
    // Ids are dense, and every path has one.
    std::string_view path(std::uint32_t id) const { return paths_[id]; }
    std::size_t size() const { return paths_.size(); }

  private:
    std::vector<std::uint32_t> words_;     // the file, whose records are whole words
    std::vector<std::string_view> paths_;  // into words_
    std::vector<Record> records_;          // in no order; the last of an output counts
    PathMap<std::uint32_t> outputs_;       // to an index of records_
};

}  // namespace aibuild
