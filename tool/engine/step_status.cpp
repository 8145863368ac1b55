#include "tool/engine/step_status.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tool/engine/derived_file.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

std::string id_of(const Step& step) {
    std::string out = step.kind == StepKind::test ? "test:" : "step:";
    return out += step.output.substr(1);
}

std::string first_line(const fs::path& path) {
    const std::string text = read_file(path).value_or("");
    return text.substr(0, text.find('\n'));
}

std::string count_text(const std::string& number) {
    return number == "1" ? "1 test passed" : (number.empty() ? "0" : number) + " tests passed";
}

// When a file was last written, since the epoch; 0 where there is none.
std::int64_t written_ms(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return 0;
    return static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1'000'000;
}

// A test that ran and did not pass leaves its verdict beside where its stamp would be.
fs::path verdict_of(const fs::path& build, const Step& step) {
    return build / (std::string(step.output.substr(1)) + ".failed");
}

}  // namespace

std::int64_t began_ms(const LogEntry& entry, int version) {
    const std::int64_t took = version >= 6 ? 0 : entry.end_ms - entry.start_ms;
    return entry.mtime == 0 ? 0 : entry.mtime / 1'000'000 - took;
}

std::int64_t took_ms(const LogEntry& entry) {
    return entry.start_ms == 0 && entry.end_ms == 0 ? -1 : entry.end_ms - entry.start_ms;
}

void add_known(TaskStatus& out, const Task& known) {
    out.attempts = known.attempts;
    out.provider = known.provider;
    out.model = known.model;
    out.input_tokens = known.input_tokens;
    out.output_tokens = known.output_tokens;
    out.cost = known.cost;
    if (known.duration_ms != -1) out.duration_ms = known.duration_ms;
}

void overrule(TaskStatus& out, const Task& known) {
    add_known(out, known);
    out.standing = known.state == TaskState::running  ? Standing::running
                   : known.state == TaskState::failed ? Standing::failed
                                                      : Standing::cancelled;
    out.output = known.output;
    if (!known.reason.empty()) out.reason = known.reason;
}

SeenStep step_status(const Step& step, std::size_t n, const Freshness& fresh, int version,
                     const fs::path& build, const State& state) {
    SeenStep seen;
    TaskStatus& out = seen.task;
    out.id = id_of(step);
    out.kind = step.kind == StepKind::test ? "test" : "step";
    const LogEntry* entry = fresh.entry(n);
    if (entry != nullptr) out.duration_ms = took_ms(*entry);
    std::int64_t last_ms = entry != nullptr ? began_ms(*entry, version) : 0;
    std::string verdict;
    if (step.kind == StepKind::test) {
        verdict = first_line(verdict_of(build, step));
        if (!verdict.empty()) last_ms = std::max(last_ms, written_ms(verdict_of(build, step)));
    }
    if (!verdict.empty()) {
        out.standing = Standing::failed;
        out.reason = std::move(verdict);
    } else if (const std::string& reason = fresh.reason(n); !reason.empty()) {
        out.standing = fresh.doubt(n) == Doubt::unmade ? Standing::failed
                       : entry != nullptr              ? Standing::stale
                                                       : Standing::pending;
        out.reason = reason;
    } else {
        out.standing = Standing::succeeded;
        if (step.kind == StepKind::test) out.reason = count_text(first_line(build / step.output.substr(1)));
    }
    const auto known = state.tasks.find(out.id);
    if (known == state.tasks.end() || known->second.state == TaskState::succeeded) return seen;
    seen.of_state = outlasts(known->second, last_ms, out.standing == Standing::succeeded);
    if (!seen.of_state) return seen;
    std::string why = out.standing == Standing::failed ? std::move(out.reason) : "";
    overrule(out, known->second);
    if (!why.empty() && out.standing == Standing::failed)
        out.reason = std::move(why);  // more than why it ran
    return seen;
}

std::string no_log(const fs::path& build) {
    std::error_code ignored;
    for (const auto& [file, executor] : {std::pair{".n2_db", "n2"}, std::pair{".siso_fs_state", "siso"}}) {
        if (fs::exists(build / file, ignored))
            return fmt::format(
                "steps: {} ran in this build directory, and it keeps no log that AIBuild reads", executor);
    }
    return "steps: ninja has not run in this build directory";
}

}  // namespace aibuild
