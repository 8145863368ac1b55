#include "tool/engine/ask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <set>

#include "tests/support/thrown.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What is answered to each item, in order; the last one again and again.
struct Script {
    std::vector<std::string> answers = {"good"};
    int turns = 1;                    // of the loop, until an answer is there
    std::optional<Error> error = {};  // instead of it
    bool hangs = false;               // until it is cancelled
    bool interrupts = false;          // as a person does with ^C
    Outcome outcome = Outcome::complete;
    int attempts = 1;
    bool silent = false;  // about the tokens of its answer
    bool kept = false;    // from an earlier run
    std::vector<std::string> warnings = {};
};

// Needs neither time nor a network: an answer takes so many turns of the loop.
class Scripted : public Provider {
  public:
    std::string name() const override { return "scripted"; }
    bool costs() const override { return false; }

    asio::awaitable<Response> answer(const Request& request, CallWatch* watch) override {
        Script& script = scripts[request.subject];
        const std::size_t number = asked[request.subject]++;
        log.push_back(request.subject);
        requests.push_back(request);
        if (watch != nullptr) watch->sent(1);
        running.insert(request.subject);
        most = std::max(most, running.size());
        const Leave leave{*this, request.subject};
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (int turn = 0; turn < script.turns || script.hangs; ++turn) {
            timer.expires_after(script.hangs ? std::chrono::hours(1) : std::chrono::hours(0));
            boost::system::error_code error;
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                cancelled.insert(request.subject);
                throw boost::system::system_error(error);
            }
        }
        if (script.interrupts) ::raise(SIGINT);
        if (script.error) throw Error(*script.error);
        Response out;
        out.outcome = script.outcome;
        out.text = script.answers[std::min(number, script.answers.size() - 1)];
        out.usage.input_tokens = 10;
        if (!script.silent) out.usage.output_tokens = 5;
        out.attempts = script.attempts;
        out.from_store = script.kept;
        if (!script.kept) out.cost = 1.5;
        out.warnings = script.warnings;
        if (watch != nullptr) watch->received(out.text.size());
        co_return out;
    }

    std::map<std::string, Script> scripts;
    std::vector<std::string> log;  // subjects, in the order in which they were asked for
    std::vector<Request> requests;
    std::set<std::string> running, cancelled;
    std::map<std::string, std::size_t> asked;
    std::size_t most = 0;  // at once

  private:
    struct Leave {
        Scripted& of;
        const std::string subject;
        ~Leave() { of.running.erase(subject); }
    };
};

struct Recorded : Progress {
    void say(const std::string& line) override { log.push_back(line); }
    void begin(std::vector<AskedItem> all) override {
        items = std::move(all);
        log.push_back("begin");
    }
    void started(std::size_t n) override { log.push_back("started " + items.at(n).name); }
    void received(std::size_t n, std::size_t bytes) override { bytes_of[items.at(n).name] += bytes; }
    void waits(std::size_t /*n*/, const std::string& /*why*/, std::chrono::milliseconds /*time*/) override {}
    void again(std::size_t n, const std::string& why) override {
        log.push_back("again " + items.at(n).name + ": " + why);
    }
    void finished(std::size_t n, const ItemEnd& end) override {
        log.push_back("finished " + items.at(n).name);
        ends[items.at(n).name] = end;
    }
    void end(const Spent& /*spent*/) override { log.push_back("end"); }

    std::vector<AskedItem> items;
    std::vector<std::string> log;
    std::map<std::string, ItemEnd> ends;
    std::map<std::string, std::size_t> bytes_of;
};

class AskAll : public testing::Test {
  protected:
    AskAll() {
        chosen.loop = std::make_unique<asio::io_context>(1);
        chosen.budget = std::make_shared<Budget>();
        chosen.store = std::make_shared<ResponseStore>(std::vector{directory.path()}, directory.path());
        auto provider = std::make_unique<Scripted>();
        model = provider.get();
        chosen.provider = std::move(provider);
        chosen.name = "scripted";
        chosen.model = "m";
        chosen.price = {1.0, 2.0};
    }

    // Something to ask for, whose answer is to be "good".
    void add(const std::string& name, std::vector<std::size_t> after = {}, std::int64_t guessed = 1) {
        Asking asking;
        asking.name = name;
        asking.after = std::move(after);
        asking.guessed_tokens = guessed;
        asking.request = [name] {
            Request out;
            out.stage = "file";
            out.subject = name;
            out.model = "m";
            out.messages = {{"user", name}};
            return out;
        };
        asking.accept = [this, name](const Response& response) -> std::vector<std::string> {
            if (response.outcome == Outcome::refused)
                throw Error(Exit::rejected, "answer.refused", name, "The model declined.", "Change it.");
            if (response.text != "good")
                throw Error(Exit::rejected, "answer.test", name, "It is " + response.text + ".", "Be good.");
            return notes;
        };
        asking.done = [this, name](const Answered& answered) { done.emplace(name, answered); };
        asked.push_back(std::move(asking));
    }

    void ask(int jobs = 4) { ask_all(chosen, asked, jobs, again, progress); }
    Error failure(int jobs = 4) {
        return test::thrown([&] { ask(jobs); });
    }
    bool before(const std::string& a, const std::string& b) const {
        const auto& log = progress.log;
        return std::find(log.begin(), log.end(), a) < std::find(log.begin(), log.end(), b);
    }

    const test::Directory directory;
    ChosenProvider chosen;
    Scripted* model = nullptr;
    std::vector<Asking> asked;
    std::vector<std::string> notes;
    Recorded progress;
    std::map<std::string, Answered> done;
    const AskAgain again = [](Request request, const std::string& answer, const Error& error) {
        request.messages.push_back({"assistant", answer});
        request.messages.push_back({"user", error.rule() + " " + error.place() + " " + error.why()});
        return request;
    };
};

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
