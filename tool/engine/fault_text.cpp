#include "tool/engine/fault_text.h"

#include <fmt/format.h>

namespace aibuild {

namespace {

constexpr std::size_t longest_output = 6U << 10U;

}  // namespace

std::string place_text(const Place& place) {
    std::string out = place.file;
    if (place.line > 0) out += fmt::format(":{}", place.line);
    if (place.line > 0 && place.column > 0) out += fmt::format(":{}", place.column);
    return out;
}

std::string fault_text(const Diagnostic& found) {
    std::string out = place_text(found.place);
    if (!out.empty()) out += ": ";
    out += found.message;
    const bool says_more = !found.code.empty() && found.code != "unread" && found.code != "failed";
    return says_more ? fmt::format("{} ({})", out, found.code) : out;
}

std::string fault_signature(const Diagnostic& found) {
    std::string out =
        fmt::format("{}\n{}\n{}\n{}", name_of(found.kind), found.place.file, found.code, found.message);
    std::erase_if(out, [](char c) { return c >= '0' && c <= '9'; });
    return out;
}

std::string shortened_output(const std::string& text) {
    if (text.size() <= longest_output) return text;
    const std::size_t half = longest_output / 2;
    std::size_t head = text.rfind('\n', half), tail = text.find('\n', text.size() - half);
    if (head == text.npos) head = half;
    if (tail == text.npos) tail = text.size() - half;
    return fmt::format("{}\n[...]{}", text.substr(0, head), text.substr(tail));
}

}  // namespace aibuild
