#pragma once

// How texts of tools are read: line by line, each family of tools by a function that takes what is its own
// and leaves the rest. Inside of tool/diagnostics only.

#include <string>
#include <string_view>
#include <vector>

#include "tool/diagnostics/diagnostic.h"

namespace aibuild::reading {

// The lines of a text without escape sequences and control characters, each cut at 4,096 bytes: no tool needs
// more to say where something is wrong.
class Lines {
  public:
    explicit Lines(std::string_view text);
    std::size_t size() const { return lines_.size(); }
    std::string_view operator[](std::size_t n) const { return n < lines_.size() ? lines_[n] : ""; }

  private:
    std::string text_;
    std::vector<std::string_view> lines_;
};

// What `context` says of an include.
inline constexpr std::string_view include_note = "included from here";

struct Reading {
    const Lines& lines;
    std::size_t at = 0;  // the next line
    std::vector<Diagnostic> out = {};
    std::vector<DiagnosticNote> context = {};  // what led to the next one
    std::string about = {};                    // the test, function or package that the next one is about

    std::string_view line(std::size_t further = 0) const { return lines[at + further]; }
    bool ended(std::size_t further = 0) const { return at + further >= lines.size(); }
    void lead(const Place& place, std::string_view message);  // adds to the context
    Diagnostic& add(Diagnostic diagnostic);                   // with the context, which is used up
};

// Adds a note, as long as there are not too many.
void add_note(Diagnostic& to, Place place, std::string_view message, bool leads = false);

// Each reads at `at`. True: something was taken, and `at` is behind it.
bool read_cmake(Reading& in);
bool read_compiler(
    Reading& in);  // gcc, clang, gfortran, gdc, gnat, cobc, ghc, javac: PATH:LINE:COLUMN: error:
bool read_go(Reading& in);
bool read_java(Reading& in);  // exceptions; javac has the compilers' form
bool read_linker(Reading& in);
bool read_ninja(Reading& in);
bool read_node(Reading& in);
bool read_parenthesised(Reading& in);  // tsc, fpc: PATH(LINE,COLUMN): error
bool read_python(Reading& in);         // and OCaml, which names places the same way
bool read_rust(Reading& in);
bool read_shell(Reading& in);  // programs that are missing, memory and disks that are full
bool read_tests(Reading& in);  // TAP, assert(), sanitizers, GoogleTest, Catch2, doctest, ctest, signals

// PATH:LINE[:COLUMN]: at the beginning of a line.
struct Placed {
    Place place;
    std::string_view rest;  // behind it, without leading spaces; empty where there is no place
    explicit operator bool() const { return !place.file.empty(); }
};
Placed placed(std::string_view line);

// "PATH:LINE" or "PATH:LINE:COLUMN", and nothing else.
Place place_of(std::string_view text);

std::string_view trimmed(std::string_view text);
std::size_t indent(std::string_view line);

// Takes `begin` off the front of `text` where it is there.
bool skip(std::string_view& text, std::string_view begin);

// The text between the first `open` and the next `close` behind it; empty where they are not there.
std::string_view between(std::string_view text, std::string_view open, std::string_view close);

// What stands in the first quotes of any kind: 'x', `x', `x`, "x", ‘x’.
std::string_view in_quotes(std::string_view text);

// Digits at the front of `text`, taken off; -1 where there are none, or too many.
int number(std::string_view& text);

}  // namespace aibuild::reading
