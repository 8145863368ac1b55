#include "ninja-gen/quote.h"

#include <algorithm>
#include <array>

namespace aibuild::quote {

namespace {

// One table, one bit a set, as GN's escape.cc has it: these loops run over every path of a large project.
enum Set : unsigned char { in_shell = 1, in_ninja = 2, in_cmake = 4, json_escape = 8 };

constexpr std::array<unsigned char, 256> sets = [] {
    std::array<unsigned char, 256> table{};
    const auto mark = [&](std::string_view characters, unsigned char set) {
        for (char c : characters) table[static_cast<unsigned char>(c)] |= set;
    };
    for (int c = 0; c < 256; ++c) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (word) table[static_cast<std::size_t>(c)] = in_shell | in_ninja | in_cmake;
        if (c < 0x20) table[static_cast<std::size_t>(c)] = json_escape;
    }
    mark("+./-", in_shell | in_ninja | in_cmake);
    mark("@%=:,", in_shell);
    mark("=:,@%*?&<>{}|~^'!", in_cmake);
    mark("\"\\", json_escape);
    return table;
}();

bool all(std::string_view text, unsigned char set) {
    return std::all_of(text.begin(), text.end(),
                       [set](char c) { return (sets[static_cast<unsigned char>(c)] & set) != 0; });
}

}  // namespace

bool shell_safe(std::string_view text) {
    return !text.empty() && all(text, in_shell);
}

bool same_everywhere(std::string_view path) {
    return !path.empty() && path.front() != '-' && all(path, in_ninja);
}

bool depfile_safe(std::string_view path) {
    return std::all_of(path.begin(), path.end(), [](char c) {
        return (sets[static_cast<unsigned char>(c)] & in_ninja) != 0 ||
               std::string_view(" ,~()}{%=@[]!$#").find(c) != std::string_view::npos ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

void shell(std::string& out, std::string_view text) {
    if (shell_safe(text)) {
        out += text;
        return;
    }
    out += '\'';
    for (char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    out += '\'';
}

void response(std::string& out, std::string_view text) {
    for (char c : text) {
        if (std::string_view(" \t\n\v\f\r'\"\\").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
}

void ninja_path(std::string& out, std::string_view path) {
    if (all(path, in_ninja)) {
        out += path;
        return;
    }
    for (char c : path) {
        if (c == '|') {
            out += "${pipe}";
            continue;
        }
        if (c == '$' || c == ' ' || c == ':') out += '$';
        out += c;
    }
}

void ninja_value(std::string& out, std::string_view text) {
    for (char c : text) {
        if (c == '$') out += '$';
        out += c;
    }
}

void depfile(std::string& out, std::string_view path) {
    for (char c : path) {
        if (c == ' ' || c == '#') out += '\\';
        if (c == '$') out += '$';
        out += c;
    }
}

void cmake(std::string& out, std::string_view text) {
    // ${x}, $<x> and @x@ are only harmless because $ is escaped and @ is not evaluated here (CMP0053).
    if (!text.empty() && all(text, in_cmake)) {
        out += text;
        return;
    }
    out += '"';
    for (char c : text) {
        if (c == '\\' || c == '"' || c == '$') out += '\\';
        out += c;
    }
    out += '"';
}

void cmake_item(std::string& out, std::string_view text) {
    if (text.find(';') == std::string_view::npos) return cmake(out, text);
    // In quotes `\;` is both characters; taking the list apart is what makes one of them.
    out += '"';
    for (char c : text) {
        if (c == '\\' || c == '"' || c == '$' || c == ';') out += '\\';
        out += c;
    }
    out += '"';
}

void json(std::string& out, std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    out += '"';
    // In runs: compile_commands.json of a large project is 30 MB of text that needs no escape.
    const char* run = text.data();
    const char* const end = run + text.size();
    for (const char* at = run; at != end; ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        if ((sets[byte] & json_escape) == 0) continue;
        out.append(run, at);
        run = at + 1;
        if (byte >= 0x20) {
            out += '\\';
            out += *at;
        } else {
            out += "\\u00";
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        }
    }
    out.append(run, end);
    out += '"';
}

}  // namespace aibuild::quote
