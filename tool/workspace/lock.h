#pragma once

// The lock: what was generated from what. aibuild.lock.json is the truth, aibuild.lock.cmake its index for
// CMake (string(JSON) over a large document is quadratic), bound to it by its SHA-256. Both are committed;
// deterministic, sorted by path, free of time, path and machine but for the snapshot, which is taken once,
// when planning.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aibuild {

// 2 since files can be accepted, taken over and changed; 3 since a CMake project can declare them. A lock
// without any of that is written as 1, which older AIBuilds read, too; older ones are read as they are.
inline constexpr int lock_format = 3;
inline constexpr std::string_view lock_file = "aibuild.lock.json";
inline constexpr std::string_view lock_index_file = "aibuild.lock.cmake";

struct LockedFile {
    // SHA-256 of the text as it was generated; of an accepted file, and of one that a person has taken over,
    // of the text as it was then. What differs from it is an edit.
    std::string base;
    std::string origin;    // "model" (request names the response), "emitter" (aibuild-gen emit wrote it), or
                           // "person" (taken over: AIBuild leaves it alone)
    std::string request;   // key of the request; empty for the emitter's
    std::string provider;  // "openai", "builtin"; empty for the emitter's
    std::string model;
    std::optional<std::int64_t> input_tokens;  // unknown is absent, never 0
    std::optional<std::int64_t> output_tokens;
    // The rest is of files that were generated again, changed, accepted or taken over.
    std::string generated = {};  // SHA-256 of the response's text, where base is another
    // What its text was made or accepted for: the parts of its request, each with a hash
    // (tool/engine/file_standing.h). Empty: the request's own.
    std::map<std::string, std::string> context = {};
    std::string asked = {};    // the model that was asked, where it is not the planning's
    std::string because = {};  // why it was made again
    std::int64_t change = 0;   // which of Lock::changes made it, from 1; 0: none did
    // Of a file that a CMake project declares: what it was declared with, which CMake computes, too
    // (tool/engine/declared.h).
    std::string declared = {};
    bool operator==(const LockedFile&) const = default;
};

// One `aibuild-gen change`.
struct LockedChange {
    std::string description;         // what the person asked for
    std::string request;             // key of the request that its plan came from
    std::string plan_sha256;         // of that plan
    std::vector<std::string> files;  // that it made or changed: sorted
    std::string provider, model;
    std::optional<std::int64_t> input_tokens, output_tokens;
    bool operator==(const LockedChange&) const = default;
};

// What else the requests were made from: with these, the description and the stored responses the project can
// be made again, byte for byte, on any machine.
struct Planning {
    std::string model;                                           // that was asked for, as it was written
    std::string brief_request;                                   // key
    std::vector<std::pair<std::string, std::string>> decisions;  // question, answer
    std::vector<std::string> surroundings;                       // files that were there before
    std::map<std::string, std::string> tools, packages;          // the machine: name -> version
    std::vector<std::string> missing;                            // and what it lacked
    std::int64_t max_output_tokens = 0, context_tokens = 0;
    bool operator==(const Planning&) const = default;
};

struct Lock {
    std::string description;   // what the person asked for
    std::string plan_request;  // key of the request that the plan came from; empty for a plan written by hand
    std::string plan_sha256;   // of aibuild.json when its build files were last emitted
    std::optional<Planning> planning;              // nothing for a plan written by hand
    std::map<std::string, LockedFile> files;       // by path
    std::map<std::string, std::string> toolchain;  // tool -> version line, as planning saw it
    std::map<std::string, std::string> packages;   // package -> version
    std::vector<LockedChange> changes;             // the oldest first
    bool operator==(const Lock&) const = default;
};

// Throws Error `lock.syntax`, `lock.conflict`, `lock.schema`, or `lock.newer`: a newer format is refused
// untouched.
Lock read_lock(std::string_view text, std::string_view file);

std::string write_lock(const Lock& lock);

// The text of aibuild.lock.cmake for the bytes of aibuild.lock.json. It include()s into nothing but global
// properties:
//
//   set_property(GLOBAL PROPERTY AIBUILD_LOCK_FORMAT "1")
//   set_property(GLOBAL PROPERTY AIBUILD_LOCK_SHA256 "<of lock_text>")
//   set_property(GLOBAL PROPERTY AIBUILD_LOCK_PLAN_SHA256 "<lock.plan_sha256>")
//   set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}src/a.cpp" "<base>" "<declared>")
//
// One of the last for each file, sorted by path. AIBUILD_LOCK is the variable by which who includes it keeps
// several locks apart. The second value is there where a CMake project declared the file; of a file that a
// person has taken over the only value is "person".
//
// Measured with CMake 3.25: 10,000 files are read in 0.05 s.
std::string write_lock_index(const Lock& lock, std::string_view lock_text);

}  // namespace aibuild
