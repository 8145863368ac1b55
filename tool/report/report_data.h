#pragma once

// What a report says, before it is written as HTML, JSON, Markdown or a trace: a pure function of what is
// known. Times are in ms; what nobody knows is absent, never 0. Texts are as they came: the writers escape.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tool/report/known.h"
#include "tool/report/schedule.h"

namespace aibuild {

enum class Verdict : std::uint8_t {
    succeeded,   // all that was asked for was made, by exit code or because nothing is left to do
    failed,      // a step or a test failed
    unfinished,  // nothing failed that is known of, and something is left to do
    nothing,     // nothing ran here
};
std::string_view name_of(Verdict verdict);

struct ReportStep {
    std::string output, what, kind;  // as of GraphStep; kind is "other" for an edge that is no longer there
    std::optional<std::size_t> target;  // index of ReportData::targets
    Span span;                          // `after` are indices of ReportRun::steps
    std::size_t lane = 0;
    TaskState state = TaskState::succeeded;
    int exit_code = 0;
    std::string reason;                     // why it ran; empty: nobody recorded it
    std::string printed;                    // of a failure or a warning
    std::vector<std::size_t> generated;     // generated files that it read directly: of ReportData::files
    bool critical = false;                  // on the critical path
    std::optional<std::int64_t> before_ms;  // what it took the last time it succeeded before
};

struct CriticalStep {
    std::size_t step = 0;  // index of ReportRun::steps
    // So much less would the run have taken, had it taken no time; nothing where working that out for all of
    // a long path would take long, and it is none of the longest.
    std::optional<std::int64_t> saves_ms;
};

// The run that the report is about: the last one.
struct ReportRun {
    std::int64_t id = 0;  // 0: not recorded
    bool logged = false;  // told by ninja's log alone: successes and times, neither failures nor reasons
    std::string executor, sandbox;
    std::vector<std::string> targets;
    std::int64_t started_ms = 0;            // since the epoch; 0 where nobody knows
    std::int64_t wall_ms = 0, step_ms = 0;  // step_ms: of all steps together
    int jobs = 0;                           // 0 where nobody knows
    int exit_code = 0;
    std::optional<std::size_t> up_to_date;
    std::vector<Change> changes;
    std::vector<ReportStep> steps;  // by beginning
    std::vector<Level> levels;
    std::size_t widest = 0;
    std::vector<CriticalStep> critical;  // in the order of time
    std::int64_t critical_ms = 0;
};

// A run as a line of the history.
struct RunSummary {
    std::int64_t id = 0, started_ms = 0, wall_ms = 0;
    std::size_t steps = 0, failed = 0;
    bool logged = false;
};

struct ReportTarget {
    std::string name, kind, language;
    std::vector<std::size_t> uses;  // indices of ReportData::targets
    std::size_t steps = 0;          // in the graph
    std::int64_t ran_ms = 0;        // of its steps in the run
    std::size_t ran = 0, failed = 0, stale = 0;
};

enum class FileState : std::uint8_t {
    locked,   // as it was generated
    edited,   // a person changed it since, accepted or not
    stale,    // as it was generated, but from what is no longer asked for
    missing,  // was generated, or is planned, and is not there
    own,      // never generated: a person's
};
std::string_view name_of(FileState state);

struct ReportFile {
    std::string path;
    std::string origin;  // "model", "builtin" (AIBuild's own planner, which asks no model), "emitter" (by
                         // aibuild-gen from the plan), "person"
    bool generated() const { return origin == "model" || origin == "builtin"; }
    FileState state = FileState::own;
    std::string why;           // of a state that needs it
    std::string sha256, base;  // as it is, as it was generated; empty: is not there, was not generated
    std::string provider, model, request, template_version;
    std::string change;  // what the person asked for when it was changed; empty: it is as it was first
    std::string response, response_sha256;  // the file of the stored response
    std::optional<std::int64_t> input_tokens, output_tokens;
    std::optional<double> cost;
    std::optional<LinesChanged> edits;
    std::vector<std::string> targets;  // that have it in the plan
    // Tests whose program, or what it is given, is made from it: of ReportData::test_sets. Nothing: none.
    std::optional<std::size_t> test_set;
};

struct ReportTest {
    std::string name, output;
    std::string state;  // "passed", "failed", "stale", "pending"
    std::string why;
    std::optional<std::int64_t> passed, took_ms;
};

// Something to do, and what in this report it follows from.
struct Recommendation {
    std::string what, evidence;
    std::int64_t saves_ms = 0;  // at most
};

struct ReportData {
    std::string project, version, description, configuration, build;
    std::string request;                   // what the person asked for; empty for a plan written by hand
    bool planned = true, recorded = true;  // there is a plan; a lock says which files were generated
    Verdict verdict = Verdict::nothing;
    std::string verdict_text;
    std::optional<ReportRun> run;
    std::vector<RunSummary> history;  // oldest first, the run itself last
    std::vector<ReportTarget> targets;
    std::vector<ReportFile> files;  // by path
    std::vector<ReportTest> tests;
    bool programs = true;  // each of `tests` is a program with tests in it; else one test, as CTest counts
    std::vector<std::vector<std::size_t>> test_sets;  // indices of `tests`
    std::size_t graph_steps = 0;
    std::vector<std::pair<std::string, std::string>> stale;  // step and why, now
    std::vector<Recommendation> recommendations;
    std::vector<std::string> unknown;

    // Indices of `tests`. Many files are covered by the same ones.
    const std::vector<std::size_t>& tests_of(const ReportFile& file) const;
};

ReportData report_data(const Known& known);

// So many tests have not run that naming each says nothing.
bool many_pending(const ReportData& report);

// Of a file of the project, without its tests.
ReportFile file_provenance(const Known& known, const std::string& path);

// What follows from a run; nothing where nothing does.
std::vector<Recommendation> recommendations(const ReportRun& run, const std::vector<GraphStep>& graph);

}  // namespace aibuild
