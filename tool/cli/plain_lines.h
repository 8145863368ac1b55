#pragma once

#include <functional>
#include <string_view>

#include "tool/cli/style.h"
#include "tool/cli/view_model.h"

namespace aibuild {

// A line for each thing that happened, when it did: for logs, pipes, and terminals that can't be drawn on.
class PlainLines : public Progress {
  public:
    using Write = std::function<void(std::string_view)>;
    using Now = std::function<ViewTime()>;

    PlainLines(Write write, Style style, Now now = std::chrono::steady_clock::now);

    void say(const std::string& line) override;
    void begin(std::vector<AskedItem> items) override;
    void started(std::size_t item) override;
    void received(std::size_t item, std::size_t bytes) override;
    void waits(std::size_t item, const std::string& why, std::chrono::milliseconds time) override;
    void again(std::size_t item, const std::string& why) override;
    void finished(std::size_t item, const ItemEnd& end) override;
    void end(const Spent& spent) override;

  private:
    void print(const std::vector<std::string>& lines) const;

    Write write_;
    Style style_;
    Now now_;
    ViewModel model_;
};

}  // namespace aibuild
