#pragma once

// Everything that a report is made from, read once: plan, lock, state, runs, the graph, hashes of files. What
// comes after is pure functions of this, so that the same project gives the same bytes.
//
// A build directory need not be AIBuild's: of one that CMake or ninja made there are steps, runs and tests
// all the same, and a project without a plan or a lock has none of these to tell of.
//
// Nothing is run, asked or changed: unlike a status, which withdraws what ninja wrongly takes for done, a
// report only looks.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/plan.h"
#include "tool/state/run.h"
#include "tool/state/state.h"
#include "tool/workspace/lock.h"

namespace aibuild {

// An edge of build.ninja. All paths are as it has them: from the build directory.
struct GraphStep {
    std::string output;                 // the first
    std::vector<std::string> also;      // further outputs, those of dyndep files too
    std::string kind;                   // "scan", "compile", "product", "test", "count", "custom"
    std::string what;                   // as ninja shows it: "CXX obj/a.o", "TEST unit"
    std::optional<std::size_t> target;  // of the plan
    std::vector<std::string> inputs;    // all that it read: what the compiler told, too
    std::vector<std::string> after;     // order-only
    bool pooled = false;                // waits for its turn in a pool
    std::string stale;                  // why ninja would run it now; empty: it holds
};

// A stored response, and the request that it answers.
struct StoredAnswer {
    std::string path;    // from the project's root
    std::string sha256;  // of the file
    std::string stage, template_version, asked_model, model;
};

// How many lines a person put in and took out since a file was generated.
struct LinesChanged {
    std::size_t added = 0, removed = 0;
};

// What a test left behind.
struct TestEvidence {
    std::optional<std::int64_t> passed;  // counted
    std::string failure;                 // its first line; empty: none
};

// A test of CTest, of a build directory that AIBuild did not write.
struct KnownTest {
    std::string name;
    std::optional<std::size_t> program;  // the step that makes it, of Known::graph
    std::optional<bool> passed;          // in the last run of ctest that had it; nothing: that had it not
    std::optional<std::int64_t> took_ms;
    std::string stale;  // why it would have to run again; empty: it holds
};

struct PastRun {
    BuildRun run;         // of a logged one: steps and times; its number is 0
    bool logged = false;  // nobody recorded it: what ninja's log tells of it
};

struct Known {
    // Where there is none: what the build directory tells of the project and its targets.
    Plan plan;
    bool planned = true;
    bool emitted = true;  // the build directory is made from the plan
    bool records = true;  // of what ran there
    std::string plan_sha256;
    std::optional<bool> plan_edited;  // since a model wrote it; nothing where nobody can tell
    Lock lock;
    State state;
    std::string configuration;  // empty: there is no build directory
    std::string root;           // from the build directory to the project: "../"; or absolute: "/home/me/x/"
    std::string build;  // from the project to the build directory: "build"; absolute where it is elsewhere
    std::vector<GraphStep> graph;               // in the graph's order
    std::vector<PastRun> runs;                  // oldest first
    bool ran = false;                           // ninja has run here: `stale` says something
    std::map<std::string, std::string> hashes;  // of the files of plan and lock that are there
    std::map<std::string, std::string>
        stale_files;                              // generated, but not for what is asked for today; and why
    std::map<std::string, LinesChanged> edits;    // of those that are not as they were generated
    std::map<std::string, StoredAnswer> answers;  // by request
    std::map<std::string, TestEvidence> tests;    // by output
    std::vector<KnownTest> ctests;
    bool ctest_ran = false;
    std::vector<std::string> unknown;  // what can't be told, and why
};

// `root` and `build` as build_place takes them. Throws what that throws, and what reading a plan, a lock, a
// state, languages and a build.ninja throws.
Known read_known(const std::filesystem::path& root, const std::filesystem::path& build);

// SHA-256 of the text that a file was generated as, whatever was accepted since.
std::string generated_hash(const LockedFile& file);

// The path from the project's root of what build.ninja calls `path`; nothing where it is not of the project.
std::optional<std::string> project_path(const std::string& path, const std::string& root);

}  // namespace aibuild
