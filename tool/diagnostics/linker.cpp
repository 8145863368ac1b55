// Linkers: GNU ld, gold, lld, and those that rustc starts. They know objects, functions and symbols, and
// lines only where there is debug information.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

// Without what names the linker: "/usr/bin/ld: ", "rust-lld: ", and rustc's "= note: ".
std::string_view bare(std::string_view line, bool& linker) {
    line = trimmed(line);
    if (skip(line, "= note: ")) line = trimmed(line);
    const std::size_t colon = line.find(": ");
    if (colon == line.npos) return line;
    std::string_view who = line.substr(0, colon);
    if (const std::size_t slash = who.rfind('/'); slash != who.npos) who = who.substr(slash + 1);
    for (const std::string_view name : {"ld", "ld.bfd", "ld.gold", "ld.lld", "rust-lld", "mold", "lld"}) {
        if (who != name && !who.ends_with("-" + std::string(name))) continue;
        linker = true;
        return trimmed(line.substr(colon + 2));
    }
    return line;
}

// "link.c:(.text+0x5): ", "/a/link.c:2: ", "x.o:link.c:function main: error: ": the place, as far as it says
// one.
Place place_in(std::string_view before) {
    while (before.ends_with(' ') || before.ends_with(':')) before.remove_suffix(1);
    if (before.ends_with(": error")) before.remove_suffix(7);
    if (const Place place = place_of(before); !place.file.empty()) return place;
    if (const std::size_t function = before.find(":function "); function != before.npos)
        before = before.substr(0, function);
    if (const std::size_t section = before.find(":("); section != before.npos)
        before = before.substr(0, section);
    if (const std::size_t object = before.rfind(".o:"); object != before.npos)
        before = before.substr(object + 3);
    if (before.ends_with(".o") || before.find(' ') != before.npos || before.starts_with("(")) return {};
    return {std::string(before), 0, 0};
}

// ">>> referenced by link.c:2 (/tmp/link.c:2)" and ">>> defined at ...", of lld.
void read_arrows(Reading& in, Diagnostic& found) {
    for (; !in.ended(); ++in.at) {
        std::string_view line = trimmed(in.line());
        if (!skip(line, ">>>")) break;
        line = trimmed(line);
        if (!skip(line, "referenced by ") && !skip(line, "defined at ")) continue;
        const std::string_view inner = between(line, "(", ")");
        Place place = place_of(inner.empty() ? line : inner);
        if (place.file.empty() && line.find(".o:") == line.npos) place.file = line;
        if (found.place.file.empty())
            found.place = place;
        else if (found.code == "duplicate-symbol")
            add_note(found, place, "defined here too");
    }
}

Diagnostic of(std::string_view code, std::string_view message, std::string_view subject) {
    Diagnostic out;
    out.tool = "linker";
    out.code = code;
    out.message = message;
    out.subject = subject;
    return out;
}

}  // namespace

bool read_linker(Reading& in) {
    bool linker = false;
    std::string_view line = bare(in.line(), linker);
    if (line.starts_with("collect2: ")) {
        ++in.at;
        return true;
    }
    if (linker && line.find(": in function `") != line.npos) {
        in.about = between(line, "in function `", "'");
        ++in.at;
        return true;
    }
    if (linker) skip(line, "error: ");
    Diagnostic found;
    if (const std::size_t at = line.find("undefined reference to "); at != line.npos) {
        const std::string_view symbol = in_quotes(line.substr(at));
        if (symbol.empty()) return false;
        found = of("undefined-symbol", line.substr(at), symbol);
        found.place = place_in(line.substr(0, at));
        if (line.starts_with(
                "undefined reference to symbol")) {  // GNU ld: it is in a library that nobody named
            found.code = "missing-library";
            found.kind = DiagnosticKind::setting;
        }
        if (!in.about.empty()) add_note(found, {}, "in the function " + in.about);
    } else if (const std::size_t twice = line.find("multiple definition of "); twice != line.npos) {
        found = of("duplicate-symbol", line.substr(twice, line.find(';', twice) - twice),
                   in_quotes(line.substr(twice)));
        found.place = place_in(line.substr(0, twice));
        std::string_view first = between(line, "; ", ": first defined here");
        if (!first.empty()) add_note(found, place_in(first), "first defined here");
    } else if (linker && skip(line, "undefined symbol: ")) {
        found = of("undefined-symbol", "undefined symbol: " + std::string(line), line);
    } else if (linker && skip(line, "duplicate symbol: ")) {
        found = of("duplicate-symbol", "duplicate symbol: " + std::string(line), line);
    } else if (linker && (skip(line, "cannot find -l") || skip(line, "unable to find library -l") ||
                          skip(line, "library not found: "))) {
        const std::string_view library = line.substr(0, line.find_first_of(": "));
        found = of("missing-library", "cannot find -l" + std::string(library), library);
        found.kind = DiagnosticKind::missing_package;
    } else if (linker && (skip(line, "cannot find ") || skip(line, "cannot open "))) {
        const std::string_view file = line.substr(0, line.find(": "));
        found = of("missing-file", "cannot find " + std::string(file), file);
        found.kind = DiagnosticKind::setting;
    } else if (linker && line.find("recompile with -fPIC") != line.npos) {
        found = of("not-position-independent", line, "");
        found.kind = DiagnosticKind::setting;
    } else if (linker && (line.find("error adding symbols") != line.npos ||
                          line.find("file format not recognized") != line.npos)) {
        found = of("bad-object", line, "");
        found.kind = DiagnosticKind::setting;
    } else {
        return false;
    }
    // What a compiler's run-time calls is not to be found in anybody's source.
    if (system_file(found.place.file) || found.place.file.ends_with(".o")) found.place = {};
    Diagnostic& added = in.add(std::move(found));
    ++in.at;
    read_arrows(in, added);
    return true;
}

}  // namespace aibuild::reading
