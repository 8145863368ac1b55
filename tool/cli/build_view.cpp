#include "tool/cli/build_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "tool/cli/amounts.h"
#include "tool/cli/columns.h"

namespace aibuild {

namespace {

constexpr std::size_t most_running = 8;

// What a step printed, on one line of a terminal that is drawn on: nothing in it moves the cursor.
std::string line_of_step(std::string_view text) {
    std::string out;
    for (const char c : without_escapes(text)) {
        if (c == '\t') {
            out += "        ";
        } else if (c != '\n' && c != '\r') {
            out += c;
        }
    }
    return visible(out);
}

std::string failed_line(const std::string& outputs, int code) {
    return code == 1 ? "FAILED: " + outputs : fmt::format("FAILED: [code={}] {}", code, outputs);
}

}  // namespace

BuildLines::BuildLines(Write out, Write err, bool colour)
    : out_(std::move(out)), err_(std::move(err)), colour_(colour) {}

void BuildLines::say(const std::string& line) {
    err_(visible(line) + '\n');
}

void BuildLines::errors(std::string_view text) {
    err_(text);
}

void BuildLines::expect(Left) {}

void BuildLines::began(const NinjaLine& line) {
    begun_ = line.text();
}

void BuildLines::ended(const NinjaLine& line) {
    begun_.clear();
    out_(line.text() + '\n');
}

void BuildLines::failed(const std::string& outputs, const std::string& command, int code) {
    out_(failed_line(outputs, code) + '\n' + command + '\n');
}

void BuildLines::printed(std::string_view line) {
    // A step that has the terminal is the one that says something before it ends, and last a line of ninja's.
    if (!begun_.empty() && !line.starts_with("ninja: ")) out_(std::exchange(begun_, {}) + '\n');
    out_(colour_ ? with_colours(line) : without_escapes(line));
}

std::vector<std::string> build_view_lines(const BuildViewModel& model, ViewTime now, ScreenSize size,
                                          const Style& style) {
    if (model.total == 0) return {};
    const std::size_t width = std::max<std::size_t>(size.width, 2) - 1;
    const std::size_t room = size.height > 3 ? size.height - 3 : 0;
    std::vector<std::string> parts{
        fmt::format("{} of {}", with_commas(model.finished), counted(model.total, "step"))};
    if (!model.running.empty()) parts.push_back(fmt::format("{} running", model.running.size()));
    if (model.failed > 0) parts.push_back(fmt::format("{} failed", model.failed));
    if (model.left) parts.push_back(fmt::format("about {} left", left_text(*model.left)));
    // How much longer is what people look for.
    const auto heading = [&] { return fmt::format("{}", fmt::join(parts, ", ")); };
    while (parts.size() > 2 && columns_of(heading()) > width) parts.erase(parts.begin() + 1);
    std::vector<std::string> out;
    out.push_back(
        style(model.failed > 0 ? Tone::warning : Tone::heading, shortened_at_the_end(heading(), width)));
    const std::size_t most = std::min(most_running, room);
    const bool all = model.running.size() <= most;
    const std::size_t shown = all ? model.running.size() : most - std::min<std::size_t>(most, 1);
    for (std::size_t n = 0; n < shown; ++n) {
        const auto since = std::chrono::duration_cast<Milliseconds>(now - model.running[n].since);
        const std::string time = padded_left(elapsed_text(Milliseconds(since.count() / 100 * 100)), 10);
        const std::size_t for_text = width > 14 ? width - 12 : width;
        std::string text = "  " + shortened_in_the_middle(on_one_line(model.running[n].description),
                                                          for_text > 2 ? for_text - 2 : 1);
        out.push_back(width > 14 ? padded(text, for_text) + style(Tone::faint, time) : text);
    }
    if (!all && most > 0)
        out.push_back(style(Tone::faint, fmt::format("  and {} more", model.running.size() - shown)));
    return out;
}

BuildView::BuildView(LiveBlock::Screen screen, Style style) : block_(std::move(screen)), style_(style) {}

BuildView::~BuildView() {
    try {
        end();
    } catch (...) {  // a terminal that is gone has nothing to be taken off
        return;
    }
}

void BuildView::say(const std::string& line) {
    above_.push_back(visible(line));
    tick();
    if (!block_.drawn()) block_.draw(std::exchange(above_, {}), {});
}

void BuildView::errors(std::string_view text) {
    errors_ += text;
    for (std::size_t end = 0; (end = errors_.find('\n')) != errors_.npos; errors_.erase(0, end + 1))
        above_.push_back(line_of_step(std::string_view(errors_).substr(0, end)));
}

void BuildView::expect(Left left) {
    left_ = std::move(left);
    model_ = {};
    asked_ = {};
}

void BuildView::count(const NinjaLine& line) {
    model_.finished = line.finished;
    model_.total = line.total;
}

void BuildView::began(const NinjaLine& line) {
    count(line);
    model_.running.push_back({line.description, block_.now()});
    head_ = line.text();
    if (!block_.fresh()) tick();
}

void BuildView::ended(const NinjaLine& line) {
    count(line);
    const auto same = [&](const BuildViewModel::Running& each) {
        return each.description == line.description;
    };
    const auto found = std::find_if(model_.running.begin(), model_.running.end(), same);
    if (found != model_.running.end()) model_.running.erase(found);
    head_ = line.text();
    if (!block_.fresh()) tick();
}

void BuildView::failed(const std::string& outputs, const std::string& command, int code) {
    ++model_.failed;
    if (!head_.empty()) above(Tone::heading, std::exchange(head_, {}));
    above(Tone::warning, failed_line(outputs, code));
    above(Tone::faint, command);
    tick();
}

void BuildView::printed(std::string_view line) {
    // A step that says something is named before it.
    if (!head_.empty() && !line.starts_with("ninja: ")) above(Tone::heading, std::exchange(head_, {}));
    above_.push_back(line_of_step(line));
    if (!block_.fresh()) tick();
}

void BuildView::above(Tone tone, std::string_view text) {
    above_.push_back(style_(tone, line_of_step(text)));
}

void BuildView::tick() {
    // It goes through all that is still to be run.
    constexpr std::chrono::seconds often(1);
    if (left_ && model_.total > 0 && block_.now() - asked_ >= often) {
        model_.left = left_();
        asked_ = block_.now();
    }
    block_.draw(std::exchange(above_, {}), [this](ViewTime now, ScreenSize size) {
        return build_view_lines(model_, now, size, style_);
    });
}

void BuildView::end() {
    if (!errors_.empty()) above_.push_back(line_of_step(std::exchange(errors_, {})));
    if (block_.drawn() || !above_.empty()) block_.draw(std::exchange(above_, {}), {});
    model_ = {};
    left_ = {};
    head_.clear();
}

std::unique_ptr<BuildProgress> build_progress_for(LiveMode mode) {
    const bool out = ::isatty(STDOUT_FILENO) == 1, err = ::isatty(STDERR_FILENO) == 1;
    const bool live = mode == LiveMode::always || (mode == LiveMode::automatic && out && can_redraw(err));
    if (live) {
        return std::make_unique<BuildView>(
            LiveBlock::Screen{to_standard_error, size_of_terminal, std::chrono::steady_clock::now},
            Style(wants_colour(err)));
    }
    return std::make_unique<BuildLines>(to_standard_output, to_standard_error, wants_colour(out));
}

}  // namespace aibuild
