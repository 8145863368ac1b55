// go build, go vet and go test: `./main.go:5:2: message`, without a word for how bad it is, because it always
// is.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

Diagnostic of(Place place, std::string_view message) {
    Diagnostic out;
    out.tool = "go";
    out.place = std::move(place);
    out.message = message;
    return out;
}

// "cannot find module providing package X: ...", "package X is not in GOROOT (...)",
// "no required module provides package X; to add it: ..."
std::string_view missing_package(std::string_view message) {
    for (const std::string_view words :
         {"module providing package ", "module provides package ", "package "}) {
        const std::size_t at = message.find(words);
        if (at == message.npos) continue;
        if (words == "package " && message.find(" is not in ") == message.npos) continue;
        const std::string_view rest = message.substr(at + words.size());
        return rest.substr(0, rest.find_first_of(" :;"));
    }
    return {};
}

void judge(Diagnostic& found) {
    const std::string_view package = missing_package(found.message);
    if (package.empty()) return;
    found.code = "missing-module";
    found.subject = package;
    // A package of somebody else begins with a host's name; the rest is the standard library's, or a slip.
    if (package.substr(0, package.find('/')).find('.') != package.npos)
        found.kind = DiagnosticKind::missing_package;
}

// "--- FAIL: TestA (0.00s)", and what it printed: "    main_test.go:3: one is 2"
bool failed_test(Reading& in) {
    std::string_view line = trimmed(in.line());
    if (!skip(line, "--- FAIL: ")) return false;
    Diagnostic found = of({}, "");
    found.tool = "go-test";
    found.kind = DiagnosticKind::test;
    found.code = "failed";
    found.subject = line.substr(0, line.find(' '));
    ++in.at;
    for (int n = 0; n < 200 && !in.ended(); ++n, ++in.at) {
        const std::string_view raw = in.line(), text = trimmed(raw);
        if (raw.starts_with("--- ") || raw.starts_with("FAIL") || raw.starts_with("ok ") ||
            raw.starts_with("=== "))
            break;
        if (text.starts_with("--- ")) return in.add(std::move(found)), true;  // a subtest
        const std::string_view file = text.substr(0, text.find(" +0x"));
        const Placed at = placed(text);
        if (skip(line = text, "panic: ")) {
            if (found.message.empty()) found.message = text;
            found.code = "panic";
        } else if (found.code == "panic" && raw.starts_with('\t') && found.place.file.empty()) {
            const Place place = place_of(file);
            if (!system_file(place.file)) found.place = place;
        } else if (at && found.message.empty()) {
            found.place = at.place;
            found.message = at.rest;
        }
    }
    if (found.message.empty()) found.message = "the test failed";
    in.add(std::move(found));
    return true;
}

// A program that panics.
bool panicked(Reading& in) {
    if (!in.line().starts_with("panic: ")) return false;
    Diagnostic found = of({}, in.line());
    found.tool = "go-test";
    found.kind = DiagnosticKind::test;
    found.code = "panic";
    ++in.at;
    for (int n = 0; n < 60 && !in.ended(); ++n, ++in.at) {
        const std::string_view raw = in.line(), text = trimmed(raw);
        if (!raw.starts_with('\t') || !found.place.file.empty()) continue;
        const Place place = place_of(text.substr(0, text.find(" +0x")));
        if (!place.file.empty() && !system_file(place.file)) found.place = place;
    }
    in.add(std::move(found));
    return true;
}

}  // namespace

bool read_go(Reading& in) {
    if (failed_test(in) || panicked(in)) return true;
    std::string_view line = in.line();
    skip(line, "vet: ");
    const Placed at = placed(line);
    if (at && at.place.file.ends_with(".go")) {
        Diagnostic found = of(at.place, at.rest);
        judge(found);
        in.add(std::move(found));
        ++in.at;
        return true;
    }
    // "go: finding module" and "go: downloading" are talk.
    if (!skip(line, "go: ") || line.starts_with("finding ") || line.starts_with("downloading ") ||
        line.starts_with("found ") || line.starts_with("creating ") || line.starts_with("to add "))
        return false;
    Diagnostic found = of({}, line);
    found.kind = DiagnosticKind::setting;
    judge(found);
    in.add(std::move(found));
    ++in.at;
    return true;
}

}  // namespace aibuild::reading
