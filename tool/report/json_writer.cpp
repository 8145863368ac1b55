#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "ninja-gen/json.h"
#include "tool/report/markup.h"
#include "tool/report/writers.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

bj::value text(std::string_view text) {
    return bj::string(utf8(text));
}

bj::value known(std::string_view value) {
    return value.empty() ? bj::value(nullptr) : text(value);
}

template <typename T>
bj::value known(const std::optional<T>& value) {
    return value ? bj::value(*value) : bj::value(nullptr);
}

bj::array list(const std::vector<std::string>& texts) {
    bj::array out;
    for (const std::string& each : texts) out.push_back(text(each));
    return out;
}

// A number stands for a thing that is told elsewhere.
bj::array list(const std::vector<std::size_t>& numbers) {
    return bj::array(numbers.begin(), numbers.end());
}

bj::object step_of(const ReportStep& step, const ReportData& report) {
    return {{"output", text(step.output)},
            {"what", text(step.what)},
            {"kind", step.kind},
            {"target", step.target ? text(report.targets[*step.target].name) : bj::value(nullptr)},
            {"start_ms", step.span.start_ms},
            {"end_ms", step.span.end_ms},
            {"before_ms", known(step.before_ms)},
            {"lane", step.lane},
            {"state", name_of(step.state)},
            {"exit_code", step.exit_code},
            {"reason", known(step.reason)},
            {"after", list(step.span.after)},
            {"generated", list(step.generated)},
            {"critical", step.critical},
            {"printed", text(step.printed)}};
}

bj::value run_of(const ReportData& report) {
    if (!report.run) return nullptr;
    const ReportRun& run = *report.run;
    bj::array critical, levels, changes, steps;
    for (const CriticalStep& each : run.critical) {
        critical.push_back(bj::object{{"output", text(run.steps[each.step].output)},
                                      {"took_ms", run.steps[each.step].span.took_ms()},
                                      {"saves_ms", known(each.saves_ms)}});
    }
    for (const Level& level : run.levels)
        levels.push_back(bj::object{{"at_ms", level.at_ms}, {"running", level.running}});
    for (const Change& change : run.changes) {
        changes.push_back(bj::object{
            {"path", text(change.path)}, {"before", known(change.before)}, {"after", known(change.after)}});
    }
    for (const ReportStep& step : run.steps) steps.push_back(step_of(step, report));
    const bool recorded = !run.logged;
    return bj::object{{"id", recorded ? bj::value(run.id) : bj::value(nullptr)},
                      {"known_from", recorded ? "record" : "ninja-log"},
                      {"executor", known(run.executor)},
                      {"sandbox", known(run.sandbox)},
                      {"targets", list(run.targets)},
                      {"started_ms", run.started_ms == 0 ? bj::value(nullptr) : bj::value(run.started_ms)},
                      {"wall_ms", run.wall_ms},
                      {"step_ms", run.step_ms},
                      {"jobs", run.jobs == 0 ? bj::value(nullptr) : bj::value(run.jobs)},
                      {"exit_code", recorded ? bj::value(run.exit_code) : bj::value(nullptr)},
                      {"up_to_date", known(run.up_to_date)},
                      {"widest", run.widest},
                      {"critical_ms", run.critical_ms},
                      {"critical_path", std::move(critical)},
                      {"concurrency", std::move(levels)},
                      {"changes", std::move(changes)},
                      {"steps", std::move(steps)}};
}

bj::array targets_of(const ReportData& report) {
    bj::array out;
    for (const ReportTarget& target : report.targets) {
        bj::array uses;
        for (const std::size_t n : target.uses) uses.push_back(text(report.targets[n].name));
        out.push_back(bj::object{{"name", text(target.name)},
                                 {"kind", target.kind},
                                 {"language", text(target.language)},
                                 {"uses", std::move(uses)},
                                 {"steps", target.steps},
                                 {"ran", target.ran},
                                 {"ran_ms", target.ran_ms},
                                 {"failed", target.failed},
                                 {"stale", target.stale}});
    }
    return out;
}

bj::array history_of(const ReportData& report) {
    bj::array out;
    for (const RunSummary& run : report.history) {
        out.push_back(
            bj::object{{"id", run.logged ? bj::value(nullptr) : bj::value(run.id)},
                       {"started_ms", run.started_ms == 0 ? bj::value(nullptr) : bj::value(run.started_ms)},
                       {"wall_ms", run.wall_ms},
                       {"steps", run.steps},
                       {"failed", run.logged ? bj::value(nullptr) : bj::value(run.failed)}});
    }
    return out;
}

bj::array tests_of(const ReportData& report) {
    bj::array out;
    for (const ReportTest& test : report.tests) {
        out.push_back(bj::object{{"name", text(test.name)},
                                 {"output", text(test.output)},
                                 {"state", test.state},
                                 {"why", known(test.why)},
                                 {"passed", known(test.passed)},
                                 {"took_ms", known(test.took_ms)}});
    }
    return out;
}

}  // namespace

bj::object json_of(const ReportFile& file) {
    bj::value edits;
    if (file.edits) edits = bj::object{{"added", file.edits->added}, {"removed", file.edits->removed}};
    return {{"path", text(file.path)},
            {"origin", file.origin},
            {"state", name_of(file.state)},
            {"why", known(file.why)},
            {"sha256", known(file.sha256)},
            {"generated_sha256", known(file.base)},
            {"edits", std::move(edits)},
            {"provider", known(file.provider)},
            {"model", known(file.model)},
            {"request", known(file.request)},
            {"change", known(file.change)},
            {"template_version", known(file.template_version)},
            {"response", known(file.response)},
            {"response_sha256", known(file.response_sha256)},
            {"input_tokens", known(file.input_tokens)},
            {"output_tokens", known(file.output_tokens)},
            {"cost", known(file.cost)},
            {"targets", list(file.targets)}};
}

std::string write_json(const ReportData& report) {
    bj::array files, stale, help, sets;
    for (const std::vector<std::size_t>& set : report.test_sets) sets.push_back(list(set));
    for (const ReportFile& file : report.files) {
        bj::object entry = json_of(file);
        entry["test_set"] = known(file.test_set);
        files.push_back(std::move(entry));
    }
    for (const auto& [step, why] : report.stale)
        stale.push_back(bj::object{{"step", text(step)}, {"why", text(why)}});
    for (const Recommendation& each : report.recommendations) {
        help.push_back(bj::object{
            {"what", text(each.what)}, {"evidence", text(each.evidence)}, {"saves_ms", each.saves_ms}});
    }
    return json::pretty(bj::object{
        {"schema", "aibuild.report/1"},
        {"project", bj::object{{"name", text(report.project)},
                               {"version", known(report.version)},
                               {"description", known(report.description)},
                               {"request", known(report.request)},
                               {"configuration", known(report.configuration)},
                               {"build", text(report.build)}}},
        {"verdict", bj::object{{"state", name_of(report.verdict)}, {"text", text(report.verdict_text)}}},
        {"recommendations", std::move(help)},
        {"run", run_of(report)},
        {"history", history_of(report)},
        {"targets", targets_of(report)},
        {"tests", tests_of(report)},
        {"test_sets", std::move(sets)},
        {"files", std::move(files)},
        {"stale", std::move(stale)},
        {"unknown", list(report.unknown)}});
}

}  // namespace aibuild
