#pragma once

// What a workflow tells while it asks providers: a live view on a terminal, lines otherwise. All calls come
// on one thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tool/inference/budget.h"

namespace aibuild {

// One thing that is asked for: the brief, the plan, or a file.
struct AskedItem {
    std::string name;                 // "brief", "plan", "src/tokenizer.rs"
    std::vector<std::size_t> after;   // items that have to arrive before it is asked for
    std::int64_t guessed_tokens = 0;  // of its answer, for the time that is left
};

struct ItemEnd {
    bool from_store = false;  // nothing was sent
    int requests = 1;         // sent for it, retries too
    int again = 0;            // how often it was asked again because an answer did not pass
    Usage usage;              // of all answers that came for it now; of a stored one, its own
    std::optional<double> cost;
    std::vector<std::string> notes;  // what was mended of its framing: "a Markdown fence"
};

class Progress {
  public:
    virtual ~Progress() = default;
    // A line for people, between everything else.
    virtual void say(const std::string& line) = 0;
    // These will be asked for; indices of the other functions are into this list. Called once for each stage.
    virtual void begin(std::vector<AskedItem> items) = 0;
    virtual void started(std::size_t item) = 0;
    virtual void received(std::size_t item, std::size_t bytes) = 0;
    virtual void waits(std::size_t item, const std::string& why, std::chrono::milliseconds time) = 0;
    // Its answer did not pass and it is asked again: "answer.plan: ...".
    virtual void again(std::size_t item, const std::string& why) = 0;
    virtual void finished(std::size_t item, const ItemEnd& end) = 0;
    // Time went by: called a few times a second where nothing else is, so that what counts seconds goes on.
    virtual void tick() {}
    // The stage is over, also where it failed: whatever is drawn is taken off or left as lines.
    virtual void end(const Spent& spent) = 0;
};

}  // namespace aibuild
