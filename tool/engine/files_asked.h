#pragma once

// Files of a plan that are asked for, each as soon as what it is shown is there. A new project asks for all
// of them, a change for some; the others' texts are known already.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tool/engine/ask.h"
#include "tool/engine/estimate.h"
#include "tool/prompting/answers.h"
#include "tool/prompting/file_order.h"
#include "tool/workspace/lock.h"

namespace aibuild {

// By index into plan.files.
using FileTexts = std::map<std::size_t, std::string>;

class FilesAsked {
  public:
    // Keeps references to all three.
    FilesAsked(ChosenProvider& chosen, const Plan& plan, const AskAgain& again);

    const FilePlace& place(std::size_t n) const { return places_[n]; }

    // Of the files that are there: before anything is asked those that are not wanted, afterwards all.
    FileTexts& texts() { return texts_; }

    // `request` is asked for once the texts of all that the file is shown are there; nothing where they show
    // that its text holds as it is, which `texts` has to hold then.
    void want(std::size_t n, std::function<std::optional<Request>(const FileTexts& texts)> request);
    bool wanted() const { return !wanted_.empty(); }

    // Beside what every answer has to pass: Asking::judge of the file's text.
    using Judge = std::function<Judging(std::size_t n, const std::string& text)>;
    void judge(Judge judge) { judge_ = std::move(judge); }

    // What would be sent for them. What a file is shown has a bound only: a text that is not there yet counts
    // with the longest that it may have, `longest_answer` tokens.
    std::vector<ExpectedCall> expected(std::int64_t longest_answer) const;

    // Asks for them, `jobs` at a time. `done` is told of each, with its text, its entry for the lock, and all
    // keys that led to it. Throws as ask_all does.
    struct Made {
        std::size_t n;
        const std::string& text;
        LockedFile locked;
        const Answered& answered;
        std::vector<std::string> waited_for;  // tasks of the same run (tool/state/state.h)
    };
    // `follow` may hear more of one while it is asked for (ask.h).
    using Follow =
        std::function<void(std::size_t n, Asking& asking, const std::vector<std::string>& waits_for)>;
    void ask(int jobs, Progress& progress, const std::function<void(const Made&)>& done,
             const Follow& follow = {});

  private:
    struct Wanted {
        std::size_t n;
        std::function<std::optional<Request>(const FileTexts&)> request;
    };

    FileAnswer answer(std::size_t n, const Response& response) const;

    ChosenProvider& chosen_;
    const Plan& plan_;
    const AskAgain& again_;
    const std::vector<FilePlace> places_;
    FileTexts texts_;
    std::vector<Wanted> wanted_;
    Judge judge_;
};

}  // namespace aibuild
