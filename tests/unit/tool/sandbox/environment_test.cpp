#include "tool/sandbox/environment.h"

#include <gmock/gmock.h>

namespace aibuild {
namespace {

using ::testing::ElementsAre;

TEST(Environment, WhatOpensSomethingIsWithheld) {
    for (const char* name : {"OPENAI_API_KEY", "api_key", "MY_TOKEN", "TokenOfMine", "CLIENT_SECRET",
                             "DB_PASSWORD", "GPG_PASSPHRASE", "AWS_PROFILE", "AIBUILD_MODEL", "HTTP_AUTH",
                             "GITLAB_PAT", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "SESSION_COOKIE", "DB_PASS"})
        EXPECT_TRUE(is_withheld(name, "x")) << name;
    EXPECT_TRUE(is_withheld("DATABASE_URL", "postgres://me:secret@host/db"));
    EXPECT_TRUE(is_withheld("PROXY", "http://me:secret@proxy:3128"));
}

TEST(Environment, WhatABuildNeedsStays) {
    for (const char* name :
         {"PATH", "CC", "CFLAGS", "LANG", "LC_ALL", "JAVA_HOME", "PKG_CONFIG_PATH", "GOFLAGS", "CI",
          "GITHUB_ACTIONS", "LD_LIBRARY_PATH", "SOURCE_DATE_EPOCH", "AUTHORS_PATH"}) {
        const bool author = std::string(name).starts_with("AUTH");
        EXPECT_EQ(is_withheld(name, "x"), author) << name;
    }
    EXPECT_FALSE(is_withheld("HOMEPAGE", "https://example.org/a:b@c"));
}

TEST(Environment, FurtherOnesReplaceAndKeptOnesStay) {
    EXPECT_THAT(sandbox_environment({"HOME=/home/me", "A=1", "MY_TOKEN=t", "CACHE_KEY=k", "odd"},
                                    {"HOME=/tmp/home"}, {"CACHE_KEY"}),
                ElementsAre("A=1", "CACHE_KEY=k", "HOME=/tmp/home"));
}

}  // namespace
}  // namespace aibuild
