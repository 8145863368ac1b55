#include "tool/inference/openai.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <random>
#include <utility>

#include "tool/inference/capabilities.h"
#include "tool/inference/curl_loop.h"
#include "tool/inference/endpoint.h"
#include "tool/inference/exchange.h"
#include "tool/inference/limiter.h"

namespace aibuild {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

class OpenAi : public Provider {
  public:
    OpenAi(asio::any_io_executor executor, OpenAiSettings settings)
        : executor_(std::move(executor)),
          settings_(std::move(settings)),
          endpoint_(endpoint_of(settings_, settings_.api.value_or(settings_.server.apis.front()))),
          loop_(executor_),
          memory_(settings_.memory) {}

    std::string name() const override { return "openai"; }
    bool costs() const override { return settings_.server.costs; }

    asio::awaitable<Response> answer(const Request& request, CallWatch* watch = nullptr) override {
        try {
            Response response = co_await ask(request, watch);
            for (std::string& warning : response.warnings) warning = without_key(warning, settings_.key);
            // It would be stored, and written into a project.
            if (without_key(response.text + response.model, settings_.key) !=
                response.text + response.model) {
                throw Error(Exit::provider, "provider.echo", "",
                            "The key that the server was given is in its answer, which is not used.",
                            "Look at what stands between here and the model: it repeats what it is sent.");
            }
            co_return response;
        } catch (const Error& error) {
            const std::string& place = error.place().empty() ? endpoint_.url : error.place();
            throw without_key(Error(error.exit(), error.rule(), place, error.why(), error.fix()),
                              settings_.key);
        }
    }

  private:
    asio::awaitable<Response> ask(const Request& request, CallWatch* watch) {
        auto end = Clock::now() + settings_.total_timeout;
        int sent = 0;     // requests, all of them
        int retries = 0;  // those of them that repeat another one
        bool was_cut = false;
        retry_budget_ = std::min(retry_budget_ + retries_per_call, retry_burst);
        for (;;) {
            Turn turn(limiter_of(request.model), request);
            end += co_await wait_for(turn, watch);
            const Dialect dialect = dialect_of(request.model);
            Exchange::Result result = co_await exchange(request, dialect, turn, end, ++sent, watch);

            if (result.simpler) {
                learn(request.model, dialect, *result.simpler);
                remember(request.model);
                continue;
            }
            if (result.flooded) {
                Dialect other = dialect;
                other.format = without_schema(other.format, settings_.server.rungs);
                learn(request.model, dialect, other);
            }
            const bool wanted = result.cut ? !was_cut : result.failure && result.failure->retry;
            // The budget is against outages. A server that says when to come back has none.
            const double price = result.failure && result.failure->scheduled ? 0.0 : 1.0;
            if (wanted && retries + 1 < settings_.attempts && retry_budget_ >= price) {
                const auto until = Clock::now() + wait_before(retries, result.failure);
                if (until < earliest(end)) {
                    retry_budget_ -= price;
                    ++retries;
                    was_cut = was_cut || result.cut;
                    tell(watch,
                         result.failure && result.failure->after ? "the server asks to wait"
                                                                 : "it is tried again",
                         until);
                    co_await sleep_until(until);
                    continue;
                }
            }
            if (result.failure) throw with_attempts(result.failure->error, sent);
            result.response->attempts = sent;
            co_return *std::move(result.response);
        }
    }

    // A place in the queue of the limits of a model. Given back where it is not used.
    class Turn {
      public:
        Turn(Limiter& limiter, const Request& request)
            : limiter_(limiter),
              input_(estimated_tokens(static_cast<std::size_t>(worst_of(request).input_tokens))),
              reserved_(input_ + request.limits.max_output_tokens),
              begins_(limiter.reserve(reserved_, Clock::now())) {}
        ~Turn() { settle(0); }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        Clock::time_point begins() const { return begins_; }
        void use(const Exchange::Used& used) {
            const Usage& usage = used.usage;
            if (used.refused)  // it counts for the server all the same
                settle(input_);
            else if (usage.input_tokens && usage.output_tokens)
                settle(*usage.input_tokens + *usage.output_tokens);
            else
                settle(reserved_);
        }

      private:
        void settle(std::int64_t used) {
            if (!settled_) limiter_.settle(reserved_, used, Clock::now());
            settled_ = true;
        }

        Limiter& limiter_;
        std::int64_t input_, reserved_;
        Clock::time_point begins_;
        bool settled_ = false;
    };

    // Until the limits and the server let a request go. Gives the time that took: the call's own clock stands
    // still meanwhile.
    asio::awaitable<Clock::duration> wait_for(const Turn& turn, CallWatch* watch) {
        const auto begun = Clock::now();
        for (auto until = turn.begins(); Clock::now() < std::max(until, quiet_until_);) {
            const bool limited = until >= quiet_until_;
            until = earliest(std::max(until, quiet_until_));
            tell(watch, limited ? "a limit of requests or tokens a minute" : "the server asks to wait",
                 until);
            co_await sleep_until(until);
            if (settings_.budget && Clock::now() >= earliest(Clock::time_point::max())) break;
        }
        co_return Clock::now() - begun;
    }

    // One request and what came of it, within what may be spent.
    asio::awaitable<Exchange::Result> exchange(const Request& request, const Dialect& dialect, Turn& turn,
                                               Clock::time_point end, int number, CallWatch* watch) {
        const auto held = settings_.budget ? settings_.budget->hold(request, settings_.price)
                                           : std::unique_ptr<Budget::Held>();
        const Endpoint endpoint = endpoint_of(settings_, dialect.api, request.model);
        Exchange one(request, dialect, settings_, endpoint, earliest(end), watch);
        if (watch != nullptr) {
            watch->sent(number);
            watch->speaks(dialect);
        }
        // However it ends, what was sent may have to be paid.
        const Settled settled(one, held.get(), request, turn);
        const CURLcode code = co_await loop_.perform(one.handle(), [&one] { return one.deadline(); });
        const auto now = Clock::now();
        if (const auto quiet =
                limiter_of(request.model).learn([&one](const char* name) { return one.header(name); }, now))
            quiet_until_ = std::max(quiet_until_, *quiet);
        Exchange::Result result = one.result(code);
        if (settings_.budget && result.failure && !result.response) settings_.budget->check_time(request);
        co_return result;
    }

    class Settled {
      public:
        Settled(const Exchange& exchange, Budget::Held* held, const Request& request, Turn& turn)
            : exchange_(exchange), held_(held), request_(request), turn_(turn) {}
        ~Settled() {
            const auto used = exchange_.used();
            if (!used) return;
            turn_.use(*used);
            if (held_ != nullptr) held_->settle(request_, used->usage, used->bytes);
        }
        Settled(const Settled&) = delete;
        Settled& operator=(const Settled&) = delete;

      private:
        const Exchange& exchange_;
        Budget::Held* held_;
        const Request& request_;
        Turn& turn_;
    };

    // `time`, or the end of the run where that comes first.
    Clock::time_point earliest(Clock::time_point time) const {
        const auto end = settings_.budget ? settings_.budget->end() : std::nullopt;
        return end ? std::min(time, *end) : time;
    }

    static void tell(CallWatch* watch, const char* why, Clock::time_point until) {
        if (watch == nullptr) return;
        watch->waits(why, std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()));
    }

    Limiter& limiter_of(const std::string& model) {
        return limiters_.try_emplace(model, settings_.requests_per_minute, settings_.tokens_per_minute)
            .first->second;
    }

    static Capabilities::Time today() {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }

    // What is known of the server, from this run, from an earlier one, or from its preset.
    Dialect& dialect_of(const std::string& model) {
        const auto known = dialects_.find(model);
        if (known != dialects_.end()) return known->second;
        Dialect dialect =
            memory_.find(settings_.base_url, model, today()).value_or(settings_.server.dialect());
        if (settings_.api) dialect.api = *settings_.api;
        return dialects_.emplace(model, dialect).first->second;
    }

    void remember(const std::string& model) {
        memory_.keep(settings_.base_url, model, dialect_of(model), today());
    }

    asio::awaitable<void> sleep_until(Clock::time_point time) {
        asio::steady_timer timer(executor_, time);
        co_await timer.async_wait(asio::use_awaitable);
    }

    // A server that says how long to stay away means all calls.
    std::chrono::milliseconds wait_before(int retry, const std::optional<Failure>& failure) {
        const auto jitter =
            backoff(settings_.backoff, retry, std::uniform_real_distribution<>(0.0, 1.0)(random_));
        if (!failure || !failure->after) return jitter;
        quiet_until_ = std::max(quiet_until_, Clock::now() + *failure->after);
        return *failure->after + jitter;
    }

    // Calls run at the same time: another one may have learned the same, or more, meanwhile.
    void learn(const std::string& model, const Dialect& used, const Dialect& simpler) {
        Dialect& known = dialect_of(model);
        if (simpler.format != used.format) known.format = std::max(known.format, simpler.format);
        if (!simpler.max_completion_tokens) known.max_completion_tokens = false;
        if (!simpler.stream_options) known.stream_options = false;
        if (simpler.api != used.api) known.api = simpler.api;
    }

    static Error with_attempts(const Error& error, int sent) {
        if (sent == 1) return error;
        // A server's own words, which mostly come last, may end without a full stop.
        const std::string& why = error.why();
        const bool ended = why.empty() || std::string_view(".!?").find(why.back()) != std::string_view::npos;
        return {error.exit(), error.rule(), error.place(),
                fmt::format("{}{} {} requests were sent.", why, ended ? "" : ".", sent), error.fix()};
    }

    // In an outage many parallel calls would each retry. Together they may retry this often, and a tenth as
    // often as they call.
    static constexpr double retry_burst = 10.0;
    static constexpr double retries_per_call = 0.1;

    asio::any_io_executor executor_;
    const OpenAiSettings settings_;
    const Endpoint endpoint_;
    CurlLoop loop_;
    const Capabilities memory_;
    std::map<std::string, Dialect> dialects_;  // by model
    std::map<std::string, Limiter> limiters_;  // by model
    Clock::time_point quiet_until_{};
    double retry_budget_ = retry_burst;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

std::unique_ptr<Provider> openai(asio::any_io_executor executor, OpenAiSettings settings) {
    return std::make_unique<OpenAi>(std::move(executor), std::move(settings));
}

}  // namespace aibuild
