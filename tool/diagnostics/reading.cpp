#include "tool/diagnostics/reading.h"

#include <algorithm>

namespace aibuild::reading {

namespace {

constexpr std::size_t longest_line = 4096, most_notes = 32;

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// Past an escape sequence that begins at `at`: CSI ends with a letter, OSC (hyperlinks, titles) with BEL or
// ESC \; one that does not end on its line ends with it.
std::size_t past_escape(std::string_view text, std::size_t at) {
    if (at + 1 >= text.size()) return text.size();
    const char kind = text[at + 1];
    at += 2;
    if (kind == '[') {
        while (at < text.size() && text[at] != '\n' && !(text[at] >= '@' && text[at] <= '~')) ++at;
        return at < text.size() && text[at] != '\n' ? at + 1 : at;
    }
    if (kind != ']') return kind == '\n' ? at - 1 : at;
    while (at < text.size() && text[at] != '\n') {
        if (text[at] == '\a') return at + 1;
        if (text[at] == '\x1b' && at + 1 < text.size() && text[at + 1] == '\\') return at + 2;
        ++at;
    }
    return at;
}

}  // namespace

Lines::Lines(std::string_view text) {
    text_.reserve(text.size());
    std::vector<std::size_t> ends;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '\x1b') {
            at = past_escape(text, at);
            continue;
        }
        ++at;
        if (c == '\n') {
            begin = text_.size();
            ends.push_back(begin);
        } else if (c == '\r' || text_.size() - begin >= longest_line) {
            continue;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            text_ += c == '\t' || (byte >= 0x20 && byte != 0x7f) ? c : ' ';
        }
    }
    if (text_.size() > begin) ends.push_back(text_.size());
    std::size_t from = 0;
    for (const std::size_t end : ends) {
        lines_.push_back(std::string_view(text_).substr(from, end - from));
        from = end;
    }
}

void Reading::lead(const Place& place, std::string_view message) {
    if (context.size() == most_notes) return;
    DiagnosticNote& note = context.emplace_back();
    note.place = place;
    note.message = message;
    note.leads = true;
}

Diagnostic& Reading::add(Diagnostic diagnostic) {
    diagnostic.notes.insert(diagnostic.notes.begin(), context.begin(), context.end());
    context.clear();
    out.push_back(std::move(diagnostic));
    return out.back();
}

void add_note(Diagnostic& to, Place place, std::string_view message, bool leads) {
    if (to.notes.size() >= most_notes) return;
    DiagnosticNote& note = to.notes.emplace_back();
    note.place = std::move(place);
    note.message = message;
    note.leads = leads;
}

Placed placed(std::string_view line) {
    if (line.empty() || line[0] == ' ' || line[0] == '\t' || line[0] == ':') return {};
    for (std::size_t at = line.find(':'); at != line.npos; at = line.find(':', at + 1)) {
        std::string_view rest = line.substr(at + 1);
        if (rest.empty() || !digit(rest[0])) continue;
        const int row = number(rest);
        if (row <= 0) return {};
        if (!skip(rest, ":")) continue;
        Placed out{{std::string(line.substr(0, at)), row, 0}, rest};
        std::string_view further = rest;
        if (const int column = number(further); column >= 0) {
            // gfortran gives ranges: 5:10-14:
            if (std::string_view range = further; skip(range, "-") && number(range) >= 0) further = range;
            if (skip(further, ":")) {
                out.place.column = column;
                out.rest = further;
            }
        }
        out.rest = trimmed(out.rest);
        return out;
    }
    return {};
}

Place place_of(std::string_view text) {
    if (text.ends_with(')')) text.remove_suffix(1);
    const std::string with_colon = std::string(text) + ":";
    Placed out = placed(with_colon);
    return out && out.rest.empty() ? out.place : Place{};
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::size_t indent(std::string_view line) {
    return std::min(line.find_first_not_of(" \t"), line.size());
}

bool skip(std::string_view& text, std::string_view begin) {
    if (!text.starts_with(begin)) return false;
    text.remove_prefix(begin.size());
    return true;
}

std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
    const std::size_t from = text.find(open);
    if (from == text.npos) return {};
    const std::size_t begin = from + open.size(), end = text.find(close, begin);
    return end == text.npos ? std::string_view() : text.substr(begin, end - begin);
}

std::string_view in_quotes(std::string_view text) {
    struct Pair {
        std::string_view open, close;
    };
    static constexpr Pair pairs[] = {{"‘", "’"}, {"`", "`"}, {"`", "'"}, {"'", "'"}, {"\"", "\""}};
    std::string_view best;
    for (const Pair& pair : pairs) {
        const std::string_view found = between(text, pair.open, pair.close);
        if (!found.empty() && (best.empty() || found.data() < best.data())) best = found;
    }
    return best;
}

int number(std::string_view& text) {
    int out = 0;
    std::size_t used = 0;
    while (used < text.size() && digit(text[used])) {
        if (used == 8) return -1;
        out = out * 10 + (text[used++] - '0');
    }
    if (used == 0) return -1;
    text.remove_prefix(used);
    return out;
}

}  // namespace aibuild::reading
