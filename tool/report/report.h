#pragma once

// `aibuild-gen report`: what a project is made from and how its last build went, as files that anybody can
// read without AIBuild. Opens no socket and runs nothing; writes a file only where its bytes change.

#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

// Where each format goes; empty: it is not written, "-": standard output.
struct ReportFiles {
    std::filesystem::path html, json, markdown, trace;
    bool none() const { return html.empty() && json.empty() && markdown.empty() && trace.empty(); }
};

struct ReportOptions {
    std::filesystem::path root, build;  // as build_place takes them
    std::filesystem::path directory;    // for all formats, where `files` names none; empty: BUILD/report
    std::vector<std::string> formats;   // "html", "json", "markdown", "trace": these alone; none: all
    ReportFiles files;
};

struct ReportResult {
    std::string print;                         // for standard output
    std::vector<std::filesystem::path> files;  // in the order html, json, markdown, trace
    bool wrote = false;                        // any byte changed
    std::string verdict;                       // in a sentence, for people
};

// Where one file comes from, instead.
struct ProvenanceOptions {
    std::filesystem::path root, build;  // as build_place takes them
    std::string file;                   // as provenance() takes it
    // Empty: not written, "-": standard output. Where both are empty, words go there.
    std::filesystem::path json, in_toto;
};

// Both throw what read_known throws, and Error `disk.full` or `disk.write`; the second what provenance() and
// in_toto() throw, too.
ReportResult report(const ReportOptions& options);
ReportResult report_provenance(const ProvenanceOptions& options);

}  // namespace aibuild
