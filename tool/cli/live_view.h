#pragma once

#include "tool/cli/live_block.h"

namespace aibuild {

// One block of lines that is drawn over itself, at most ten times a second, by the calls that it gets. What
// was said, and what stays of a stage once it is over, is above it in the scrollback.
class LiveView : public Progress {
  public:
    using Screen = LiveBlock::Screen;

    LiveView(Screen screen, Style style);
    ~LiveView() override;  // takes the block off
    LiveView(const LiveView&) = delete;
    LiveView& operator=(const LiveView&) = delete;

    void say(const std::string& line) override;
    void begin(std::vector<AskedItem> items) override;
    void started(std::size_t item) override;
    void received(std::size_t item, std::size_t bytes) override;
    void waits(std::size_t item, const std::string& why, std::chrono::milliseconds time) override;
    void again(std::size_t item, const std::string& why) override;
    void finished(std::size_t item, const ItemEnd& end) override;
    void tick() override;
    void end(const Spent& spent) override;

  private:
    void keep(std::vector<std::string> lines);
    void draw(const std::vector<std::string>& above, bool with_block);

    LiveBlock block_;
    Style style_;
    ViewModel model_;
    std::vector<std::string> history_;  // of this stage
};

}  // namespace aibuild
