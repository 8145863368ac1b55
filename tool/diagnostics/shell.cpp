// What no tool says of itself: that it is not there, and that memory or a disk ran out.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

namespace {

// "/bin/sh: 1: foo: not found", "sh: line 3: foo: command not found", "bash: foo: command not found",
// "env: ‘foo’: No such file or directory"
std::string_view missing_program(std::string_view line) {
    if (line.starts_with("env: ") && line.ends_with(": No such file or directory")) {
        const std::string_view name = in_quotes(line);
        return name.empty() ? between(line, "env: ", ":") : name;
    }
    static constexpr std::string_view ends[] = {": command not found", ": not found",
                                                ": inaccessible or not found"};
    for (const std::string_view end : ends) {
        if (!line.ends_with(end)) continue;
        line.remove_suffix(end.size());
        const std::size_t colon = line.rfind(": ");
        if (colon == line.npos) continue;
        const std::string_view name = line.substr(colon + 2), who = line.substr(0, colon);
        if (name.empty() || name.find(' ') != name.npos) return {};
        // The shell, or a script and its line: nobody else.
        const std::string_view shell = who.substr(0, who.find(':'));
        if (shell.ends_with("sh") || shell.ends_with("exec")) return name;
    }
    return {};
}

bool out_of_something(std::string_view line) {
    static constexpr std::string_view words[] = {
        "No space left on device",  "virtual memory exhausted",         "Cannot allocate memory",
        "out of memory allocating", "Killed signal terminated program", "LLVM ERROR: out of memory",
        "Disk quota exceeded",      "JavaScript heap out of memory",    "java.lang.OutOfMemoryError"};
    for (const std::string_view word : words) {
        if (line.find(word) != line.npos) return true;
    }
    return line == "Killed";
}

}  // namespace

bool read_shell(Reading& in) {
    const std::string_view line = in.line();
    Diagnostic found;
    found.tool = "shell";
    found.message = line;
    if (const std::string_view program = missing_program(line); !program.empty()) {
        found.subject = program;
        const bool own = program.find('/') != program.npos;
        found.code = own ? "missing-file" : "missing-program";
        found.kind = own ? DiagnosticKind::setting : DiagnosticKind::missing_toolchain;
    } else if (out_of_something(line)) {
        found.code = "resource";
        found.kind = DiagnosticKind::resource;
    } else {
        return false;
    }
    in.add(std::move(found));
    ++in.at;
    return true;
}

}  // namespace aibuild::reading
