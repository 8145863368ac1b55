// One line of a web server's log, in the format of docs/format.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logstat {

struct Entry {
    std::string host, user;  // user: empty where the line has `-`
    std::string request;     // between the quotes, with \" and \\ undone
    int status = 0;
    std::optional<std::uint64_t> bytes;  // nothing where the line has `-`
};

// Nothing for a line that is not in the format; `line` has no newline at its end.
std::optional<Entry> parse(std::string_view line);

}  // namespace logstat
