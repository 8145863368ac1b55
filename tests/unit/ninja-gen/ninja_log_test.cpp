#include "ninja-gen/ninja_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace aibuild {
namespace {

namespace fs = std::filesystem;

class NinjaLogTest : public testing::Test {
  protected:
    NinjaLogTest() {
        std::string name = (fs::temp_directory_path() / "aibuild-log-XXXXXX").string();
        build_ = mkdtemp(name.data());
    }
    ~NinjaLogTest() override { fs::remove_all(build_); }

    void write(const char* name, const std::string& bytes) const {
        std::ofstream(build_ / name, std::ios::binary) << bytes;
    }

    fs::path build_;
};

TEST_F(NinjaLogTest, ReadsTheLastLineOfEachOutput) {
    write(".ninja_log",
          "# ninja log v5\n1\t20\t111\tobj/a b.o\tff\n3\t9\t112\tlib.a\t1\n5\t50\t222\tobj/a b.o\tfe\n");
    const NinjaLog log = read_ninja_log(build_);
    EXPECT_EQ(log.version, 5);
    ASSERT_EQ(log.entries.size(), 2U);
    EXPECT_EQ(log.entries.find("obj/a b.o")->start_ms, 5);
    EXPECT_EQ(log.entries.find("obj/a b.o")->end_ms, 50);
    EXPECT_EQ(log.entries.find("obj/a b.o")->mtime, 222);
    EXPECT_EQ(log.entries.find("obj/a b.o")->hash, 0xfeU);
}

TEST_F(NinjaLogTest, ForgetsATornLineAndLinesThatAreNone) {
    write(".ninja_log", "# ninja log v5\n1\t2\t3\ta\t4\nnonsense\n1\t2\tx\tb\t4\n1\t2\t3\tc\t4");
    const NinjaLog log = read_ninja_log(build_);
    EXPECT_EQ(log.entries.size(), 1U);
    EXPECT_NE(log.entries.find("a"), nullptr);
}

TEST(PathMapTest, FindsTheLastValueOfEachPath) {
    std::vector<std::string> paths;
    for (int n = 0; n < 5000; ++n) paths.push_back("obj/" + std::to_string(n));
    PathMap<int> map;
    EXPECT_EQ(map.find("obj/1"), nullptr);
    for (int n = 0; n < 5000; ++n) map.set(paths[static_cast<std::size_t>(n)], n);
    for (int n = 0; n < 5000; n += 3) map.set(paths[static_cast<std::size_t>(n)], -n);
    EXPECT_EQ(map.size(), 5000U);
    for (int n = 0; n < 5000; ++n) {
        const int* found = map.find("obj/" + std::to_string(n));
        ASSERT_NE(found, nullptr) << n;
        EXPECT_EQ(*found, n % 3 == 0 ? -n : n);
        EXPECT_EQ(map.find("lib/" + std::to_string(n)), nullptr);
    }
}

TEST_F(NinjaLogTest, WhatIsNoLogSaysNothing) {
    EXPECT_EQ(read_ninja_log(build_).version, 0);
    write(".ninja_log", "something else\n1\t2\t3\ta\t4\n");
    EXPECT_EQ(read_ninja_log(build_).version, 0);
    EXPECT_TRUE(read_ninja_log(build_).entries.size() == 0);
}

// The values are those that ninja 1.11.1 wrote for these commands.
TEST(CommandHash, IsNinjasOwn) {
    EXPECT_EQ(command_hash("touch a", 5), 0x9544b174230a39b3ULL);
    EXPECT_EQ(command_hash("touch a", 7), std::nullopt);
}

std::string word(std::uint32_t value) {
    std::string out(4, '\0');
    std::memcpy(out.data(), &value, 4);
    return out;
}

std::string path_record(std::string path, std::uint32_t id) {
    path.resize((path.size() + 3) / 4 * 4);
    return word(static_cast<std::uint32_t>(path.size()) + 4) + path + word(~id);
}

TEST_F(NinjaLogTest, ReadsRecordedDependencies) {
    const std::string head = "# ninjadeps\n" + word(4);
    const std::string paths = path_record("a.o", 0) + path_record("a.c", 1) + path_record("long name.h", 2);
    const auto deps = [](std::uint32_t low, std::uint32_t high, std::initializer_list<std::uint32_t> inputs) {
        std::string out = word(static_cast<std::uint32_t>(12 + 4 * inputs.size()) | 0x80000000U) + word(0) +
                          word(low) + word(high);
        for (const std::uint32_t input : inputs) out += word(input);
        return out;
    };
    write(".ninja_deps", head + paths + deps(1, 0, {1}) + deps(7, 1, {1, 2}));
    const NinjaDeps read(build_);
    const NinjaDeps::Record* record = read.find("a.o");
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(record->mtime, (std::int64_t{1} << 32) + 7);
    ASSERT_EQ(record->inputs.size(), 2U);
    EXPECT_EQ(read.path(record->inputs[1]), "long name.h");
    EXPECT_EQ(read.find("a.c"), nullptr);

    // Torn at every byte of the last record: the one before it still counts.
    const std::string whole = head + paths + deps(1, 0, {1});
    const std::string last = deps(7, 1, {1, 2});
    for (std::size_t n = 0; n < last.size(); ++n) {
        write(".ninja_deps", whole + last.substr(0, n));
        ASSERT_NE(NinjaDeps(build_).find("a.o"), nullptr);
        EXPECT_EQ(NinjaDeps(build_).find("a.o")->mtime, 1) << n;
    }
    write(".ninja_deps", head + paths + deps(1, 0, {9}));
    EXPECT_EQ(NinjaDeps(build_).find("a.o"), nullptr) << "an id that no path has";
}

}  // namespace
}  // namespace aibuild
