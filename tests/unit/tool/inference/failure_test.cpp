#include "tool/inference/failure.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

namespace aibuild {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

const Asked with_key{"https://example.com/v1/chat/completions", "some-model", true};
const Asked without{"https://example.com/v1/chat/completions", "some-model", false};

FailedAnswer answered(long status, ServerError error = {}) {
    FailedAnswer answer;
    answer.status = status;
    answer.error = std::move(error);
    return answer;
}

TEST(HttpFailure, EachStatusHasItsRule) {
    const struct {
        long status;
        const char* rule;
        bool retry;
    } table[] = {
        {302, "provider.redirect", false},
        {400, "provider.bad-request", false},
        {401, "key.refused", false},
        {402, "provider.payment", false},
        {403, "key.refused", false},
        {404, "provider.not-found", false},
        {408, "provider.failed", true},
        {409, "provider.failed", true},
        {413, "provider.request-too-large", false},
        {422, "provider.bad-request", false},
        {429, "provider.rate-limit", true},
        {500, "provider.failed", true},
        {502, "provider.failed", true},
        {503, "provider.failed", true},
        {504, "provider.failed", true},
        {529, "provider.failed", true},
    };
    std::set<std::string> texts;
    for (const auto& row : table) {
        const Failure failure = http_failure(answered(row.status), with_key);
        EXPECT_EQ(failure.error.rule(), row.rule) << row.status;
        EXPECT_EQ(failure.retry, row.retry) << row.status;
        EXPECT_EQ(failure.error.exit(), row.status == 401 || row.status == 403 ? Exit::key : Exit::provider);
        EXPECT_FALSE(failure.error.fix().empty());
        EXPECT_TRUE(texts.insert(failure.error.why()).second) << row.status;
    }
}

TEST(HttpFailure, SaysWhetherTheKeyIsMissingOrRefused) {
    EXPECT_EQ(http_failure(answered(401), without).error.rule(), "key.missing");
    EXPECT_EQ(http_failure(answered(401), without).error.exit(), Exit::key);
    EXPECT_EQ(http_failure(answered(401), with_key).error.rule(), "key.refused");
}

// Whoever asks Azure has no OPENAI_API_KEY to look at.
TEST(Failure, NamesTheServerAndItsOwnVariables) {
    const Asked of_another{"https://example.com/v1", "m", true, "Ollama", "URL_OF_IT", "KEY_OF_IT"};
    const Asked without_key{"https://example.com/v1", "m", false, "Ollama", "URL_OF_IT", "KEY_OF_IT"};
    std::string all;
    for (const long status : {302, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500}) {
        for (const Asked& asked : {of_another, without_key}) {
            const std::string said = http_failure(answered(status), asked).error.what();
            EXPECT_THAT(said, testing::Not(HasSubstr("OPENAI_"))) << status;
            EXPECT_THAT(said, testing::Not(HasSubstr("The server "))) << status;
            EXPECT_THAT(said, HasSubstr("Ollama")) << status;
            all += said;
        }
    }
    for (const CURLcode code :
         {CURLE_COULDNT_CONNECT, CURLE_PEER_FAILED_VERIFICATION, CURLE_WEIRD_SERVER_REPLY}) {
        const std::string said = transfer_failure(code, "", of_another).error.what();
        EXPECT_THAT(said, testing::Not(HasSubstr("OPENAI_"))) << code;
        EXPECT_THAT(said, HasSubstr("URL_OF_IT")) << code;
    }
    EXPECT_THAT(all, HasSubstr("does not accept the key from KEY_OF_IT"));
    EXPECT_THAT(all, HasSubstr("into KEY_OF_IT"));
    EXPECT_THAT(all, HasSubstr("set URL_OF_IT to it"));
}

TEST(HttpFailure, NamesModelUrlAndTheServersWords) {
    const Failure failure = http_failure(answered(404, {"no such model", "", "", ""}), with_key);
    EXPECT_THAT(failure.error.what(), HasSubstr("some-model"));
    EXPECT_THAT(failure.error.what(), HasSubstr(with_key.url));
    EXPECT_THAT(failure.error.what(), HasSubstr("no such model"));
}

TEST(HttpFailure, AnEmptyQuotaIsNoRateLimit) {
    for (const char* code :
         {"insufficient_quota", "credit_balance_exhausted", "project_spend_limit_exceeded"}) {
        const Failure failure = http_failure(answered(429, {"m", "", code, ""}), with_key);
        EXPECT_EQ(failure.error.rule(), "provider.quota") << code;
        EXPECT_FALSE(failure.retry);
        EXPECT_FALSE(http_failure(answered(429, {"m", code, "", ""}), with_key).retry);
    }
    EXPECT_TRUE(http_failure(answered(429, {"m", "", "slow_down", ""}), with_key).retry);
}

TEST(HttpFailure, ATooLongPromptHasItsOwnText) {
    EXPECT_EQ(
        http_failure(answered(400, {"m", "exceed_context_size_error", "400", ""}), with_key).error.rule(),
        "provider.context");
    EXPECT_EQ(http_failure(answered(400, {"m", "", "context_length_exceeded", ""}), with_key).error.rule(),
              "provider.context");
}

TEST(HttpFailure, ObeysWhatTheServerSaysOfRetries) {
    FailedAnswer answer = answered(500);
    answer.should_retry = "false";
    EXPECT_FALSE(http_failure(answer, with_key).retry);
    answer = answered(400);
    answer.should_retry = "true";
    EXPECT_TRUE(http_failure(answer, with_key).retry);
    answer.status = 401;
    EXPECT_FALSE(http_failure(answer, with_key).retry);

    answer = answered(429);
    answer.retry_after = "120";
    EXPECT_TRUE(http_failure(answer, with_key).retry);
    EXPECT_EQ(http_failure(answer, with_key).after, milliseconds(120'000));
    answer.retry_after = "121";
    EXPECT_FALSE(http_failure(answer, with_key).retry);
    EXPECT_THAT(http_failure(answer, with_key).error.why(), HasSubstr("121 seconds"));
}

TEST(HttpFailure, OnlyARateLimitWithATimeIsScheduled) {
    FailedAnswer answer = answered(429);
    EXPECT_FALSE(http_failure(answer, with_key).scheduled);
    answer.retry_after = "1";
    EXPECT_TRUE(http_failure(answer, with_key).scheduled);
    answer.status = 503;
    EXPECT_FALSE(http_failure(answer, with_key).scheduled);
}

TEST(TransferFailure, TellsBadFramingFromABrokenConnection) {
    const Failure chunk = transfer_failure(
        CURLE_RECV_ERROR, "Illegal or missing hexadecimal sequence in chunked-encoding", with_key);
    EXPECT_EQ(chunk.error.rule(), "provider.protocol");
    EXPECT_TRUE(chunk.once);
    const Failure headers =
        transfer_failure(CURLE_RECV_ERROR, "Too large response headers: 307220 > 307200", with_key);
    EXPECT_EQ(headers.error.rule(), "provider.protocol");
    EXPECT_FALSE(headers.once || headers.retry);
    EXPECT_EQ(transfer_failure(CURLE_OUT_OF_MEMORY, "", with_key).error.why().find("memory"),
              std::string::npos);
    EXPECT_FALSE(transfer_failure(CURLE_RECV_ERROR, "Connection reset by peer", with_key).once);
}

TEST(TransferFailure, OnlyBrokenConnectionsAreWorthARetry) {
    const struct {
        CURLcode code;
        const char* rule;
        bool retry;
    } table[] = {
        {CURLE_COULDNT_RESOLVE_HOST, "provider.unreachable", true},
        {CURLE_COULDNT_CONNECT, "provider.unreachable", true},
        {CURLE_GOT_NOTHING, "provider.connection", true},
        {CURLE_RECV_ERROR, "provider.connection", true},
        {CURLE_PARTIAL_FILE, "provider.connection", true},
        {CURLE_HTTP2_STREAM, "provider.connection", true},
        {CURLE_PEER_FAILED_VERIFICATION, "provider.tls", false},
        {CURLE_OUT_OF_MEMORY, "provider.protocol", false},
        {CURLE_UNSUPPORTED_PROTOCOL, "provider.protocol", false},
    };
    for (const auto& row : table) {
        const Failure failure = transfer_failure(row.code, "", with_key);
        EXPECT_EQ(failure.error.rule(), row.rule) << row.code;
        EXPECT_EQ(failure.retry, row.retry) << row.code;
    }
    EXPECT_THAT(transfer_failure(CURLE_COULDNT_CONNECT, "Connection refused", with_key).error.why(),
                HasSubstr("Connection refused"));
}

TEST(RetryAfter, ReadsMillisecondsSecondsAndDates) {
    const auto now = std::chrono::system_clock::from_time_t(1'445'412'470);  // ten seconds before the date
    const auto after = [&](const char* ms, const char* seconds) { return retry_after(ms, seconds, now); };
    EXPECT_EQ(after("250", ""), milliseconds(250));
    EXPECT_EQ(after("250", "9"), milliseconds(250));
    EXPECT_EQ(after("nonsense", "9"), milliseconds(9000));
    EXPECT_EQ(after("", "1"), milliseconds(1000));
    EXPECT_EQ(after("", "1.5"), milliseconds(1500));
    EXPECT_EQ(after("", "Wed, 21 Oct 2015 07:28:00 GMT"), milliseconds(10'000));
    EXPECT_EQ(after("", "Wed, 21 Oct 2015 07:27:00 GMT"), std::nullopt);
    EXPECT_GT(after("", "1e300"), longest_wait);
    EXPECT_GT(after("", "1000000000"), longest_wait);
    for (const char* nothing : {"", "0", "-1", "abc", "nan", "inf", "-inf", "1 minute"}) {
        EXPECT_EQ(after("", nothing), std::nullopt) << nothing;
        EXPECT_EQ(after(nothing, ""), std::nullopt) << nothing;
    }
}

TEST(Backoff, DoublesUpToEightSecondsWithFullJitter) {
    EXPECT_EQ(backoff(milliseconds(500), 0, 1.0), milliseconds(500));
    EXPECT_EQ(backoff(milliseconds(500), 2, 1.0), milliseconds(2000));
    EXPECT_EQ(backoff(milliseconds(500), 30, 1.0), milliseconds(8000));
    EXPECT_EQ(backoff(milliseconds(500), 1, 0.0), milliseconds(0));
    EXPECT_EQ(backoff(milliseconds(500), 1, 0.5), milliseconds(500));
}

// A server that fails for many clients at once must not see them all again at once.
TEST(Backoff, SpreadsAThousandClientsEvenly) {
    std::mt19937 random(1);
    std::uniform_real_distribution<> share(0.0, 1.0);
    constexpr int clients = 1000, slots = 10;
    for (int retry = 0; retry < 5; ++retry) {
        const auto most = backoff(milliseconds(500), retry, 1.0);
        std::array<int, slots> back{};  // in each tenth of the time
        for (int client = 0; client < clients; ++client) {
            const auto time = backoff(milliseconds(500), retry, share(random));
            ++back.at(static_cast<std::size_t>(std::min<long>(slots - 1, time * slots / most)));
        }
        for (const int number : back) {
            EXPECT_GT(number, clients / slots / 2) << retry;
            EXPECT_LT(number, clients / slots * 3 / 2) << retry;
        }
    }
}

TEST(WithoutKey, TakesTheKeyOutOfEveryPart) {
    const Error error(Exit::key, "key.refused", "at sk-secret-1", "Not sk-secret-1, nor sk-secret-1.",
                      "sk-secret-1");
    const Error clean = without_key(error, "sk-secret-1");
    EXPECT_EQ(std::string(clean.what()).find("secret"), std::string::npos);
    EXPECT_EQ(clean.why(), "Not [the key], nor [the key].");
    EXPECT_EQ(clean.exit(), Exit::key);
    EXPECT_EQ(without_key(Error(Exit::key, "r", "", "none of it", ""), "none").why(), "none of it");
    EXPECT_EQ(without_key(error, "").why(), error.why());
}

}  // namespace
}  // namespace aibuild
