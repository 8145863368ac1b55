#pragma once

// What `aibuild-gen build` shows. Ninja's own lines go to standard output, as of ninja; where both that and
// standard error are a terminal, a block at its bottom takes their place, and only failures and what steps
// printed stay above it.

#include <memory>
#include <optional>
#include <vector>

#include "tool/cli/live_block.h"
#include "tool/cli/progress_for.h"
#include "tool/engine/build_progress.h"

namespace aibuild {

// Ninja's lines, as ninja prints them into a pipe: one when a step has ended, with what it said.
class BuildLines : public BuildProgress {
  public:
    using Write = std::function<void(std::string_view)>;

    // `colour`: those of steps are let through.
    BuildLines(Write out, Write err, bool colour);

    void say(const std::string& line) override;
    void errors(std::string_view text) override;
    void expect(Left left) override;
    void began(const NinjaLine& line) override;
    void ended(const NinjaLine& line) override;
    void failed(const std::string& outputs, const std::string& command, int code) override;
    void printed(std::string_view line) override;
    void end() override {}

  private:
    Write out_, err_;
    bool colour_;
    std::string begun_;  // the line of the step that began last, while nothing ended since
};

struct BuildViewModel {
    struct Running {
        std::string description;
        ViewTime since;
    };
    int finished = 0, total = 0, failed = 0;
    std::vector<Running> running;  // the one that began first, first
    std::optional<std::chrono::milliseconds> left;
};

// At most height - 2 lines of at most width - 1 columns: how far it is, and what runs for how long.
std::vector<std::string> build_view_lines(const BuildViewModel& model, ViewTime now, ScreenSize size,
                                          const Style& style);

class BuildView : public BuildProgress {
  public:
    BuildView(LiveBlock::Screen screen, Style style);
    ~BuildView() override;  // takes the block off

    void say(const std::string& line) override;
    void errors(std::string_view text) override;
    void expect(Left left) override;
    void began(const NinjaLine& line) override;
    void ended(const NinjaLine& line) override;
    void failed(const std::string& outputs, const std::string& command, int code) override;
    void printed(std::string_view line) override;
    bool ticks() const override { return true; }
    void tick() override;
    void end() override;

  private:
    void count(const NinjaLine& line);
    void above(Tone tone, std::string_view text);

    LiveBlock block_;
    Style style_;
    BuildViewModel model_;
    Left left_;
    ViewTime asked_;      // when left_ was
    std::string head_;    // of the step that ended last, until something of it is shown
    std::string errors_;  // half a line
    std::vector<std::string> above_;
};

std::unique_ptr<BuildProgress> build_progress_for(LiveMode mode);

}  // namespace aibuild
