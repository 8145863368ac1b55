#pragma once

// The other formats of a report. Each is a pure function with the same bytes for the same report.

#include <boost/json/object.hpp>
#include <string>

#include "tool/report/report_data.h"

namespace aibuild {

// What report.schema.json describes. Unknown is null.
std::string write_json(const ReportData& report);

// One of its files.
boost::json::object json_of(const ReportFile& file);

// For the summary of a CI job: at most 60,000 bytes, whatever the report has. Everything that came from
// elsewhere is code, so that nothing of it is a link, an image, a mention or markup.
inline constexpr std::size_t markdown_limit = 60'000;
std::string write_markdown(const ReportData& report);

// Trace events (the Trace Event Format of Chrome), one process for the run with a thread a lane: Perfetto and
// chrome://tracing open it.
std::string write_trace(const ReportData& report);

}  // namespace aibuild
