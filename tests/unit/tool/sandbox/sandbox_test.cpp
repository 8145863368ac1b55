#include "tool/sandbox/sandbox.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;

class SandboxArguments : public ::testing::Test {
  protected:
    // " --ro-bind /usr /usr ...": options with their values, in their order.
    std::string line(const SandboxPlaces& places, const std::vector<fs::path>& guarded = {}) const {
        return fmt::format(" {} ", fmt::join(bwrap_arguments("bwrap", places, guarded, 3), " "));
    }

    static std::size_t at(const std::string& line, const std::string& words) {
        EXPECT_NE(line.find(" " + words + " "), line.npos) << words << "\n" << line;
        return line.find(" " + words + " ");
    }

    SandboxPlaces places_{"/home/me/p", "/home/me/p/out/debug", "/home/me", {}, false, 4000};
};

TEST_F(SandboxArguments, EachLaterMountCoversPartOfAnEarlierOne) {
    places_.readable = {"/home/me/.rustup", "/home/me/p/.venv"};
    const std::string out = line(places_, {"/home/me/p/.git", "/home/me/p/out/debug/.aibuild"});
    const std::vector<std::size_t> order = {
        at(out, "--ro-bind /usr /usr"),
        at(out, "--ro-bind /proc/sys /proc/sys"),
        at(out, "--tmpfs /tmp"),
        at(out, "--tmpfs /home/me"),
        at(out, "--ro-bind /home/me/.rustup /home/me/.rustup"),
        at(out, "--bind /home/me/p /home/me/p"),
        // A step could move a directory away that is no mount.
        at(out, "--bind /home/me/p/out /home/me/p/out"),
        at(out, "--bind /home/me/p/out/debug /home/me/p/out/debug"),
        at(out, "--ro-bind /home/me/p/.git /home/me/p/.git"),
        at(out, "--ro-bind /home/me/p/out/debug/.aibuild /home/me/p/out/debug/.aibuild"),
        at(out, "--remount-ro /"),
        at(out, "--chdir /home/me/p/out/debug"),
    };
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end())) << out;
    EXPECT_EQ(out.find(".venv"), out.npos) << "what is in the project is the project's";
    EXPECT_TRUE(out.ends_with(" --json-status-fd 3 -- ")) << out;
}

TEST_F(SandboxArguments, ABuildDirectoryThatHoldsTheProjectCoversNoneOfItsMounts) {
    places_.root = "/srv/all/group/p";
    places_.build = "/srv/all";
    const std::string out = line(places_, {"/srv/all/group/p/.git"});
    const std::vector<std::size_t> order = {at(out, "--bind /srv/all /srv/all"),
                                            at(out, "--bind /srv/all/group /srv/all/group"),
                                            at(out, "--bind /srv/all/group/p /srv/all/group/p"),
                                            at(out, "--ro-bind /srv/all/group/p/.git /srv/all/group/p/.git")};
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end())) << out;
}

TEST_F(SandboxArguments, NamespacesRightsAndTheNetwork) {
    std::string out = line(places_);
    for (const char* words :
         {"--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--cap-drop ALL"})
        at(out, words);
    places_.network = true;
    out = line(places_);
    EXPECT_EQ(out.find("--unshare-net"), out.npos);
    at(out, "--unshare-pid");
}

TEST_F(SandboxArguments, WhatIsInMemoryHasASize) {
    const std::string out = line(places_);
    at(out, "--size 1048576000 --tmpfs /tmp");
    at(out, "--size 524288000 --tmpfs /home/me");
    at(out, "--size 524288000 --tmpfs /dev/shm");
    for (std::size_t n = out.find("--tmpfs"); n != out.npos; n = out.find("--tmpfs", n + 1))
        EXPECT_EQ(out.rfind("--size", n), out.rfind(" --", n - 2) + 1) << "a tmpfs without a size: " << out;
}

TEST_F(SandboxArguments, ABuildDirectoryElsewhere) {
    places_.build = "/scratch/out";
    const std::string out = line(places_);
    at(out, "--bind /home/me/p /home/me/p");
    at(out, "--bind /scratch/out /scratch/out");
    EXPECT_EQ(out.find("--bind /scratch /scratch"), out.npos);
}

TEST_F(SandboxArguments, AHomeThatCanNotBeOne) {
    EXPECT_EQ(sandbox_home("/home/me/"), "/home/me/");
    EXPECT_EQ(sandbox_home("/nonexistent"), "/nonexistent");
    EXPECT_EQ(sandbox_home("/usr/no-such-home"), "/tmp/home");
    EXPECT_EQ(sandbox_home("/"), "/tmp/home");
    EXPECT_EQ(sandbox_home("here"), "/tmp/home");
    EXPECT_EQ(sandbox_home(""), "/tmp/home");
}

TEST_F(SandboxArguments, AProjectThatHoldsTheHomeIsRefused) {
    for (const char* root : {"/", "/home", "/home/me"}) {
        places_.root = root;
        try {
            const Sandbox sandbox(places_);
            ADD_FAILURE() << root;
        } catch (const Error& error) {
            EXPECT_EQ(error.rule(), "sandbox.home");
        }
    }
}

}  // namespace
}  // namespace aibuild
