#include "logstat/log_line.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

// Each function here takes what it is named for off the front of `rest`, and returns whether it
// was there. After a false, `rest` is of no more use: the line is not in the format.
namespace {

bool take(std::string_view& rest, char wanted) {
    if (rest.empty() || rest.front() != wanted) return false;
    rest.remove_prefix(1);
    return true;
}

bool take_word_and_space(std::string_view& rest, std::string_view& word) {
    const std::size_t length = rest.find(' ');
    // A word of no length would make two separators in a row, or one at the front of the line.
    if (length == std::string_view::npos || length == 0) return false;
    word = rest.substr(0, length);
    rest.remove_prefix(length + 1);
    return true;
}

bool take_time(std::string_view& rest) {
    if (!take(rest, '[')) return false;
    const std::size_t length = rest.find(']');
    if (length == std::string_view::npos) return false;
    rest.remove_prefix(length + 1);
    return true;
}

bool take_request(std::string_view& rest, std::string& request) {
    if (!take(rest, '"')) return false;
    for (std::size_t at = 0; at < rest.size(); ++at) {
        char character = rest[at];
        if (character == '"') {
            rest.remove_prefix(at + 1);
            return true;
        }
        if (character == '\\') {
            if (++at == rest.size()) return false;
            character = rest[at];
            // The format knows two escapes only, and has no backslash that stands for itself.
            if (character != '"' && character != '\\') return false;
        }
        request.push_back(character);
    }
    return false;
}

bool take_status(std::string_view& rest, int& status) {
    constexpr std::size_t length = 3;
    if (rest.size() < length) return false;
    status = 0;
    for (std::size_t at = 0; at < length; ++at) {
        const int digit = rest[at] - '0';
        const int lowest = at == 0 ? 1 : 0;
        const int highest = at == 0 ? 5 : 9;
        if (digit < lowest || digit > highest) return false;
        status = status * 10 + digit;
    }
    rest.remove_prefix(length);
    return true;
}

bool take_bytes(std::string_view& rest, std::optional<std::uint64_t>& bytes) {
    if (take(rest, '-')) {
        bytes.reset();
        return true;
    }
    // For a type without a sign, from_chars accepts digits only, and it refuses an overflow.
    std::uint64_t value = 0;
    const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (result.ec != std::errc{}) return false;
    rest.remove_prefix(static_cast<std::size_t>(result.ptr - rest.data()));
    bytes = value;
    return true;
}

}  // namespace

namespace logstat {

std::optional<Entry> parse(std::string_view line) {
    std::string_view rest = line;
    std::string_view host;
    std::string_view ident;
    std::string_view user;
    Entry entry;
    const bool fields = take_word_and_space(rest, host) && take_word_and_space(rest, ident) &&
                        take_word_and_space(rest, user) && take_time(rest) && take(rest, ' ') &&
                        take_request(rest, entry.request) && take(rest, ' ') &&
                        take_status(rest, entry.status) && take(rest, ' ') &&
                        take_bytes(rest, entry.bytes);
    if (!fields) return std::nullopt;
    // Logs written on Windows end their lines with it, and reading by lines leaves it in place.
    if (!rest.empty() && !(take(rest, '\r') && rest.empty())) return std::nullopt;

    // Copied only now, so that a line that is not in the format does not pay for it.
    entry.host = host;
    if (user != "-") entry.user = user;
    return entry;
}

}  // namespace logstat
