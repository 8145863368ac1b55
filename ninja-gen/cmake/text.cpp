#include "ninja-gen/cmake/text.h"

#include <algorithm>
#include <cctype>

#include "ninja-gen/lower.h"
#include "ninja-gen/quote.h"

namespace aibuild::cmake {

namespace {

constexpr std::size_t line_width = 100;

}  // namespace

std::string argument(std::string_view text) {
    std::string out;
    quote::cmake(out, text);
    return out;
}

std::string upper(std::string_view text) {
    std::string out = identifier(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

std::string item(std::string_view text) {
    std::string out;
    quote::cmake_item(out, text);
    return out;
}

std::string call(std::string_view head, const Words& groups) {
    std::string out(head);
    for (const std::string& group : groups) out += (out.back() == '(' ? "" : " ") + group;
    if (out.size() < line_width && out.find('\n') == std::string::npos) return out + ")\n";
    out = head;
    for (const std::string& group : groups) out += (&group == &groups.front() ? "" : "\n  ") + group;
    return out + ")\n";
}

std::string filled(std::string_view keyword, const Words& words) {
    std::string out(keyword);
    const std::size_t indent = 2 + keyword.size();
    std::size_t column = indent;
    for (const std::string& word : words) {
        if (column + 1 + word.size() > line_width && &word != &words.front()) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        }
        out += " " + word;
        column += 1 + word.size();
    }
    return out;
}

Words prefixed(std::string first, Words rest) {
    rest.insert(rest.begin(), std::move(first));
    return rest;
}

Words arguments(const std::vector<std::string>& texts) {
    Words out;
    for (const std::string& text : texts) out.push_back(argument(text));
    return out;
}

std::string unquoted(std::string text) {
    if (text.size() > 1 && text.front() == '"') return text.substr(1, text.size() - 2);
    return text;
}

std::string in_quotes(const std::string& prefix, std::string_view text) {
    const std::string quoted = argument(text);
    return text.empty() || quoted == text ? prefix + std::string(text)
                                          : '"' + prefix + unquoted(quoted) + '"';
}

std::string tool_variable(std::string_view tool) {
    std::string out = upper(tool) + "_EXECUTABLE";
    std::replace(out.begin(), out.end(), '+', 'X');
    return out;
}

std::string package_target(const std::string& package) {
    if (package == "threads") return "Threads::Threads";
    if (package == "math") return "m";
    return "PkgConfig::" + upper(package);
}

}  // namespace aibuild::cmake
