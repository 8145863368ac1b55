#pragma once

// Context into requests: for the brief, the plan, and each file. The text of a request depends on nothing but
// its arguments: no clock, no path, no order of arrival. What changes least stands first, since servers cache
// prompts by their beginning.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"
#include "tool/inference/request.h"
#include "tool/prompting/brief.h"
#include "tool/prompting/file_order.h"
#include "tool/prompting/machine.h"
#include "tool/prompting/templates.h"

namespace aibuild {

// What stands in the project's directory before anything is generated there.
struct Surroundings {
    std::vector<std::string> files;  // sorted
    std::string agents;              // the text of AGENTS.md; empty where there is none
    bool operator==(const Surroundings&) const = default;
};

// All that brief and plan are made from.
struct Described {
    std::string description;
    Surroundings surroundings;
    Snapshot machine;
};

// One of the limits that a model's server sets. Texts that are shown are left out, the farthest first, where
// a request would have more than `context_tokens` with its answer, by a fair guess of a third of its bytes.
struct Room {
    int max_output_tokens = 16384;
    int context_tokens = 64'000;
};

// A file that is there and is to be changed.
struct FileEdit {
    std::string text;    // as it is now
    std::string change;  // what the person asked for; empty: it is to follow the plan and what it is shown
    std::string why;     // what of it concerns this file; empty where nobody said
};

// What a change of a project is planned from.
struct ChangeAsked {
    std::string description;                   // in the person's words
    std::string plan;                          // aibuild.json
    std::map<std::string, std::string> texts;  // of the project's files, by path
    std::vector<std::string> theirs;           // files that stay as they are
    Surroundings surroundings;
    Snapshot machine;
};

class Prompts {
  public:
    // All arguments outlive it. `stage` is the template that files are asked for with: "file" for those of a
    // plan; "declared" for those of a CMake project, which says nothing of plans.
    Prompts(const PromptTemplates& templates, const Languages& languages, std::string model, Room room = {},
            std::string stage = "file");

    Request brief(const Described& described) const;
    Request plan(const Described& described, const Brief& brief, const Decisions& decisions) const;

    // `texts` are those of the files that have arrived, by index into plan.files. With `edit` it is the
    // request for the new text of a file that is there. Of `described` it has AGENTS.md and the machine: the
    // plan says what the description did.
    Request file(const Plan& plan, std::size_t file, const FilePlace& place, const Described& described,
                 const std::map<std::size_t, std::string>& texts, const FileEdit* edit = nullptr) const;

    // The key of the same request, from nothing, where the project as a whole is described as `overview` has
    // it: name, version, description, and its targets in a line each.
    std::string file_key(const Plan& overview, const Plan& plan, std::size_t file, const FilePlace& place,
                         const Described& described, const std::map<std::size_t, std::string>& texts) const;

    // What the request for a file is made from, part by part: "template" (its version), "model", "project"
    // (name and description), "plan" (what concerns the file), "purpose", "AGENTS.md", "language" (its
    // rules), and "file:PATH" of each text that it is shown. What other targets there are
    // is no part of it: that they stand in the request, too, makes no other file. Nor is the project's
    // version, where `version` is empty. Of a declared file only "template", "model", "prompt", "AGENTS.md"
    // and the texts count: what else is said to its writer (target, standard) another build may have
    // otherwise.
    std::map<std::string, std::string> file_parts(const std::string& version, const Plan& plan,
                                                  std::size_t file, const FilePlace& place,
                                                  const Described& described,
                                                  const std::map<std::size_t, std::string>& texts) const;

    Request change(const ChangeAsked& asked) const;

    // `request` once more, after `answer`, which `error` says did not pass.
    Request again(Request request, const std::string& answer, const Error& error) const;

  private:
    TemplateData languages_data(const std::vector<std::string>& only, const Snapshot& machine) const;
    TemplateData declared_target(const Plan& plan, std::size_t file, const FilePlace& place) const;
    TemplateData language_of(const FilePlace& place, const Snapshot& machine) const;
    std::map<std::string, std::string> tools_for(const std::vector<std::string>& languages,
                                                 const Snapshot& machine) const;
    Request file_request(const Plan& overview, const Plan& plan, std::size_t file, const FilePlace& place,
                         const Described& described, const std::map<std::size_t, std::string>& texts,
                         const FileEdit* edit) const;

    const PromptTemplates& templates_;
    const Languages& languages_;
    std::string model_;
    Room room_;
    std::string stage_;
};

}  // namespace aibuild
