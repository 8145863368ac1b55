// rustc: `error[E0308]: message`, then ` --> file:line:column`. And Rust's own test harness, whose tests
// panic.

#include <fmt/format.h>

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

// "--> a.rs:1:10" or "::: a.rs:1:10"
Place arrow(std::string_view line) {
    line = trimmed(line);
    if (!skip(line, "--> ") && !skip(line, "::: ")) return {};
    return place_of(line);
}

void judge(Diagnostic& found) {
    const std::string_view message = found.message;
    if (message.starts_with("can't find crate for ")) {
        found.subject = in_quotes(message);
        found.code = "missing-module";
        const bool toolchain = found.subject == "std" || found.subject == "core" || found.subject == "alloc";
        found.kind = toolchain ? DiagnosticKind::missing_toolchain : DiagnosticKind::missing_package;
    } else if (message.starts_with("linker ") && message.find(" not found") != message.npos) {
        found.subject = in_quotes(message);
        found.code = "missing-program";
        found.kind = DiagnosticKind::missing_toolchain;
    } else if (message.starts_with("couldn't read ")) {
        found.subject = in_quotes(message);
        found.code = "missing-file";
    } else if (found.place.file.empty() &&
               (message.starts_with("Unrecognized option") || message.starts_with("unknown ") ||
                message.starts_with("incorrect value") || message.starts_with("argument for "))) {
        found.code = "option";
        found.kind = DiagnosticKind::setting;
    }
}

bool diagnostic(Reading& in) {
    std::string_view line = in.line();
    Diagnostic found;
    found.tool = "rustc";
    if (skip(line, "warning"))
        found.severity = Severity::warning;
    else if (!skip(line, "error"))
        return false;
    if (skip(line, "[E")) {
        const std::size_t close = line.find("]: ");
        if (close == line.npos) return false;
        found.code = "E" + std::string(line.substr(0, close));
        line.remove_prefix(close + 3);
    } else if (!skip(line, ": ")) {
        return false;
    }
    // Others say "error: " too; rustc points to a place below, or speaks of itself.
    std::size_t n = 1;
    while (n < 4 && !in.ended(n) && arrow(in.line(n)).file.empty()) ++n;
    found.place = arrow(in.line(n));
    const bool links = line.starts_with("linking with ");
    const bool summary = line.starts_with("aborting due to ") || line.starts_with("could not compile ") ||
                         line.ends_with(" emitted") || links;
    found.message = line;
    judge(found);
    if (found.place.file.empty() && !summary && found.code.empty()) return false;
    ++in.at;
    if (summary) {
        if (!links) return true;
        // What the linker says stands below, in a note that begins with a very long command.
        for (int most = 4; most > 0 && in.line().find("= note: ") == std::string_view::npos; --most) ++in.at;
        return true;
    }
    Diagnostic& added = in.add(std::move(found));
    // Its notes: "note: function defined here", with a place of their own, and "= note: ...".
    for (std::string_view said; !in.ended(); ++in.at) {
        const std::string_view raw = in.line();
        std::string_view text = trimmed(raw);
        if (raw.starts_with("error") || raw.starts_with("warning") || (text.empty() && in.line(1).empty()))
            break;
        if (skip(text, "note: ") || skip(text, "help: ") || skip(text, "= note: ") ||
            skip(text, "= help: ")) {
            said = text;
            add_note(added, {}, std::string(said));
        } else if (const Place place = arrow(raw); !place.file.empty() && !said.empty()) {
            added.notes.back().place = place;
        }
    }
    return true;
}

// "thread 'adds' (19587) panicked at f.rs:3:13:", before 1.73 "thread 'adds' panicked at 'why', f.rs:3:13"
bool panic(Reading& in) {
    std::string_view line = in.line();
    if (!line.starts_with("thread '")) return false;
    const std::size_t at = line.find(" panicked at ");
    if (at == line.npos) return false;
    Diagnostic found;
    found.tool = "rust-test";
    found.kind = DiagnosticKind::test;
    found.code = "panic";
    found.subject = between(line, "'", "'");
    std::string_view rest = line.substr(at + 13);
    ++in.at;
    if (rest.starts_with('\'')) {
        const std::size_t comma = rest.rfind("', ");
        if (comma != rest.npos) {
            found.place = place_of(rest.substr(comma + 3));
            found.message = rest.substr(1, comma - 1);
        }
    } else {
        if (rest.ends_with(':')) rest.remove_suffix(1);
        found.place = place_of(rest);
    }
    for (int n = 0; n < 6 && !in.ended(); ++n, ++in.at) {
        const std::string_view more = in.line();
        if (more.empty() || more.starts_with("note: ") || more.starts_with("stack backtrace:")) break;
        found.message += (found.message.empty() ? "" : "\n") + std::string(more);
    }
    if (found.message.empty()) found.message = "it panicked";
    in.add(std::move(found));
    return true;
}

}  // namespace

bool read_rust(Reading& in) {
    return panic(in) || diagnostic(in);
}

}  // namespace aibuild::reading
