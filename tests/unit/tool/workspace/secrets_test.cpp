#include "tool/workspace/secrets.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

TEST(Secrets, KeysAndWhatUsuallyHasSome) {
    for (const char* path :
         {".env", "a/.env.local", ".ENV", ".git/config", "x/.Git/config", "deploy/id_rsa", "tls/server.pem",
          "a.KEY", ".ssh/config", ".npmrc", ".aibuild/responses/00/0.json", "home/.aws/credentials"})
        EXPECT_TRUE(secret_problem(path, "")) << path;
}

TEST(Secrets, WhatIsPublishedIsNone) {
    for (const char* path : {"docs/style.md", ".env.example", "src/key.cpp", "AGENTS.md", "CMakeLists.txt",
                             ".clang-format", "environment.md", "keys.md", ".github/workflows/ci.yml"})
        EXPECT_FALSE(secret_problem(path, "export A=b\n")) << path;
}

TEST(Secrets, APrivateKeyIsFoundWhereverItStands) {
    EXPECT_TRUE(secret_problem("docs/a.md", "text\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n"));
    EXPECT_FALSE(secret_problem("docs/a.md", "-----BEGIN CERTIFICATE-----\n"));
}

}  // namespace
}  // namespace aibuild
