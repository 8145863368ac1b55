#include "tool/engine/derived_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/thrown.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/engine/made_directory.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::Directory;
using test::slurp;
using test::thrown;

std::size_t files_in(const fs::path& directory) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST(DerivedFile, IsWrittenOnceForTheSameBytes) {
    const Directory directory;
    EXPECT_TRUE(write_derived(directory / "a", "text"));
    EXPECT_EQ(slurp(directory / "a"), "text");
    struct stat before {
    }, after{};
    ::stat((directory / "a").c_str(), &before);
    EXPECT_FALSE(write_derived(directory / "a", "text"));
    ::stat((directory / "a").c_str(), &after);
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    EXPECT_TRUE(write_derived(directory / "a", "tekst"));
    EXPECT_TRUE(write_derived(directory / "a", "text, longer"));
    EXPECT_EQ(slurp(directory / "a"), "text, longer");
    EXPECT_TRUE(write_derived(directory / "empty", ""));
    EXPECT_FALSE(write_derived(directory / "empty", ""));
    EXPECT_EQ(files_in(directory.path()), 2U) << "nothing half-written is left";
}

TEST(DerivedFile, CanBeAScript) {
    const Directory directory;
    write_derived(directory / "s", "#!/bin/sh\n", true);
    write_derived(directory / "t", "text");
    EXPECT_EQ(::access((directory / "s").c_str(), X_OK), 0);
    EXPECT_NE(fs::status(directory / "t").permissions() & fs::perms::owner_exec, fs::perms::owner_exec);
}

TEST(DerivedFile, AFailureLeavesWhatWasThere) {
    const Directory directory;
    fs::create_directory(directory / "in-the-way");
    directory.put("in-the-way/x", "");
    EXPECT_EQ(thrown([&] { write_derived(directory / "in-the-way", "text"); }).rule(), "disk.write");
    EXPECT_EQ(thrown([&] { write_derived(directory / "nowhere/a", "text"); }).rule(), "disk.write");
    EXPECT_EQ(files_in(directory.path()), 1U);
}

TEST(DerivedFiles, ComeTogetherOrNotAtAll) {
    const Directory directory;
    directory.put("a", "old");
    {
        DerivedFiles files;
        files.add(directory / "a", "new");
        files.add(directory / "b", "new");
        EXPECT_EQ(slurp(directory / "a"), "old");
        EXPECT_FALSE(fs::exists(directory / "b"));
    }
    EXPECT_EQ(files_in(directory.path()), 1U);
    DerivedFiles files;
    files.add(directory / "a", "new");
    EXPECT_EQ(thrown([&] { files.add(directory / "nowhere/b", "new"); }).rule(), "disk.write");
    files.add(directory / "c", "new");
    EXPECT_TRUE(files.commit());
    EXPECT_EQ(slurp(directory / "a"), "new");
    EXPECT_EQ(slurp(directory / "c"), "new");
    EXPECT_FALSE(files.commit()) << "there is nothing more to do";
}

TEST(ReadFile, GivesTheBytesOrNothing) {
    const Directory directory;
    const std::string bytes("a\0\xff\n", 4);
    directory.put("a", bytes);
    EXPECT_EQ(read_file(directory / "a"), bytes);
    directory.put("empty", "");
    EXPECT_EQ(read_file(directory / "empty"), "");
    EXPECT_EQ(read_file(directory / "nothing"), std::nullopt);
    EXPECT_EQ(read_file(directory.path()), std::nullopt) << "a directory is no file";
}

TEST(Touch, MakesTheFileNewer) {
    const Directory directory;
    touch(directory / "a");
    EXPECT_EQ(slurp(directory / "a"), "");
    directory.put("a", "text");
    fs::last_write_time(directory / "a", fs::file_time_type::clock::now() - std::chrono::hours(1));
    const auto before = fs::last_write_time(directory / "a");
    touch(directory / "a");
    EXPECT_GT(fs::last_write_time(directory / "a"), before);
    EXPECT_EQ(slurp(directory / "a"), "text");
    EXPECT_EQ(thrown([&] { touch(directory / "nowhere/a"); }).rule(), "disk.write");
}

TEST(MadeDirectory, GoesAgainWhereNothingWasPutIntoIt) {
    const Directory directory;
    fs::create_directory(directory / "there");
    {
        const MadeDirectory made(directory / "there/a/b/c");
        EXPECT_TRUE(fs::is_directory(directory / "there/a/b/c"));
    }
    EXPECT_TRUE(fs::exists(directory / "there"));
    EXPECT_FALSE(fs::exists(directory / "there/a"));
    {
        const MadeDirectory made(directory / "there/a/b/c");
        directory.put("there/a/kept", "");
    }
    EXPECT_TRUE(fs::exists(directory / "there/a/kept"));
    EXPECT_FALSE(fs::exists(directory / "there/a/b"));
}

TEST(MadeDirectory, LeavesWhatWasThere) {
    const Directory directory;
    fs::create_directory(directory / "empty");
    { const MadeDirectory made(directory / "empty/"); }
    EXPECT_TRUE(fs::exists(directory / "empty"));
}

TEST(MadeDirectory, AFileInTheWayIsAnError) {
    const Directory directory;
    directory.put("file", "text");
    for (const char* path : {"file", "file/a", "new/../file/a/b"})
        EXPECT_EQ(thrown([&] { const MadeDirectory made(directory / path); }).rule(), "disk.write") << path;
    EXPECT_EQ(files_in(directory.path()), 1U);
    EXPECT_EQ(slurp(directory / "file"), "text");
}

}  // namespace
}  // namespace aibuild
