#include "tool/sandbox/toolchains.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Toolchains : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::canonical(fs::temp_directory_path()) / "aibuild-toolchains-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        home_ = name;
    }
    void TearDown() override { fs::remove_all(home_); }

    fs::path program(const std::string& path) const {
        fs::create_directories((home_ / path).parent_path());
        std::ofstream(home_ / path) << "#!/bin/sh\n";
        return home_ / path;
    }
    fs::path link(const std::string& path, const fs::path& target) const {
        fs::create_directories((home_ / path).parent_path());
        fs::create_symlink(target, home_ / path);
        return home_ / path;
    }
    std::vector<fs::path> of(const std::vector<fs::path>& programs) const {
        return installations(programs, home_, [](const std::string&) { return std::nullopt; });
    }

    fs::path home_;
};

TEST_F(Toolchains, TheSystemNeedsNothing) {
    EXPECT_THAT(of({"/usr/bin/cc", "/bin/sh", "/opt/x/bin/tool", "/nix/store/x/bin/gcc"}), IsEmpty());
}

TEST_F(Toolchains, WhatIsAboveBinIsTheInstallation) {
    EXPECT_THAT(of({program(".nvm/versions/node/v20/bin/node"), program(".pyenv/shims/python3")}),
                ElementsAre(home_ / ".nvm/versions/node/v20", home_ / ".pyenv"));
}

TEST_F(Toolchains, ADirectoryOfProgramsIsNotAllThatIsBesideIt) {
    const fs::path tool = program("work/bin/tool");
    program("work/customer/secret.c");
    EXPECT_THAT(of({tool}), ElementsAre(home_ / "work/bin"));
    // Built and installed there, beside what it was built from.
    program("work/lib/x");
    program("work/share/x");
    fs::create_directories(home_ / "work/customer/.git");
    EXPECT_THAT(of({tool}), ElementsAre(home_ / "work/bin", home_ / "work/lib", home_ / "work/share"));
    fs::remove_all(home_ / "work/customer");
    EXPECT_THAT(of({tool}), ElementsAre(home_ / "work"));
}

TEST_F(Toolchains, OfCargoNoCredentials) {
    program(".cargo/credentials.toml");
    program(".rustup/settings.toml");
    program(".cargo/bin/rustup");
    EXPECT_THAT(of({link(".cargo/bin/rustc", "rustup")}),
                ElementsAre(home_ / ".cargo/bin", home_ / ".rustup"));
}

TEST_F(Toolchains, EveryLinkOnTheWayCounts) {
    program(".local/lib/x");
    program("sdk/java/17/bin/java");
    program("sdk/java/17/lib/modules");
    link("sdk/java/current", "17");
    const fs::path java = link(".local/bin/java", home_ / "sdk/java/current/bin/java");
    EXPECT_THAT(of({java}), ElementsAre(home_ / ".local/bin", home_ / ".local/lib", home_ / "sdk/java/17",
                                        home_ / "sdk/java/current"));
}

TEST_F(Toolchains, NeverAllOfAHome) {
    EXPECT_THAT(of({program("bin/tool")}), ElementsAre(home_ / "bin"));
    EXPECT_THAT(of({program("tool")}), IsEmpty());
}

TEST_F(Toolchains, VariablesNameSome) {
    program("rust/x");
    const auto named = installations({}, home_, [&](const std::string& name) {
        return name == "RUSTUP_HOME" ? std::optional((home_ / "rust").string())
               : name == "JAVA_HOME" ? std::optional<std::string>("/usr/lib/jvm/x")
               : name == "GOROOT"    ? std::optional(home_.string())
                                     : std::nullopt;
    });
    EXPECT_THAT(named, ElementsAre(home_ / "rust"));
}

TEST_F(Toolchains, ProgramsOnAPath) {
    const fs::path tool = program("mine/tool");
    EXPECT_THAT(programs_on("/usr/bin:" + (home_ / "mine").string() + ":relative::"), ElementsAre(tool));
}

}  // namespace
}  // namespace aibuild
