// Exceptions of Java programs. javac writes in the compilers' form, and is read in compiler.cpp.

#include "tool/diagnostics/reading.h"

namespace aibuild::reading {

bool read_java(Reading& in) {
    std::string_view line = in.line();
    std::string_view thread;
    if (line.starts_with("Exception in thread \"")) {
        thread = between(line, "\"", "\" ");
        line.remove_prefix(std::min(line.size(), line.find("\" ", 21) + 2));
    } else if (!skip(line, "Caused by: ")) {
        return false;
    }
    // The cause of what was thrown is told after it.
    if (thread.empty() && (in.out.empty() || in.out.back().tool != "java")) return false;
    Diagnostic found;
    found.tool = "java";
    found.kind = DiagnosticKind::test;
    found.code = line.substr(0, line.find(':'));
    found.message = line;
    for (++in.at; !in.ended(); ++in.at) {
        const std::string_view frame = in.line();
        if (!frame.starts_with("\tat ")) break;
        const Place place = place_of(between(frame, "(", ")"));
        const bool own = !frame.starts_with("\tat java.") && !frame.starts_with("\tat jdk.") &&
                         !frame.starts_with("\tat java.base/");
        if (place.file.empty() || !own) continue;
        if (found.place.file.empty())
            found.place = place;
        else
            add_note(found, place, "called from here", true);
    }
    if (thread.empty()) {
        // It takes the place of what it caused.
        add_note(in.out.back(), in.out.back().place, in.out.back().message);
        found.notes.insert(found.notes.end(), in.out.back().notes.begin(), in.out.back().notes.end());
        in.out.back() = std::move(found);
    } else {
        in.add(std::move(found));
    }
    return true;
}

}  // namespace aibuild::reading
