#pragma once

// What the tests of asking share: a model that answers by a script, and things to ask it for.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <map>
#include <set>

#include "tests/support/thrown.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/engine/ask.h"

namespace aibuild::test {

namespace asio = boost::asio;

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
        return thrown([&] { ask(jobs); });
    }
    bool before(const std::string& a, const std::string& b) const {
        const auto& log = progress.log;
        return std::find(log.begin(), log.end(), a) < std::find(log.begin(), log.end(), b);
    }

    const Directory directory;
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

}  // namespace aibuild::test
