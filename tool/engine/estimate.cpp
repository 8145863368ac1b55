#include "tool/engine/estimate.h"

#include <fmt/format.h>

#include <algorithm>

namespace aibuild {

namespace {

std::string grouped(std::int64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t end = out.size(); end > 3; end -= 3) out.insert(end - 3, ",");
    return out;
}

std::string money(const Price& price, const Worst& worst) {
    const auto cost = cost_of(price, {worst.input_tokens, worst.output_tokens, {}});
    return cost ? fmt::format("{:.4f}", *cost) : "unknown";
}

}  // namespace

ExpectedCall expected(const Request& request, std::int64_t guessed_output) {
    const Worst worst = worst_of(request);
    return {request.subject,
            {estimated_tokens(static_cast<std::size_t>(worst.input_tokens)), guessed_output},
            worst};
}

std::string summary_of(const std::vector<ExpectedCall>& calls, const Price& price) {
    Worst about, most;
    for (const ExpectedCall& call : calls) {
        about.input_tokens += call.about.input_tokens;
        about.output_tokens += call.about.output_tokens;
        most.input_tokens += call.at_most.input_tokens;
        most.output_tokens += call.at_most.output_tokens;
    }
    const std::string cost =
        money(price, about) == "unknown"
            ? "cost unknown"
            : fmt::format("cost about {} (at most {})", money(price, about), money(price, most));
    return fmt::format("{} call{}, about {} tokens (at most {}), {}", calls.size(),
                       calls.size() == 1 ? "" : "s", grouped(about.input_tokens + about.output_tokens),
                       grouped(most.input_tokens + most.output_tokens), cost);
}

std::vector<std::string> lines_of(const std::vector<ExpectedCall>& calls, const Price& price) {
    std::size_t width = 0;
    for (const ExpectedCall& call : calls) width = std::max(width, call.name.size());
    std::vector<std::string> out;
    for (const ExpectedCall& call : calls) {
        out.push_back(fmt::format("  {:<{}}  at most {} tokens in, {} out", call.name, width,
                                  grouped(call.at_most.input_tokens), grouped(call.at_most.output_tokens)));
    }
    out.push_back(summary_of(calls, price));
    return out;
}

}  // namespace aibuild
