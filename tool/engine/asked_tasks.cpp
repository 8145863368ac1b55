#include "tool/engine/asked_tasks.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace aibuild {

AskedTasks::AskedTasks(const OpenProject& project, std::string command) {
    std::error_code ignored;
    if (std::filesystem::is_directory(project.build, ignored))
        journal_.emplace(project.build, std::move(command));
}

void AskedTasks::record(const std::string& id, const Task& task) {
    journal_->record(id, task);
    sent_[id] = task;
}

void AskedTasks::follow(Asking& asking, const std::string& id, const Task& task) {
    if (!journal_) return;
    asking.sent = [this, id, task](std::int64_t started_ms) {
        Task running = task;
        running.started_ms = started_ms;
        running.by = "aibuild-gen";
        record(id, running);
    };
    asking.failed = [this, id, task](const Answered& until_then, const Error* error) {
        Task ended = answered_task(task.kind, task.reason, task.waited_for, until_then);
        ended.state = error != nullptr ? TaskState::failed : TaskState::cancelled;
        if (error != nullptr) ended.reason = fmt::format("{}: {}", error->rule(), error->why());
        record(id, ended);
    };
    asking.done = [this, id, task, done = std::move(asking.done)](const Answered& answered) {
        if (sent_.contains(id)) {
            Task stored = answered_task(task.kind, task.reason, task.waited_for, answered);
            stored.state = TaskState::running;
            stored.reason = fmt::format("its answer is stored, and not in the project yet: {}", task.reason);
            record(id, stored);
        }
        if (done) done(answered);
    };
}

void AskedTasks::settled(const std::string& id, const Task& task) {
    if (sent_.contains(id)) record(id, task);
}

}  // namespace aibuild
