#include "tool/cli/view_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "tool/cli/amounts.h"
#include "tool/cli/columns.h"

namespace aibuild {

namespace {

using std::chrono::duration_cast;
using State = ViewItem::State;

constexpr std::size_t most_waiting = 6, most_arrived = 5;
constexpr std::size_t word_width = 11;  // "  arrived  "
constexpr std::size_t widest = 100;     // what belongs together is not torn apart on a wide terminal

class Lines {
  public:
    Lines(const ViewModel& model, ViewTime now, ScreenSize size, const Style& style)
        : model_(model), now_(now), style_(style), width_(std::max<std::size_t>(size.width, 2) - 1) {
        for (const ViewItem& item : model.items()) {
            longest_name_ = std::max(longest_name_, columns_of(item.asked.name));
            // What a limit of requests holds back before it is sent counts down too.
            const bool held = item.state == State::waiting && item.paused_to;
            if (item.state == State::under_way || held) under_way_.push_back(&item);
            if (item.state == State::waiting && !held) waiting_.push_back(&item);
        }
        const std::size_t room = size.height > 3 ? size.height - 2 : 1;
        heading();
        sections(room - 1);
    }

    std::vector<std::string> take() { return std::move(lines_); }

  private:
    // What does not fit is left out from the end of the list, but the time left stays: people look for that.
    void heading() {
        const auto& items = model_.items();
        std::vector<std::string> parts;
        parts.push_back(items.size() == 1
                            ? items.front().asked.name
                            : fmt::format("{} of {}", model_.order().size(),
                                          counted(static_cast<std::int64_t>(items.size()), "file")));
        if (!under_way_.empty() && items.size() > 1)
            parts.push_back(fmt::format("{} under way", under_way_.size()));
        parts.push_back(rough(model_.tokens()) + " tokens");
        parts.push_back(cost_text(model_.cost()));
        const auto left = model_.left(now_);
        const std::string last = left ? fmt::format("about {} left", left_text(*left)) : "time left unknown";
        const auto text = [&] { return fmt::format("{}, {}", fmt::join(parts, ", "), last); };
        while (parts.size() > 1 && columns_of(text()) > width_) parts.erase(parts.begin() + 1);
        lines_.push_back(style_(Tone::heading, shortened_at_the_end(text(), width_)));
    }

    void sections(std::size_t room) {
        const std::size_t arrived = std::min(model_.order().size(), most_arrived);
        const std::size_t waiting = std::min(waiting_.size(), most_waiting);
        // What is under way first; where all of it doesn't fit, a line each is kept for the two others.
        const std::size_t kept =
            room < 4 ? 0 : std::min<std::size_t>(waiting, 1) + std::min<std::size_t>(arrived, 1);
        const std::size_t for_under_way = std::min(under_way_.size(), room - kept);
        room -= for_under_way;
        const std::size_t for_waiting = std::min(waiting, room - std::min(room, std::min(arrived, room / 2)));
        room -= for_waiting;
        const std::size_t for_arrived = std::min(arrived, room);

        section(under_way_, for_under_way, [this](const ViewItem& item) { under_way(item); });
        section(waiting_, for_waiting, [this](const ViewItem& item) { waits(item); });
        for (std::size_t i = model_.order().size() - for_arrived; i < model_.order().size(); ++i)
            has_arrived(model_.items()[model_.order()[i]]);
    }

    // The last of the lines tells how many there was no line for.
    template <typename Draw>
    void section(const std::vector<const ViewItem*>& items, std::size_t room, Draw draw) {
        const std::size_t shown = items.size() <= room ? items.size() : room - std::min<std::size_t>(room, 1);
        for (std::size_t i = 0; i < shown; ++i) draw(*items[i]);
        if (shown < items.size() && room > 0)
            lines_.push_back(
                style_(Tone::faint,
                       shortened_at_the_end(
                           fmt::format("{:{}}and {} more", "", word_width, items.size() - shown), width_)));
    }

    void under_way(const ViewItem& item) {
        const std::string time =
            elapsed_text(duration_cast<Milliseconds>((now_ - item.start) / 100'000'000 * 100'000'000));
        if (item.paused_to) {
            const Milliseconds left =
                std::max(Milliseconds(0), duration_cast<Milliseconds>(*item.paused_to - now_));
            line(Tone::warning, "pauses", item.asked.name,
                 left.count() > 0 ? fmt::format("{} more: {}", left_text(left), item.reason) : item.reason,
                 "", "");
            return;
        }
        const bool again = item.again > 0;
        const std::string amount = item.bytes == 0 ? "" : fmt::format("{} tokens", rough(tokens_of(item)));
        line(again ? Tone::warning : Tone::active, again ? "again" : "asked", item.asked.name,
             again ? item.reason : "", amount, time);
    }

    void waits(const ViewItem& item) {
        const std::vector<std::size_t> missing = model_.missing_for(item);
        std::string what = "for its turn";
        if (!missing.empty()) what = "for " + model_.items()[missing.front()].asked.name;
        if (missing.size() > 1) what += fmt::format(" and {} more", missing.size() - 1);
        line(Tone::faint, "waits", item.asked.name, what, "", "");
    }

    void has_arrived(const ViewItem& item) {
        const std::string amount =
            item.end.from_store ? "" : fmt::format("{} tokens", rough(tokens_of(item)));
        const std::string time = item.end.from_store
                                     ? "kept"
                                     : elapsed_text(duration_cast<Milliseconds>(item.finish - item.start));
        line(Tone::good, "arrived", item.asked.name, "", amount, time);
    }

    // "  arrived  NAME  MORE" or "  arrived  NAME  TOKENS  TIME", in columns. Where it is narrow, the tokens
    // go first.
    void line(Tone tone, std::string_view word, const std::string& name, const std::string& more,
              const std::string& tokens, const std::string& time) {
        const std::size_t room = std::min(width_, widest) - std::min({width_, widest, word_width});
        std::string amounts;
        if (!time.empty() && room >= 50) amounts = padded_left(tokens, 13);
        if (!time.empty() && room >= 20) amounts += padded_left(time, room >= 50 ? 13 : 12);

        const std::size_t for_texts = room - columns_of(amounts);
        const std::size_t for_name = more.empty() ? for_texts : std::min(longest_name_, for_texts / 2);
        std::string text = padded(shortened_in_the_middle(name, for_name), for_name);
        if (!more.empty() && for_texts > for_name + 5) {
            const std::size_t rest = for_texts - for_name - 2;
            const std::string shown = shortened_at_the_end(more, rest);
            text += "  " + style_(Tone::faint, amounts.empty() ? shown : padded(shown, rest));
        }
        if (amounts.empty()) text.erase(text.find_last_not_of(' ') + 1);
        const std::string head = shortened_at_the_end(fmt::format("  {:<{}}", word, word_width - 2), width_);
        lines_.push_back(style_(tone, head) + text + style_(Tone::faint, amounts));
    }

    const ViewModel& model_;
    const ViewTime now_;
    const Style& style_;
    const std::size_t width_;
    std::size_t longest_name_ = 1;
    std::vector<const ViewItem*> under_way_, waiting_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> view_lines(const ViewModel& model, ViewTime now, ScreenSize size,
                                    const Style& style) {
    if (model.empty()) return {};
    return Lines(model, now, size, style).take();
}

}  // namespace aibuild
