#include "tool/text/template.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using kainjow::mustache::list;

std::string rendered(std::map<std::string, std::string, std::less<>> templates, const TemplateData& data) {
    return render("main", data, [&](std::string_view name) -> std::string_view {
        const auto found = templates.find(name);
        return found == templates.end() ? std::string_view() : found->second;
    });
}

std::string rule_of(std::map<std::string, std::string, std::less<>> templates, const TemplateData& data) {
    try {
        rendered(std::move(templates), data);
    } catch (const Error& error) {
        return error.rule();
    }
    return "";
}

TEST(Template, LeavesTextAsItIs) {
    EXPECT_EQ(rendered({{"main", "<{{x}}> & {{{x}}}\n"}}, TemplateData("x", "a<b & \"c\"")),
              "<a<b & \"c\"> & a<b & \"c\"\n");
}

TEST(Template, RefusesAMissingKeyWhereverItStands) {
    EXPECT_EQ(rule_of({{"main", "{{nothing}}"}}, TemplateData()), "template.key");
    EXPECT_EQ(rule_of({{"main", "{{#nothing}}x{{/nothing}}"}}, TemplateData()), "template.key");
    EXPECT_EQ(rule_of({{"main", "{{^nothing}}x{{/nothing}}"}}, TemplateData()), "template.key");
    EXPECT_EQ(rule_of({{"main", "{{>part}}"}, {"part", "{{nothing}}"}}, TemplateData()), "template.key");
}

TEST(Template, RefusesAMissingPartialAndBrokenSyntax) {
    EXPECT_EQ(rule_of({{"main", "{{>part}}"}}, TemplateData()), "template.missing");
    EXPECT_EQ(rule_of({}, TemplateData()), "template.missing");
    EXPECT_EQ(rule_of({{"main", "{{#x}}never closed"}}, TemplateData("x", "1")), "template.syntax");
}

TEST(Template, TellsWhoseMistakeItIs) {
    const auto error = [](const std::string& text, const std::optional<TemplateOrigin>& origin) {
        return test::thrown([&] {
            render(
                "main", TemplateData(), [&](std::string_view) { return std::string_view(text); }, origin);
        });
    };
    const Error ours = error("{{nothing}}", std::nullopt);
    EXPECT_EQ(ours.exit(), Exit::failure);
    EXPECT_EQ(ours.place(), "the built-in template main");
    EXPECT_EQ(ours.fix(), "This is a mistake in AIBuild: please report it.");
    for (const std::string text : {"{{nothing}}", "{{#x}}never closed", "", "{{#x"}) {
        const Error own = error(text, TemplateOrigin{"my/file", "Correct it."});
        EXPECT_EQ(own.exit(), Exit::usage) << text;
        EXPECT_EQ(own.place(), "my/file") << text;
        EXPECT_EQ(own.fix(), "Correct it.") << text;
        EXPECT_EQ(std::string(own.what()).find("AIBuild"), std::string::npos) << own.what();
    }
}

TEST(Template, LinesThatHoldOnlyATagLeaveNothing) {
    TemplateData data;
    data.set("yes", TemplateData(true));
    data.set("no", TemplateData(false));
    data.set("word", "w");
    EXPECT_EQ(rendered({{"main", "a\n{{#no}}\nx\n{{/no}}\nb\n"}}, data), "a\nb\n");
    EXPECT_EQ(rendered({{"main", "a\n{{#yes}}\nx\n{{/yes}}\nb\n"}}, data), "a\nx\nb\n");
    EXPECT_EQ(rendered({{"main", "a\n{{>part}}\nb\n"}, {"part", "{{word}}\n"}}, data), "a\nw\nb\n");
}

TEST(Template, EmptyLinesStayBesideTags) {
    TemplateData data;
    data.set("yes", TemplateData(true));
    EXPECT_EQ(rendered({{"main", "a\n{{#yes}}\n\nx\n\n{{/yes}}\n\nb\n"}}, data), "a\n\nx\n\n\nb\n");
}

TEST(Template, ListsRepeatAndHideOuterKeys) {
    list items;
    items.push_back(TemplateData("id", "one"));
    items.push_back(TemplateData("id", "two"));
    TemplateData data;
    data.set("id", "outer");
    data.set("items", TemplateData(items));
    EXPECT_EQ(rendered({{"main", "{{#items}}\n{{id}},\n{{/items}}\n{{id}}\n"}}, data), "one,\ntwo,\nouter\n");
}

}  // namespace
}  // namespace aibuild
