// JavaScript on node: an exception, with its stack; and its loader, when a module is missing.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

// "    at f (/a/b.js:1:11)" or "    at /a/b.js:1:11"; nothing of node's own.
Place frame(std::string_view line) {
    line = trimmed(line);
    if (!skip(line, "at ")) return {};
    std::string_view inner = line;
    if (const std::size_t open = line.rfind('('); open != line.npos) inner = line.substr(open + 1);
    skip(inner, "file://");
    Place place = place_of(inner);
    return place.file.starts_with("node:") ? Place{} : place;
}

}  // namespace

bool read_node(Reading& in) {
    std::string_view line = trimmed(in.line());
    skip(line, "Uncaught ");
    const std::string_view name = line.substr(0, line.find_first_of(": "));
    if (!name.ends_with("Error") || name.find_first_of("./()'\"") != name.npos) return false;
    // The place of a SyntaxError stands above: "/a/w.js:1", the line, and a caret.
    Place above;
    int column = 0;
    for (std::size_t back = 1; name == "SyntaxError" && back <= 5 && back <= in.at; ++back) {
        const std::string_view before = in.lines[in.at - back];
        if (trimmed(before).starts_with('^')) column = static_cast<int>(indent(before)) + 1;
        if (Place place = place_of(before); !place.file.empty()) {
            above = std::move(place);
            above.column = column;
            break;
        }
    }
    // Within the next lines a stack begins, or this is talk.
    std::size_t stack = 1;
    while (stack < 40 && !in.ended(stack) && !trimmed(in.line(stack)).starts_with("at ")) ++stack;
    if (!trimmed(in.line(stack)).starts_with("at ")) {
        if (above.file.empty()) return false;
        stack = 1;  // `node --check` has none
    }
    Diagnostic found;
    found.tool = "node";
    found.kind = DiagnosticKind::test;
    found.code = name;
    found.message =
        line.substr(std::min(line.size(), line.find(": ") == line.npos ? 0 : line.find(": ") + 2));
    if (name == "SyntaxError") {
        found.place = std::move(above);
        found.kind = DiagnosticKind::code;
    } else if (name == "ReferenceError") {
        found.kind = DiagnosticKind::code;
    }
    if (found.message.starts_with("Cannot find module ") ||
        found.message.starts_with("Cannot find package ")) {
        found.code = "missing-module";
        found.subject = in_quotes(found.message);
        const bool own = found.subject.starts_with('.') || found.subject.starts_with('/');
        found.kind = own ? DiagnosticKind::code : DiagnosticKind::missing_package;
    }
    for (in.at += stack; trimmed(in.line()).starts_with("at ") && !in.ended(); ++in.at) {
        const Place place = frame(in.line());
        if (place.file.empty() || system_file(place.file)) continue;
        if (found.place.file.empty())
            found.place = place;
        else if (!(place == found.place))
            add_note(found, place, "called from here", true);
    }
    in.add(std::move(found));
    return true;
}

}  // namespace aibuild::reading
