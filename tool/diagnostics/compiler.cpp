// Compilers that write PATH:LINE:COLUMN: error: MESSAGE. What led there stands before it (gcc) or behind it
// (clang), and a copy of the source line further down.

#include <fmt/format.h>

#include "tool/diagnostics/packages.h"
#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

// "In file included from a.cpp:3:" and the lines of the same list behind it, innermost first.
bool included_from(std::string_view line, Reading& in) {
    line = trimmed(line);
    if (!skip(line, "In file included from ") && !(skip(line, "from ") && !in.context.empty())) return false;
    while (line.ends_with(':') || line.ends_with(',')) line.remove_suffix(1);
    const Place place = place_of(line);
    if (place.file.empty()) return false;
    in.lead(place, include_note);
    return true;
}

// gcc: "a.cpp:6:14:   required from 'void f()'"
bool required_from(const Placed& at, Reading& in) {
    if (!at.rest.starts_with("required from") && !at.rest.starts_with("recursively required from") &&
        !at.rest.starts_with("required by") && !at.rest.starts_with("in ‘constexpr’ expansion"))
        return false;
    in.lead(at.place, at.rest);
    return true;
}

// gcc: "a.cpp: In function 'int f()':", also "At global scope:"
bool function_heading(std::string_view line) {
    if (!line.ends_with(':') || line.starts_with(' ')) return false;
    for (const std::string_view word : {": In ", ": At "}) {
        if (has(line, word)) return true;
    }
    return false;
}

// The name of the warning that ends a message: [-Wunused-variable], [-Werror=...], [-Werror,-W...]
std::string warning_name(std::string_view& message) {
    const std::size_t open = message.rfind(" [-W");
    if (open == message.npos || !message.ends_with(']')) return {};
    std::string_view name = message.substr(open + 2, message.size() - open - 3);
    message = message.substr(0, open);
    if (skip(name, "-Werror=")) return "-W" + std::string(name);
    skip(name, "-Werror,");
    return std::string(name);
}

std::string_view missing_header(std::string_view message) {
    static constexpr std::string_view ends = ": No such file or directory";
    if (message.ends_with(ends)) return message.substr(0, message.size() - ends.size());
    if (message.ends_with("' file not found")) return in_quotes(message);
    if (skip(message, "no include path in which to search for ")) return message;
    return {};
}

// Of a header in angle brackets one may have forgotten to install the package; in quotes, it is one's own.
// <ranges>, without an extension, would be the compiler's.
DiagnosticKind kind_of_header(std::string_view header, const Reading& in) {
    if (package_of(PackagePart::header, header) != nullptr) return DiagnosticKind::missing_package;
    for (std::size_t n = 1; n <= 3 && !in.ended(n); ++n) {
        if (has(in.line(n), fmt::format("<{}>", header)))
            return has(header, ".") || has(header, "/") ? DiagnosticKind::missing_package
                                                        : DiagnosticKind::code;
    }
    return DiagnosticKind::code;
}

// Who writes in this form, by the extension of what it compiles.
std::string tool_of(std::string_view file) {
    return file.ends_with(".java") ? "javac" : "compiler";
}

void judge(Diagnostic& found, const Reading& in) {
    const std::string_view message = found.message;
    if (const std::string_view header = missing_header(message); !header.empty()) {
        found.code = "missing-header";
        found.subject = header;
        found.kind = kind_of_header(header, in);
    } else if (found.tool == "javac" && message.starts_with("package ") && has(message, " does not exist")) {
        found.code = "missing-module";
        found.subject = between(message, "package ", " does not exist");
        found.kind = DiagnosticKind::missing_package;
        if (found.subject.starts_with("java."))
            found.kind = DiagnosticKind::code;  // the JDK has it, or nobody
    } else if (has(message, "Could not find module ‘") || has(message, "Could not load module ‘")) {
        found.code = "missing-module";  // ghc
        found.subject = in_quotes(message);
    }
}

// "g++: error: x.c: No such file or directory", "error: release version 99 not supported"
bool without_place(Reading& in) {
    std::string_view line = in.line(), message = line;
    if (line.find("error: ") == line.npos) return false;
    Diagnostic found;
    found.tool = "compiler";
    found.kind = DiagnosticKind::setting;
    const std::size_t colon = line.find(": ");
    const std::string_view who = colon == line.npos ? "" : line.substr(0, colon);
    static constexpr std::string_view programs[] = {"gcc",     "g++", "cc",   "c++", "clang",
                                                    "clang++", "cc1", "f951", "gdc", "gfortran",
                                                    "cc1plus", "d21", "gnat1"};
    const std::string_view base = who.substr(who.rfind('/') == who.npos ? 0 : who.rfind('/') + 1);
    bool known = false;
    for (const std::string_view program : programs) {
        if (base == program || base.starts_with(std::string(program) + "-") ||
            base.ends_with("-" + std::string(program)))
            known = true;
    }
    if (known) {
        message = line.substr(colon + 2);
        if (!skip(message, "fatal error: ") && !skip(message, "error: ")) return false;
        // Others have said why.
        if (message.starts_with("linker command failed") ||
            (message.starts_with("no input files") && !in.out.empty())) {
            ++in.at;
            return true;
        }
    } else if (skip(message, "error: ") &&
               (message.starts_with("release version ") || message.starts_with("file not found: ") ||
                message.starts_with("invalid flag: ") || has(message, " is not a valid option") ||
                message.starts_with("invalid source release") ||
                message.starts_with("invalid target release"))) {
        found.tool = "javac";
    } else {
        return false;
    }
    found.code = "option";
    if (message.ends_with(": No such file or directory") || message.starts_with("file not found: ") ||
        message.starts_with("no such file or directory")) {
        found.code = "missing-file";
        found.subject = message.starts_with("file not found: ") ? message.substr(16)
                        : message.starts_with("no such")        ? in_quotes(message)
                                                         : message.substr(0, message.find(": No such"));
    }
    found.message = message;
    in.add(std::move(found));
    ++in.at;
    return true;
}

// gfortran: the place, the source, and then what is wrong.
bool fortran(const Placed& at, Reading& in) {
    if (!at.rest.empty()) return false;
    for (std::size_t n = 1; n <= 12 && !in.ended(n); ++n) {
        std::string_view line = in.line(n);
        Diagnostic found;
        if (skip(line, "Warning: "))
            found.severity = Severity::warning;
        else if (!skip(line, "Error: ") && !skip(line, "Fatal Error: "))
            continue;
        found.tool = "gfortran";
        found.place = at.place;
        found.code = warning_name(line);
        found.message = line;
        if (line.starts_with("Cannot open module file") || line.starts_with("Can't open module file")) {
            found.code = "missing-module";
            found.subject = in_quotes(line);
            if (found.subject.ends_with(".mod")) found.subject.resize(found.subject.size() - 4);
        } else if (line.ends_with(": No such file or directory")) {
            found.code = "missing-header";
            found.subject = line.substr(0, line.find(": No such"));
        }
        in.add(std::move(found));
        in.at += n + 1;
        return true;
    }
    return false;
}

}  // namespace

bool read_compiler(Reading& in) {
    const std::string_view line = in.line();
    if (included_from(line, in) || function_heading(line)) {
        ++in.at;
        return true;
    }
    const Placed at = placed(line);
    if (!at) return without_place(in);
    if (required_from(at, in)) {
        ++in.at;
        return true;
    }
    if (fortran(at, in)) return true;
    std::string_view message = at.rest;
    if (skip(message, "note: ")) {
        if (in.out.empty()) return false;
        const bool leads = has(message, "in instantiation of") || has(message, "requested here") ||
                           has(message, "expanded from macro") || has(message, "required from");
        add_note(in.out.back(), at.place, std::string(message), leads);
        in.context.clear();
        ++in.at;
        return true;
    }
    Diagnostic found;
    found.tool = tool_of(at.place.file);
    found.place = at.place;
    if (skip(message, "warning: ") || skip(message, "warning - "))
        found.severity = Severity::warning;
    else if (message == "error:" || message.starts_with("error: [")) {
        // ghc: the message stands below, or behind its number
        message = message == "error:" ? trimmed(in.line(1)) : message.substr(7);
        skip(message, "• ");
    } else if (!skip(message, "error: ") && !skip(message, "fatal error: ") &&
               !skip(message, "syntax error: ") && !skip(message, "sorry, unimplemented: ") &&
               !skip(message, "internal compiler error: "))
        return false;
    found.code = warning_name(message);
    found.message = message;
    judge(found, in);
    Diagnostic& added = in.add(std::move(found));
    ++in.at;
    // javac explains further down: "  symbol:   class Gone"
    for (std::size_t n = 0; added.tool == "javac" && n < 8 && !in.ended(n); ++n) {
        const std::string_view more = trimmed(in.line(n));
        if (placed(in.line(n))) break;
        for (const std::string_view word : {"symbol:", "location:", "required:", "found:", "reason:"}) {
            if (more.starts_with(word)) add_note(added, {}, std::string(more));
        }
    }
    return true;
}

}  // namespace aibuild::reading
