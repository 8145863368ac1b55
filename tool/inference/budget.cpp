#include "tool/inference/budget.h"

#include <fmt/format.h>

#include <utility>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

std::size_t bytes_of(const Request& request) {
    std::size_t bytes = 0;
    for (const Message& message : request.messages) bytes += message.text.size() + message.role.size();
    return bytes;
}

std::optional<double> cost_of(const Price& price, std::int64_t input, std::int64_t output) {
    if (!price.input || !price.output) return std::nullopt;
    return (static_cast<double>(input) * *price.input + static_cast<double>(output) * *price.output) / 1e6;
}

[[noreturn]] void over(std::string rule, const Request& request, std::string why, std::string_view flag) {
    throw Error(
        Exit::policy, std::move(rule), request.subject, std::move(why),
        fmt::format("Raise {}, or ask for less. Answers that had arrived are kept and are not paid for "
                    "twice.",
                    flag));
}

}  // namespace

Worst worst_of(const Request& request) {
    return {static_cast<std::int64_t>(bytes_of(request)), request.limits.max_output_tokens};
}

std::int64_t estimated_tokens(std::size_t bytes) {
    return static_cast<std::int64_t>((bytes + 2) / 3);
}

std::optional<double> cost_of(const Price& price, const Usage& usage) {
    if (!usage.input_tokens || !usage.output_tokens) return std::nullopt;
    return cost_of(price, *usage.input_tokens, *usage.output_tokens);
}

Budget::Budget(Caps caps) : caps_(caps), spent_{} {
    if (caps_.time) end_ = Clock::now() + *caps_.time;
    spent_.cost = 0.0;
}

std::unique_ptr<Budget::Held> Budget::hold(const Request& request, const Price& price) {
    const Worst worst = worst_of(request);
    const std::optional<double> cost = cost_of(price, worst.input_tokens, worst.output_tokens);
    if (caps_.calls && spent_.calls + held_calls_ + 1 > *caps_.calls) {
        over("budget.calls", request,
             fmt::format("The limit of calls is {}, and so many were made or are under way.", *caps_.calls),
             "--max-calls");
    }
    const std::int64_t tokens = spent_.input_tokens + spent_.output_tokens + held_tokens_;
    if (caps_.tokens && tokens + worst.input_tokens + worst.output_tokens > *caps_.tokens) {
        over("budget.tokens", request,
             fmt::format(
                 "The limit of tokens is {}; {} are spent or set aside for calls under way, and this one may "
                 "take up to {}.",
                 *caps_.tokens, tokens, worst.input_tokens + worst.output_tokens),
             "--max-tokens");
    }
    if (caps_.cost && !cost) {
        throw Error(
            Exit::policy, "budget.price", request.model,
            "The cost is capped, and what this model costs is not known.",
            "Set price_input and price_output (of a million tokens) in your settings, or use --max-tokens "
            "instead of --max-cost.");
    }
    if (caps_.cost && spent_.cost.value_or(0.0) + held_cost_ + *cost > *caps_.cost) {
        over(
            "budget.cost", request,
            fmt::format(
                "The limit of cost is {}; {:.4f} is spent or set aside, and this call may cost up to {:.4f}.",
                *caps_.cost, spent_.cost.value_or(0.0) + held_cost_, *cost),
            "--max-cost");
    }
    check_time(request);
    return std::make_unique<Held>(*this, worst, price);
}

void Budget::check_time(const Request& request) const {
    if (end_ && Clock::now() >= *end_) {
        over("budget.seconds", request,
             fmt::format("The limit of time is {} s, and it is over.", caps_.time->count()), "--max-seconds");
    }
}

Budget::Held::Held(Budget& budget, Worst worst, Price price) : budget_(budget), worst_(worst), price_(price) {
    ++budget_.held_calls_;
    budget_.held_tokens_ += worst.input_tokens + worst.output_tokens;
    budget_.held_cost_ += cost_of(price, worst.input_tokens, worst.output_tokens).value_or(0.0);
}

Budget::Held::~Held() {
    release();
}

void Budget::Held::release() {
    if (std::exchange(released_, true)) return;
    --budget_.held_calls_;
    budget_.held_tokens_ -= worst_.input_tokens + worst_.output_tokens;
    budget_.held_cost_ -= cost_of(price_, worst_.input_tokens, worst_.output_tokens).value_or(0.0);
}

std::optional<double> Budget::Held::settle(const Request& request, const Usage& usage, std::size_t bytes) {
    release();
    Spent& spent = budget_.spent_;
    const std::int64_t input = usage.input_tokens.value_or(estimated_tokens(bytes_of(request)));
    const std::int64_t output = usage.output_tokens.value_or(estimated_tokens(bytes));
    ++spent.calls;
    spent.input_tokens += input;
    spent.output_tokens += output;
    spent.cached_tokens += usage.cached_tokens.value_or(0);
    if (!usage.input_tokens || !usage.output_tokens) spent.estimated = true;
    const std::optional<double> cost = cost_of(price_, input, output);
    if (!cost)
        spent.cost = std::nullopt;
    else if (spent.cost)
        *spent.cost += *cost;
    return cost;
}

}  // namespace aibuild
