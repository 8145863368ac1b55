// Test programs: TAP, assert(), sanitizers, GoogleTest, Catch2, doctest, pytest, ctest, and those that crash.

#include <fmt/format.h>

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

Diagnostic of(std::string_view tool, std::string_view code, std::string_view message) {
    Diagnostic out;
    out.tool = tool;
    out.code = code;
    out.kind = DiagnosticKind::test;
    out.message = message;
    return out;
}

// What stands in YAML below a test point of TAP.
void read_yaml(Reading& in, Diagnostic& found) {
    bool error = false;
    Place location;
    for (int n = 0; n < 400 && !in.ended(); ++n, ++in.at) {
        std::string_view line = trimmed(in.line());
        if (line == "...") {
            ++in.at;
            break;
        }
        if (skip(line, "location: ")) {
            location = place_of(in_quotes(line));
        } else if (skip(line, "error: ")) {
            error = line == "|-" || line == "|";
            if (!error) found.message += ": " + std::string(in_quotes(line).empty() ? line : in_quotes(line));
        } else if (line.starts_with("code: ") || line.starts_with("name: ") || line.starts_with("stack: ")) {
            error = false;
        } else if (const std::size_t open = line.rfind('('); open != line.npos && found.place.file.empty()) {
            std::string_view inner = line.substr(open + 1);
            skip(inner, "file://");
            const Place place = place_of(inner);
            if (!place.file.starts_with("node:")) found.place = place;
        } else if (error && !line.empty()) {
            found.message += "\n" + std::string(line);
        }
    }
    if (found.place.file.empty()) found.place = location;
}

// "not ok 2 - adds # TODO": a test that may fail is none.
bool tap(Reading& in) {
    std::string_view line = trimmed(in.line());
    if (!skip(line, "not ok")) return false;
    if (!line.empty() && line[0] != ' ') return false;
    for (const std::string_view word : {"# TODO", "# todo", "# SKIP", "# skip"}) {
        if (line.find(word) != line.npos) return ++in.at, true;
    }
    line = trimmed(line);
    (void)number(line);
    line = trimmed(line);
    skip(line, "- ");
    Diagnostic found = of("tap", "failed", line.empty() ? "a test without a name failed" : line);
    found.subject = line;
    // Node counts a suite of failures as a failure of its own.
    bool explained = false;
    for (++in.at; !in.ended(); ++in.at) {
        std::string_view more = trimmed(in.line());
        if (more == "---") {
            ++in.at;
            read_yaml(in, found);
            explained = true;
            break;
        }
        if (!skip(more, "# ") || more.starts_with("Subtest")) break;
        add_note(found, {}, std::string(trimmed(more)));
    }
    if (explained && found.message.find("subtest failed") != std::string::npos && !in.out.empty())
        return true;
    in.add(std::move(found));
    return true;
}

// glibc: "prog: file.c:12: main: Assertion `x == 1' failed."
bool assertion(Reading& in) {
    const std::string_view line = in.line();
    const std::size_t at = line.find(": Assertion `");
    if (at == line.npos || line.find("' failed.", at) == line.npos) return false;
    const std::size_t program = line.find(": ");
    Diagnostic found = of("assert", "assertion", line.substr(at + 2));
    if (program < at) {
        const std::string rest = std::string(line.substr(program + 2, at - program - 2)) + ":";
        found.place = placed(rest).place;
    }
    in.add(std::move(found));
    ++in.at;
    return true;
}

// "a.c:3:57: runtime error: ...", "==1==ERROR: AddressSanitizer: ..." and its stack.
bool sanitizer(Reading& in) {
    const std::string_view line = in.line();
    if (const Placed at = placed(line); at && at.rest.starts_with("runtime error: ")) {
        Diagnostic found = of("sanitizer", "undefined-behaviour", at.rest.substr(15));
        found.place = at.place;
        in.add(std::move(found));
        ++in.at;
        return true;
    }
    const std::size_t at = line.find("Sanitizer: ");
    if (at == line.npos || !line.starts_with("==") || line.find("ERROR: ") == line.npos) return false;
    Diagnostic found = of("sanitizer", "", line.substr(at + 11));
    found.code = std::string(found.message.substr(0, found.message.find(' ')));
    ++in.at;
    for (int n = 0; n < 100 && !in.ended(); ++n, ++in.at) {
        const std::string_view frame = trimmed(in.line());
        if (frame.starts_with("SUMMARY: ")) break;
        if (!frame.starts_with('#') || !found.place.file.empty()) continue;
        const Place place = place_of(frame.substr(frame.rfind(' ') + 1));
        if (place.file.empty() || system_file(place.file) || place.file.starts_with("../")) continue;
        found.place = place;
    }
    in.add(std::move(found));
    return true;
}

// "x_test.cpp:12: Failure" and what was expected (GoogleTest); "FAILED:" (Catch2); "ERROR: CHECK(...)"
// (doctest); "x_test.py:5: AssertionError" (pytest).
bool placed_failure(Reading& in) {
    const Placed at = placed(in.line());
    if (!at) return false;
    std::string_view word = at.rest;
    const bool pytest =
        at.place.file.ends_with(".py") && word.ends_with("Error") && word.find(' ') == word.npos;
    const bool gtest = word == "Failure", catch2 = word == "FAILED:";
    const bool doctest = word.starts_with("ERROR: ") || word.starts_with("FATAL ERROR: ");
    if (!pytest && !gtest && !catch2 && !doctest) return false;
    Diagnostic found = of(gtest     ? "gtest"
                          : catch2  ? "catch2"
                          : doctest ? "doctest"
                                    : "pytest",
                          "failed", word);
    found.place = at.place;
    found.subject = in.about;
    if (gtest || catch2) found.message.clear();
    ++in.at;
    for (int n = 0; n < 12 && !pytest && !in.ended(); ++n, ++in.at) {
        const std::string_view more = trimmed(in.line());
        if (more.empty() || more.starts_with("[  FAILED  ]") || placed(in.line())) break;
        found.message += (found.message.empty() ? "" : "\n") + std::string(more);
    }
    if (found.message.empty()) found.message = "the test failed";
    in.add(std::move(found));
    return true;
}

bool crash(Reading& in) {
    std::string_view line = in.line();
    if (skip(line, "terminate called ")) {
        Diagnostic found = of("crash", "exception", "terminate called " + std::string(line));
        ++in.at;
        std::string_view what = trimmed(in.line());
        if (skip(what, "what():")) {
            found.message += ": " + std::string(trimmed(what));
            ++in.at;
        }
        in.add(std::move(found));
        return true;
    }
    if (const std::size_t core = line.find(" (core dumped)"); core != line.npos) line = line.substr(0, core);
    static constexpr std::string_view signals[] = {
        "Segmentation fault",   "Aborted", "Bus error", "Illegal instruction", "Floating point exception",
        "Trace/breakpoint trap"};
    for (const std::string_view signal : signals) {
        // The shell may say who: "sh: line 1: 20701 Segmentation fault      ./a 1"
        const std::size_t at = line.find(signal);
        if (at == line.npos || (at != 0 && (line.find("sh: ") == line.npos || line[at - 1] != ' '))) continue;
        // What aborts has said why.
        if (signal != "Aborted" || in.out.empty()) in.add(of("crash", "signal", signal));
        ++in.at;
        return true;
    }
    return false;
}

constexpr struct {
    int code;
    std::string_view what;
} by_signal[] = {{132, "Illegal instruction"},
                 {134, "Aborted"},
                 {135, "Bus error"},
                 {136, "Floating point exception"},
                 {139, "Segmentation fault"}};

// What an emitted test step says at its end: "word-test failed: exit code 139".
bool verdict(Reading& in) {
    const std::string_view line = in.line();
    std::size_t at = line.find(" failed: exit code ");
    if (at != line.npos && line.find(' ') == at) {
        std::string_view rest = line.substr(at + 19);
        const int code = number(rest);
        ++in.at;
        if (code == 137) {
            Diagnostic killed =
                of("crash", "resource", "it was killed, as a system does that runs out of memory");
            killed.kind = DiagnosticKind::resource;
            in.add(std::move(killed));
            return true;
        }
        for (const auto& each : by_signal) {
            if (code == each.code && (in.out.empty() || in.out.back().kind != DiagnosticKind::test))
                return in.add(of("crash", "signal", each.what)), true;
        }
        if (in.out.empty()) {
            Diagnostic found = of("test", "failed", fmt::format("it ended with exit code {}", code));
            found.subject = line.substr(0, at);
            in.add(std::move(found));
        }
        return true;
    }
    if (line.ends_with(" failed: it ran no test") || line.find("No tests were found!!!") != line.npos) {
        in.add(of("test", "no-tests", "it ran no test"));
        ++in.at;
        return true;
    }
    return false;
}

// "The following tests FAILED:" and "\t  1 - name (Failed)"
bool ctest(Reading& in) {
    if (!in.line().starts_with("The following tests FAILED:")) return false;
    for (++in.at; !in.ended() && indent(in.line()) > 0 && !trimmed(in.line()).empty(); ++in.at) {
        std::string_view line = trimmed(in.line());
        if (number(line) < 0 || !skip(line, " - ")) break;
        const std::size_t open = line.rfind(" (");
        if (open == line.npos) break;
        const std::string_view how = between(line.substr(open), "(", ")");
        Diagnostic found = of("ctest", "failed", fmt::format("{}: {}", line.substr(0, open), how));
        found.subject = line.substr(0, open);
        // With its output there is more to tell already.
        if (in.out.empty() || in.out.back().tool == "ctest") in.add(std::move(found));
    }
    return true;
}

}  // namespace

bool read_tests(Reading& in) {
    std::string_view line = in.line();
    if (skip(line, "[ RUN      ] ")) {
        in.about = line;
        return ++in.at, true;
    }
    return tap(in) || assertion(in) || sanitizer(in) || placed_failure(in) || crash(in) || verdict(in) ||
           ctest(in);
}

}  // namespace aibuild::reading
