#pragma once

// Where one file comes from: from an artefact back through the graph to sources, and from these to requests,
// responses and what people changed since.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/report/report_data.h"

namespace aibuild {

// The run in which a step was last made, as far as it is known.
struct MadeIn {
    std::int64_t run = 0;                          // 0: not recorded, told by ninja's log
    std::int64_t started_ms = 0, finished_ms = 0;  // since the epoch, of the step; 0: unknown
    std::string executor, sandbox;
};

struct Provenance {
    std::string name;                    // as build.ninja has it, or from the project's root
    std::string sha256;                  // as it is now
    std::string project, configuration;  // the latter of an artefact alone
    std::string request;                 // what the person asked for
    std::string what, target, kind;      // of the step that makes it; empty: no step does, it is a source
    std::optional<MadeIn> made;
    std::string stale;                 // why it is not what its sources make; empty: it is
    std::vector<std::string> steps;    // all that it took, what is needed before what needs it
    std::vector<ReportFile> sources;   // of the project, by path; of a source itself
    std::vector<std::string> outside;  // files of the system that were read, as told by compilers
    std::string plan_sha256;
    std::optional<StoredAnswer> plan;  // where a model wrote it, and the response is kept
    std::string plan_request;
    std::optional<bool> plan_edited;   // by a person since
    std::vector<std::string> changes;  // what was asked for after the first request, oldest first
};

// What `file` names: an output as build.ninja has it, a path from here, a path from the project's root, or a
// target, for which its product is taken. `read` gives the bytes of a file by its path. Throws Error
// `report.artefact` where there is none such, `report.not-built` where it is not there.
Provenance provenance(const Known& known, const std::string& file, const std::filesystem::path& root,
                      const std::filesystem::path& build);

std::string provenance_words(const Provenance& of);
std::string provenance_json(const Provenance& of);

// An in-toto statement (v1) with SLSA's provenance (v1) as its predicate, unsigned. It says what is known and
// nothing else: no builder is vouched for, system files and toolchains are not listed, times only of recorded
// runs. Throws Error `report.stale` for an artefact that its sources would not make any more, and
// `report.artefact` for a source: nothing here built it.
std::string in_toto(const Provenance& of);

}  // namespace aibuild
