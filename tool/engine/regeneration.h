#pragma once

// What `generate` and `change` share: files of a plan that are asked for because something changed, and what
// becomes of the answers.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tool/engine/asked_tasks.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/files_asked.h"
#include "tool/engine/generate.h"
#include "tool/engine/take_in.h"

namespace aibuild {

// Of what is asked, and of whom: as `generate` is told, with what the lock recorded.
ChosenProvider chosen_for(const GenerateOptions& options, const OpenProject& project,
                          const std::function<void(const std::string&)>& say);
std::string first_model(const ChosenProvider& chosen);
Room room_for(const GenerateOptions& options, const OpenProject& project);

// How a file is asked for, once it is known what it is shown.
struct FileRequest {
    Request request;
    std::optional<std::string> ancestor;  // of the text that comes back
};

class Regeneration {
  public:
    // Keeps references to all.
    Regeneration(const GenerateOptions& options, OpenProject& project, const FileStanding& standing,
                 ChosenProvider& chosen, FilesTalk& talk);

    const Prompts& prompts() const { return prompts_; }
    const AskAgain& again() const { return again_; }
    FileTexts& texts() { return asked_.texts(); }

    // A text that is known: a missing file's, which its stored answer has.
    void restore(std::size_t n);

    // `request` says how, or that the file holds as it is. `because` is for people and, where `change` (the
    // number of the change that it is for) is 0, for the lock.
    void want(std::size_t n, std::string because, std::int64_t change,
              std::function<std::optional<FileRequest>(const FileTexts& texts)> request);

    // Beside what every answer has to pass (files_asked.h).
    void judge(FilesAsked::Judge judge) { asked_.judge(std::move(judge)); }

    std::vector<ExpectedCall> expected() const { return asked_.expected(room_.max_output_tokens); }

    // Asks for all that is wanted, and lets `tasks` follow. After it `result` has the texts, their entries,
    // and the responses' keys.
    void ask(AskedTasks& tasks);
    TakeIn& result() { return result_; }

    // The entry's context, of files that hold, and of all that was made: by the texts that all bases have
    // now.
    void settle(const std::set<std::size_t>& files);

  private:
    const GenerateOptions& options_;
    OpenProject& project_;
    const FileStanding& standing_;
    FilesTalk& talk_;
    const Room room_;
    const std::string model_;
    Prompts prompts_;
    const AskAgain again_;
    FilesAsked asked_;
    std::map<std::size_t, std::optional<std::string>> ancestors_;
    std::map<std::size_t, std::pair<std::string, std::int64_t>> because_;
    TakeIn result_;
};

}  // namespace aibuild
