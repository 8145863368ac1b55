#include "ninja-gen/names.h"

#include <gtest/gtest.h>

#include <vector>

namespace aibuild {
namespace {

using Texts = std::vector<std::string>;

std::string times(int n, const std::string& text) {
    std::string out;
    for (; n > 0; --n) out += text;
    return out;
}

TEST(Name, IsFromAClosedAlphabet) {
    for (const std::string& name : Texts{"a", "word-freq", "c++", "libx.y", "A_1", std::string(64, 'a')})
        EXPECT_FALSE(name_problem(name)) << name;
    for (const std::string& name : Texts{"", "1a", "-a", ".a", "_a", "a b", "a/b", "a$", "é", "a\n",
                                         std::string("a\0", 2), std::string(65, 'a')})
        EXPECT_TRUE(name_problem(name)) << name;
    for (int c = 0; c < 256; ++c) {
        const std::string name = std::string("a") + static_cast<char>(c);
        const bool allowed =
            (c < 128 && std::isalnum(c) != 0) || std::string_view("_.+-").find(static_cast<char>(c)) < 4;
        EXPECT_EQ(!name_problem(name), allowed) << c;
    }
}

TEST(Name, IsNotOneOfTheBuildTools) {
    for (const std::string& name :
         Texts{"all", "ALL", "test", "tests", "clean", "install", "help", "phony", "package", "build.ninja",
               "build.ninja.stamp", "ZERO_CHECK", "All_Build", "edit_cache"})
        EXPECT_TRUE(name_problem(name)) << name;
    EXPECT_FALSE(name_problem("all2"));
    EXPECT_FALSE(name_problem("tester"));
}

TEST(Path, IsRelativeAndPlain) {
    for (const std::string& path : Texts{"a", "a/b.c", "...", "a/..b", "-x", "a b'\"$|:#;\\", "日本/ñ",
                                         "a\xe2\x80\xae"
                                         "b",
                                         std::string(240, 'a'), times(40, "d/") + "x"})
        EXPECT_FALSE(path_problem(path)) << path;
    for (const std::string& path : Texts{"", "/a", "a/", "a//b", ".", "..", "./a", "a/./b", "a/../b", "a/..",
                                         "a\tb", "a\nb", "a\rb", std::string("a\0b", 3),
                                         "a\x01"
                                         "b",
                                         "a\x7f", std::string(1025, 'a')})
        EXPECT_TRUE(path_problem(path)) << path;
}

// Ninja 1.11 dies of a path with more than 60 components, and an object's path has some more than its
// source's. A name grows by the endings of an object, its depfile and that one's partial.
TEST(Path, LeavesRoomForWhatIsMadeFromIt) {
    EXPECT_FALSE(path_problem(times(49, "d/") + "x"));
    EXPECT_TRUE(path_problem(times(50, "d/") + "x"));
    EXPECT_TRUE(path_problem(std::string(241, 'a')));
    EXPECT_TRUE(path_problem("d/" + std::string(255, 'a') + "/x"));
}

TEST(ProposedPath, IsFromAClosedAlphabet) {
    for (const std::string& path :
         Texts{"src/main.cpp", "a-b_c.d+e", "x/.clang-format", times(11, "d/") + "x"})
        EXPECT_FALSE(proposed_path_problem(path)) << path;
    for (const std::string& path :
         Texts{"a b", "a$b", "a;b", "ä", "-x", "a/-x", "a.", "a./b", "con", "src/NUL.txt", "aux.c", "lpt9",
               "../a", "/a", times(12, "d/") + "x", std::string(101, 'a')})
        EXPECT_TRUE(proposed_path_problem(path)) << path;
    for (int c = 0; c < 256; ++c) {
        const std::string path = std::string("a") + static_cast<char>(c) + "b";
        const bool allowed =
            (c < 128 && std::isalnum(c) != 0) || std::string_view("_.+-/").find(static_cast<char>(c)) < 5;
        EXPECT_EQ(!proposed_path_problem(path), allowed) << c;
    }
}

TEST(DidYouMean, FindsTheNearest) {
    const Texts known{"executable", "static-library", "shared-library", "test"};
    EXPECT_EQ(did_you_mean("exectuable", known), "executable");
    EXPECT_EQ(did_you_mean("Executable", known), "executable");
    EXPECT_EQ(did_you_mean("static_library", known), "static-library");
    EXPECT_EQ(did_you_mean("tset", known), "test");
    EXPECT_EQ(did_you_mean("tests", known), "test");
    EXPECT_EQ(did_you_mean("banana", known), std::nullopt);
    EXPECT_EQ(did_you_mean("", known), std::nullopt);
    EXPECT_EQ(did_you_mean("x", {}), std::nullopt);
    EXPECT_EQ(did_you_mean("c+", Texts{"c", "c++"}), "c");
}

}  // namespace
}  // namespace aibuild
