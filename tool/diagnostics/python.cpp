// Python: tracebacks, and the form that a SyntaxError has without one. OCaml names places in the same words.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

// `  File "a.py", line 3, in f`
Place frame(std::string_view line) {
    line = trimmed(line);
    if (!skip(line, "File \"")) return {};
    const std::size_t quote = line.find("\", line ");
    if (quote == line.npos) return {};
    Place out{std::string(line.substr(0, quote)), 0, 0};
    line.remove_prefix(quote + 8);
    out.line = number(line);
    if (out.line <= 0) return {};
    if (skip(line, ", characters ")) out.column = number(line) + 1;
    return out;
}

// "ValueError: why", "json.decoder.JSONDecodeError: why", "KeyboardInterrupt"
bool exception(std::string_view line) {
    const std::string_view name = line.substr(0, line.find(':'));
    if (name.empty() || name.size() > 120 || name[0] == ' ') return false;
    return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.") ==
           name.npos;
}

void judge(Diagnostic& found, std::string_view about) {
    const std::string_view code = found.code;
    if (code == "ModuleNotFoundError" ||
        (code == "ImportError" && found.message.starts_with("No module named"))) {
        found.subject = in_quotes(found.message);
        found.code = "missing-module";
        found.kind = DiagnosticKind::missing_package;
    } else if (code != "SyntaxError" && code != "IndentationError" && code != "TabError" &&
               code != "ImportError" && code != "NameError") {
        found.kind = DiagnosticKind::test;
    }
    if (!about.empty()) found.subject = found.subject.empty() ? about : found.subject;
}

// One traceback, from its first frame to the line that names the exception.
bool traceback(Reading& in) {
    Diagnostic found;
    found.tool = "python";
    std::vector<Place> frames;
    std::size_t n = 0;
    int column = 0;
    for (; !in.ended(n) && n < 4000; ++n) {
        const std::string_view line = in.line(n);
        if (const Place place = frame(line); !place.file.empty()) {
            frames.push_back(place);
            column = 0;
        } else if (!line.starts_with(' ')) {
            break;
        } else if (trimmed(line).starts_with('^')) {
            column = static_cast<int>(indent(line)) - static_cast<int>(indent(in.line(n - 1)));
        }
    }
    const std::string_view last = in.line(n);
    if (frames.empty() || !exception(last)) {
        in.at += n;  // cut off, or nobody's traceback
        return false;
    }
    found.code = last.substr(0, last.find(':'));
    if (const std::size_t dot = found.code.rfind('.'); dot != std::string::npos) found.code.erase(0, dot + 1);
    found.message = last.find(": ") == last.npos ? last : last.substr(last.find(": ") + 2);
    for (auto each = frames.rbegin(); each != frames.rend(); ++each) {
        if (found.place.file.empty() && !system_file(each->file))
            found.place = *each;
        else
            add_note(found, *each, "called from here", true);
    }
    if (found.place.file.empty()) found.place = frames.back();
    if (found.code == "SyntaxError" && column > 0) found.place.column = column + 1;
    judge(found, in.about);
    in.about.clear();
    in.add(std::move(found));
    in.at += n + 1;
    return true;
}

// Of a chain of exceptions the first is the cause; what was thrown because of it is left out.
void chained(Reading& in) {
    while (true) {
        std::size_t n = 0;
        while (n < 3 && in.line(n).empty() && !in.ended(n)) ++n;
        if (!in.line(n).starts_with("The above exception was the direct cause") &&
            !in.line(n).starts_with("During handling of the above exception"))
            return;
        while (n < 8 && !in.ended(n) && !in.line(n).starts_with("Traceback ")) ++n;
        if (!in.line(n).starts_with("Traceback ")) return;
        const std::size_t before = in.out.size();
        in.at += n + 1;
        if (!traceback(in)) return;
        const Diagnostic later = in.out.back();
        in.out.resize(before);
        add_note(in.out.back(), later.place, later.code + ": " + later.message);
    }
}

// OCaml: the place, a copy of the source, then "Error: ..."
bool ocaml(Reading& in) {
    const Place place = frame(in.line());
    for (std::size_t n = 1; n <= 12 && !in.ended(n); ++n) {
        std::string_view line = in.line(n);
        Diagnostic found;
        if (line.starts_with("Warning ") || line.starts_with("Alert "))
            found.severity = Severity::warning;
        else if (!skip(line, "Error: ") && !(line.starts_with("Error (") && line.find("): ") != line.npos))
            continue;
        found.tool = "ocaml";
        found.place = place;
        found.message = line;
        if (skip(line, "Unbound module ")) {
            found.code = "missing-module";
            found.subject = line;
        }
        in.add(std::move(found));
        in.at += n + 1;
        return true;
    }
    return false;
}

}  // namespace

bool read_python(Reading& in) {
    std::string_view line = in.line();
    // unittest's heading: "FAIL: test_add (tests.T.test_add)"
    if (skip(line, "FAIL: ") || skip(line, "ERROR: ")) {
        if (line.find(" (") == line.npos || !in.line(1).starts_with("-----")) return false;
        in.about = line.substr(0, line.find(' '));
        ++in.at;
        return true;
    }
    if (line.starts_with("Traceback (most recent call last)")) {
        ++in.at;
        if (traceback(in)) chained(in);
        return true;
    }
    if (frame(line).file.empty()) return false;
    if (!ocaml(in)) traceback(in);
    return true;
}

}  // namespace aibuild::reading
