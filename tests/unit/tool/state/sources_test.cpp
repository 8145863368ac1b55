#include "tool/state/sources.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "ninja-gen/hash.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
namespace fs = std::filesystem;

constexpr auto file = "build/.aibuild/sources.json";

class SourcesTest : public testing::Test {
  protected:
    SourcesTest() { fs::create_directory(dir / "build"); }
    // A file that was written some time ago.
    void old(const std::string& path, const std::string& text) const {
        dir.put(path, text);
        fs::last_write_time(dir / path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
    Sources look(const Sources& known = {}) const {
        return look_at_sources(dir.path(), {"a", "b/c", "missing", "b", "link"}, known);
    }
    Directory dir;
};

TEST_F(SourcesTest, RegularFilesOfTheProject) {
    old("a", "text");
    old("b/c", "");
    fs::create_symlink("a", dir / "link");
    const Sources now = look();
    ASSERT_EQ(now.size(), 2U);
    EXPECT_EQ(now.at("a").sha256, sha256("text"));
    EXPECT_EQ(now.at("a").size, 4);
    EXPECT_NE(now.at("a").mtime_ns, 0);
    EXPECT_EQ(now.at("b/c").sha256, sha256(""));
}

TEST_F(SourcesTest, WhatHasItsTimeAndSizeIsNotRead) {
    old("a", "text");
    Sources known = look();
    known.at("a").sha256 = "as it was known";
    EXPECT_EQ(look(known).at("a").sha256, "as it was known");
    Sources other = known;
    ++other.at("a").mtime_ns;
    EXPECT_EQ(look(other).at("a").sha256, sha256("text"));
    other = known;
    ++other.at("a").size;
    EXPECT_EQ(look(other).at("a").sha256, sha256("text"));
}

// Two writes within one tick of the file system's clock leave the same time, and here the same size.
TEST_F(SourcesTest, YoungFileIsReadAgain) {
    dir.put("a", "one");
    struct stat status {};
    ASSERT_EQ(::stat((dir / "a").c_str(), &status), 0);
    const Sources first = look();
    EXPECT_EQ(first.at("a").mtime_ns, 0);
    dir.put("a", "two");
    const timespec times[2] = {status.st_atim, status.st_mtim};
    ASSERT_EQ(::utimensat(AT_FDCWD, (dir / "a").c_str(), times, 0), 0);
    EXPECT_EQ(changes_between(first, look(first)),
              (std::vector<Change>{{"a", sha256("one"), sha256("two")}}));
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    EXPECT_NE(look(first).at("a").mtime_ns, 0);
}

TEST_F(SourcesTest, Changes) {
    const Sources before{{"a", {"1", 1, 1}}, {"c", {"2", 1, 1}}, {"d", {"3", 1, 1}}};
    const Sources now{{"b", {"4", 1, 1}}, {"c", {"2", 1, 9}}, {"d", {"5", 1, 1}}, {"e", {"6", 1, 1}}};
    EXPECT_EQ(changes_between(before, now),
              (std::vector<Change>{{"a", "1", ""}, {"b", "", "4"}, {"d", "3", "5"}, {"e", "", "6"}}));
    EXPECT_TRUE(changes_between(now, now).empty());
    EXPECT_EQ(changes_between({}, before).size(), 3U);
    EXPECT_EQ(changes_between(before, {}).size(), 3U);
}

TEST_F(SourcesTest, RoundTripWritesOnlyWhatChanges) {
    EXPECT_TRUE(read_sources(dir / "build").empty());
    EXPECT_TRUE(read_sources(dir / "nowhere").empty());
    const Sources sources{{"a", {"1", 1, 1'700'000'000'000'000'001}}, {"ü \"x\"", {"2", 0, 0}}};
    write_sources(dir / "build", sources);
    EXPECT_EQ(read_sources(dir / "build"), sources);
    const auto time = fs::last_write_time(dir / "build/.aibuild");
    write_sources(dir / "build", sources);
    EXPECT_EQ(fs::last_write_time(dir / "build/.aibuild"), time);
    write_sources(dir / "build", {});
    EXPECT_TRUE(read_sources(dir / "build").empty());
}

TEST_F(SourcesTest, Refusals) {
    const auto rule = [&](const std::string& text) {
        dir.put(file, text);
        const std::string out = rule_of([&] { read_sources(dir / "build"); });
        EXPECT_EQ(slurp(dir / file), text) << "touched";
        return out;
    };
    EXPECT_EQ(rule(""), "") << "a power cut can leave it empty";
    EXPECT_EQ(rule(R"({"format": 1, "files": {}})"), "");
    EXPECT_EQ(rule(R"({"format": 2, "any": {}})"), "state.newer");
    EXPECT_EQ(rule(R"({"format": 1, "files": []})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "files": {"a": {}}})"), "state.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "files": {"a": {"sha256": "1", "x": 1}}})"), "state.syntax");
    EXPECT_EQ(rule("nonsense"), "state.syntax");
}

}  // namespace
}  // namespace aibuild
