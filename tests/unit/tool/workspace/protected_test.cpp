#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "directory.h"
#include "tool/workspace/root.h"

namespace aibuild {
namespace {

TEST(Protected, RefusesWhatRunsByItself) {
    for (const char* path : {".git/hooks/pre-commit",
                             ".git/config",
                             "sub/.git/config",
                             ".GIT/config",
                             "git~1/config",
                             "GIT~1",
                             ".git./config",
                             ".git /config",
                             ".git::$INDEX_ALLOCATION/config",
                             ".git\\config",
                             ".g\xe2\x80\x8cit/config",
                             ".gitattributes",
                             "a/b/.GitAttributes",
                             ".gitmodules",
                             "gitmod~1",
                             ".aibuild/stage/commit.json",
                             ".aibuild/languages/lua.json",
                             ".aibuild/languages/lua.sh",
                             ".AIBuild/consent",
                             ".aibuild-tmp-0",
                             "aibuild.json",
                             "AIBUILD.JSON",
                             "aibuild.lock.json",
                             "aibuild.lock.cmake",
                             "CMakeLists.txt",
                             "src/cmakelists.TXT",
                             "cmake/x.cmake",
                             "CMakePresets.json",
                             "CMakeUserPresets.json",
                             "CTestCustom.cmake",
                             "build.ninja",
                             "x.ninja",
                             "Makefile",
                             "GNUmakefile",
                             "rules.mk",
                             "meson.build",
                             "conanfile.py",
                             "vcpkg.json",
                             ".vscode/tasks.json",
                             ".idea/workspace.xml",
                             ".envrc",
                             ".devcontainer/devcontainer.json",
                             ".github/workflows/ci.yml",
                             ".gitlab-ci.yml",
                             ".cursor/rules",
                             ".codex/config.toml",
                             ".gemini/settings.json",
                             ".claude/settings.json",
                             "AGENTS.md",
                             "docs/agents.md",
                             "CLAUDE.md",
                             ".pre-commit-config.yaml",
                             ".cargo/config.toml",
                             ".bashrc",
                             ".ssh/authorized_keys",
                             "build/x.cpp",
                             "Build/x.cpp",
                             "out/x.cpp",
                             "build",
                             "fake/HEAD"}) {
        EXPECT_TRUE(protected_problem(path).has_value()) << path;
    }
}

TEST(Protected, LetsOrdinaryFilesThrough) {
    for (const char* path :
         {"src/main.cpp", "README.md", ".gitignore", "src/build/x.cpp", "tools/out/x", "builder.cpp",
          "docs/git.md", "src/cmake.cpp", "data/head.txt", "head/main.c", "tests/agents_test.md",
          "package.json", "Cargo.toml", "scripts/run.sh", "src/workspace/a.cpp", "notes~.txt"}) {
        EXPECT_EQ(protected_problem(path), std::nullopt) << path;
    }
}

TEST(Protected, SaysWhichPartAndWhy) {
    EXPECT_THAT(*protected_problem("a/.GIT/config"), testing::StartsWith("`.GIT` is git's own"));
    EXPECT_THAT(*protected_problem("build/a"), testing::HasSubstr("build results"));
}

// The README's table is what people are told: each name in it is refused.
TEST(Protected, ReadmeTellsTheTruth) {
    std::istringstream readme(test::slurp(AIBUILD_SOURCE_DIR "/tool/workspace/README.md"));
    const std::regex code("`([^`]+)`");
    int names = 0;
    for (std::string line; std::getline(readme, line);) {
        if (!line.starts_with("| `")) continue;
        const std::string cell = line.substr(2, line.find(" | ", 2) - 2);
        for (std::sregex_iterator it(cell.begin(), cell.end(), code), end; it != end; ++it) {
            std::string name = (*it)[1];
            if (name.starts_with('*')) name.replace(0, 1, "x");
            if (name.ends_with('/')) name += "x";
            EXPECT_TRUE(protected_problem(name).has_value()) << name;
            ++names;
        }
    }
    EXPECT_GT(names, 90);
}

}  // namespace
}  // namespace aibuild
