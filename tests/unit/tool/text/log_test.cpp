#include "tool/text/log.h"

#include <gtest/gtest.h>

#include <thread>

using namespace aibuild;

namespace {

struct Written {
    std::vector<std::string> messages;
    Log log{[this](std::string_view lines) { messages.emplace_back(lines); }};
};

TEST(Log, IsSilentBelowItsLevel) {
    Written written;
    written.log.write(LogLevel::error, "a");
    written.log.write(LogLevel::warning, "b");
    written.log.write(LogLevel::info, "c");
    EXPECT_EQ(written.messages, (std::vector<std::string>{"error: a\n", "warning: b\n"}));
    written.log.set_level(LogLevel::debug);
    written.log.write(LogLevel::debug, "d");
    EXPECT_EQ(written.messages.back(), "debug: d\n");
    EXPECT_TRUE(written.log.shows(LogLevel::info));
}

TEST(Log, LevelsHaveNames) {
    for (const LogLevel level : {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug})
        EXPECT_EQ(log_level(name_of(level)), level);
    EXPECT_EQ(log_level("loud"), std::nullopt);
}

TEST(Log, NothingDrivesTheTerminalOrLooksLikeAMessageOfItsOwn) {
    Written written;
    written.log.write(LogLevel::error, "it said \x1b[2J\nerror: forged\n");
    EXPECT_EQ(written.messages.front(), "error: it said \\x1b[2J\n  error: forged\n");
}

TEST(Log, SecretsAreReplacedTheLongestFirst) {
    Written written;
    written.log.register_secret("sk-canary");
    written.log.register_secret("sk-canary-and-more");
    written.log.register_secret("none");
    written.log.register_secret("");
    written.log.write(LogLevel::error, "sk-canary-and-more, sk-canarysk-canary; none");
    EXPECT_EQ(written.messages.front(), "error: [secret], [secret][secret]; none\n");
}

TEST(Log, GoesWhereMainSaysAndNowhereBefore) {
    log(LogLevel::error, "lost");
    EXPECT_FALSE(logs(LogLevel::error));
    Written written;
    log_to(&written.log);
    EXPECT_TRUE(logs(LogLevel::warning));
    EXPECT_FALSE(logs(LogLevel::info));
    log(LogLevel::warning, "kept");
    EXPECT_EQ(current_log(), &written.log);
    log_to(nullptr);
    log(LogLevel::warning, "lost");
    EXPECT_EQ(written.messages, std::vector<std::string>{"warning: kept\n"});
}

TEST(Log, AMessageStaysWholeAmongThreads) {
    Written written;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&written] {
                for (int j = 0; j < 100; ++j) written.log.write(LogLevel::error, "message");
            });
    }
    EXPECT_EQ(written.messages, std::vector<std::string>(400, "error: message\n"));
}

}  // namespace
