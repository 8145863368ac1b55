#include "tool/text/utf8.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

TEST(Utf8, WhatItIsStays) {
    for (const char* text : {"", "plain", "gr\xc3\xbc\xc3\x9f", "\xf0\x9f\xa6\x8a", "\xef\xbb\xbfmarked"}) {
        EXPECT_TRUE(is_utf8(text)) << text;
        EXPECT_EQ(as_utf8(text), text);
    }
}

TEST(Utf8, EveryOtherByteIsReplaced) {
    EXPECT_FALSE(is_utf8("gr\xfc\xdf"));
    EXPECT_EQ(as_utf8("gr\xfc\xdf"
                      "e"),
              "gr\xef\xbf\xbd\xef\xbf\xbd"
              "e");
    // Cut off, a surrogate, an overlong slash.
    for (const char* text : {"\xe2\x82", "\xed\xa0\x80", "\xc0\xaf"}) {
        EXPECT_FALSE(is_utf8(text));
        EXPECT_TRUE(is_utf8(as_utf8(text)));
    }
}

}  // namespace
}  // namespace aibuild
