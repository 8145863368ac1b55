#include "ninja-gen/template.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/thrown.h"

namespace aibuild {
namespace {

const std::map<std::string, Words, std::less<>> values = {{"one", {"1"}},      {"other", {"o"}},
                                                          {"two", {"a", "b"}}, {"three", {"x", "y", "z"}},
                                                          {"none", {}},        {"brace", {"{one}"}}};

Words expanded(const Words& words) {
    return expand(
        words,
        [](std::string_view name) -> const Words* {
            const auto found = values.find(name);
            return found == values.end() ? nullptr : &found->second;
        },
        "x.json");
}

Error refused(const std::string& word) {
    return test::thrown([&] { expanded({word}); });
}

TEST(Template, TextStaysAsItIs) {
    EXPECT_EQ(expanded({"-c", "", "a}b", "$x"}), (Words{"-c", "", "a}b", "$x"}));
    EXPECT_EQ(expanded({}), Words{});
}

TEST(Template, AListRepeatsItsWord) {
    EXPECT_EQ(expanded({"{one}"}), Words{"1"});
    EXPECT_EQ(expanded({"-I{two}"}), (Words{"-Ia", "-Ib"}));
    EXPECT_EQ(expanded({"<{two}>", "end"}), (Words{"<a>", "<b>", "end"}));
    EXPECT_EQ(expanded({"-I{none}", "end"}), Words{"end"});
    EXPECT_EQ(expanded({"{one}={two}/{other}"}), (Words{"1=a/o", "1=b/o"}));
    EXPECT_EQ(expanded({"{one}{one}"}), Words{"11"});
}

TEST(Template, ListsOneAfterAnother) {
    EXPECT_EQ(expanded({"{one,two,none,three}"}), (Words{"1", "a", "b", "x", "y", "z"}));
    EXPECT_EQ(expanded({"{none,one}{two}"}), (Words{"1a", "1b"}));
}

TEST(Template, JoinsMakeOneText) {
    EXPECT_EQ(expanded({"P={two|:}"}), Words{"P=a:b"});
    EXPECT_EQ(expanded({"{one,three|, }"}), Words{"1, x, y, z"});
    EXPECT_EQ(expanded({"P={none|:}"}), Words{"P="});
    EXPECT_EQ(expanded({"{two|}"}), Words{"ab"});
    EXPECT_EQ(expanded({"{two|:}{three}"}), (Words{"a:bx", "a:by", "a:bz"}));
}

TEST(Template, ValuesAreNotExpandedAgain) {
    EXPECT_EQ(expanded({"{brace}"}), Words{"{one}"});
}

TEST(Template, RefusesWhatIsNotClear) {
    for (const std::string word : {"{two}{three}", "{two}-{none}", "{none}{none}"}) {
        EXPECT_EQ(refused(word).rule(), "language.template") << word;
        EXPECT_NE(refused(word).why().find("two lists"), std::string::npos) << word;
    }
    EXPECT_EQ(refused("{nope}").why(), "There is no placeholder {nope}.");
    EXPECT_EQ(refused("{}").rule(), "language.template");
    EXPECT_EQ(refused("{one,}").rule(), "language.template");
    EXPECT_EQ(refused("a{one").why(), "A brace is not closed in \"a{one\".");
    EXPECT_EQ(refused("{nope}").place(), "x.json");
}

}  // namespace
}  // namespace aibuild
