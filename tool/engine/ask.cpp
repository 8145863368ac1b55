#include "tool/engine/ask.h"

#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <list>

#include "ninja-gen/error.h"
#include "tool/inference/builtin.h"
#include "tool/inference/capabilities.h"
#include "tool/inference/openai.h"

namespace aibuild {

namespace {

namespace asio = boost::asio;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::int64_t now_ms() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::string required_model(const NewOptions& options, bool replay) {
    std::string model = !options.model.empty() ? options.model : environment("AIBUILD_MODEL");
    if (!model.empty()) return model;
    if (replay) return "builtin";
    throw Error(Exit::usage, "model.missing", "-m",
                "No model is named; which one is asked, and what that costs, is not for AIBuild to guess.",
                "Add -m MODEL, or set AIBUILD_MODEL.");
}

}  // namespace

ChosenProvider choose_provider(const NewOptions& options) {
    ChosenProvider out;
    out.loop = std::make_unique<asio::io_context>(1);
    const bool server = !options.key.empty() || !environment("OPENAI_BASE_URL").empty();
    ProviderName name = options.provider;
    out.why = "as --provider says";
    if (name == ProviderName::automatic) {
        name = server ? ProviderName::openai : ProviderName::builtin;
        out.why = server ? "OPENAI_API_KEY or OPENAI_BASE_URL is set"
                         : "neither OPENAI_API_KEY nor OPENAI_BASE_URL is set";
    }
    const auto cache = user_response_cache();
    const auto project = options.root / ".aibuild" / "responses";
    out.store = std::make_shared<ResponseStore>(std::vector{project, cache}, cache);
    switch (name) {
        case ProviderName::replay:
            out.name = "replay";
            out.model = required_model(options, true);
            out.provider = replay(out.store);
            break;
        case ProviderName::openai: {
            out.name = "openai";
            OpenAiSettings settings = openai_settings_from_environment();
            settings.key = options.key;
            settings.memory = user_server_memory();
            out.model = required_model(options, false);
            if (options.timeout_seconds > 0) {
                // A local model may read a long prompt for minutes before its first word: the person's limit
                // is the limit.
                settings.total_timeout = std::chrono::seconds(options.timeout_seconds);
                settings.first_byte_timeout = settings.total_timeout;
                settings.connect_timeout = std::min(settings.connect_timeout, settings.total_timeout);
                settings.idle_timeout = std::min(settings.idle_timeout, settings.total_timeout);
            }
            out.provider = stored(openai(out.loop->get_executor(), std::move(settings)), out.store);
            break;
        }
        default:
            out.name = "builtin";
            out.model = "builtin";
            out.provider = stored(builtin(), out.store);
            break;
    }
    return out;
}

void answer_all(ChosenProvider& chosen, const std::vector<Request>& requests, int jobs,
                const std::function<void(std::size_t, const Answered&)>& done) {
    if (requests.empty()) return;  // nobody would take the signals down again
    std::exception_ptr failure;
    std::list<asio::cancellation_signal> running;
    std::size_t next = 0;
    std::size_t workers = 0;
    asio::signal_set signals(*chosen.loop, SIGINT, SIGTERM);
    const auto stop = [&](const std::exception_ptr& why) {
        if (!failure) failure = why;
        next = requests.size();
        for (asio::cancellation_signal& each : running) each.emit(asio::cancellation_type::terminal);
    };
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        stop(std::make_exception_ptr(Error(
            Exit::interrupted, "interrupted", "", "You stopped it; nothing was written.",
            "Run the same command again: answers that had arrived are kept and are not asked for twice.")));
    });
    // Each worker takes the next request until there is none.
    const auto worker = [&]() -> asio::awaitable<void> {
        while (next < requests.size()) {
            const std::size_t mine = next++;
            Answered answered;
            answered.started_ms = now_ms();
            const auto begin = std::chrono::steady_clock::now();
            answered.response = co_await chosen.provider->answer(requests[mine]);
            const auto took = std::chrono::steady_clock::now() - begin;
            answered.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
            done(mine, answered);
        }
    };
    workers = std::min(requests.size(), static_cast<std::size_t>(std::max(jobs, 1)));
    for (std::size_t left = workers; left > 0; --left) {
        running.emplace_back();
        asio::co_spawn(
            *chosen.loop, worker,
            asio::bind_cancellation_slot(running.back().slot(), [&](const std::exception_ptr& error) {
                if (error) stop(error);
                if (--workers == 0) signals.cancel();
            }));
    }
    chosen.loop->restart();
    chosen.loop->run();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace aibuild
