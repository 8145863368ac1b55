#pragma once

// Lines at the bottom of a terminal that are drawn over themselves, with everything that is to stay above
// them in the scrollback.
//
// The cursor is never hidden and stands below the block between two changes. So there is nothing to restore:
// whatever ends the process, even SIGKILL, leaves a terminal that the next prompt can use. Each change is one
// write, which goes up to the block's first line, rewrites each line and erases its rest: nothing is blank in
// between, and nothing flickers.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/cli/view_lines.h"

namespace aibuild {

class LiveBlock {
  public:
    struct Screen {
        std::function<void(std::string_view)> write;  // one call for one change
        std::function<ScreenSize()> size;             // asked before each, so that a resize is seen
        std::function<ViewTime()> now;
    };
    using Lines = std::function<std::vector<std::string>(ViewTime now, ScreenSize size)>;

    explicit LiveBlock(Screen screen) : screen_(std::move(screen)) {}

    // Draws the block anew, below `above` where there is any; without `lines` it is taken off.
    void draw(const std::vector<std::string>& above, const Lines& lines);

    bool drawn() const { return !drawn_.empty(); }
    ViewTime now() const { return screen_.now(); }
    // Has it been drawn so lately that nobody would see another change?
    bool fresh() const;

  private:
    Screen screen_;
    std::vector<std::size_t> drawn_;  // columns of each line that is on the screen
    ViewTime last_;
};

}  // namespace aibuild
