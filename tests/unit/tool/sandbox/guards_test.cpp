#include "tool/sandbox/guards.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;

class GuardsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::canonical(fs::temp_directory_path()) / "aibuild-guards-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
        fs::create_directory(root_ / "build");
    }
    void TearDown() override { fs::remove_all(root_); }

    std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : fs::recursive_directory_iterator(root_))
            out.push_back(entry.path().lexically_relative(root_).string());
        std::sort(out.begin(), out.end());
        return out;
    }

    fs::path root_;
};

TEST_F(GuardsTest, WhatIsMissingStandsThereMeanwhile) {
    {
        const Guards guards(root_, root_ / "build");
        for (const fs::path& path : guards.paths()) EXPECT_TRUE(fs::exists(path)) << path;
        EXPECT_THAT(names(), ::testing::ElementsAre(".aibuild", ".git", "aibuild.lock.cmake",
                                                    "aibuild.lock.json", "build", "build/.aibuild"));
    }
    EXPECT_THAT(names(), ::testing::ElementsAre("build"));
}

TEST_F(GuardsTest, WhatIsThereStays) {
    fs::create_directory(root_ / ".git");
    std::ofstream(root_ / ".git/HEAD") << "x";
    std::ofstream(root_ / "aibuild.lock.json") << "{}";
    std::ofstream(root_ / "aibuild.json") << "{}";
    {
        const Guards guards(root_, root_ / "build");
        EXPECT_THAT(guards.paths(), ::testing::Contains(root_ / "aibuild.json"));
    }
    EXPECT_THAT(names(),
                ::testing::ElementsAre(".git", ".git/HEAD", "aibuild.json", "aibuild.lock.json", "build"));
}

TEST_F(GuardsTest, TheLastOfTwoRemovesIt) {
    std::optional<Guards> one(std::in_place, root_, root_ / "build"),
        two(std::in_place, root_, root_ / "build");
    one.reset();
    EXPECT_TRUE(fs::exists(root_ / ".git"));
    two.reset();
    EXPECT_THAT(names(), ::testing::ElementsAre("build"));
}

TEST_F(GuardsTest, WhatSomebodyPutsThereMeanwhileStays) {
    {
        const Guards guards(root_, root_ / "build");
        std::ofstream(root_ / ".git/HEAD") << "x";
        std::ofstream(root_ / "lock") << "{}";
        fs::rename(root_ / "lock", root_ / "aibuild.lock.json");
    }
    EXPECT_THAT(names(), ::testing::ElementsAre(".git", ".git/HEAD", "aibuild.lock.json", "build"));
}

TEST_F(GuardsTest, WhatAKillLeftGoesWithTheNext) {
    fs::create_directory(root_ / ".git");
    std::ofstream(root_ / "aibuild.lock.cmake");
    { const Guards guards(root_, root_ / "build"); }
    EXPECT_THAT(names(), ::testing::ElementsAre("build"));
}

TEST_F(GuardsTest, ALinkIsRefused) {
    fs::create_symlink("/tmp", root_ / ".aibuild");
    try {
        const Guards guards(root_, root_ / "build");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "sandbox.link");
    }
    EXPECT_THAT(names(), ::testing::ElementsAre(".aibuild", "build"));
}

}  // namespace
}  // namespace aibuild
