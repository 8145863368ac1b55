#include "tool/engine/run_reasons.h"

#include <string_view>
#include <unordered_set>

namespace aibuild {

namespace {

constexpr std::string_view had_changed = " had changed", was_made = " was made";

}  // namespace

void find_reasons(BuildRun& run, const ReadBy& read_by) {
    std::unordered_set<std::string_view> changed, made;
    for (const Change& change : run.changes) changed.insert(change.path);
    for (const RunStep& step : run.steps) {
        if (step.state == TaskState::succeeded) made.insert(step.output);
    }
    for (RunStep& step : run.steps) {
        if (!step.reason.empty()) continue;
        for (const std::string& path : read_by(step.output)) {
            const bool edited = changed.contains(path);
            if (!edited && (path == step.output || !made.contains(path))) continue;
            step.reason = path + std::string(edited ? had_changed : was_made);
            break;
        }
    }
}

std::string subject_of(const std::string& reason) {
    for (const std::string_view end :
         {std::string_view(" is newer"), std::string_view(" is to be made first"), had_changed, was_made}) {
        if (reason.ends_with(end)) return reason.substr(0, reason.size() - end.size());
    }
    return {};
}

}  // namespace aibuild
