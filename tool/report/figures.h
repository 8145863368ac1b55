#pragma once

// The pictures of a report, as SVG that says in words what it shows: every mark has a <title>, colour is
// never all that tells two things apart.

#include "tool/report/markup.h"
#include "tool/report/report_data.h"

namespace aibuild {

// More steps than these are drawn as the longest ones and one soft mark for the rest of a lane.
inline constexpr std::size_t most_bars = 2000;
// Of more targets a picture says nothing any more.
inline constexpr std::size_t most_nodes = 120;

// How many ran over time, above what ran when; the steps of the critical path are joined by a line.
void draw_timeline(Markup& out, const ReportRun& run);

// What uses what.
void draw_targets(Markup& out, const std::vector<ReportTarget>& targets);

// How long the last runs took; the last one is marked.
void draw_history(Markup& out, const std::vector<RunSummary>& history);

// A share of 1 as the bar of a table.
void draw_bar(Markup& out, double share, std::string_view kind);

// `whole` as it is shown in a box of a picture that is `room` wide, its end cut off where it must.
std::string fitted(std::string_view whole, double room);

// The class of a step's kind, a literal for its mark in the legend.
Literal class_of(std::string_view kind);

}  // namespace aibuild
