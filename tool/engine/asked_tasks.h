#pragma once

// What a project's state tells of things that are asked for: each is running from its first request on, and
// has succeeded once its answer is part of the project, which take_in.h records. What ends before that was
// cancelled, or failed by its own fault; of an answer that was paid and is stored the state says so.
//
// What was stored already costs nothing, and is recorded only where it becomes part of the project.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/ask.h"
#include "tool/engine/open_project.h"
#include "tool/state/state.h"

namespace aibuild {

class AskedTasks {
  public:
    // Nothing is recorded where the project has no build directory. `command` is what others are told while
    // that is written: "aibuild-gen generate".
    AskedTasks(const OpenProject& project, std::string command);

    // Makes what is asked for record itself, as the task `id` that `task` begins: kind, reason, waited_for.
    void follow(Asking& asking, const std::string& id, const Task& task);

    // There is nothing to become part of the project: its answer says so.
    void settled(const std::string& id, const Task& task);

  private:
    void record(const std::string& id, const Task& task);

    std::optional<AskedJournal> journal_;
    std::map<std::string, Task> sent_;  // as they were recorded last
};

}  // namespace aibuild
