#include "tool/inference/call_record.h"

#include <boost/json/parse.hpp>

#include "tests/support/variable.h"
#include "tests/unit/tool/workspace/directory.h"

using namespace aibuild;

namespace {

CallRecord record() {
    CallRecord out;
    out.time = std::chrono::system_clock::from_time_t(1'700'000'000);
    out.request = "ab12";
    out.stage = "file";
    out.subject = "src/a.cpp";
    out.server = "https://ann:sk-canary@api.example:8443/v1?key=sk-canary#sk-canary";
    out.model = "m-1";
    out.api = "chat";
    out.outcome = name_of(Outcome::complete);
    out.requests = 2;
    out.usage.output_tokens = 7;
    out.duration = std::chrono::milliseconds(1500);
    return out;
}

mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
}

TEST(CallRecord, IsALineWithoutSecretsWhereUnknownIsNull) {
    EXPECT_EQ(
        line_of(record()),
        R"({"time":"2023-11-14T22:13:20Z","request":"ab12","stage":"file","subject":"src/a.cpp",)"
        R"("server":"https://api.example:8443","model":"m-1","api":"chat","outcome":"complete","requests":2,)"
        R"("input_tokens":null,"output_tokens":7,"cached_tokens":null,"cost":null,"warnings":[],)"
        R"("milliseconds":1500,"from_store":false})"
        "\n");
    CallRecord odd = record();
    odd.subject = "a\nb\x1b";
    odd.warnings = {"one", "two\n"};
    odd.server = "";
    const std::string line = line_of(odd);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_TRUE(boost::json::parse(line).at("server").is_null());
    EXPECT_EQ(boost::json::parse(line).at("warnings"), (boost::json::value{"one", "two\n"}));
}

TEST(CallLog, IsPrivateAndGrowsByLines) {
    test::Directory directory;
    const CallLog log(directory / "state/aibuild");
    std::string problem;
    ASSERT_TRUE(log.append(record(), problem)) << problem;
    ASSERT_TRUE(log.append(record(), problem)) << problem;
    EXPECT_EQ(test::slurp(log.path()), line_of(record()) + line_of(record()));
    EXPECT_EQ(mode_of(log.path()), 0600U);
    EXPECT_EQ(mode_of(directory / "state/aibuild"), 0700U);
    ASSERT_EQ(::chmod(log.path().c_str(), 0644), 0);
    ASSERT_TRUE(log.append(record(), problem)) << problem;
    EXPECT_EQ(mode_of(log.path()), 0600U) << "made private again";
}

TEST(CallLog, AFullOneIsMovedAside) {
    test::Directory directory;
    const std::string line = line_of(record());
    const CallLog log(directory / "aibuild", static_cast<std::int64_t>(2 * line.size()));
    std::string problem;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(log.append(record(), problem)) << problem;
    EXPECT_EQ(test::slurp(log.path()), line);
    EXPECT_EQ(test::slurp(log.path().string() + ".1"), line + line);
    EXPECT_EQ(mode_of(log.path().string() + ".1"), 0600U);
}

TEST(CallLog, WhatCanNotBeWrittenIsSaidAndNothingIsFollowed) {
    test::Directory directory;
    directory.put("victim", "text");
    std::filesystem::create_directory(directory / "aibuild");
    std::filesystem::create_symlink(directory / "victim", directory / "aibuild/calls.jsonl");
    std::string problem;
    EXPECT_FALSE(CallLog(directory / "aibuild").append(record(), problem));
    EXPECT_NE(problem.find("calls.jsonl"), std::string::npos);
    EXPECT_EQ(test::slurp(directory / "victim"), "text");
    problem.clear();
    EXPECT_FALSE(CallLog(directory / "victim/aibuild").append(record(), problem));
    EXPECT_FALSE(problem.empty());
    EXPECT_TRUE(CallLog("").append(record(), problem)) << "without a home nothing is kept";
}

TEST(CallLog, LivesInTheStateDirectory) {
    const test::Variable home("HOME", "/h");
    {
        const test::Variable state("XDG_STATE_HOME", "/s");
        EXPECT_EQ(user_call_log_directory(), "/s/aibuild");
    }
    const test::Variable relative("XDG_STATE_HOME", "s");
    EXPECT_EQ(user_call_log_directory(), "/h/.local/state/aibuild");
    const test::Variable none("HOME");
    EXPECT_EQ(user_call_log_directory(), "");
}

}  // namespace
