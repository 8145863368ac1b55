#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/engine/asking.h"

namespace aibuild {
namespace {

using test::AskAll;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(AskAll, AsksForNothing) {
    ask();
    EXPECT_THAT(progress.log, IsEmpty());
}

TEST_F(AskAll, WhatNeedNotBeAskedForIsOverAtOnce) {
    add("a");
    add("b", {0});
    asked[0].request = [] { return std::nullopt; };
    ask();
    EXPECT_THAT(model->log, ElementsAre("b"));
    EXPECT_EQ(progress.ends.at("a").requests, 0);
    EXPECT_TRUE(progress.ends.at("a").from_store);
    EXPECT_FALSE(done.contains("a"));
    EXPECT_TRUE(before("finished a", "started b"));
}

TEST_F(AskAll, TellsHowItGoes) {
    notes = {"a Markdown fence"};
    add("a", {}, 7);
    add("b", {0});
    ask();
    EXPECT_THAT(progress.log,
                ElementsAre("begin", "started a", "finished a", "started b", "finished b", "end"));
    ASSERT_EQ(progress.items.size(), 2U);
    EXPECT_EQ(progress.items[0].guessed_tokens, 7);
    EXPECT_THAT(progress.items[1].after, ElementsAre(0U));
    const ItemEnd& end = progress.ends.at("a");
    EXPECT_EQ(end.requests, 1);
    EXPECT_EQ(end.again, 0);
    EXPECT_FALSE(end.from_store);
    EXPECT_EQ(end.usage.input_tokens, 10);
    EXPECT_DOUBLE_EQ(end.cost.value_or(-1), 20e-6);
    EXPECT_THAT(end.notes, ElementsAre("a Markdown fence"));
    EXPECT_EQ(progress.bytes_of.at("a"), 4U);
    EXPECT_EQ(done.at("a").response.text, "good");
    EXPECT_THAT(done.at("a").keys, ElementsAre(key_of(*asked[0].request())));
}

TEST_F(AskAll, EachComesAfterWhatItWaitsFor) {
    add("d", {1, 2});
    add("b", {3});
    add("c", {3});
    add("a");
    model->scripts["b"].turns = 20;
    ask();
    EXPECT_TRUE(before("finished a", "started b"));
    EXPECT_TRUE(before("finished a", "started c"));
    EXPECT_TRUE(before("started b", "finished c")) << "at the same time";
    EXPECT_TRUE(before("finished b", "started d"));
    EXPECT_TRUE(before("finished c", "started d"));
    EXPECT_EQ(done.size(), 4U);
}

// What waits is made into a request only then: it shows what arrived.
TEST_F(AskAll, ARequestIsMadeWhenItsTurnHasCome) {
    add("a");
    add("b", {0});
    const auto make = asked[1].request;
    asked[1].request = [&, make] {
        EXPECT_TRUE(done.contains("a"));
        return make();
    };
    ask();
    EXPECT_TRUE(done.contains("b"));
}

TEST_F(AskAll, AtMostSoManyAtOnce) {
    for (int n = 0; n < 10; ++n) {
        add("f" + std::to_string(n));
        model->scripts["f" + std::to_string(n)].turns = 1 + n % 3 * 5;
    }
    ask(3);
    EXPECT_EQ(model->most, 3U);
    EXPECT_EQ(done.size(), 10U);
}

TEST_F(AskAll, FewerThanOneIsOne) {
    add("a");
    add("b");
    ask(0);
    EXPECT_EQ(model->most, 1U);
    EXPECT_EQ(done.size(), 2U);
}

TEST_F(AskAll, TheLongestChainComesFirst) {
    add("short", {}, 10);
    add("long", {}, 30);
    add("head", {}, 1);
    add("middle", {2}, 25);
    add("tail", {3}, 25);
    add("equal", {}, 30);
    ask(1);
    // head: 1 + 25 + 25; what is as long as another keeps its place.
    EXPECT_THAT(model->log, ElementsAre("head", "middle", "long", "equal", "tail", "short"));
}

TEST_F(AskAll, WhatAServerDoesWrongInEachAnswerIsToldOnce) {
    for (const char* name : {"a", "b"}) {
        add(name);
        model->scripts[name].warnings = {"It never ended."};
    }
    model->scripts["b"].warnings.push_back("It can't count.");
    ask(1);
    EXPECT_THAT(progress.log, ElementsAre("begin", "started a", "warning: a: It never ended.", "finished a",
                                          "started b", "warning: b: It can't count.", "finished b", "end"));
}

TEST_F(AskAll, AnErrorCancelsTheOthers) {
    add("fails");
    add("hangs");
    add("waits", {1});
    add("queued");
    model->scripts["fails"].turns = 5;
    model->scripts["fails"].error = Error(Exit::provider, "provider.down", "x", "It is down.", "Wait.");
    model->scripts["hangs"].hangs = true;
    const Error error = failure(2);
    EXPECT_EQ(error.rule(), "provider.down");
    EXPECT_EQ(error.exit(), Exit::provider);
    EXPECT_THAT(model->cancelled, ElementsAre("hangs"));
    EXPECT_THAT(model->running, IsEmpty());
    EXPECT_FALSE(model->asked.contains("waits"));
    EXPECT_FALSE(model->asked.contains("queued")) << "nothing more is begun";
    EXPECT_EQ(progress.log.back(), "end");
}

TEST_F(AskAll, TheFirstErrorIsTheOneThatIsTold) {
    for (const std::string name : {"one", "two", "three"}) {
        add(name);
        model->scripts[name].error = Error(Exit::provider, "provider." + name, "", "w", "f");
        model->scripts[name].turns = name == "two" ? 2 : 20;
    }
    EXPECT_EQ(failure().rule(), "provider.two");
}

TEST_F(AskAll, WhatArrivedBeforeAnErrorIsKept) {
    add("quick");
    add("fails");
    model->scripts["fails"].turns = 20;
    model->scripts["fails"].error = Error(Exit::provider, "provider.down", "x", "w", "f");
    EXPECT_EQ(failure().rule(), "provider.down");
    EXPECT_TRUE(done.contains("quick"));
}

TEST_F(AskAll, APersonMayStopIt) {
    add("quick");
    add("hangs");
    model->scripts["quick"].interrupts = true;
    model->scripts["hangs"].hangs = true;
    const Error error = failure();
    EXPECT_EQ(error.rule(), "interrupted");
    EXPECT_EQ(error.exit(), Exit::interrupted);
    EXPECT_THAT(model->cancelled, ElementsAre("hangs"));
}

TEST_F(AskAll, MayBeAskedOneAfterTheOtherOnOneLoop) {
    add("a");
    ask();
    asked.clear();
    add("b");
    ask();
    EXPECT_EQ(done.size(), 2U);
}

}  // namespace
}  // namespace aibuild
