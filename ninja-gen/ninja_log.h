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

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aibuild {

struct LogEntry {
    std::int64_t start_ms = 0, end_ms = 0;
    std::int64_t mtime = 0;  // ns
    std::uint64_t hash = 0;
};

struct NinjaLog {
    int version = 0;               // 0: there is no log
    std::string text;              // the bytes that were read; `entries` points into them
    std::int64_t written = 0;      // when the file was last written, ns since the epoch
    std::int64_t last_end_ms = 0;  // of its last line
    std::unordered_map<std::string_view, LogEntry> entries;  // by output

    NinjaLog() = default;
    NinjaLog(NinjaLog&&) = default;
    NinjaLog& operator=(NinjaLog&&) = default;
    NinjaLog(const NinjaLog&) = delete;
    NinjaLog& operator=(const NinjaLog&) = delete;
};

// The log of a build directory. A missing or unreadable one is an empty NinjaLog: then nobody knows.
NinjaLog read_ninja_log(const std::filesystem::path& build);

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
    std::unordered_map<std::string_view, std::uint32_t> outputs_;  // to an index of records_
};

}  // namespace aibuild
