#pragma once

// Asking providers: which one, and many requests at once on one event loop.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "tool/engine/new.h"
#include "tool/inference/provider.h"
#include "tool/inference/store.h"

namespace aibuild {

// Somebody to ask, with the event loop that they live on.
struct ChosenProvider {
    std::unique_ptr<boost::asio::io_context> loop;
    std::shared_ptr<ResponseStore> store;
    std::unique_ptr<Provider> provider;
    std::string name;   // "openai"
    std::string model;  // part of every request
    std::string why;    // why this one, for people
};

// The provider of these options: `openai` where there is a key or OPENAI_BASE_URL is set, else `builtin`,
// unless one is named. Throws Error `key.*`, `provider.*`.
ChosenProvider choose_provider(const NewOptions& options);

// An answer, and when it came.
struct Answered {
    Response response;
    std::int64_t started_ms = 0;  // since the epoch
    std::int64_t duration_ms = 0;
};

// Answers all requests, at most `jobs` at a time, and calls `done` with each as it arrives. Where one fails
// the others are cancelled and its Error is thrown; so is `interrupted` (exit 130) at SIGINT or SIGTERM.
void answer_all(ChosenProvider& chosen, const std::vector<Request>& requests, int jobs,
                const std::function<void(std::size_t, const Answered&)>& done);

}  // namespace aibuild
