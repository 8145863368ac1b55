#pragma once

// A repair on trial: new texts stand in the project while they are built, and the old ones are kept until
// there is a verdict.
//
// They stand in the project itself, because only there can every kind of build directory be built on: CMake's
// hold absolute paths, and a copy would begin from nothing. What it takes to go back is written first, to
// ROOT/.aibuild/repair:
//
//   N.old, N.new  the text of file N before, and on trial
//   trial.json    path and hash before of each N: while it is there, the trial has no verdict
//
// A kill at any instant leaves the directory, and the next repair of the project goes back before it does
// anything else. A file that is neither what it was nor what is on trial was edited meanwhile: the trial is
// taken out of it by a three-way merge, and where that can't be, the edit stays and the old text goes beside
// it. The directory names its own inode, so that a tree which somebody hands over can't bring texts of its
// own to go back to.
//
// It is held from the first trial on: a second repair is refused.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tool/workspace/commit.h"
#include "tool/workspace/hold.h"
#include "tool/workspace/root.h"

namespace aibuild {

struct Trial {
    std::string path, before, text;
};

class RepairStage {
  public:
    // Goes back where an earlier one has no verdict. Throws Error `hold.busy`, `repair.foreign`, and what
    // Root does.
    explicit RepairStage(const std::filesystem::path& root);
    // Without a verdict it goes back.
    ~RepairStage();
    RepairStage(const RepairStage&) = delete;
    RepairStage& operator=(const RepairStage&) = delete;

    // Is there a trial without a verdict in this project?
    static bool on_trial(const std::filesystem::path& root);

    // Did an earlier one leave a trial? The files that are as they were before it.
    const std::vector<std::string>& restored() const { return restored_; }

    // All of the texts or none, as commit does, which says what it throws: `file.changed` where one is no
    // longer what it was before.
    void put(const std::vector<Trial>& files);

    // The verdicts. back() says of each file what became of it.
    void keep();
    std::vector<std::string> back();

  private:
    void hold();
    void forget();

    Root root_;
    std::filesystem::path directory_;
    std::optional<Hold> held_;
    std::vector<std::string> restored_;
    bool trying_ = false;
};

}  // namespace aibuild
