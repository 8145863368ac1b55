// tsc and Free Pascal: PATH(LINE,COLUMN): error MESSAGE. tsc's pretty form is PATH:LINE:COLUMN - error.

#include <algorithm>
#include <iterator>

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

// PATH(LINE[,COLUMN]), and what follows it.
Placed in_parentheses(std::string_view line) {
    if (line.starts_with(' ')) return {};
    for (std::size_t at = line.find('('); at != line.npos && at > 0; at = line.find('(', at + 1)) {
        std::string_view rest = line.substr(at + 1);
        Placed out;
        out.place.line = number(rest);
        if (out.place.line <= 0) continue;
        if (skip(rest, ",")) out.place.column = number(rest);
        if (out.place.column < 0 || !skip(rest, ")")) continue;
        out.place.file = line.substr(0, at);
        skip(rest, ":");
        out.rest = trimmed(rest);
        return out;
    }
    return {};
}

// What node brings; the types of it are a package, the modules are not.
bool of_node(std::string_view module) {
    static constexpr std::string_view modules[] = {
        "assert", "buffer", "child_process", "crypto",  "events",         "fs",     "http", "https",
        "net",    "os",     "path",          "process", "readline",       "stream", "test", "timers",
        "tls",    "url",    "util",          "vm",      "worker_threads", "zlib"};
    if (skip(module, "node:")) return true;
    return std::find(std::begin(modules), std::end(modules), module) != std::end(modules);
}

void judge(Diagnostic& found) {
    const std::string_view code = found.code;
    if (code == "TS2307" || code == "TS2792" || code == "TS7016") {
        found.subject = in_quotes(found.message);
        found.code = "missing-module";
        if (!found.subject.starts_with('.') && !of_node(found.subject))
            found.kind = DiagnosticKind::missing_package;
    } else if (code == "TS2688") {
        found.subject = in_quotes(found.message);
        found.kind = DiagnosticKind::missing_package;
        found.code = "missing-module";
    } else if (code == "TS6053") {
        found.subject = in_quotes(found.message);
        found.code = "missing-file";
        found.kind = DiagnosticKind::setting;
    } else if (code.starts_with("TS5") || code.starts_with("TS6") || code.starts_with("TS18")) {
        if (found.place.file.empty()) found.kind = DiagnosticKind::setting;
    }
}

}  // namespace

bool read_parenthesised(Reading& in) {
    const std::string_view line = in.line();
    Placed at = in_parentheses(line);
    if (const std::size_t dash = line.find(" - error TS"); !at && dash != line.npos)
        at = {place_of(line.substr(0, dash)), line.substr(dash + 3)};
    std::string_view message = at ? at.rest : line;
    Diagnostic found;
    found.place = at.place;
    if (skip(message, "error TS")) {
        found.tool = "tsc";
        const std::size_t colon = message.find(": ");
        if (colon == message.npos) return false;
        found.code = "TS" + std::string(message.substr(0, colon));
        message.remove_prefix(colon + 2);
    } else if (at && (skip(message, "Error: ") || skip(message, "Fatal: "))) {
        found.tool = "fpc";
        if (message.starts_with("There were ")) {
            ++in.at;
            return true;
        }
        if (message.starts_with("Can't find unit ")) {
            found.code = "missing-module";
            found.subject = message.substr(16, message.find(' ', 16) - 16);
        }
    } else {
        return false;
    }
    found.message = message;
    judge(found);
    in.add(std::move(found));
    for (++in.at;
         in.line().starts_with("  ") && !trimmed(in.line()).empty() && !in.line().starts_with("     ");
         ++in.at)
        in.out.back().message += "\n" + std::string(trimmed(in.line()));
    return true;
}

}  // namespace aibuild::reading
