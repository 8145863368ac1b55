#include <algorithm>
#include <boost/json/object.hpp>

#include "ninja-gen/json.h"
#include "tool/report/markup.h"
#include "tool/report/writers.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr int process = 1;

bj::object named(std::string_view what, std::size_t thread, std::string_view name) {
    return {{"ph", "M"},
            {"pid", process},
            {"tid", thread},
            {"name", what},
            {"args", bj::object{{"name", utf8(name)}}}};
}

bj::object slice(const ReportStep& step, const ReportData& report) {
    bj::object about{{"output", utf8(step.output)}, {"state", name_of(step.state)}};
    if (step.target) about["target"] = utf8(report.targets[*step.target].name);
    if (!step.reason.empty()) about["reason"] = utf8(step.reason);
    if (step.critical) about["critical path"] = true;
    if (!step.generated.empty()) about["generated files"] = step.generated.size();
    return {{"ph", "X"},
            {"pid", process},
            {"tid", step.lane + 1},
            {"ts", step.span.start_ms * 1000},
            {"dur", step.span.took_ms() * 1000},
            {"name", utf8(step.what)},
            {"cat", step.kind},
            {"args", std::move(about)}};
}

}  // namespace

std::string write_trace(const ReportData& report) {
    std::string out = "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [";
    const char* comma = "\n";
    const auto add = [&](const bj::object& event) {
        out += comma + json::canonical(event);
        comma = ",\n";
    };
    add(named("process_name", 0,
              report.project + (report.configuration.empty() ? "" : ", " + report.configuration)));
    if (report.run) {
        std::size_t lanes = 0;
        for (const ReportStep& step : report.run->steps) lanes = std::max(lanes, step.lane + 1);
        for (std::size_t lane = 1; lane <= lanes; ++lane)
            add(named("thread_name", lane, "lane " + std::to_string(lane)));
        for (const ReportStep& step : report.run->steps) add(slice(step, report));
        for (const Level& level : report.run->levels) {
            add({{"ph", "C"},
                 {"pid", process},
                 {"tid", 0},
                 {"ts", level.at_ms * 1000},
                 {"name", "steps running"},
                 {"args", bj::object{{"steps", level.running}}}});
        }
    }
    return out + "\n]}\n";
}

}  // namespace aibuild
