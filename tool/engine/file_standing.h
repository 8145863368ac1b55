#pragma once

// How the files of a plan stand: which are stale, and why.
//
// A file is stale where it would be asked for in other words today than when its text was made: another
// template, model, purpose, part of the plan, or text of a file that it is shown. What is compared are the
// parts of its request that concern it, so that a change of one target leaves files alone that have nothing
// to do with it. Two things are taken from the lock and not from today: the model and its limits, as another
// machine has other settings; and the texts that a file is shown, which are the recorded bases. So a person's
// edit of a header alone makes nothing stale and costs nothing, however many files include it; `accept` says
// that the header is to be as it is now, and with that what was written from it is to follow.
//
// For a file that was asked for from nothing the lock has the key of its request, which says all that there
// is to know; where the key is another today, the request that is stored under it tells which part differs.
// One that was changed, accepted or held to a new plan since has the parts themselves, each with its hash.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/files_asked.h"
#include "tool/engine/open_project.h"

namespace aibuild {

struct PlannedFileState {
    std::string path;
    const LockedFile* locked = nullptr;  // nullptr: the lock has no such file
    std::optional<std::string> current;  // what is there
    std::optional<std::string> base;     // the text of its recorded base; nothing where that is lost
    bool only_shown = false;             // of a CMake project: it is shown to others, and not declared

    // A person's: taken over, or there and never generated; or only shown. It is left alone.
    bool theirs() const;
    bool edited() const;  // since it was generated, accepted or taken over
};

// One part of a request that is another today. A hash is empty where there was, or is, no such part.
struct ChangedPart {
    std::string part;           // "plan", "file:include/a.h": see Prompts::file_parts
    std::string before, today;  // SHA-256; of the template its version, of the model its name
};

// "its part of the plan changed", "include/a.h changed, which it is shown"
std::string reason_of(const ChangedPart& changed);

class FileStanding {
  public:
    // Keeps a reference. `model`: the one that is to answer for all files from now on; empty: as recorded.
    explicit FileStanding(const OpenProject& project, std::string model = "");

    // Of project.plan.files, in their order.
    const std::vector<PlannedFileState>& files() const { return files_; }
    const FilePlace& place(std::size_t n) const { return places_[n]; }

    // What requests show: bases; of a file without one what is there. Missing files have none.
    const FileTexts& texts() const { return texts_; }

    // Are all texts among `texts` that the file is shown? Else nobody can tell whether it holds.
    bool can_tell(std::size_t n, const FileTexts& texts) const;

    // What differs of a file that was generated, where what it is shown has these texts. Empty: it holds.
    std::vector<ChangedPart> changed(std::size_t n, const FileTexts& texts) const;

    // The parts as the lock keeps them.
    std::map<std::string, std::string> context(std::size_t n, const FileTexts& texts,
                                               const std::string& model) const;

  private:
    Prompts prompts(const std::string& model) const;
    std::vector<ChangedPart> changed_since_request(std::size_t n, const FileTexts& texts) const;
    std::map<std::string, std::string> parts_then(std::size_t n) const;
    const Plan* first_plan() const;

    const OpenProject& project_;
    const std::string model_;
    const std::vector<FilePlace> places_;
    std::vector<PlannedFileState> files_;
    FileTexts texts_;
    mutable std::optional<std::optional<Plan>> first_plan_;  // that `new` got; looked up once
};

}  // namespace aibuild
