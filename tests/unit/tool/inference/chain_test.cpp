#include "tool/inference/chain.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <optional>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Answers with its own name, or as it is told.
class Scripted : public Provider {
  public:
    explicit Scripted(std::string name) : name_(std::move(name)) {}

    std::string name() const override { return name_; }
    bool costs() const override { return costs_money; }

    asio::awaitable<Response> answer(const Request& request, CallWatch* /*watch*/) override {
        models.push_back(request.model);
        if (error) throw Error(*error);
        Response out;
        out.outcome = outcome;
        out.text = name_;
        co_return out;
    }

    std::optional<Error> error;
    Outcome outcome = Outcome::complete;
    bool costs_money = false;
    std::vector<std::string> models;  // that were asked for

  private:
    std::string name_;
};

Error failed(Exit exit, const std::string& rule) {
    return {exit, rule, "there", "It failed.", "Mend it."};
}

class ChainTest : public testing::Test {
  protected:
    Scripted& add(const std::string& name, bool plans_for_all = true) {
        auto provider = std::make_unique<Scripted>(name);
        Scripted& out = *provider;
        links_.push_back({std::move(provider), "title of " + name, "model of " + name, plans_for_all});
        return out;
    }

    // Who answers a request of this stage; or the rule of the error.
    std::string asked(const std::string& stage = "file") {
        if (!chain_)
            chain_ = chain(std::move(links_), [this](const std::string& line) { said.push_back(line); });
        Request request;
        request.stage = stage;
        request.model = "as the caller named it";
        asio::io_context loop;
        auto answer = asio::co_spawn(loop, chain_->answer(request, nullptr), asio::use_future);
        loop.run();
        try {
            return answer.get().text;
        } catch (const Error& error) {
            return error.rule();
        }
    }

    std::vector<ChainLink> links_;
    std::unique_ptr<Provider> chain_;
    std::vector<std::string> said;
};

TEST_F(ChainTest, TheFirstAnswersAndEachHasItsOwnModel) {
    Scripted &a = add("a"), &b = add("b");
    EXPECT_EQ(asked(), "a");
    EXPECT_THAT(a.models, ElementsAre("model of a"));
    EXPECT_THAT(b.models, IsEmpty());
    EXPECT_THAT(said, IsEmpty());
    EXPECT_EQ(chain_->name(), "a");
}

TEST_F(ChainTest, WhereOneFailsTheNextIsAskedAndItIsSaidOnce) {
    Scripted &a = add("a"), &b = add("b");
    a.error = failed(Exit::provider, "provider.unreachable");
    EXPECT_EQ(asked(), "b");
    EXPECT_EQ(asked(), "b");
    EXPECT_EQ(a.models.size(), 1U) << "who failed is not asked again";
    EXPECT_THAT(b.models, ElementsAre("model of b", "model of b"));
    EXPECT_THAT(
        said,
        ElementsAre(
            "title of a can't answer (provider.unreachable: It failed.). title of b is asked instead."));
    EXPECT_EQ(chain_->name(), "b");
}

TEST_F(ChainTest, AKeyThatIsMissingIsAFailureAndABudgetIsNot) {
    add("a").error = failed(Exit::key, "key.missing");
    Scripted& b = add("b");
    b.error = failed(Exit::policy, "budget.calls");
    Scripted& c = add("c");
    EXPECT_EQ(asked(), "budget.calls");
    EXPECT_THAT(c.models, IsEmpty()) << "money that is spent is spent for all";
    EXPECT_EQ(said.size(), 1U);
}

TEST_F(ChainTest, AnAnswerThatBreaksOffIsAFailureAndOneThatIsUnwelcomeIsNot) {
    for (const Outcome outcome : {Outcome::incomplete, Outcome::cut}) {
        links_.clear();
        chain_.reset();
        add("a").outcome = outcome;
        add("b");
        EXPECT_EQ(asked(), "b");
    }
    EXPECT_THAT(said, ElementsAre(HasSubstr("its answer broke off"), HasSubstr("its answer was cut")));
    for (const Outcome outcome : {Outcome::refused, Outcome::filtered}) {
        links_.clear();
        chain_.reset();
        add("a").outcome = outcome;
        add("b");
        EXPECT_EQ(asked(), "a");
    }
    EXPECT_EQ(said.size(), 2U);
}

TEST_F(ChainTest, TheLastOnesFailureIsTheChains) {
    add("a").error = failed(Exit::provider, "provider.quota");
    add("b").error = failed(Exit::provider, "provider.unreachable");
    EXPECT_EQ(asked(), "provider.unreachable");
}

TEST_F(ChainTest, WhatIsNotStoredOfOneModelMayBeOfAnother) {
    Scripted& a = add("a");
    a.error = failed(Exit::provider, "provider.replay-miss");
    add("b");
    EXPECT_EQ(asked(), "b");
    a.error.reset();
    EXPECT_EQ(asked(), "a") << "that was no outage";
    EXPECT_THAT(said, IsEmpty());
}

// The built-in planner writes the files of its own plans, and of no other.
TEST_F(ChainTest, WhoPlansForItselfAloneWritesNoFilesOfAnothersPlan) {
    Scripted& a = add("a");
    add("builtin", false);
    EXPECT_EQ(asked("plan"), "a");
    a.error = failed(Exit::provider, "provider.unreachable");
    EXPECT_EQ(asked("file"), "provider.unreachable");
    EXPECT_EQ(asked("plan"), "builtin");
    EXPECT_EQ(asked("file"), "builtin");
}

TEST_F(ChainTest, CostsWhereOneOfThemDoes) {
    add("a");
    add("b").costs_money = true;
    asked();
    EXPECT_TRUE(chain_->costs());
}

}  // namespace
}  // namespace aibuild
