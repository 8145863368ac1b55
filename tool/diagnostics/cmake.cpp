// CMake: `CMake Error at FILE:LINE (command):`, an indented text, and a call stack. What it misses is a
// package, a compiler or a file; all else is for who writes CMakeLists.txt.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

// "CMakeLists.txt:3 (find_package):" and "CMakeLists.txt:3:"
Place place_in(std::string_view line) {
    if (line.ends_with(':')) line.remove_suffix(1);
    if (const std::size_t open = line.rfind(" ("); open != line.npos && line.ends_with(')'))
        line = line.substr(0, open);
    return place_of(line);
}

void judge(Diagnostic& found, const Reading& in) {
    const std::string_view text = found.message;
    found.kind = DiagnosticKind::setting;
    found.code = "configure";
    if (has(text, "Could NOT find ")) {
        found.subject = between(std::string(text) + " ", "Could NOT find ", " ");
    } else if (has(text, "configuration file provided by \"")) {
        found.subject = between(text, "configuration file provided by \"", "\"");
    } else if (has(text, "required packages were not found") || has(text, "required package was not found")) {
        found.subject = in.about;  // told before, by pkg-config
        if (found.subject.empty()) found.subject = trimmed(between(std::string(text) + "\n", "\n- ", "\n"));
    } else if (has(text, "CMAKE_") && has(text, "_COMPILER") &&
               (has(text, "could not be found") || has(text, "could be found") || has(text, "not set"))) {
        found.code = "missing-program";
        found.kind = DiagnosticKind::missing_toolchain;
        found.subject = between(text, "CMAKE_", "_COMPILER");
        return;
    } else if (has(text, "Could not find compiler set in environment variable")) {
        found.code = "missing-program";
        found.kind = DiagnosticKind::missing_toolchain;
        const std::string_view rest = text.substr(text.find("variable") + 8);
        found.subject = trimmed(rest.substr(rest.find('\n') == rest.npos ? 0 : rest.find('\n') + 1));
        while (found.subject.ends_with('.')) found.subject.pop_back();
        return;
    } else if (has(text, "Cannot find source file:")) {
        found.code = "missing-file";
        found.subject = trimmed(text.substr(text.find("file:") + 5));
        found.subject.erase(0, found.subject.find_first_not_of('\n'));
        found.subject.resize(std::min(found.subject.size(), found.subject.find('\n')));
        return;
    } else {
        return;
    }
    if (found.subject == "PkgConfig") {
        found.code = "missing-program";
        found.kind = DiagnosticKind::missing_toolchain;
        found.subject = "pkg-config";
    } else {
        found.code = "missing-package";
        found.kind = DiagnosticKind::missing_package;
    }
}

}  // namespace

bool read_cmake(Reading& in) {
    std::string_view line = in.line();
    // pkg_check_modules: "--   No package 'gone-lib' found", "-- Package 'x', required by 'virtual:world',
    // not found"
    if ((has(line, "o package '") && line.ends_with("' found")) ||
        (has(line, "ackage '") && line.ends_with(", not found"))) {
        if (in.about.empty()) in.about = in_quotes(line);
        ++in.at;
        return true;
    }
    Diagnostic found;
    found.tool = "cmake";
    if (line.starts_with("CMake Warning") || line.starts_with("CMake Deprecation Warning"))
        found.severity = Severity::warning;
    else if (!line.starts_with("CMake Error"))
        return false;
    ++in.at;
    if (skip(line, "CMake Error: ") && !line.empty()) {
        found.message = line;
    } else {
        const std::size_t at = line.find(" at ");
        if (at != line.npos) found.place = place_in(line.substr(at + 4));
        for (int n = 0; n < 400 && !in.ended(); ++n, ++in.at) {
            const std::string_view raw = in.line();
            if (!raw.empty() && !raw.starts_with("  ")) break;
            if (raw.empty() && in.line(1).empty()) break;
            if (!raw.empty())
                found.message += (found.message.empty() ? "" : "\n") + std::string(trimmed(raw));
        }
        if (in.line().starts_with("Call Stack")) {
            for (++in.at; in.line().starts_with("  ") && !in.ended(); ++in.at)
                add_note(found, place_in(trimmed(in.line())), "called from here", true);
        }
    }
    // They follow from what was said before.
    if (has(found.message, "not set, after EnableLanguage") ||
        has(found.message, "No SOURCES given to target")) {
        if (!in.out.empty()) return true;
    }
    judge(found, in);
    in.about.clear();
    in.add(std::move(found));
    return true;
}

}  // namespace aibuild::reading
