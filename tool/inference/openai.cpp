#include "tool/inference/openai.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <random>
#include <utility>

#include "tool/inference/curl_loop.h"
#include "tool/inference/endpoint.h"
#include "tool/inference/exchange.h"

namespace aibuild {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

class OpenAi : public Provider {
  public:
    OpenAi(asio::any_io_executor executor, OpenAiSettings settings)
        : executor_(std::move(executor)),
          settings_(std::move(settings)),
          endpoint_(endpoint_of(settings_)),
          loop_(executor_) {}

    std::string name() const override { return "openai"; }
    bool costs() const override { return true; }

    asio::awaitable<Response> answer(const Request& request, CallWatch* watch = nullptr) override {
        try {
            co_return co_await ask(request, watch);
        } catch (const Error& error) {
            const std::string& place = error.place().empty() ? endpoint_.url : error.place();
            throw without_key(Error(error.exit(), error.rule(), place, error.why(), error.fix()),
                              settings_.key);
        }
    }

  private:
    asio::awaitable<Response> ask(const Request& request, CallWatch* watch) {
        const auto end = Clock::now() + settings_.total_timeout;
        int sent = 0;     // requests, all of them
        int retries = 0;  // those of them that repeat another one
        bool was_cut = false;
        retry_budget_ = std::min(retry_budget_ + retries_per_call, retry_burst);
        for (;;) {
            while (Clock::now() < quiet_until_) co_await sleep_until(quiet_until_);
            const Dialect dialect = dialects_[request.model];
            Exchange exchange(request, dialect, settings_, endpoint_, end);
            ++sent;
            if (watch != nullptr) watch->sent(sent);
            const CURLcode code =
                co_await loop_.perform(exchange.handle(), [&exchange] { return exchange.deadline(); });
            Exchange::Result result = exchange.result(code);

            if (result.simpler) {
                learn(request.model, dialect, *result.simpler);
                continue;
            }
            if (result.flooded) {
                Dialect other = dialect;
                other.format = without_schema(other.format);
                learn(request.model, dialect, other);
            }
            const bool wanted = result.cut ? !was_cut : result.failure && result.failure->retry;
            if (wanted && retries + 1 < settings_.attempts && retry_budget_ >= 1.0) {
                const auto until = Clock::now() + wait_before(retries, result.failure);
                if (until < end) {
                    retry_budget_ -= 1.0;
                    ++retries;
                    was_cut = was_cut || result.cut;
                    co_await sleep_until(until);
                    continue;
                }
            }
            if (result.failure) throw with_attempts(result.failure->error, sent);
            result.response->attempts = sent;
            co_return *std::move(result.response);
        }
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
        Dialect& known = dialects_[model];
        if (simpler.format != used.format) known.format = std::max(known.format, simpler.format);
        if (!simpler.max_completion_tokens) known.max_completion_tokens = false;
        if (!simpler.stream_options) known.stream_options = false;
    }

    static Error with_attempts(const Error& error, int sent) {
        if (sent == 1) return error;
        return {error.exit(), error.rule(), error.place(),
                fmt::format("{} {} requests were sent.", error.why(), sent), error.fix()};
    }

    // In an outage many parallel calls would each retry. Together they may retry this often, and a tenth as
    // often as they call.
    static constexpr double retry_burst = 10.0;
    static constexpr double retries_per_call = 0.1;

    asio::any_io_executor executor_;
    const OpenAiSettings settings_;
    const Endpoint endpoint_;
    CurlLoop loop_;
    std::map<std::string, Dialect> dialects_;  // by model; forgotten when the process ends
    Clock::time_point quiet_until_{};
    double retry_budget_ = retry_burst;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

std::unique_ptr<Provider> openai(asio::any_io_executor executor, OpenAiSettings settings) {
    return std::make_unique<OpenAi>(std::move(executor), std::move(settings));
}

}  // namespace aibuild
