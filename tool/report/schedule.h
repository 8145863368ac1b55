#pragma once

// What the times of a run say: how many steps ran at once, which chain of them took longest, and what would
// have been won had one of them taken no time. Pure functions of times and of what waits for what.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace aibuild {

// A step that ran, in ms since its run began.
struct Span {
    std::int64_t start_ms = 0, end_ms = 0;
    std::vector<std::size_t> after;  // spans whose outputs it needs

    std::int64_t took_ms() const { return end_ms - start_ms; }
};

// For each span the lane that it is drawn in: the first one that is free when it begins, so that there are as
// few lanes as ran at once.
std::vector<std::size_t> lanes(const std::vector<Span>& spans);

// From `at_ms` on so many ran. The first level is at 0, the last one has none running; neighbours differ.
struct Level {
    std::int64_t at_ms = 0;
    std::size_t running = 0;
    bool operator==(const Level&) const = default;
};
std::vector<Level> levels(const std::vector<Span>& spans);

// The most that ran at once.
std::size_t widest(const std::vector<Level>& levels);

// The chain of spans, each needed by the next, whose times add up to most: no number of processors makes the
// run shorter than that. In the order of time. What waits for itself (a log that is wrong) is taken as if it
// didn't.
std::vector<std::size_t> critical_path(const std::vector<Span>& spans);

// How long the run takes when it is played again: at most `slots` at a time, a span as soon as what it needs
// is done and a slot is free, the earlier begun first. Without `free` that comes near what was measured, and
// the difference between the two is what `free` cost: on other processors, or after another step that then
// holds things up, less than its own time.
std::int64_t replay_ms(const std::vector<Span>& spans, std::size_t slots,
                       std::optional<std::size_t> free = std::nullopt);

}  // namespace aibuild
