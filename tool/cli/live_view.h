#pragma once

#include <functional>
#include <string_view>

#include "tool/cli/view_lines.h"

namespace aibuild {

// One block of lines that is drawn over itself, at most ten times a second, by the calls that it gets. What
// was said, and what stays of a stage once it is over, is above it in the scrollback.
class LiveView : public Progress {
  public:
    struct Screen {
        std::function<void(std::string_view)> write;  // one call for one change
        std::function<ScreenSize()> size;             // asked before each, so that a resize is seen
        std::function<ViewTime()> now;
    };

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
    // Draws the block anew, below `above` where there is any.
    void draw(const std::vector<std::string>& above, bool with_block);

    Screen screen_;
    Style style_;
    ViewModel model_;
    std::vector<std::string> history_;  // of this stage
    std::vector<std::size_t> drawn_;    // columns of each line that is on the screen
    ViewTime last_;
};

}  // namespace aibuild
