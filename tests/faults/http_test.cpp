// Rows 28 to 35 of the fault table: HTTP as it should be, with an answer that is an error.

#include "rows.h"

namespace aibuild {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

Steps error(std::string_view status, std::string_view body, std::string_view more = "") {
    return answer({send(whole(body, status, "application/json", more))});
}

std::vector<Row> fatal() {
    const auto coded = [](std::string_view code) {
        return R"({"error":{"message":"m","type":"t","code":")" + std::string(code) + "\"}}";
    };
    std::vector<Row> rows = {
        {"Row28_401",
         each(error("401 Unauthorized", R"({"error":{"message":"Incorrect API key"}})")),
         "key.refused",
         1,
         0ms,
         {},
         false,
         "Incorrect API key"},
        {"Row28_402", each(error("402 Payment Required", "{}")), "provider.payment"},
        {"Row28_403", each(error("403 Forbidden", "{}")), "key.refused"},
        {"Row28_404",
         each(error("404 Not Found", "{}")),
         "provider.not-found",
         1,
         0ms,
         {},
         false,
         "some-model"},
        {"Row28_413", each(error("413 Too Large", "{}")), "provider.request-too-large"},
        {"Row28_422", each(error("422 Unprocessable", R"({"detail":"bad"})")), "provider.bad-request"},
        {"Row34_AnErrorWithStatus200",
         each(error("200 OK", R"({"error":{"message":"no such thing"}})")),
         "provider.failed",
         1,
         0ms,
         {},
         false,
         "no such thing"},
        {"Row35_ALoginPage",
         each(answer(
             {send(whole("<html><title>Log in</title><body>Hi</body></html>", "200 OK", "text/html"))})),
         "provider.protocol"},
    };
    for (const char* code :
         {"insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
          "project_spend_limit_exceeded", "organization_usage_limit_exceeded"}) {
        rows.push_back(
            {"Row31_" + std::string(code), each(error("429 Too Many", coded(code))), "provider.quota"});
    }
    for (auto& row : rows) {
        if (!row.change) row.change = [](OpenAiSettings&) {};
    }
    return rows;
}

std::vector<Row> passing() {
    std::vector<Row> rows;
    const std::string page = "<html><title>502 Bad Gateway</title><body>nginx</body></html>";
    for (const char* status : {"408 Timeout", "409 Conflict", "500 Internal", "503 Unavailable",
                               "504 Gateway Timeout", "529 Overloaded"}) {
        const std::string number(status, 3);
        rows.push_back({"Row33_" + number, each(error(status, "{}")), "provider.failed", 3});
        rows.push_back({"Row33_" + number + "ThenAnswers", {error(status, "{}"), good()}, "complete", 2});
    }
    rows.push_back({.name = "Row33_502WithAPage",
                    .connections = each(answer({send(whole(page, "502 Bad Gateway", "text/html"))})),
                    .expected = "provider.failed",
                    .requests = 3,
                    .says = "\"502 Bad Gateway\"",
                    .never = "<html>"});
    for (const char* code : {"rate_limit_exceeded", "slow_down"}) {
        rows.push_back(
            {"A10_429" + std::string(code),
             each(error("429 Too Many", R"({"error":{"message":"m","code":")" + std::string(code) + "\"}}")),
             "provider.rate-limit", 3});
    }
    return rows;
}

std::vector<Row> should_retry() {
    return {
        {"A12_A500ThatShouldNot", each(error("500 Internal", "{}", "x-should-retry: false\r\n")),
         "provider.failed", 1},
        {"A12_A400ThatShould", each(error("400 Bad", "{}", "x-should-retry: true\r\n")),
         "provider.bad-request", 3},
        {"A12_AKeyThatIsWrongStaysSo", each(error("401 Unauthorized", "{}", "x-should-retry: true\r\n")),
         "key.refused", 1},
    };
}

// The envelopes in which servers say what went wrong.
std::vector<Row> envelopes() {
    const char* bodies[] = {
        R"({"error":{"message":"the words","type":"t","code":"c","param":null}})",
        R"({"error":{"message":"the words","code":400}})",
        R"({"error":"the words"})",
        R"({"object":"error","message":"the words","type":"BadRequestError","code":400})",
        R"([{"error":{"code":400,"message":"the words","status":"INVALID_ARGUMENT"}}])",
        R"({"detail":"the words"})",
        R"({"detail":[{"loc":["body"],"msg":"the words","type":"missing"}]})",
        R"({"errors":[{"message":"the words"}]})",
        R"({"error":"invalid_request","message":"the words"})",
        R"({"error":"invalid_request","error_description":"the words"})",
        R"({"title":"the words","status":400})",
        "<html><head><title>the words</title></head></html>",
        "the words",
    };
    std::vector<Row> rows;
    for (std::size_t i = 0; i < std::size(bodies); ++i) {
        rows.push_back({.name = "A08_Envelope" + std::to_string(i + 1),
                        .connections = each(error("400 Bad Request", bodies[i])),
                        .expected = "provider.bad-request",
                        .says = "the words",
                        .never = "<html>"});
    }
    rows.push_back({.name = "A08_NoBody",
                    .connections = each(error("400 Bad Request", "")),
                    .expected = "provider.bad-request",
                    .says = "status 400 and no explanation"});
    return rows;
}

INSTANTIATE_TEST_SUITE_P(Fatal, TableB, testing::ValuesIn(fatal()), name_of_row);
INSTANTIATE_TEST_SUITE_P(Passing, TableB, testing::ValuesIn(passing()), name_of_row);
INSTANTIATE_TEST_SUITE_P(ShouldRetry, ChecklistA, testing::ValuesIn(should_retry()), name_of_row);
INSTANTIATE_TEST_SUITE_P(Envelopes, ChecklistA, testing::ValuesIn(envelopes()), name_of_row);

TEST(TableB, Row29_OneRungAtATime) {
    const FaultServer server(
        {error("400 Bad", R"({"error":{"message":"response_format is not supported"}})"), good()});
    const Came came = come_of(settings(server), plan_request());
    EXPECT_EQ(came.to, "complete");
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_NE(requests[0].at("body"), requests[1].at("body"));
}

// How long is waited after Retry-After: at least that, or as without it.
struct Wait {
    const char* name;
    const char* header;
    double least;
};

class RetryAfter : public testing::TestWithParam<Wait> {};

TEST_P(RetryAfter, Holds) {
    Step refused{{"send", "HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n" + std::string(GetParam().header) +
                              "\r\n\r\n"}};
    const FaultServer server({answer({refused}), good()});
    EXPECT_EQ(come_of(settings(server), file_request()).to, "complete");
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    const double gap = requests[1].at("time").as_double() - requests[0].at("time").as_double();
    EXPECT_GE(gap, GetParam().least);
    EXPECT_LT(gap,
              GetParam().least + 0.25 + (std::string_view(GetParam().name) == "Row30_ADate" ? 1.0 : 0.0));
}

const Wait waits[] = {
    {"Row30_1", "Retry-After: 1", 1.0},
    {"Row30_1500ms", "Retry-After: 1.5", 1.5},
    {"Row30_ADate", "Retry-After: @DATE+2@", 1.0},  // its second may be almost over
    {"Row30_ADateThatIsPast", "Retry-After: @DATE-9@", 0.0},
    {"Row30_0", "Retry-After: 0", 0.0},
    {"Row30_Negative", "Retry-After: -1", 0.0},
    {"Row30_AWord", "Retry-After: abc", 0.0},
    {"A11_NotANumber", "Retry-After: nan", 0.0},
    {"A11_Infinite", "Retry-After: inf", 0.0},
    {"A11_Milliseconds", "retry-after-ms: 300\r\nRetry-After: 99", 0.3},
};

INSTANTIATE_TEST_SUITE_P(TableB, RetryAfter, testing::ValuesIn(waits),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(TableB, Row30_LongerThanAnybodyWaits) {
    for (const char* wait : {"999999", "1000000000", "Fri, 31 Dec 2100 23:59:59 GMT"}) {
        const FaultServer server(
            each(error("429 Too Many", "{}", "Retry-After: " + std::string(wait) + "\r\n")));
        const Came came = come_of(settings(server), file_request());
        EXPECT_EQ(came.to, "provider.rate-limit");
        EXPECT_THAT(came.text, HasSubstr("It asks to wait"));
        EXPECT_EQ(server.requests().size(), 1U);
    }
}

}  // namespace
}  // namespace aibuild
