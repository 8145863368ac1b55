#include "tool/report/report_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "tool/report/amounts.h"
#include "tool/report/covers.h"
#include "tool/report/last_run.h"

namespace aibuild {

namespace {

RunSummary summary_of(const PastRun& past) {
    RunSummary out{past.run.id, past.run.started_ms, past.run.duration_ms, past.run.steps.size(),
                   0,           past.logged};
    for (const RunStep& step : past.run.steps) out.failed += step.state == TaskState::failed ? 1U : 0U;
    return out;
}

std::vector<ReportTarget> targets_of(const Known& known, const std::optional<ReportRun>& run) {
    std::vector<ReportTarget> out;
    std::unordered_map<std::string_view, std::size_t> index;
    for (const Target& target : known.plan.targets) {
        index.emplace(target.name, out.size());
        out.push_back({target.name, std::string(name_of(target.kind)), target.language, {}, 0, 0, 0, 0, 0});
    }
    for (std::size_t n = 0; n < out.size(); ++n) {
        for (const std::string& used : known.plan.targets[n].uses) out[n].uses.push_back(index.at(used));
    }
    for (const GraphStep& step : known.graph) {
        if (!step.target) continue;
        ++out[*step.target].steps;
        out[*step.target].stale += known.ran && !step.stale.empty() ? 1U : 0U;
    }
    if (!run) return out;
    for (const ReportStep& step : run->steps) {
        if (!step.target) continue;
        ReportTarget& target = out[*step.target];
        ++target.ran;
        target.ran_ms += step.span.took_ms();
        target.failed += step.state == TaskState::failed ? 1U : 0U;
    }
    return out;
}

ReportTest ctest_of(const Known& known, const KnownTest& test) {
    ReportTest out{test.name, "", "passed", "", {}, test.took_ms};
    if (test.program) out.output = known.graph[*test.program].output;
    if (!test.passed) {
        out.state = "pending";
        out.why = known.ctest_ran ? "the last run of ctest had not this one" : "ctest has not run here";
    } else if (!test.stale.empty()) {
        out.state = "stale";
        out.why = test.stale + (*test.passed ? "; it passed before" : "; it failed before");
    } else if (*test.passed) {
        out.passed = 1;
    } else {
        out.state = "failed";
        out.why = "ctest --rerun-failed --output-on-failure shows what it printed";
    }
    return out;
}

std::vector<ReportTest> tests_of(const Known& known, const std::optional<ReportRun>& run) {
    std::unordered_map<std::string_view, std::int64_t> took;
    if (run) {
        for (const ReportStep& step : run->steps) took.emplace(step.output, step.span.took_ms());
    }
    std::vector<ReportTest> out;
    for (const GraphStep& step : known.graph) {
        if (step.kind != "test") continue;
        ReportTest test{known.plan.targets[*step.target].name, step.output, "passed", "", {}, {}};
        const auto evidence = known.tests.find(step.output);
        if (evidence != known.tests.end() && !evidence->second.failure.empty()) {
            test.state = "failed";
            test.why = evidence->second.failure;
        } else if (!step.stale.empty()) {
            test.state = evidence != known.tests.end() && evidence->second.passed ? "stale" : "pending";
            test.why = step.stale;
        }
        if (evidence != known.tests.end()) test.passed = evidence->second.passed;
        if (const auto ran = took.find(step.output); ran != took.end()) test.took_ms = ran->second;
        out.push_back(std::move(test));
    }
    for (const KnownTest& each : known.ctests) out.push_back(ctest_of(known, each));
    return out;
}

// Of a test that failed no log tells; what it left does.
void mark_failed_tests(const Known& known, ReportData& out) {
    std::set<std::string_view> failed;
    for (const ReportTest& test : out.tests) {
        if (test.state == "failed") failed.insert(test.name);
    }
    for (const KnownTest& test : known.ctests) {
        const auto target = test.program ? known.graph[*test.program].target : std::nullopt;
        if (target && failed.contains(test.name)) failed.insert(known.plan.targets[*target].name);
    }
    for (ReportTarget& target : out.targets) {
        if (failed.contains(target.name)) target.failed = std::max<std::size_t>(target.failed, 1);
    }
}

void judge(const Known& known, ReportData& out) {
    std::size_t failed_tests = 0;
    std::int64_t passed = 0;
    for (const ReportTest& test : out.tests) {
        failed_tests += test.state == "failed" ? 1U : 0U;
        if (test.state == "passed") passed += test.passed.value_or(0);
    }
    if (!out.run) {
        out.verdict = failed_tests > 0 ? Verdict::failed : Verdict::nothing;
        out.verdict_text = failed_tests > 0 ? fmt::format("{} failed", counted(failed_tests, "test"))
                           : known.records  ? "Nothing has been built here"
                                            : "Not known: nobody recorded what was built here";
        if (failed_tests == 0 && passed > 0)
            out.verdict_text += fmt::format(", {} passed", counted(passed, "test"));
        return;
    }
    const ReportRun& run = *out.run;
    std::size_t failed = 0;
    for (const ReportStep& step : run.steps) failed += step.state == TaskState::failed ? 1U : 0U;
    const std::string wall = duration_text(run.wall_ms);
    if (!run.logged && (run.exit_code != 0 || failed > 0)) {
        out.verdict = Verdict::failed;
        out.verdict_text = failed > 0 ? fmt::format("{} failed after {}", counted(failed, "step"), wall)
                                      : fmt::format("Failed with exit code {} after {}", run.exit_code, wall);
    } else if (failed_tests > 0) {
        out.verdict = Verdict::failed;
        out.verdict_text = fmt::format("{} failed", counted(failed_tests, "test"));
    } else if (run.logged && !out.stale.empty()) {
        out.verdict = Verdict::unfinished;
        out.verdict_text = fmt::format("Not finished: {} of {} left to make",
                                       counted(out.stale.size(), "step"), known.graph.size());
    } else {
        out.verdict = Verdict::succeeded;
        out.verdict_text = fmt::format("Succeeded in {}", wall);
        if (passed > 0) out.verdict_text += fmt::format(", {} passed", counted(passed, "test"));
    }
}

// Without its targets and tests.
ReportFile provenance_of(const Known& known, const std::string& path) {
    ReportFile out;
    out.path = path;
    out.origin = "person";
    const auto hash = known.hashes.find(path);
    if (hash != known.hashes.end()) out.sha256 = hash->second;
    if (out.sha256.empty()) out.state = FileState::missing;
    const auto locked = known.lock.files.find(path);
    if (locked == known.lock.files.end()) return out;
    const LockedFile& file = locked->second;
    out.base = generated_hash(file);
    if (file.origin == "person") {
        out.why = "taken over";
        return out;
    }
    out.origin = file.provider == "builtin" ? "builtin" : file.origin;
    out.provider = file.provider;
    out.model = file.model;
    out.request = file.request;
    out.input_tokens = file.input_tokens;
    out.output_tokens = file.output_tokens;
    if (file.change > 0 && static_cast<std::size_t>(file.change) <= known.lock.changes.size())
        out.change = known.lock.changes[static_cast<std::size_t>(file.change) - 1].description;
    if (const auto task = known.state.tasks.find("file:" + path); task != known.state.tasks.end())
        out.cost = task->second.cost;
    if (const auto answer = known.answers.find(file.request); answer != known.answers.end()) {
        out.template_version = answer->second.template_version;
        out.response = answer->second.path;
        out.response_sha256 = answer->second.sha256;
    }
    if (out.sha256.empty()) return out;
    if (const auto edits = known.edits.find(path); edits != known.edits.end()) out.edits = edits->second;
    const auto stale = known.stale_files.find(path);
    if (out.sha256 != out.base) {
        out.state = FileState::edited;
        if (out.sha256 == file.base) out.why = "accepted";
    } else {
        out.state = stale == known.stale_files.end() ? FileState::locked : FileState::stale;
    }
    if (stale != known.stale_files.end()) out.why = stale->second;
    return out;
}

void add_files(const Known& known, ReportData& out) {
    std::map<std::string, std::vector<std::string>> targets;  // by path
    for (const PlannedFile& file : known.plan.files) targets[file.path];
    for (const auto& [path, file] : known.lock.files) targets[path];
    for (const auto& [path, hash] : known.hashes) targets[path];
    for (const Target& target : known.plan.targets) {
        for (const auto* list : {&target.sources, &target.headers, &target.data}) {
            for (const std::string& path : *list) {
                const auto found = targets.find(path);
                if (found == targets.end()) continue;
                if (found->second.empty() || found->second.back() != target.name)
                    found->second.push_back(target.name);
            }
        }
    }
    Covers covering = covers(known);
    for (auto& [path, of] : targets) {
        ReportFile file = provenance_of(known, path);
        file.targets = std::move(of);
        if (const auto set = covering.of.find(path); set != covering.of.end()) file.test_set = set->second;
        out.files.push_back(std::move(file));
    }
    out.test_sets = std::move(covering.sets);
}

}  // namespace

std::string_view name_of(Verdict verdict) {
    static constexpr std::array<std::string_view, 4> names = {"succeeded", "failed", "unfinished", "nothing"};
    return names[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(FileState state) {
    static constexpr std::array<std::string_view, 5> names = {"locked", "edited", "stale", "missing", "own"};
    return names[static_cast<std::size_t>(state)];
}

ReportFile file_provenance(const Known& known, const std::string& path) {
    ReportFile out = provenance_of(known, path);
    for (const Target& target : known.plan.targets) {
        for (const auto* list : {&target.sources, &target.headers, &target.data}) {
            if (std::find(list->begin(), list->end(), path) == list->end()) continue;
            out.targets.push_back(target.name);
            break;
        }
    }
    return out;
}

bool many_pending(const ReportData& report) {
    return std::count_if(report.tests.begin(), report.tests.end(),
                         [](const ReportTest& test) { return test.state == "pending"; }) > 20;
}

const std::vector<std::size_t>& ReportData::tests_of(const ReportFile& file) const {
    static const std::vector<std::size_t> none;
    return file.test_set ? test_sets[*file.test_set] : none;
}

ReportData report_data(const Known& known) {
    ReportData out;
    out.project = known.plan.name;
    out.version = known.plan.version;
    out.description = known.plan.description;
    out.configuration = known.configuration;
    out.build = known.build;
    out.request = known.lock.description;
    out.planned = known.planned;
    out.recorded = known.planned || !known.lock.files.empty();
    out.programs = known.ctests.empty();
    out.graph_steps = known.graph.size();
    out.unknown = known.unknown;
    add_files(known, out);
    if (!known.runs.empty()) {
        std::unordered_map<std::string_view, std::size_t> generated;
        for (std::size_t n = 0; n < out.files.size(); ++n) {
            if (out.files[n].generated()) generated.emplace(out.files[n].path, n);
        }
        out.run = last_run(known, generated);
    }
    for (const PastRun& past : known.runs) out.history.push_back(summary_of(past));
    for (const GraphStep& step : known.graph) {
        if (known.ran && !step.stale.empty()) out.stale.emplace_back(step.what, step.stale);
    }
    out.targets = targets_of(known, out.run);
    out.tests = tests_of(known, out.run);
    mark_failed_tests(known, out);
    if (out.run) {
        out.recommendations = recommendations(*out.run, known.graph);
        if (out.run->logged) {
            out.unknown.push_back(
                "Why steps ran, what failed and what was printed: ninja's log does not say. `aibuild-gen "
                "build` "
                "records it.");
            if (out.run->started_ms == 0)
                out.unknown.push_back("When the run was: ninja's log does not say.");
        }
    } else if (known.emitted ? !known.configuration.empty() : known.records) {
        out.unknown.push_back("Times: ninja has not run in this build directory.");
    }
    judge(known, out);
    return out;
}

}  // namespace aibuild
