// Reads what a tool printed from standard input and writes what AIBuild makes of it, as JSON. For
// diagnostics_test.py, which runs the tools.

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <iterator>
#include <string>

#include "tool/diagnostics/packages.h"

namespace {

boost::json::object written(const aibuild::Diagnostic& each, const aibuild::Languages& languages) {
    boost::json::object out;
    out["tool"] = each.tool;
    out["severity"] = each.severity == aibuild::Severity::error ? "error" : "warning";
    out["file"] = each.place.file;
    out["line"] = each.place.line;
    out["column"] = each.place.column;
    out["code"] = each.code;
    out["kind"] = aibuild::name_of(each.kind);
    out["message"] = each.message;
    out["subject"] = each.subject;
    out["install"] = aibuild::install_of(each, languages);
    boost::json::array notes;
    for (const aibuild::DiagnosticNote& note : each.notes) {
        notes.push_back({{"file", note.place.file}, {"line", note.place.line}, {"message", note.message}});
    }
    out["notes"] = std::move(notes);
    return out;
}

}  // namespace

int main() {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const aibuild::Languages languages;
    boost::json::array all;
    for (const aibuild::Diagnostic& each : aibuild::diagnostics_of(text))
        all.push_back(written(each, languages));
    boost::json::object out{{"diagnostics", std::move(all)}, {"root", nullptr}};
    if (const auto root = aibuild::first_root_cause({{"edge", text}}))
        out["root"] = written(root->diagnostic, languages);
    std::cout << boost::json::serialize(out) << "\n";
}
