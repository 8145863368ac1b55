#include "tool/cli/view_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tool/cli/amounts.h"
#include "tool/cli/columns.h"

namespace aibuild {

using std::chrono::duration_cast;
using State = ViewItem::State;

std::int64_t tokens_of(const ViewItem& item) {
    if (item.end.usage.output_tokens) return *item.end.usage.output_tokens;
    return item.end.from_store ? 0 : estimated_tokens(item.bytes);
}

void ViewModel::begin(std::vector<AskedItem> items, ViewTime now) {
    *this = {};
    for (AskedItem& asked : items) {
        asked.name = on_one_line(asked.name);
        items_.push_back({});
        items_.back().asked = std::move(asked);
        items_.back().start = items_.back().finish = now;
    }
}

void ViewModel::started(std::size_t item, ViewTime now) {
    ViewItem& it = items_.at(item);
    if (it.state == State::under_way) return;
    it.state = State::under_way;
    it.paused_to.reset();
    it.start = now;
    ++under_way_;
    most_under_way_ = std::max(most_under_way_, under_way_);
}

void ViewModel::received(std::size_t item, std::size_t bytes) {
    items_.at(item).bytes = bytes;
    items_.at(item).paused_to.reset();
}

std::vector<std::string> ViewModel::waits(std::size_t item, const std::string& why,
                                          std::chrono::milliseconds time, ViewTime now) {
    ViewItem& it = items_.at(item);
    it.paused_to = now + time;
    it.reason = on_one_line(why);
    return {fmt::format("{} waits {}: {}", it.asked.name, left_text(time), it.reason)};
}

std::vector<std::string> ViewModel::again(std::size_t item, const std::string& why) {
    ViewItem& it = items_.at(item);
    ++it.again;
    it.bytes = 0;
    it.reason = on_one_line(why);
    return {fmt::format("{} asked again: {}", it.asked.name, it.reason)};
}

std::vector<std::string> ViewModel::finished(std::size_t item, const ItemEnd& end, ViewTime now) {
    ViewItem& it = items_.at(item);
    if (it.state == State::under_way) --under_way_;
    it.state = State::finished;
    it.finish = now;
    it.end = end;
    it.paused_to.reset();
    order_.push_back(item);

    std::string line = fmt::format("[{}/{}] {}", order_.size(), items_.size(), it.asked.name);
    if (end.from_store) {
        line += " (kept from before)";
    } else {
        // The built-in planner has no tokens to count.
        line += " (";
        if (end.usage.output_tokens || it.bytes > 0)
            line += fmt::format("{}{}, ", end.usage.output_tokens ? "" : "about ",
                                counted(tokens_of(it), "token"));
        line += elapsed_text(duration_cast<Milliseconds>(it.finish - it.start));
        if (end.requests > 1) line += fmt::format(", {}", counted(end.requests, "request"));
        line += ')';
    }
    std::vector<std::string> out = {line};
    if (!end.notes.empty())
        out.push_back("      mended: " + on_one_line(fmt::format("{}", fmt::join(end.notes, ", "))));
    return out;
}

std::vector<std::string> ViewModel::ended(const Spent& spent, ViewTime now) {
    std::vector<std::string> out;
    for (const ViewItem& item : items_)
        if (item.state == State::under_way)
            out.push_back(fmt::format("{} was not finished ({} after {})", item.asked.name,
                                      rough_bytes(item.bytes),
                                      elapsed_text(duration_cast<Milliseconds>(now - item.start))));
    const auto waiting = std::count_if(items_.begin(), items_.end(),
                                       [](const ViewItem& item) { return item.state == State::waiting; });
    if (waiting > 0)
        out.push_back(
            fmt::format("{} more {} not asked for", with_commas(waiting), waiting == 1 ? "was" : "were"));
    out.push_back("used so far: " + usage_text(spent));
    *this = {};
    return out;
}

std::vector<std::size_t> ViewModel::missing_for(const ViewItem& item) const {
    std::vector<std::size_t> out;
    for (std::size_t other : item.asked.after)
        if (items_.at(other).state != State::finished) out.push_back(other);
    return out;
}

std::int64_t ViewModel::tokens() const {
    std::int64_t out = 0;
    for (const ViewItem& item : items_) out += tokens_of(item);
    return out;
}

std::optional<double> ViewModel::cost() const {
    double out = 0;
    for (const ViewItem& item : items_) {
        if (item.state == State::waiting || (item.state == State::finished && item.end.requests == 0))
            continue;
        if (item.end.from_store) continue;
        if (!item.end.cost) return std::nullopt;
        out += *item.end.cost;
    }
    return out;
}

std::optional<std::chrono::milliseconds> ViewModel::left(ViewTime now) const {
    double came = 0, seconds = 0;
    for (const ViewItem& item : items_) {
        if (item.state == State::waiting || item.end.from_store) continue;
        const ViewTime until = item.state == State::finished ? item.finish : now;
        came += static_cast<double>(tokens_of(item));
        seconds += std::chrono::duration<double>(until - item.start).count();
    }
    if (came <= 0 || seconds <= 0) return std::nullopt;

    double total = 0, longest = 0;
    std::vector<double> own(items_.size());  // tokens that are to come
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (items_[i].state == State::finished) continue;
        if (items_[i].asked.guessed_tokens <= 0) return std::nullopt;
        own[i] = static_cast<double>(
            std::max<std::int64_t>(items_[i].asked.guessed_tokens - tokens_of(items_[i]), 0));
        total += own[i];
    }
    // The chain that ends with each. There is no cycle, so as many rounds as items are enough; two mostly
    // are.
    std::vector<double> chain = own;
    for (std::size_t round = 0, changed = 1; changed != 0 && round < items_.size(); ++round) {
        changed = 0;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (items_[i].state == State::finished) continue;
            double before = 0;
            for (std::size_t other : items_[i].asked.after) before = std::max(before, chain.at(other));
            if (before + own[i] > chain[i]) {
                chain[i] = before + own[i];
                changed = 1;
            }
        }
    }
    for (double tokens : chain) longest = std::max(longest, tokens);
    const double shared = total / static_cast<double>(std::max<std::size_t>(most_under_way_, 1));
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(std::max(longest, shared) * seconds / came * 1e3));
}

}  // namespace aibuild
