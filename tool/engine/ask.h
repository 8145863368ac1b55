#pragma once

// Asking a provider: many requests at once on one event loop, each as soon as what it depends
// on has arrived.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/error.h"
#include "tool/engine/progress.h"
#include "tool/engine/providers.h"
#include "tool/state/state.h"

namespace aibuild {

// An answer that passed, and when it came.
struct Answered {
    Response response;
    // Of all requests that led to it, those that were answered badly too.
    std::vector<std::string> keys;
    int attempts = 0;                 // requests sent, also where the answer was kept from an earlier run
    Usage usage = {};                 // a count is unknown where it is of any of them
    std::optional<double> cost = {};  // the same; of a kept answer what it costs by today's price
    std::int64_t started_ms = 0;      // since the epoch
    std::int64_t duration_ms = 0;
};

// What the state of a build directory tells of it (tool/state/state.h).
Task answered_task(const std::string& kind, const std::string& reason, std::vector<std::string> waited_for,
                   const Answered& answered);

using Judging = std::function<void(const std::atomic<bool>& stop)>;

// One thing to ask for.
struct Asking {
    std::string name;                 // "plan", or a file's path
    std::vector<std::size_t> after;   // of the same list; no circles
    std::int64_t guessed_tokens = 0;  // of its answer
    // Nothing: what came before it has shown that it need not be asked for.
    std::function<std::optional<Request>()> request;
    // Takes an answer and says what was mended of its framing. Throws an Error with Exit::rejected for one
    // that does not pass: it is asked again, with rule, place and why, at most twice.
    std::function<std::vector<std::string>(const Response&)> accept;
    std::function<void(const Answered&)> done;
    // What else judges an answer that was accepted, and may take its time: called right after `accept`, it
    // gives a function that is called on another thread, while others are answered, and throws as `accept`
    // does; its argument becomes true where it is not wanted any more. Either may be nothing.
    std::function<Judging()> judge = {};
    // The first request for it is about to leave: what is thrown here keeps it back, and ends all.
    std::function<void(std::int64_t started_ms)> sent = {};
    // It came to nothing after that: by its own error, or, where that is null, because all of it was ended.
    std::function<void(const Answered& until_then, const Error* error)> failed = {};
};

// `request` once more after an answer that `error` says did not pass.
using AskAgain = std::function<Request(Request request, const std::string& answer, const Error& error)>;

// What is stored of one answer already.
struct Kept {
    std::optional<Response> response;  // that passes; none: `request` is what would be sent
    Request request;
};

// Goes the way of ask_all as far as stored answers lead, those too that were rejected and asked again for. Of
// a chain it is who is asked first whose answers count: another one's are used only where the first can't
// answer, and that nobody knows before.
Kept kept(const ChosenProvider& chosen, Request request, const std::function<void(const Response&)>& accept,
          const AskAgain& again);

// Asks for all, at most `jobs` at a time; of those that wait for nothing more the one first that has the
// longest chain behind it. Where one fails the others are cancelled and its Error is thrown; so is
// `interrupted` (exit 130) at SIGINT or SIGTERM. Answers that were rejected to the end are forgotten, so that
// the next run asks anew.
void ask_all(ChosenProvider& chosen, std::vector<Asking> asked, int jobs, const AskAgain& again,
             Progress& progress);

// Asks for one thing, and returns the keys of all requests that led to its answer.
std::vector<std::string> ask_one(ChosenProvider& chosen, Asking asking, const AskAgain& again,
                                 Progress& progress);

}  // namespace aibuild
