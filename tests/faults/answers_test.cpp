// Answers that come as they should, in all the ways they may.

#include <boost/json/serialize.hpp>

#include "client.h"

namespace aibuild {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Answer, IsStreamed) {
    const ModelServer server(
        once({{"text", long_text}, {"chunk", 3}, {"usage", {7, 5}}, {"thinking", "hm"}}));
    // Before a body of this size libcurl would ask with "Expect: 100-continue".
    const Response response = ask(settings(server), file_request(std::string(2U << 20U, 'x')));
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_EQ(response.text, long_text);
    EXPECT_EQ(response.provider, "openai");
    EXPECT_EQ(response.model, "some-model");
    EXPECT_EQ(response.usage.input_tokens, 7);
    EXPECT_EQ(response.usage.output_tokens, 5);
    EXPECT_EQ(response.attempts, 1);
    EXPECT_FALSE(response.from_store);

    ASSERT_EQ(server.requests().size(), 1U);
    const auto request = server.requests()[0];
    EXPECT_EQ(request.at("path").as_string(), "/v1/chat/completions");
    const auto& headers = request.at("headers").as_object();
    EXPECT_EQ(headers.at("authorization").as_string(), "Bearer " + key);
    EXPECT_EQ(headers.at("content-type").as_string(), "application/json");
    EXPECT_FALSE(headers.contains("expect"));
    EXPECT_FALSE(headers.contains("accept-encoding"));
    EXPECT_THAT(bj::serialize(request.at("body")), Not(HasSubstr(key)));
}

TEST(Answer, NeedsNoKey) {
    const ModelServer server(once({{"text", "x"}}));
    auto with = settings(server);
    with.key.clear();
    EXPECT_EQ(ask(with, file_request()).text, "x");
    EXPECT_FALSE(server.requests()[0].at("headers").as_object().contains("authorization"));
}

TEST(Answer, MayComeWhole) {
    const ModelServer server(once({{"text", long_text}, {"whole", true}, {"usage", {7, 5}}}));
    const Response response = ask(settings(server), file_request());
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_EQ(response.text, long_text);
    EXPECT_EQ(response.usage.output_tokens, 5);
}

TEST(Answer, MayDripAsLongAsItProgresses) {
    const ModelServer server(once({{"text", long_text}, {"chunk", 3}, {"delay", 0.03}}));
    auto with = settings(server);
    with.idle_timeout = 300ms;
    Response response;
    const auto time = time_of([&] { response = ask(with, file_request()); });
    EXPECT_EQ(response.text, long_text);
    EXPECT_GT(time, with.idle_timeout);
}

TEST(Answer, MayBeginWithoutChoices) {
    const ModelServer server(once({{"text", "x"}, {"first", {bj::object{{"choices", bj::array{}}}, ""}}}));
    EXPECT_EQ(ask(settings(server), file_request()).outcome, Outcome::complete);
}

TEST(Answer, EndsWithDoneThoughTheConnectionStaysOpen) {
    const ModelServer server(once({{"text", long_text}, {"fault", "linger"}}));
    Response response;
    const auto time = time_of([&] { response = ask(settings(server), file_request()); });
    EXPECT_EQ(response.outcome, Outcome::complete);
    EXPECT_LT(time, 1000ms);
    EXPECT_TRUE(server.saw_hang_up());
}

const std::string wire = AIBUILD_SOURCE_DIR "/tests/data/wire/llama-server-";

class Recorded : public testing::TestWithParam<const char*> {};

TEST_P(Recorded, IsReadInChunksOfAnySize) {
    bj::array answers;
    for (const int chunk : {1, 7, 100'000})
        answers.push_back(bj::object{{"raw", wire + GetParam()}, {"chunk", chunk}});
    const ModelServer server(answers);
    const bool cut = std::string_view(GetParam()) == "chat-length.http";
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const Response response = ask(settings(server), plan_request());
        EXPECT_EQ(response.outcome, cut ? Outcome::cut : Outcome::complete);
        EXPECT_THAT(response.text, HasSubstr(R"({ "name":"/ kb)"));
        EXPECT_EQ(response.model, "tiny.gguf");
    }
    EXPECT_EQ(server.requests().size(), answers.size());
}

INSTANTIATE_TEST_SUITE_P(Wire, Recorded,
                         testing::Values("chat-stream.http", "chat-whole.http", "chat-length.http"));

TEST(RecordedError, ContextOverflow) {
    const ModelServer server(always({{"raw", wire + "context-overflow.http"}}));
    const Error error = error_of(settings(server), file_request());
    EXPECT_EQ(error.rule(), "provider.context");
    EXPECT_THAT(error.why(), HasSubstr("60027 tokens"));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(RecordedError, NotFound) {
    const ModelServer server(always({{"raw", wire + "not-found.http"}}));
    EXPECT_EQ(error_of(settings(server), file_request()).rule(), "provider.not-found");
}

TEST(RecordedError, ASchemaThatTheServerCannotCompile) {
    const ModelServer server({bj::object{{"raw", wire + "bad-schema.http"}}, bj::object{{"text", "{}"}}});
    EXPECT_EQ(ask(settings(server), plan_request()).text, "{}");
    const bj::object form =
        server.requests().at(1).at("body").at("response_format").at("json_schema").as_object();
    EXPECT_FALSE(form.contains("strict"));
}

}  // namespace
}  // namespace aibuild
