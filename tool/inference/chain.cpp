#include "tool/inference/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

class Chain : public Provider {
  public:
    Chain(std::vector<ChainLink> links, std::function<void(const std::string&)> say)
        : links_(std::move(links)), say_(std::move(say)) {}

    std::string name() const override { return links_[first_].provider->name(); }
    bool costs() const override {
        return std::any_of(links_.begin(), links_.end(),
                           [](const ChainLink& link) { return link.provider->costs(); });
    }

    boost::asio::awaitable<Response> answer(const Request& request, CallWatch* watch) override {
        for (std::size_t n = first_;; ++n) {
            Request mine = request;
            mine.model = links_[n].model;
            std::string failed;
            try {
                Response response = co_await links_[n].provider->answer(mine, watch);
                const bool whole =
                    response.outcome != Outcome::incomplete && response.outcome != Outcome::cut;
                if (whole || !next_of(n, request)) {
                    if (request.stage == "plan") planner_ = n;
                    co_return response;
                }
                failed = response.outcome == Outcome::cut ? "its answer was cut" : "its answer broke off";
            } catch (const Error& error) {
                const bool theirs = error.exit() == Exit::provider || error.exit() == Exit::key;
                if (!theirs || !next_of(n, request)) throw;
                // What is not among the answers of one model is among another's: that is no outage.
                if (error.rule() == "provider.replay-miss") continue;
                failed = fmt::format("{}: {}", error.rule(), error.why());
            }
            // Calls run at the same time: another one may have said so already.
            if (first_ <= n) {
                first_ = n + 1;
                say_(fmt::format("{} can't answer ({}). {} is asked instead.", links_[n].title, failed,
                                 links_[n + 1].title));
            }
        }
    }

  private:
    // Is there one after `n` who can answer this?
    bool next_of(std::size_t n, const Request& request) const {
        if (n + 1 >= links_.size()) return false;
        const bool of_a_plan = request.stage != "brief" && request.stage != "plan";
        const bool somebody_elses = of_a_plan && planner_ != n + 1;
        return links_[n + 1].plans_for_all || !somebody_elses;
    }

    std::vector<ChainLink> links_;
    std::function<void(const std::string&)> say_;
    std::size_t first_ = 0;  // who is asked first: those before failed
    std::optional<std::size_t> planner_;
};

}  // namespace

std::unique_ptr<Provider> chain(std::vector<ChainLink> links, std::function<void(const std::string&)> say) {
    return std::make_unique<Chain>(std::move(links), std::move(say));
}

}  // namespace aibuild
