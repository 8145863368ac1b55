#include "tool/report/markup.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

std::string text(std::string_view whole) {
    Markup out;
    return out.text(whole).take();
}

TEST(Markup, TextIsNeverMarkup) {
    EXPECT_EQ(text("</script><b a='1' c=\"2\">&amp;"),
              "&lt;/script&gt;&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;");
    EXPECT_EQ(text("gr\u00fc\u00dfe \u4e16"), "gr\u00fc\u00dfe \u4e16");
}

TEST(Markup, WhatCanNotBeSeenIsShown) {
    EXPECT_EQ(text(std::string("a\0b\x1b[31m\x7f", 9)), "a\\x00b\\x1b[31m\\x7f");
    EXPECT_EQ(text("\u202egnp.exe\u2066\u200b\u061c"), "\\u202egnp.exe\\u2066\\u200b\\u061c");
    EXPECT_EQ(text("\u0085"), "\\x85");
}

TEST(Markup, WhatIsNoUtf8IsShown) {
    EXPECT_EQ(text("a\xff\xc3(\xe2\x82"), "a\\xff\\xc3(\\xe2\\x82");
    EXPECT_EQ(text("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
    EXPECT_EQ(text("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
    EXPECT_EQ(text("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
    EXPECT_EQ(utf8("a\x1b\xfe"), "a\x1b\\xfe");  // controls stay: JSON has a way to write them
}

TEST(Markup, ProseHasCode) {
    Markup out;
    EXPECT_EQ(out.prose("Run `a <b>` or `c`, not `d").take(),
              "Run <code>a &lt;b&gt;</code> or <code>c</code>, not `d");
}

TEST(Markup, Numbers) {
    Markup out;
    EXPECT_EQ(
        out.number(1.04).tag(" ").number(1.06).tag(" ").number(-0.01).tag(" ").number(std::size_t{7}).take(),
        "1 1.1 0 7");
}

}  // namespace
}  // namespace aibuild
