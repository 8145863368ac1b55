#include "tool/cli/columns.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

TEST(Columns, Width) {
    EXPECT_EQ(columns_of("plain"), 5U);
    EXPECT_EQ(columns_of("\xc3\xa9t\xc3\xa9"), 3U);         // été
    EXPECT_EQ(columns_of("e\xcc\x81"), 1U);                 // e and a combining accent
    EXPECT_EQ(columns_of("\xe8\xa9\x9e\xe5\xb9\xb9"), 4U);  // two wide characters
    EXPECT_EQ(columns_of("\xf0\x9f\x98\x80"), 2U);          // an emoji
    EXPECT_EQ(columns_of("\xff\x80"), 1U);                  // not UTF-8: nothing is read beyond its end
    EXPECT_EQ(columns_of("\xe8"), 1U);
}

TEST(Columns, Shortened) {
    EXPECT_EQ(shortened_in_the_middle("src/a.cpp", 9), "src/a.cpp");
    EXPECT_EQ(shortened_in_the_middle("src/very/long/name.cpp", 15), "src/...name.cpp");
    EXPECT_EQ(shortened_in_the_middle("src/a.cpp", 4), "...p");
    EXPECT_EQ(shortened_in_the_middle("src/a.cpp", 3), "...");
    EXPECT_EQ(shortened_in_the_middle("src/a.cpp", 0), "");
    EXPECT_EQ(shortened_at_the_end("a long reason", 9), "a long...");
    EXPECT_EQ(shortened_at_the_end("a long reason", 2), "..");
    // A wide character that would be cut in two is left out.
    EXPECT_EQ(columns_of(shortened_at_the_end("\xe8\xa9\x9e\xe5\xb9\xb9\xe8\xa9\x9e", 5)), 5U);
    EXPECT_EQ(columns_of(shortened_at_the_end("\xe8\xa9\x9e\xe5\xb9\xb9\xe8\xa9\x9e", 4)), 3U);
}

TEST(Columns, PaddedAndOnOneLine) {
    EXPECT_EQ(padded("ab", 4), "ab  ");
    EXPECT_EQ(padded_left("ab", 4), "  ab");
    EXPECT_EQ(padded("abcde", 4), "abcde");
    EXPECT_EQ(on_one_line("a\nb\x1b[2J"), "a b\\x1b[2J");
}

}  // namespace
}  // namespace aibuild
