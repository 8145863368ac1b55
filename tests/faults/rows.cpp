#include "rows.h"

namespace aibuild {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.expected << " after " << row.requests << " requests";
}

Came come_of(const OpenAiSettings& with, const Request& request, CallWatch* watch) {
    static constexpr const char* outcomes[] = {"complete", "incomplete", "cut", "refused", "filtered"};
    try {
        const Response response = ask(with, request, watch);
        return {outcomes[static_cast<int>(response.outcome)], response.text, response};
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), Not(HasSubstr(key)));
        EXPECT_THAT(error.what(), HasSubstr(with.base_url));
        return {error.rule(), error.why(), {}};
    }
}

void play(const Row& row) {
    const FaultServer server(row.connections);
    auto with = settings(server);
    row.change(with);
    Came came;
    const auto time = time_of([&] { came = come_of(with, row.plan ? plan_request() : file_request()); });
    EXPECT_EQ(came.to, row.expected) << came.text;
    EXPECT_EQ(server.requests().size(), row.requests);
    EXPECT_THAT(came.text, HasSubstr(row.says));
    if (!row.never.empty()) {
        EXPECT_THAT(came.text, Not(HasSubstr(row.never)));
    }
    EXPECT_EQ(came.response.warnings.size(), row.warns.empty() ? 0U : 1U);
    for (const std::string& warning : came.response.warnings) EXPECT_THAT(warning, HasSubstr(row.warns));
    if (came.to == "complete" && row.says.empty()) {
        EXPECT_EQ(came.text, good_text);
    }
    if (row.clock > 0ms) {
        EXPECT_GE(time, row.clock);
        EXPECT_LT(time, row.clock + 250ms);
    } else {
        EXPECT_LT(time, with.first_byte_timeout);  // no clock ran out
    }
}

std::string name_of_row(const testing::TestParamInfo<Row>& info) {
    return info.param.name;
}

TEST_P(TableB, Holds) {
    play(GetParam());
}

TEST_P(ChecklistA, Holds) {
    play(GetParam());
}

}  // namespace aibuild
