#pragma once

#include <string>

#include "tool/report/report_data.h"

namespace aibuild {

// The report as one page: nothing is fetched, and there is no script. What opens and closes is <details>,
// what is told by pointing is in <title>, and tables have all of it in words. Its Content-Security-Policy
// allows its own style sheet, by hash, and nothing else.
std::string write_html(const ReportData& report);

// What the two parts of it write: how the build went, and what it was made from.
class Markup;
void write_run_sections(Markup& out, const ReportData& report);
void write_project_sections(Markup& out, const ReportData& report);

// 12 digits of a hash, enough to tell any two here; the whole of it where it is pointed at.
void write_hash(Markup& out, const std::string& hash);

}  // namespace aibuild
