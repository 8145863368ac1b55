#include "tool/engine/ask.h"

#include <fmt/format.h>

#include <boost/algorithm/string/split.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <list>
#include <set>
#include <thread>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

namespace asio = boost::asio;

std::int64_t now_ms() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

constexpr int times_again = 2;

// What a model's answer may be asked again for. That it declined, or that a filter took it, stays as it is.
bool may_pass_next_time(const Error& error) {
    return error.exit() == Exit::rejected && error.rule() != "answer.refused" &&
           error.rule() != "answer.filtered";
}

// The tokens of the longest chain that begins with each: what is asked first where not all can be.
std::vector<std::int64_t> chains(const std::vector<Asking>& asked) {
    std::vector<std::vector<std::size_t>> behind(asked.size());
    std::vector<std::size_t> waiting(asked.size());
    for (std::size_t n = 0; n < asked.size(); ++n) {
        waiting[n] = asked[n].after.size();
        for (const std::size_t before : asked[n].after) behind[before].push_back(n);
    }
    std::vector<std::size_t> order;
    for (std::size_t n = 0; n < asked.size(); ++n) {
        if (waiting[n] == 0) order.push_back(n);
    }
    for (std::size_t k = 0; k < order.size(); ++k) {
        for (const std::size_t next : behind[order[k]]) {
            if (--waiting[next] == 0) order.push_back(next);
        }
    }
    std::vector<std::int64_t> out(asked.size());
    for (auto n = order.rbegin(); n != order.rend(); ++n) {
        for (const std::size_t next : behind[*n]) out[*n] = std::max(out[*n], out[next]);
        out[*n] += asked[*n].guessed_tokens + 1;
    }
    return out;
}

// One run of ask_all. Everything happens on the loop's one thread.
class Asker {
  public:
    Asker(ChosenProvider& chosen, std::vector<Asking> asked, int jobs, const AskAgain& again,
          Progress& progress)
        : chosen_(chosen),
          asked_(std::move(asked)),
          jobs_(static_cast<std::size_t>(std::max(jobs, 1))),
          again_(again),
          progress_(progress),
          chains_(chains(asked_)),
          waiting_(asked_.size()),
          behind_(asked_.size()),
          signals_(*chosen.loop, SIGINT, SIGTERM),
          clock_(*chosen.loop) {}

    void run() {
        std::vector<AskedItem> items;
        for (std::size_t n = 0; n < asked_.size(); ++n) {
            items.push_back({asked_[n].name, asked_[n].after, asked_[n].guessed_tokens});
            waiting_[n] = asked_[n].after.size();
            for (const std::size_t before : asked_[n].after) behind_[before].push_back(n);
            if (waiting_[n] == 0) ready_.push_back(n);
        }
        progress_.begin(std::move(items));
        signals_.async_wait([this](const boost::system::error_code& error, int) {
            if (error) return;
            stop(std::make_exception_ptr(Error(Exit::interrupted, "interrupted", "",
                                               "You stopped it; nothing was written.",
                                               "Run the same command again: answers that had arrived are "
                                               "kept and are not asked for twice.")));
        });
        start_ready();
        tick();
        chosen_.loop->restart();
        chosen_.loop->run();
        progress_.end(chosen_.budget->spent());
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    struct Watch : CallWatch {
        Watch(Asker& by, std::size_t item) : asker(by), n(item) {}
        void sent(int /*number*/) override {
            if (++requests == 1 && asker.asked_[n].sent) asker.asked_[n].sent(started_ms);
        }
        void received(std::size_t bytes) override { asker.progress_.received(n, bytes); }
        void waits(const std::string& why, std::chrono::milliseconds time) override {
            asker.progress_.waits(n, why, time);
        }
        Asker& asker;
        const std::size_t n;
        const std::int64_t started_ms = now_ms();
        int requests = 0;
    };

    void start_ready() {
        while (!failure_ && running_.size() < jobs_ && !ready_.empty()) {
            const auto next =
                std::max_element(ready_.begin(), ready_.end(), [&](std::size_t a, std::size_t b) {
                    return chains_[a] != chains_[b] ? chains_[a] < chains_[b] : a > b;
                });
            const std::size_t n = *next;
            ready_.erase(next);
            running_.emplace_back();
            const auto mine = std::prev(running_.end());
            asio::co_spawn(
                *chosen_.loop, ask(n),
                asio::bind_cancellation_slot(mine->slot(), [this, n, mine](const std::exception_ptr& error) {
                    running_.erase(mine);
                    if (error)
                        stop(error);
                    else
                        arrived(n);
                    start_ready();
                    if (running_.empty()) {
                        signals_.cancel();
                        clock_.cancel();
                    }
                }));
        }
    }

    // For a view that counts seconds.
    void tick() {
        if (running_.empty()) return;
        clock_.expires_after(std::chrono::milliseconds(200));
        clock_.async_wait([this](const boost::system::error_code& error) {
            if (error || running_.empty()) return;
            progress_.tick();
            tick();
        });
    }

    void arrived(std::size_t n) {
        for (const std::size_t next : behind_[n]) {
            if (--waiting_[next] == 0) ready_.push_back(next);
        }
    }

    void stop(const std::exception_ptr& why) {
        if (failure_) return;
        failure_ = why;
        stopped_ = true;
        for (asio::cancellation_signal& each : running_) each.emit(asio::cancellation_type::terminal);
    }

    asio::awaitable<void> ask(std::size_t n) {
        Answered answered;
        Watch watch(*this, n);
        answered.started_ms = watch.started_ms;
        const auto begin = std::chrono::steady_clock::now();
        const auto count_time = [&] {
            const auto took = std::chrono::steady_clock::now() - begin;
            answered.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
        };
        progress_.started(n);
        ItemEnd end;
        try {
            if (!co_await ask(n, watch, answered, end)) co_return;
        } catch (const Error& error) {
            count_time();
            failed(n, watch, answered, failure_ ? nullptr : &error);
            throw;
        } catch (...) {
            count_time();
            failed(n, watch, answered, nullptr);
            throw;
        }
        count_time();
        end.from_store = watch.requests == 0 && answered.response.from_store;
        end.requests = watch.requests;
        progress_.finished(n, end);
        asked_[n].done(answered);
    }

    // Until an answer passes. False where there is nothing to ask for.
    asio::awaitable<bool> ask(std::size_t n, Watch& watch, Answered& answered, ItemEnd& end) {
        const Asking& asking = asked_[n];
        std::optional<Usage> paid;
        std::string rejected;
        std::optional<Request> request = asking.request();
        if (!request) {
            end.from_store = true;
            end.requests = 0;
            progress_.finished(n, end);
            co_return false;
        }
        for (;; ++end.again) {
            answered.response = co_await chosen_.provider->answer(*request, &watch);
            count(answered);
            tell_warnings(asking.name, answered.response);
            // An answer that did not pass was paid too; what is stored was paid by another run.
            if (!answered.response.from_store)
                paid = paid ? *paid + answered.response.usage : answered.response.usage;
            answered.keys.push_back(answered.response.key.empty() ? key_of(*request) : answered.response.key);
            try {
                end.notes = asking.accept(answered.response);
                if (asking.judge) co_await beside(asking.judge());
                break;
            } catch (const Error& error) {
                const bool same = answered.response.text == rejected;
                if (!may_pass_next_time(error) || end.again == times_again || same) {
                    forget(answered.keys);
                    if (end.again == 0 || !may_pass_next_time(error)) throw;
                    throw Error(error.exit(), error.rule(), error.place(),
                                fmt::format("{} It was asked again {} and did not pass{}.", error.why(),
                                            end.again == 1 ? "once" : "twice",
                                            same ? ": the answer stayed the same" : ""),
                                error.fix());
                }
                rejected = answered.response.text;
                // Of stored answers that were rejected once nobody need hear again.
                if (!answered.response.from_store)
                    progress_.again(n, fmt::format("{}: {}", error.rule(), error.why()));
                request = again_(*std::move(request), rejected, error);
            }
        }
        end.usage = paid.value_or(answered.response.usage);
        end.cost = cost_of(chosen_.price, end.usage);
        co_return true;
    }

    // What ends all of it is told already, and is more than that nobody could write this down.
    void failed(std::size_t n, const Watch& watch, const Answered& until_then, const Error* error) noexcept {
        if (watch.requests == 0 || !asked_[n].failed) return;
        try {
            asked_[n].failed(until_then, error);
        } catch (const std::exception&) {
            return;
        }
    }

    // Runs `work` on a thread of its own, and goes on here once it has ended; what it throws is thrown here.
    asio::awaitable<void> beside(Judging work) {
        if (!work) co_return;
        std::exception_ptr failure;
        const auto begin = [&](auto handler) {
            auto guard = asio::make_work_guard(*chosen_.loop);
            std::thread([&, handler = std::move(handler), guard = std::move(guard)]() mutable {
                try {
                    work(stopped_);
                } catch (...) {
                    failure = std::current_exception();
                }
                asio::post(guard.get_executor(), std::move(handler));
            }).detach();
        };
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
        if (failure) std::rethrow_exception(failure);
    }

    // Adds what the response came to.
    void count(Answered& answered) const {
        const Response& response = answered.response;
        std::optional<double> cost = response.cost;
        // Who of a chain gave a kept answer, and at which price, nobody knows any more.
        const bool chain = chosen_.model.find(',') != std::string::npos;
        if (response.from_store && !chain) cost = cost_of(chosen_.price, response.usage);
        const bool first = answered.keys.empty();
        answered.attempts += response.attempts;
        answered.usage = first ? response.usage : answered.usage + response.usage;
        answered.cost = first                   ? cost
                        : answered.cost && cost ? std::optional(*answered.cost + *cost)
                                                : std::nullopt;
    }

    // A server does the same wrong in each of its answers: it is told of the first.
    void tell_warnings(const std::string& name, const Response& response) {
        for (const std::string& warning : response.warnings) {
            if (warned_.insert(warning).second) progress_.say(fmt::format("warning: {}: {}", name, warning));
        }
    }

    void forget(const std::vector<std::string>& keys) {
        if (chosen_.name == "replay") return;
        for (const std::string& key : keys) chosen_.store->forget(key);
    }

    ChosenProvider& chosen_;
    const std::vector<Asking> asked_;
    const std::size_t jobs_;
    const AskAgain& again_;
    Progress& progress_;
    const std::vector<std::int64_t> chains_;
    std::vector<std::size_t> waiting_;              // by item: how many it waits for
    std::vector<std::vector<std::size_t>> behind_;  // by item: what waits for it
    std::vector<std::size_t> ready_;
    std::list<asio::cancellation_signal> running_;
    std::set<std::string> warned_;
    asio::signal_set signals_;
    asio::steady_timer clock_;
    std::exception_ptr failure_;
    std::atomic<bool> stopped_ = false;
};

std::optional<Response> stored_answer(const ChosenProvider& chosen, Request request) {
    std::vector<std::string> models;
    boost::algorithm::split(models, chosen.model, [](char c) { return c == ','; });
    if (chosen.name != "replay") models.resize(1);
    for (std::string& model : models) {
        request.model = std::move(model);
        if (auto found = chosen.store->find(key_of(request))) return found;
    }
    return std::nullopt;
}

}  // namespace

Task answered_task(const std::string& kind, const std::string& reason, std::vector<std::string> waited_for,
                   const Answered& answered) {
    Task out;
    out.state = TaskState::succeeded;
    out.kind = kind;
    out.reason = reason;
    out.started_ms = answered.started_ms;
    out.duration_ms = answered.duration_ms;
    out.attempts = answered.attempts;
    out.by = "aibuild-gen";
    out.waited_for = std::move(waited_for);
    out.provider = answered.response.provider;
    out.model = answered.response.model;
    out.input_tokens = answered.usage.input_tokens;
    out.output_tokens = answered.usage.output_tokens;
    out.cost = answered.cost;
    return out;
}

Kept kept(const ChosenProvider& chosen, Request request, const std::function<void(const Response&)>& accept,
          const AskAgain& again) {
    for (int times = 0;; ++times) {
        std::optional<Response> found = stored_answer(chosen, request);
        if (!found) return {std::nullopt, std::move(request)};
        try {
            accept(*found);
            return {std::move(found), std::move(request)};
        } catch (const Error& error) {
            if (error.exit() != Exit::rejected) throw;
            // Asking ended here, and was killed before it forgot what was rejected.
            if (!may_pass_next_time(error) || times == times_again) return {std::nullopt, std::move(request)};
            request = again(std::move(request), found->text, error);
        }
    }
}

void ask_all(ChosenProvider& chosen, std::vector<Asking> asked, int jobs, const AskAgain& again,
             Progress& progress) {
    if (asked.empty()) return;  // nobody would take the signals down again
    Asker(chosen, std::move(asked), jobs, again, progress).run();
}

std::vector<std::string> ask_one(ChosenProvider& chosen, Asking asking, const AskAgain& again,
                                 Progress& progress) {
    std::vector<std::string> keys;
    asking.done = [&, done = std::move(asking.done)](const Answered& answered) {
        if (done) done(answered);
        keys = answered.keys;
    };
    std::vector<Asking> one;
    one.push_back(std::move(asking));
    ask_all(chosen, std::move(one), 1, again, progress);
    return keys;
}

}  // namespace aibuild
