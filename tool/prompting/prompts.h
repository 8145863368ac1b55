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

class Prompts {
  public:
    // All arguments outlive it.
    Prompts(const PromptTemplates& templates, const Languages& languages, std::string model, Room room = {});

    Request brief(const Described& described) const;
    Request plan(const Described& described, const Brief& brief, const Decisions& decisions) const;

    // `texts` are those of the files that have arrived, by index into plan.files.
    Request file(const Plan& plan, std::size_t file, const FilePlace& place, const std::string& agents,
                 const std::map<std::size_t, std::string>& texts) const;

    // `request` once more, after `answer`, which `error` says did not pass.
    Request again(Request request, const std::string& answer, const Error& error) const;

  private:
    TemplateData languages_data(const std::vector<std::string>& only, const Snapshot& machine) const;
    std::map<std::string, std::string> tools_for(const std::vector<std::string>& languages,
                                                 const Snapshot& machine) const;

    const PromptTemplates& templates_;
    const Languages& languages_;
    std::string model_;
    Room room_;
};

}  // namespace aibuild
