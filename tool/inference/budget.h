#pragma once

// What may be spent (law 11). Asked before every request that is sent, retries too, with the worst that it
// can come to; told afterwards what it came to. One for a run, shared by its providers, on one thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "tool/inference/request.h"

namespace aibuild {

// Hard stops; what is not set is not limited.
struct Caps {
    std::optional<std::int64_t> calls = {};         // requests sent
    std::optional<std::int64_t> tokens = {};        // input and output together
    std::optional<double> cost = {};                // in the currency of the prices
    std::optional<std::chrono::seconds> time = {};  // of the whole run
};

// What a million tokens cost. Unknown unless the person's settings say so: prices that a program ships are
// old.
struct Price {
    std::optional<double> input, output;
};

// Nothing where a price or a count is unknown.
std::optional<double> cost_of(const Price& price, const Usage& usage);

// The worst that one request can come to. A text has at most as many tokens as bytes.
struct Worst {
    std::int64_t input_tokens = 0, output_tokens = 0;
};
Worst worst_of(const Request& request);

// A fair guess at the tokens of a text: a third of its bytes.
std::int64_t estimated_tokens(std::size_t bytes);

// What was spent so far. `estimated` says that a server did not tell, and what was sent was counted instead.
struct Spent {
    std::int64_t calls = 0;
    std::int64_t input_tokens = 0, output_tokens = 0, cached_tokens = 0;
    bool estimated = false;
    std::optional<double> cost;  // unknown where a price is
};

class Budget {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Budget(Caps caps = {});

    // Room for one request: held until it is settled. Throws Error `budget.calls`, `budget.tokens`,
    // `budget.cost`, `budget.seconds` (Exit::policy) where it might not fit, and `budget.price` where the
    // cost is capped and a price is unknown. Nothing is sent then.
    class Held {
      public:
        Held(Budget& budget, Worst worst, Price price);
        ~Held();  // not settled: nothing was sent, and nothing is counted
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        // It was sent, and the server told this much. What it did not tell is estimated: the input from what
        // was sent, the output from `bytes` that came. Gives the cost, where the price is known.
        std::optional<double> settle(const Request& request, const Usage& usage, std::size_t bytes);

      private:
        void release();  // what was set aside

        Budget& budget_;
        Worst worst_;
        Price price_;
        bool released_ = false;
    };
    std::unique_ptr<Held> hold(const Request& request, const Price& price);

    // Throws Error `budget.seconds` where the run's time is over.
    void check_time(const Request& request) const;

    // When the run has to end, where its time is capped.
    std::optional<Clock::time_point> end() const { return end_; }

    const Spent& spent() const { return spent_; }
    const Caps& caps() const { return caps_; }

  private:
    Caps caps_;
    std::optional<Clock::time_point> end_;
    Spent spent_;
    std::int64_t held_calls_ = 0, held_tokens_ = 0;
    double held_cost_ = 0;
};

}  // namespace aibuild
