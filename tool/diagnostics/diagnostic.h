#pragma once

// What a failed edge printed, as data: who complains, where, about what, and whose it is to put right.
//
// Only text is judged here: nothing is run and no file is looked at. So whoever has the project's files at
// hand may know better (a header that "is not there" lies in another folder of the project). Texts are
// expected as tools write them with LC_ALL=C; of one in another language the places are found and its words
// are not understood. Reading takes time in proportion to the text, whatever is in it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

enum class Severity : std::uint8_t { error, warning };

// Whose it is to put right. What stands further up makes everything below it untrustworthy.
enum class DiagnosticKind : std::uint8_t {
    missing_toolchain,  // a program that this machine lacks
    resource,           // disk or memory ran out: that says nothing about the code
    missing_package,    // a library, header or module of somebody else that this machine lacks
    setting,            // build files, options, versions
    code,
    test,  // it was built, and does not do what a test wants
};

std::string_view name_of(DiagnosticKind kind);  // "missing-package"

// A place in a text. Line and column begin with 1; 0 is unknown.
struct Place {
    std::string file;  // as the tool wrote it
    int line = 0, column = 0;
    bool operator==(const Place&) const = default;
};

struct DiagnosticNote {
    Place place;
    std::string message;
    bool leads = false;  // from there the tool came to the fault: an include, an instantiation, a caller
};

struct Diagnostic {
    std::string
        tool;  // who says it: "compiler" (gcc, clang and others of their form), "linker", "rustc", ...
    Severity severity = Severity::error;
    Place place;       // the nearest that is not in a system's file; no file where none was named
    std::string code;  // the tool's name for it ("E0308", "-Wunused-variable"), or one of ours:
                       // missing-header, missing-module, missing-library, missing-package, missing-file,
                       // missing-program, undefined-symbol, duplicate-symbol, no-tests, signal, ...
    DiagnosticKind kind = DiagnosticKind::code;
    std::string message;  // one line or a few, without control characters
    std::string subject;  // what is missing or defined twice: a header, a symbol, a program
    std::vector<DiagnosticNote> notes;
};

// All that `text` complains about, in its order; at most 200. Where nothing is understood, the first line
// that names a place, or else the last lines, are one with the code "unread". Of an empty text: nothing.
std::vector<Diagnostic> diagnostics_of(std::string_view text);

// Is the file of a system or a toolchain, so that nobody mends it in a project?
bool system_file(std::string_view path);

// What an edge that failed printed.
struct FailedText {
    std::string edge;  // its first output, for people
    std::string text;
};

// What to put right first.
struct RootCause {
    Diagnostic diagnostic;
    std::size_t edge = 0;           // of the list
    std::vector<std::size_t> also;  // others that failed of the same
    std::size_t others = 0;         // errors that were found beside it
    int rank = 0;                   // how far things got: what stands in its way comes before what doesn't
};

// Of edges in the order of the graph, what is used before its users. A program that is missing comes before
// everything else, a package before code, code before tests; a missing header or module before what follows
// from it; what several edges stumble over (a header that they include) before what one does; else the first
// edge's first error. Nothing where no edge complains.
std::optional<RootCause> first_root_cause(const std::vector<FailedText>& failed);

}  // namespace aibuild
