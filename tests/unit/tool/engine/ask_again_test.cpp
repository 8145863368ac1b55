#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/engine/asking.h"

namespace aibuild {
namespace {

using test::AskAll;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(AskAll, AllThatCameForOneIsCounted) {
    add("a");
    model->scripts["a"].answers = {"bad", "good"};
    ask();
    const ItemEnd& end = progress.ends.at("a");
    EXPECT_EQ(end.usage.input_tokens, 20);
    EXPECT_EQ(end.usage.output_tokens, 10);
    EXPECT_EQ(end.usage.cached_tokens, std::nullopt);
    EXPECT_DOUBLE_EQ(end.cost.value_or(-1), 40e-6);
}

TEST_F(AskAll, OneThatDoesNotPassIsAskedAgain) {
    add("a");
    model->scripts["a"].answers = {"bad", "worse", "good"};
    ask();
    EXPECT_EQ(model->asked["a"], 3U);
    EXPECT_THAT(progress.log, ElementsAre("begin", "started a", "again a: answer.test: It is bad.",
                                          "again a: answer.test: It is worse.", "finished a", "end"));
    EXPECT_EQ(progress.ends.at("a").again, 2);
    EXPECT_EQ(progress.ends.at("a").requests, 3);
    ASSERT_EQ(model->requests.back().messages.size(), 5U);
    EXPECT_EQ(model->requests.back().messages[1].text, "bad");
    EXPECT_EQ(model->requests.back().messages[4].text, "answer.test a It is worse.");
    std::vector<std::string> keys;
    for (const Request& request : model->requests) keys.push_back(key_of(request));
    EXPECT_EQ(done.at("a").keys, keys) << "all that led to it, in order";
}

TEST_F(AskAll, AllAnswersOfATaskCount) {
    add("a");
    model->scripts["a"].answers = {"bad", "good"};
    model->scripts["a"].attempts = 3;
    ask();
    const Task task = answered_task("file", "planned", {"plan"}, done.at("a"));
    EXPECT_EQ(task.state, TaskState::succeeded);
    EXPECT_EQ(task.attempts, 6);
    EXPECT_EQ(task.input_tokens, 20);
    EXPECT_EQ(task.output_tokens, 10);
    EXPECT_EQ(task.cost, 3.0) << "by the price of who answered";
    EXPECT_THAT(task.waited_for, ElementsAre("plan"));
}

TEST_F(AskAll, UnknownStaysUnknown) {
    add("a");
    model->scripts["a"].answers = {"bad", "good"};
    model->scripts["a"].silent = true;
    ask();
    const Task task = answered_task("file", "planned", {}, done.at("a"));
    EXPECT_EQ(task.input_tokens, 20);
    EXPECT_EQ(task.output_tokens, std::nullopt);
}

TEST_F(AskAll, AKeptAnswerCostsWhatItWouldToday) {
    add("a");
    model->scripts["a"].kept = true;
    ask();
    EXPECT_DOUBLE_EQ(done.at("a").cost.value_or(-1), 20e-6);
}

TEST_F(AskAll, OfAChainNobodyKnowsWhatAKeptAnswerCost) {
    chosen.model = "m,n";
    add("a");
    model->scripts["a"].kept = true;
    ask();
    EXPECT_EQ(done.at("a").cost, std::nullopt);
}

TEST_F(AskAll, IsAskedAgainAtMostTwice) {
    add("a");
    model->scripts["a"].answers = {"bad", "worse", "worst", "good"};
    const Error error = failure();
    EXPECT_EQ(model->asked["a"], 3U);
    EXPECT_EQ(error.rule(), "answer.test");
    EXPECT_EQ(error.exit(), Exit::rejected);
    EXPECT_EQ(error.place(), "a");
    EXPECT_EQ(error.why(), "It is worst. It was asked again twice and did not pass.");
    EXPECT_EQ(error.fix(), "Be good.");
    EXPECT_THAT(done, IsEmpty());
    EXPECT_EQ(progress.log.back(), "end");
}

TEST_F(AskAll, TheSameWrongAnswerTwiceStops) {
    add("a");
    model->scripts["a"].answers = {"bad", "bad", "good"};
    const Error error = failure();
    EXPECT_EQ(model->asked["a"], 2U);
    EXPECT_EQ(error.why(),
              "It is bad. It was asked again once and did not pass: the answer stayed the same.");
}

TEST_F(AskAll, WhatWasDeclinedIsNotAskedAgain) {
    add("a");
    model->scripts["a"].outcome = Outcome::refused;
    const Error error = failure();
    EXPECT_EQ(model->asked["a"], 1U);
    EXPECT_EQ(error.rule(), "answer.refused");
    EXPECT_EQ(error.why(), "The model declined.") << "as it was";
}

TEST_F(AskAll, WhatIsNoAnswersFaultIsNotAskedAgain) {
    add("a");
    asked[0].accept = [](const Response& /*response*/) -> std::vector<std::string> {
        throw Error(Exit::provider, "answer.cut", "a", "A limit ended it.", "Raise it.");
    };
    EXPECT_EQ(failure().rule(), "answer.cut");
    EXPECT_EQ(model->asked["a"], 1U);
}

class AskAllStored : public AskAll {
  protected:
    AskAllStored() { chosen.provider = stored(std::move(chosen.provider), chosen.store); }

    std::size_t stored_answers() const {
        std::size_t out = 0;
        for (const auto& [path, what] : directory.tree()) out += path.ends_with(".json") ? 1U : 0U;
        return out;
    }
};

TEST_F(AskAllStored, AnswersThatPassedAreNotAskedForTwice) {
    add("a");
    ask();
    ask();
    EXPECT_EQ(model->asked["a"], 1U);
    EXPECT_TRUE(progress.ends.at("a").from_store);
    EXPECT_EQ(progress.ends.at("a").requests, 0);
}

TEST_F(AskAllStored, AnswersThatLedToAGoodOneAreKept) {
    add("a");
    model->scripts["a"].answers = {"bad", "good"};
    ask();
    EXPECT_EQ(stored_answers(), 2U);
    ask();
    EXPECT_EQ(model->asked["a"], 2U) << "both come from the store";
    EXPECT_EQ(progress.ends.at("a").again, 1);
    EXPECT_TRUE(progress.ends.at("a").from_store);
}

TEST_F(AskAllStored, AnswersRejectedToTheEndAreForgotten) {
    add("a");
    model->scripts["a"].answers = {"bad", "worse", "worst", "good"};
    EXPECT_EQ(failure().rule(), "answer.test");
    EXPECT_EQ(stored_answers(), 0U);
    ask();
    EXPECT_EQ(done.at("a").response.text, "good") << "the next run asks anew";
}

TEST_F(AskAllStored, AReplayForgetsNothing) {
    add("a");
    model->scripts["a"].answers = {"bad"};
    chosen.name = "replay";
    EXPECT_EQ(failure().rule(), "answer.test");
    EXPECT_EQ(stored_answers(), 2U);
}

}  // namespace
}  // namespace aibuild
