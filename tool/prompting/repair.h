#pragma once

// One fault of a project into two kinds of requests: which files have to change, and the text of one of them.
//
// The first is answered with small strict JSON, the second with plain text, because code inside JSON is
// written worse. Both say the same but for their last lines, so that a server has the beginning cached. Where
// one file alone may change, the first is left out.

#include <string>
#include <string_view>
#include <vector>

#include "tool/inference/request.h"
#include "tool/prompting/framing.h"
#include "tool/prompting/prompts.h"
#include "tool/prompting/templates.h"

namespace aibuild {

// A file that a fault concerns.
struct ConcernedFile {
    std::string path, text;
    bool may_change = false;
    bool part = false;  // the text is not all of it
};

struct RepairAsked {
    std::string project, description;                        // of the plan; empty where there is none
    std::string plan;                                        // the part of it that is concerned
    std::vector<std::pair<std::string, std::string>> rules;  // of the languages: title, rules
    std::string agents;                                      // AGENTS.md
    std::string step;                                        // what failed
    std::string fault;                                       // "src/a.c:3:5: ..."
    std::vector<std::string> notes;
    std::string output;                // what it printed, as much as is needed
    std::vector<ConcernedFile> files;  // the nearest first; left out from the end where there is no room
    std::vector<std::string> tried;    // what did not help, with what came of it

    std::vector<std::string> may_change() const;
};

struct FileRepair {
    std::string path, change;
};

struct RepairAnswer {
    std::string cause;
    std::vector<FileRepair> files;  // none: nothing of what may change is at fault
    Repairs repairs;
};

class RepairPrompts {
  public:
    // `templates` outlives it.
    RepairPrompts(const PromptTemplates& templates, std::string model, Room room = {});

    Request which(const RepairAsked& asked) const;
    // `cause` and `repair.change` may be empty.
    Request text(const RepairAsked& asked, const std::string& cause, const FileRepair& repair) const;

    // `request` once more, after `answer`, which `error` says did not pass.
    Request again(Request request, const std::string& answer, const Error& error) const;

  private:
    Request fitted(const RepairAsked& asked, TemplateData data) const;

    const PromptTemplates& templates_;
    std::string model_;
    Room room_;
};

// Throws Error as structure_of does, and with Exit::rejected `answer.repair` where it is not what the schema
// says, and `answer.repair-file` for a file that may not change: a test, a build file, or one nobody knows.
RepairAnswer repair_answer(const Response& response, const RepairAsked& asked);

// prompts/repair.schema.json
std::string_view repair_schema();

}  // namespace aibuild
