// What is found out about servers, what may be spent on them, and how fast: with the real client.

#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>

#include "client.h"

namespace aibuild {
namespace {

namespace asio = boost::asio;
namespace bj = boost::json;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "servers-test.XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

std::vector<std::string> paths(const ModelServer& server) {
    std::vector<std::string> out;
    for (const auto& request : server.requests()) out.emplace_back(request.at("path").as_string());
    return out;
}

OpenAiSettings to(const ModelServer& server, const char* preset) {
    OpenAiSettings out = settings(server);
    out.server = server_preset(preset);
    return out;
}

TEST(ResponsesApi, StreamedAndWhole) {
    for (const bool whole : {false, true}) {
        const ModelServer server(
            {bj::object{{"text", long_text}, {"whole", whole}, {"stage", "plan"}, {"usage", {30, 18}}}});
        const Response response = ask(to(server, "openai"), plan_request());
        EXPECT_EQ(response.outcome, Outcome::complete);
        EXPECT_EQ(response.text, long_text);
        EXPECT_EQ(response.usage.input_tokens, 30);
        EXPECT_EQ(response.usage.output_tokens, 18);
        EXPECT_EQ(response.usage.cached_tokens, 0);
        EXPECT_THAT(paths(server), ElementsAre("/v1/responses"));
        const auto body = server.requests().at(0).at("body").as_object();
        EXPECT_EQ(body.at("store"), false);
        EXPECT_EQ(body.at("instructions"), "You write.");
    }
}

TEST(ResponsesApi, EndsAsChatDoes) {
    const auto outcome = [](bj::object answer) {
        const ModelServer server(always(std::move(answer)));
        return ask(to(server, "openai"), file_request()).outcome;
    };
    EXPECT_EQ(outcome({{"text", "x"}, {"finish", "length"}}), Outcome::cut);
    EXPECT_EQ(outcome({{"text", "x"}, {"finish", "content_filter"}}), Outcome::filtered);
    EXPECT_EQ(outcome({{"text", ""}, {"refusal", "No."}}), Outcome::refused);
    EXPECT_EQ(outcome({{"text", "x"}, {"finish", nullptr}}), Outcome::incomplete);
    EXPECT_EQ(outcome({{"text", long_text}, {"fault", "cut"}}), Outcome::incomplete);
}

TEST(ResponsesApi, FallsBackToChatOnceAndRemembersIt) {
    const Folder memory;
    const ModelServer server({bj::object{{"path", "/responses"},
                                         {"times", 0},
                                         {"status", 404},
                                         {"body", R"({"error":{"message":"File Not Found","code":404}})"}},
                              bj::object{{"text", "x"}, {"times", 0}}});
    auto with = to(server, "openai");
    with.memory = memory.path();
    with.attempts = 1;
    for (int run = 0; run < 2; ++run) EXPECT_EQ(ask(with, file_request()).text, "x");
    EXPECT_THAT(paths(server), ElementsAre("/v1/responses", "/v1/chat/completions", "/v1/chat/completions"));
}

TEST(ResponsesApi, IsKeptWhereThePersonWantsItOrTheModelIsMissing) {
    const ModelServer server(always({{"status", 404}, {"body", R"({"error":{"message":"Not Found"}})"}}));
    auto with = to(server, "openai");
    with.api = Api::responses;
    EXPECT_EQ(error_of(with, file_request()).rule(), "provider.not-found");
    EXPECT_EQ(server.requests().size(), 1U);
    const ModelServer other(always({{"status", 404}, {"body", R"({"error":{"message":"no such model"}})"}}));
    EXPECT_EQ(error_of(to(other, "openai"), file_request()).rule(), "provider.not-found");
    EXPECT_EQ(other.requests().size(), 1U);
}

TEST(Azure, HasItsOwnUrlAndHeader) {
    const ModelServer server(once({{"text", "x"}}));
    auto with = to(server, "azure");
    with.base_url = with.base_url.substr(0, with.base_url.rfind("/v1"));
    EXPECT_EQ(ask(with, file_request()).text, "x");
    EXPECT_THAT(paths(server),
                ElementsAre("/openai/deployments/some-model/chat/completions?api-version=2024-10-21"));
    const bj::object headers = server.requests().at(0).at("headers").as_object();
    EXPECT_EQ(headers.at("api-key").as_string(), key);
    EXPECT_FALSE(headers.contains("authorization"));
}

TEST(Ladder, GoesDownOneRungAtATimeAndIsRemembered) {
    const Folder memory;
    const ModelServer server(
        {bj::object{{"status", 400},
                    {"times", 3},
                    {"body", R"({"error":"'response_format.type' is not supported"})"}},
         bj::object{{"status", 400}, {"body", R"({"error":{"message":"bad","param":"stream_options"}})"}},
         bj::object{{"text", "{}"}, {"times", 0}}});
    auto with = settings(server);
    with.memory = memory.path();
    with.attempts = 1;
    for (int run = 0; run < 2; ++run) ask(with, plan_request());
    std::vector<std::string> forms;
    for (const auto& request : server.requests()) {
        const auto& body = request.at("body").as_object();
        const auto* form = body.if_contains("response_format");
        forms.emplace_back(form != nullptr ? std::string(form->at("type").as_string()) : "text");
        if (form != nullptr && form->at("type") == "json_schema" &&
            form->at("json_schema").as_object().contains("strict"))
            forms.back() += ", strict";
    }
    EXPECT_THAT(forms,
                ElementsAre("json_schema, strict", "json_schema", "json_object", "text", "text", "text"));
    EXPECT_FALSE(server.requests().back().at("body").as_object().contains("stream_options"));
    // Another model is another matter.
    Request other = plan_request();
    other.model = "other";
    ask(with, other);
    EXPECT_TRUE(server.requests().back().at("body").as_object().contains("response_format"));
}

TEST(Ladder, OfLmStudioHasNoJsonObject) {
    const ModelServer server(
        {bj::object{{"status", 400}, {"times", 2}, {"body", R"({"error":"response_format"})"}},
         bj::object{{"text", "{}"}}});
    ask(to(server, "lm-studio"), plan_request());
    ASSERT_EQ(server.requests().size(), 3U);
    EXPECT_FALSE(server.requests()[2].at("body").as_object().contains("response_format"));
}

// Spending

std::shared_ptr<Budget> budget(Caps caps) {
    return std::make_shared<Budget>(caps);
}

TEST(Spending, NothingIsSentThatMightNotFit) {
    const ModelServer server(always({{"text", "x"}}));
    auto with = settings(server);
    const auto refused = [&](Caps caps) {
        with.budget = budget(caps);
        try {
            ask(with, file_request());
        } catch (const Error& error) {
            EXPECT_EQ(error.exit(), Exit::policy);
            return error.rule();
        }
        return std::string("none");
    };
    EXPECT_EQ(refused({.calls = 0}), "budget.calls");
    EXPECT_EQ(refused({.tokens = 100}), "budget.tokens");
    EXPECT_EQ(refused({.cost = 100.0}), "budget.price");
    with.price = {1e6, 1e6};
    EXPECT_EQ(refused({.cost = 100.0}), "budget.cost");
    EXPECT_EQ(refused({.time = 0s}), "budget.seconds");
    EXPECT_EQ(server.requests().size(), 0U);
}

TEST(Spending, ARetriedAnswerWasPaidForToo) {
    const ModelServer server({bj::object{{"text", long_text}, {"fault", "cut"}},
                              bj::object{{"text", long_text}, {"usage", {30, 18}}}});
    auto with = settings(server);
    with.budget = budget({});
    with.price = {1.0, 1.0};
    EXPECT_EQ(ask(with, file_request()).outcome, Outcome::complete);
    const Spent& spent = with.budget->spent();
    EXPECT_EQ(spent.calls, 2);
    // What came of the first was counted: half of the text, at a third of its bytes.
    EXPECT_TRUE(spent.estimated);
    EXPECT_EQ(spent.output_tokens, 18 + estimated_tokens((long_text.size() + 1) / 2));
    EXPECT_GT(spent.input_tokens, 30);
    EXPECT_NEAR(*spent.cost, static_cast<double>(spent.input_tokens + spent.output_tokens) / 1e6, 1e-12);
}

TEST(Spending, ARetryIsAskedForToo) {
    const ModelServer server(always({{"status", 500}}));
    auto with = settings(server);
    with.budget = budget({.calls = 2});
    with.attempts = 5;
    try {
        ask(with, file_request());
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "budget.calls");
    }
    EXPECT_EQ(server.requests().size(), 2U);
    // A request that the server refuses is counted, and costs no tokens.
    EXPECT_EQ(with.budget->spent().calls, 2);
    EXPECT_EQ(with.budget->spent().input_tokens, 0);
    EXPECT_FALSE(with.budget->spent().estimated);
}

TEST(Spending, WhatReachedNobodyIsNotCounted) {
    OpenAiSettings with;
    with.base_url = "http://127.0.0.1:9/v1";
    with.backoff = 1ms;
    with.budget = budget({});
    EXPECT_EQ(error_of(with, file_request()).rule(), "provider.unreachable");
    EXPECT_EQ(with.budget->spent().calls, 0);
}

TEST(Spending, TheRunsTimeEndsACall) {
    const ModelServer server(always({{"text", long_text}, {"fault", "silence"}}));
    auto with = settings(server);
    with.budget = budget({.time = 1s});
    std::string rule;
    const auto time = time_of([&] {
        try {
            ask(with, file_request());
        } catch (const Error& error) {
            rule = error.rule();
        }
    });
    EXPECT_EQ(rule, "budget.seconds");
    EXPECT_GE(time, 750ms);
    EXPECT_LT(time, 1250ms);
    EXPECT_EQ(with.budget->spent().calls, 1);
}

// Watching

struct Watch : CallWatch {
    void sent(int number) override { requests = number; }
    void speaks(const Dialect& dialect) override { last = dialect; }
    void received(std::size_t bytes) override { most = std::max(most, bytes); }
    void waits(const std::string& why, std::chrono::milliseconds time) override {
        waited.push_back(why);
        longest = std::max(longest, time);
    }
    int requests = 0;
    Dialect last;
    std::size_t most = 0;
    std::vector<std::string> waited;
    std::chrono::milliseconds longest{0};
};

std::vector<Response> ask_at_once(const OpenAiSettings& with, int calls, CallWatch* watch) {
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), with);
    const Request request = file_request();
    std::vector<std::future<Response>> answers;
    for (int i = 0; i < calls; ++i)
        answers.push_back(asio::co_spawn(loop, provider->answer(request, watch), asio::use_future));
    loop.run();
    std::vector<Response> out;
    for (auto& answer : answers) out.push_back(answer.get());
    return out;
}

TEST(Watching, ACallTellsWhatItDoes) {
    const ModelServer server({bj::object{{"status", 429}, {"headers", {{"retry-after-ms", "100"}}}},
                              bj::object{{"text", long_text}}});
    Watch watch;
    ask_at_once(settings(server), 1, &watch);
    EXPECT_EQ(watch.requests, 2);
    EXPECT_EQ(watch.last, Dialect{});
    EXPECT_EQ(watch.most, long_text.size());
    EXPECT_THAT(watch.waited, testing::Contains("the server asks to wait"));
    EXPECT_GE(watch.longest, 99ms);
}

TEST(Limits, HoldAgainstAServerThatCounts) {
    const ModelServer server(always({{"text", "x"}, {"limit", {20, 0.9}}}));
    auto with = settings(server);
    with.requests_per_minute = 1200;
    Watch watch;
    EXPECT_EQ(ask_at_once(with, 32, &watch).size(), 32U);
    EXPECT_EQ(server.requests().size(), 32U);
    EXPECT_THAT(watch.waited, testing::Contains("a limit of requests or tokens a minute"));
    // And it is the limiter that holds them back.
    with.requests_per_minute = 0;
    EXPECT_ANY_THROW(ask_at_once(with, 32, nullptr));
}

TEST(Limits, AreTakenFromWhatTheServerTells) {
    const ModelServer server(always({{"text", "x"},
                                     {"headers",
                                      {{"x-ratelimit-limit-requests", "600"},
                                       {"x-ratelimit-remaining-requests", "0"},
                                       {"x-ratelimit-reset-requests", "300ms"}}}}));
    asio::io_context loop;
    const auto provider = openai(loop.get_executor(), settings(server));
    const Request request = file_request();
    for (int i = 0; i < 2; ++i) {
        auto answer = asio::co_spawn(loop, provider->answer(request), asio::use_future);
        loop.run();
        loop.restart();
        answer.get();
    }
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_GE(requests[1].at("time").as_double() - requests[0].at("time").as_double(), 0.295);
}

}  // namespace
}  // namespace aibuild
