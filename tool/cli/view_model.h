#pragma once

// What is known of a stage while it runs: the model that the live view and the plain lines are texts of.
// Times are handed in, so that it is the same in a test. Each function that tells of an end or a delay
// answers with the lines that stay of it, without control characters.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tool/engine/progress.h"

namespace aibuild {

using ViewTime = std::chrono::steady_clock::time_point;

struct ViewItem {
    AskedItem asked;
    enum class State : unsigned char { waiting, under_way, finished } state = State::waiting;
    ViewTime start, finish;
    std::size_t bytes = 0;              // of the answer that is coming
    std::optional<ViewTime> paused_to;  // nothing is sent before this
    std::string reason;                 // why it is paused, or why it was asked again
    int again = 0;
    ItemEnd end;
};

class ViewModel {
  public:
    void begin(std::vector<AskedItem> items, ViewTime now);
    void started(std::size_t item, ViewTime now);
    void received(std::size_t item, std::size_t bytes);
    std::vector<std::string> waits(std::size_t item, const std::string& why, std::chrono::milliseconds time,
                                   ViewTime now);
    std::vector<std::string> again(std::size_t item, const std::string& why);
    std::vector<std::string> finished(std::size_t item, const ItemEnd& end, ViewTime now);
    // The stage is over. What was under way and was not finished is told too, and then what was used.
    std::vector<std::string> ended(const Spent& spent, ViewTime now);

    const std::vector<ViewItem>& items() const { return items_; }
    // Those that are finished, in the order in which they were.
    const std::vector<std::size_t>& order() const { return order_; }
    bool empty() const { return items_.empty(); }

    // The items that this one waits for still.
    std::vector<std::size_t> missing_for(const ViewItem& item) const;
    // Of the answers so far, those that are coming too. What no server counted is estimated.
    std::int64_t tokens() const;
    // Unknown where one of the answers' is; 0 only where nothing was sent.
    std::optional<double> cost() const;
    // The greater of two bounds, at the tokens a second that one answer came with so far: the longest chain
    // of what waits for each other, and all that is left shared by as many as came at the same time. Unknown
    // where nothing came yet or nobody guessed what is to come.
    std::optional<std::chrono::milliseconds> left(ViewTime now) const;

  private:
    std::vector<ViewItem> items_;
    std::vector<std::size_t> order_;
    std::size_t under_way_ = 0, most_under_way_ = 0;
};

// Of its answer, as the server counted them, else estimated.
std::int64_t tokens_of(const ViewItem& item);

}  // namespace aibuild
