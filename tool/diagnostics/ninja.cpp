// ninja itself: its manifest, and files that nobody makes.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

bool read_ninja(Reading& in) {
    std::string_view line = in.line();
    if (line.starts_with("ninja: build stopped: ") || line.starts_with("ninja: Entering directory")) {
        ++in.at;
        return true;
    }
    if (!skip(line, "ninja: error: ") && !skip(line, "ninja: fatal: ")) return false;
    ++in.at;
    // With `-k 0` its last words tell of edges that have been heard of.
    if (line.starts_with("build stopped")) return true;
    Diagnostic found;
    found.tool = "ninja";
    found.kind = DiagnosticKind::setting;
    found.code = "manifest";
    if (const Placed at = placed(line)) {
        found.place = at.place;
        line = at.rest;
    }
    found.message = line;
    if (line.find("missing and no known rule to make it") != line.npos) {
        found.code = "missing-file";
        found.subject = in_quotes(line);
    } else if (skip(line, "unknown target ")) {
        found.code = "unknown-target";
        found.subject = in_quotes(line);
    } else if (skip(line, "multiple rules generate ")) {
        found.code = "duplicate-output";
        found.subject = line.substr(0, line.find(" ["));
    } else if (line.starts_with("dependency cycle: ")) {
        found.code = "cycle";
    }
    in.add(std::move(found));
    return true;
}

}  // namespace aibuild::reading
