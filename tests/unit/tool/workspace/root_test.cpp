#include "tool/workspace/root.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "directory.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
}

TEST(Root, NeedsADirectory) {
    const Directory dir;
    dir.put("file", "");
    EXPECT_EQ(rule_of([&] { Root root(dir / "missing"); }), "path.root");
    EXPECT_EQ(rule_of([&] { Root root(dir / "file"); }), "path.root");
}

TEST(Root, WritesAndReadsBack) {
    const Directory dir;
    const Root root(dir.path());
    const std::string text("a\0b\n", 4);
    EXPECT_TRUE(root.write("src/deep/a.cpp", text));
    EXPECT_EQ(root.read("src/deep/a.cpp"), text);
    EXPECT_EQ(slurp(dir / "src/deep/a.cpp"), text);
    EXPECT_EQ(root.read("src/deep/b.cpp"), std::nullopt);
    EXPECT_EQ(root.read("src/deep/a.cpp/x"), std::nullopt);
    EXPECT_EQ(dir.tree().size(), 3U) << "a temporary file stayed";
}

TEST(Root, SameBytesTouchNothing) {
    const Directory dir;
    const Root root(dir.path());
    root.write("a", "text");
    struct stat before {
    }, after{};
    ::stat((dir / "a").c_str(), &before);
    EXPECT_FALSE(root.write("a", "text"));
    ::stat((dir / "a").c_str(), &after);
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_TRUE(root.write("a", "text2"));
    ::stat((dir / "a").c_str(), &after);
    EXPECT_NE(before.st_ino, after.st_ino) << "written in place: a reader could see half";
}

TEST(Root, EmptyFileIsNotNoFile) {
    const Directory dir;
    const Root root(dir.path());
    EXPECT_TRUE(root.write("empty", ""));
    EXPECT_EQ(root.read("empty"), "");
    EXPECT_FALSE(root.write("empty", ""));
}

TEST(Root, PermissionsFollowTheUmaskAndAreKept) {
    const Directory dir;
    const Root root(dir.path());
    const mode_t umask = ::umask(027);
    root.write("plain", "1");
    root.write("script", "1", 0755);
    ::umask(umask);
    EXPECT_EQ(mode_of(dir / "plain"), 0640U);
    EXPECT_EQ(mode_of(dir / "script"), 0750U);
    dir.put("secret", "1");
    ::chmod((dir / "secret").c_str(), 06600);
    root.write("secret", "2");
    EXPECT_EQ(mode_of(dir / "secret"), 0600U);
}

TEST(Root, OtherNamesOfTheFileKeepTheOldBytes) {
    const Directory dir;
    dir.put("original", "old");
    fs::create_hard_link(dir / "original", dir / "linked");
    Root(dir.path()).write("linked", "new");
    EXPECT_EQ(slurp(dir / "original"), "old");
    EXPECT_EQ(slurp(dir / "linked"), "new");
}

TEST(Root, RefusesPathsThatAreNotBeneath) {
    const Directory dir;
    const Root root(dir.path());
    for (const std::string path :
         {"", "/etc/passwd", "..", "../a", "a/../../b", "a/../b", "./a", "a//b", "a/", "."}) {
        EXPECT_EQ(rule_of([&] { root.write(path, "x"); }), "path.escape") << path;
        EXPECT_EQ(rule_of([&] { root.read(path); }), "path.escape") << path;
        EXPECT_EQ(rule_of([&] { root.find(path); }), "path.escape") << path;
        EXPECT_EQ(rule_of([&] { root.remove(path); }), "path.escape") << path;
    }
    EXPECT_EQ(rule_of([&] { root.write(std::string("a\0b", 3), "x"); }), "path.escape");
    EXPECT_TRUE(dir.tree().empty());
}

TEST(Root, WritesNothingOfGits) {
    const Directory dir;
    const Root root(dir.path());
    for (const char* path : {".git/config", ".GIT/hooks/pre-commit", "sub/.git", "git~1/config",
                             ".git ./config", ".g\xe2\x80\x8cit/config"}) {
        EXPECT_EQ(rule_of([&] { root.write(path, "x"); }), "path.protected") << path;
        EXPECT_EQ(rule_of([&] { root.remove(path); }), "path.protected") << path;
    }
    EXPECT_TRUE(root.write(".gitignore", "build/\n"));
}

TEST(Root, OtherThingsThanFilesAreErrors) {
    const Directory dir;
    const Root root(dir.path());
    ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (dir / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(fd);
    fs::create_directory(dir / "folder");
    dir.put("file", "x");
    const auto before = dir.tree();
    for (const char* path : {"pipe", "socket", "folder", "file/below"}) {
        EXPECT_EQ(rule_of([&] { root.write(path, "x"); }), "path.type") << path;
    }
    for (const char* path : {"pipe", "socket", "folder"}) {
        EXPECT_EQ(rule_of([&] { root.read(path); }), "path.type") << path;
        EXPECT_EQ(rule_of([&] { root.remove(path); }), "path.type") << path;
    }
    EXPECT_EQ(dir.tree(), before);
    EXPECT_EQ(root.find("pipe"), Found::other);
    EXPECT_EQ(root.find("socket"), Found::other);
    EXPECT_EQ(root.find("folder"), Found::directory);
    EXPECT_EQ(root.find("file"), Found::file);
    EXPECT_EQ(root.find("none"), Found::nothing);
    EXPECT_EQ(root.find("file/below"), Found::nothing);
}

TEST(Root, LongNamesAreErrorsAndMakeNothing) {
    const Directory dir;
    const Root root(dir.path());
    EXPECT_EQ(rule_of([&] { root.write("new/" + std::string(300, 'x'), "x"); }), "path.limit");
    EXPECT_TRUE(dir.tree().empty());
    EXPECT_TRUE(root.write(std::string(255, 'x'), "x"))
        << "the temporary name must not be longer than the file's";
}

TEST(Root, FailureRemovesDirectoriesItMade) {
    const Directory dir;
    const Root root(dir.path());
    dir.put("kept/file", "x");
    // The last component is too long: the file can't be made, after a/b/c were.
    EXPECT_EQ(rule_of([&] { root.write("kept/a/b/c/" + std::string(256, 'x'), "x"); }), "path.limit");
    EXPECT_FALSE(fs::exists(dir / "kept/a"));
    EXPECT_TRUE(fs::exists(dir / "kept/file"));
}

TEST(Root, RemovesAndTidiesUp) {
    const Directory dir;
    const Root root(dir.path());
    root.write("a/b/c/file", "x");
    root.write("a/other", "x");
    root.remove("a/b/c/file");
    EXPECT_FALSE(fs::exists(dir / "a/b"));
    EXPECT_TRUE(fs::exists(dir / "a/other"));
    root.remove("a/b/c/file");
    root.remove("never/was");
}

TEST(Root, FollowsNoLinkButItsOwn) {
    const Directory dir;
    dir.put("real/file", "x");
    fs::create_directory_symlink("real", dir / "link");
    EXPECT_EQ(Root(dir / "link").read("file"), "x") << "the person's own choice of directory";
    const Root root(dir.path());
    EXPECT_EQ(rule_of([&] { root.read("link/file"); }), "path.symlink");
    EXPECT_EQ(rule_of([&] { root.find("link"); }), "path.symlink");
}

TEST(Root, NamesTheLinkInTheMessage) {
    const Directory dir;
    fs::create_directories(dir / "a");
    fs::create_symlink("/nowhere", dir / "a/evil\x1b[31m");
    try {
        Root(dir.path()).write("a/evil\x1b[31m/x", "text");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "path.symlink");
        EXPECT_EQ(error.exit(), Exit::policy);
        EXPECT_NE(std::string(error.what()).find("`a/evil\\x1b[31m` is a symbolic link"), std::string::npos)
            << error.what();
    }
}

TEST(Root, SurvivesRenamingOfItsDirectory) {
    const Directory dir;
    fs::create_directory(dir / "one");
    const Root root(dir / "one");
    fs::rename(dir / "one", dir / "two");
    root.write("file", "x");
    EXPECT_EQ(slurp(dir / "two/file"), "x");
}

TEST(Root, Moves) {
    const Directory dir;
    Root first(dir.path());
    Root second(std::move(first));
    EXPECT_TRUE(second.write("a", "x"));
    Root third(dir.path());
    third = std::move(second);
    EXPECT_EQ(third.read("a"), "x");
}

}  // namespace
}  // namespace aibuild
