#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "tool/diagnostics/reading.h"

namespace aibuild {

namespace {

using namespace reading;

constexpr std::size_t most = 200;

// The particular before the general: a line that two would take is the first one's.
constexpr std::array readers = {read_ninja,  read_cmake, read_linker, read_rust,
                                read_python, read_tests, read_go,     read_parenthesised,
                                read_java,   read_node,  read_shell,  read_compiler};

// Nobody mends a system's header: the place that led there is the person's own. An instantiation or a caller
// says more than an include.
void to_own_place(Diagnostic& found) {
    if (found.place.file.empty() || !system_file(found.place.file)) return;
    DiagnosticNote* best = nullptr;
    for (DiagnosticNote& note : found.notes) {
        if (!note.leads || note.place.file.empty() || system_file(note.place.file)) continue;
        const bool include = note.message == include_note;
        if (best == nullptr || (!include && best->message == include_note)) best = &note;
    }
    if (best == nullptr) return;
    std::swap(found.place, best->place);
    best->message = "where it was found";
}

// What nobody understands is not nothing: something failed.
void unread(Reading& in) {
    Diagnostic found;
    found.tool = "unknown";
    found.code = "unread";
    for (std::size_t n = 0; n < in.lines.size(); ++n) {
        const Placed at = placed(in.lines[n]);
        if (!at || at.place.file.find(' ') != std::string::npos) continue;
        found.place = at.place;
        found.message = at.rest;
        in.add(std::move(found));
        return;
    }
    std::size_t lines = 0;
    for (std::size_t n = in.lines.size(); n > 0 && lines < 5; --n) {
        const std::string_view line = trimmed(in.lines[n - 1]);
        if (line.empty() || line.starts_with("FAILED: ") || line.starts_with("ninja: build stopped"))
            continue;
        found.message = std::string(line) + (found.message.empty() ? "" : "\n") + found.message;
        ++lines;
    }
    if (!found.message.empty()) in.add(std::move(found));
}

// The order in which causes come before what follows from them.
int rank(const Diagnostic& found) {
    const bool missing = found.code.starts_with("missing-");
    if (found.kind == DiagnosticKind::code) return missing ? 40 : 50;
    return static_cast<int>(found.kind) * 10 + (found.kind == DiagnosticKind::test ? 10 : 0);
}

}  // namespace

std::string_view name_of(DiagnosticKind kind) {
    switch (kind) {
        case DiagnosticKind::missing_toolchain:
            return "missing-toolchain";
        case DiagnosticKind::resource:
            return "resource";
        case DiagnosticKind::missing_package:
            return "missing-package";
        case DiagnosticKind::setting:
            return "setting";
        case DiagnosticKind::code:
            return "code";
        case DiagnosticKind::test:
            return "test";
    }
    return "code";
}

std::vector<Diagnostic> diagnostics_of(std::string_view text) {
    const Lines lines(text);
    Reading in{lines};
    while (!in.ended() && in.out.size() < most) {
        if (in.line().empty()) {
            ++in.at;
            continue;
        }
        const std::size_t before = in.at;
        const bool taken = std::any_of(readers.begin(), readers.end(), [&](auto* read) { return read(in); });
        if (!taken || in.at == before) ++in.at;
    }
    if (std::none_of(in.out.begin(), in.out.end(),
                     [](const Diagnostic& each) { return each.severity == Severity::error; }))
        unread(in);
    for (Diagnostic& each : in.out) {
        to_own_place(each);
        if (each.place.file.starts_with("./")) each.place.file.erase(0, 2);
    }
    return std::move(in.out);
}

bool system_file(std::string_view path) {
    if (path.starts_with("/usr/src/") || path.starts_with("/usr/local/src/")) return false;
    static constexpr std::string_view begins[] = {"/usr/",   "/lib/",    "/lib64/",      "/nix/store/",
                                                  "/rustc/", "/snap/",   "library/std/", "<",
                                                  "node:",   "[built-in"};
    for (const std::string_view begin : begins) {
        if (path.starts_with(begin)) return true;
    }
    static constexpr std::string_view parts[] = {"/site-packages/", "/dist-packages/", "/.cargo/registry/",
                                                 "/.rustup/",       "/lib/python3",    "/node_modules/",
                                                 "/go/pkg/mod/",    "/lib/gcc/"};
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return path.find(part) != path.npos; });
}

std::optional<RootCause> first_root_cause(const std::vector<FailedText>& failed) {
    struct Candidate {
        Diagnostic diagnostic;
        std::vector<std::size_t> edges;
        std::size_t order;
    };
    using Sameness = std::tuple<std::string, int, std::string>;
    std::vector<Candidate> all;
    std::map<Sameness, std::size_t> seen;
    for (std::size_t edge = 0; edge < failed.size(); ++edge) {
        for (Diagnostic& each : diagnostics_of(failed[edge].text)) {
            if (each.severity != Severity::error) continue;
            const auto [at, added] =
                seen.try_emplace(Sameness{each.place.file, each.place.line, each.message}, all.size());
            if (added) {
                const std::size_t order = all.size();
                all.push_back({std::move(each), {edge}, order});
            } else if (all[at->second].edges.back() != edge) {
                all[at->second].edges.push_back(edge);
            }
        }
    }
    if (all.empty()) return std::nullopt;
    const auto before = [](const Candidate& a, const Candidate& b) {
        const int left = rank(a.diagnostic), right = rank(b.diagnostic);
        if (left != right) return left < right;
        const bool many = a.edges.size() > 1, also_many = b.edges.size() > 1;
        if (many != also_many) return many;
        return a.order < b.order;
    };
    const auto first = std::min_element(all.begin(), all.end(), before);
    RootCause out;
    out.rank = rank(first->diagnostic);
    out.diagnostic = std::move(first->diagnostic);
    out.edge = first->edges.front();
    out.also.assign(first->edges.begin() + 1, first->edges.end());
    out.others = all.size() - 1;
    return out;
}

}  // namespace aibuild
