#include "ninja-gen/lower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lowered.h"

namespace aibuild {
namespace {

using test::json_target;
using test::LoweredPlan;
using test::thrown;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Texts = std::vector<std::string>;

std::string archive(const std::string& name, const std::string& language, const std::string& uses = "") {
    const std::string extension = language == "c" ? ".c" : language == "c++" ? ".cpp" : ".rs";
    return json_target(name, "static-library", language, name + extension, uses);
}

std::size_t position(const std::string& text, const std::string& part) {
    const std::size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part << " in " << text;
    return at;
}

TEST(Lower, UsersAreLinkedBeforeWhatTheyUse) {
    // A diamond, named so that neither the alphabet nor the plan's order gives the right answer.
    const LoweredPlan it(archive("bottom", "c") + "," + archive("left", "c", "bottom") + "," +
                         archive("right", "c", "bottom left") + "," +
                         archive("top", "c", "bottom left right") + "," +
                         json_target("prog", "executable", "c", "main.c", "bottom top"));
    EXPECT_THAT(it.links("prog"), ElementsAre("top", "right", "left", "bottom"));
    EXPECT_THAT(it.inputs("bin/prog"), ElementsAre("obj/prog/main.c.o", "lib/libtop.a", "lib/libright.a",
                                                   "lib/libleft.a", "lib/libbottom.a"));
    EXPECT_THAT(it.links("top"), IsEmpty()) << "an archive of objects takes nothing from what it uses";
    EXPECT_THAT(it.inputs("lib/libtop.a"), ElementsAre("obj/top/top.c.o"));
}

// Every program of random graphs: what it reaches is linked once, users before used.
TEST(Lower, LinkOrderHoldsForAnyGraph) {
    std::uint32_t state = 12345;
    const auto below = [&](std::uint32_t n) {
        state = state * 1664525U + 1013904223U;
        return (state >> 16U) % n;
    };
    for (int round = 0; round < 30; ++round) {
        std::string targets;
        std::vector<Texts> uses(12);
        for (std::size_t n = 0; n < uses.size(); ++n) {
            std::string list;
            for (std::size_t k = 0; k < n; ++k) {
                if (below(3) == 0) {
                    uses[n].push_back("l" + std::to_string(k));
                    list += (list.empty() ? "" : " ") + uses[n].back();
                }
            }
            targets += archive("l" + std::to_string(n), below(2) == 0 ? "c" : "c++", list) + ",";
        }
        const LoweredPlan it(targets + json_target("prog", "executable", "c", "m.c", "l11 l5"));
        const Texts links = it.links("prog");
        for (std::size_t n = 0; n < links.size(); ++n) {
            EXPECT_EQ(std::count(links.begin(), links.end(), links[n]), 1) << links[n];
            for (const std::string& used : uses[std::stoul(links[n].substr(1))])
                EXPECT_THAT(Texts(links.begin() + static_cast<std::ptrdiff_t>(n), links.end()),
                            Contains(used))
                    << round;
        }
    }
}

TEST(Lower, ASharedLibrarySeals) {
    const LoweredPlan it(archive("inner", "c++") + "," +
                         json_target("so", "shared-library", "c", "so.c", "inner") + "," +
                         json_target("plus", "shared-library", "c++", "plus.cpp") + "," +
                         json_target("prog", "executable", "c", "main.c", "so plus"));
    EXPECT_THAT(it.links("so"), ElementsAre("inner"));
    EXPECT_THAT(it.links("prog"), ElementsAre("plus", "so"));
    EXPECT_THAT(it.command("lib/libso.so"), HasSubstr("^c++^")) << "the C++ inside is linked as C++";
    EXPECT_THAT(it.command("bin/prog"), HasSubstr("^cc^")) << "and brings its runtime along";
    EXPECT_THAT(it.command("bin/prog"), HasSubstr("-Wl,-rpath,$ORIGIN/../lib"));
    EXPECT_THAT(it.command("lib/libso.so"), Not(HasSubstr("-rpath"))) << "nothing shared in it";
}

TEST(Lower, ASharedLibraryKeepsItsIncludesButNotThoseOfItsInside) {
    const std::string directories = R"(, "include_directories": [")";
    const LoweredPlan it(
        json_target("inner", "static-library", "c", "i.c", "", directories + "private\"]") + "," +
        json_target("so", "shared-library", "c", "so.c", "inner", directories + "public\"]") + "," +
        json_target("prog", "executable", "c", "main.c", "so"));
    EXPECT_THAT(it.target("so").includes, ElementsAre("\1public", "\1private"));
    EXPECT_THAT(it.target("prog").includes, ElementsAre("\1public"));
}

TEST(Lower, ObjectsThatEndUpInASharedLibraryArePositionIndependent) {
    const LoweredPlan it(
        archive("deep", "c") + "," + archive("near", "c++", "deep") + "," + archive("apart", "c") + "," +
        json_target("other", "shared-library", "c", "o.c", "apart") + "," +
        json_target("so", "shared-library", "c", "so.c", "near other") + "," + archive("alone", "c") + "," +
        json_target("prog", "executable", "c", "main.c", "so alone"));
    for (const std::string object :
         {"obj/deep/deep.c.o", "obj/near/near.cpp.o", "obj/so/so.c.o", "obj/apart/apart.c.o"})
        EXPECT_THAT(it.command(object), HasSubstr("-fPIC")) << object;
    for (const std::string object : {"obj/alone/alone.c.o", "obj/prog/main.c.o"})
        EXPECT_THAT(it.command(object), Not(HasSubstr("-fPIC"))) << object;
}

TEST(Lower, TheHighestRankLinks) {
    const LoweredPlan it(archive("plus", "c++") + "," + archive("plain", "c", "plus") + "," +
                         json_target("prog", "executable", "c", "main.c", "plain") + "," +
                         json_target("only", "executable", "c", "only.c") + "," +
                         json_target("check", "test", "c", "check.c", "plain"));
    EXPECT_THAT(it.command("bin/prog"), HasSubstr("^c++^"));
    EXPECT_THAT(it.command("tests/check"), HasSubstr("^c++^"));
    EXPECT_THAT(it.command("bin/only"), HasSubstr("^cc^"));
    EXPECT_THAT(it.command("obj/prog/main.c.o"), HasSubstr("^cc^")) << "compiled as C all the same";
}

TEST(Lower, HeadersAloneChooseNoLinker) {
    const LoweredPlan it(
        json_target("headers", "interface-library", "c++", "", "", R"(, "include_directories": ["i"])") +
        "," + json_target("prog", "executable", "c", "main.c", "headers"));
    EXPECT_THAT(it.command("bin/prog"), HasSubstr("^cc^"));
    EXPECT_THAT(it.command("obj/prog/main.c.o"), HasSubstr("-I^i"));
    EXPECT_THAT(it.links("prog"), IsEmpty());
}

TEST(Lower, AnInterfaceLibraryPassesOnWhatItUses) {
    const LoweredPlan it(
        archive("real", "c") + "," +
            R"({"name": "face", "kind": "interface-library", "language": "c", "sources": [], "uses": ["real"], "packages": ["math"]})" +
            "," + json_target("prog", "executable", "c", "main.c", "face"),
        R"(, "packages": [{"name": "math"}])");
    EXPECT_THAT(it.links("prog"), ElementsAre("real"));
    EXPECT_THAT(it.command("bin/prog"), HasSubstr("-lm"));
}

TEST(Lower, RustIsBundledWhereCLinksIt) {
    const LoweredPlan it(archive("native", "c") + "," + archive("inner", "rust", "native") + "," +
                         archive("outer", "rust", "inner") + "," +
                         json_target("prog", "executable", "c++", "main.cpp", "outer"));
    // The inner crate is in the outer archive already: it is passed by. What it needs of C is not.
    EXPECT_THAT(it.links("prog"), ElementsAre("outer", "native"));
    EXPECT_THAT(it.outputs("outer"), ElementsAre("lib/libouter.a")) << "nobody takes it as a crate";
    EXPECT_THAT(it.outputs("inner"), ElementsAre("obj/inner/libinner.rlib")) << "nobody links it";
    EXPECT_THAT(it.command("bin/prog"), HasSubstr("-lgcc_s"));
    EXPECT_THAT(it.implicit("lib/libouter.a"), Contains("obj/inner/libinner.rlib"));
}

TEST(Lower, RustTakesCratesAndTheirDirectories) {
    const LoweredPlan it(archive("in-ner", "rust") + "," + archive("outer", "rust", "in-ner") + "," +
                         archive("plus", "c++") + "," +
                         json_target("prog", "executable", "rust", "main.rs", "outer plus"));
    const std::string command = [&] {
        std::string out;
        for (const std::string& word : it.lowered.graph.rule(it.step("bin/prog")).commands.front())
            out += word + " ";
        return out;
    }();
    EXPECT_THAT(command, HasSubstr("--extern=outer=\2obj/outer/libouter.rlib"));
    EXPECT_THAT(command, Not(HasSubstr("--extern=in_ner"))) << "not used itself";
    EXPECT_THAT(command, HasSubstr("-Ldependency=\2obj/in-ner"));
    EXPECT_THAT(command, HasSubstr("-Clink-arg=\2lib/libplus.a"));
    EXPECT_THAT(command, HasSubstr("-Clink-arg=-lstdc++")) << "rustc's linker is not C++'s";
    EXPECT_LT(position(command, "libplus.a"), position(command, "-lstdc++"));
    EXPECT_THAT(it.implicit("bin/prog"), Contains("lib/libplus.a"));
}

TEST(Lower, AProductIsMadeForThoseWhoTakeIt) {
    const std::string crate = archive("lib", "rust");
    EXPECT_THAT(LoweredPlan(crate).outputs("lib"), ElementsAre("obj/lib/liblib.rlib", "lib/liblib.a"))
        << "nobody said which";
    EXPECT_THAT(
        LoweredPlan(crate + "," + json_target("r", "executable", "rust", "r.rs", "lib")).outputs("lib"),
        ElementsAre("obj/lib/liblib.rlib"));
    EXPECT_THAT(LoweredPlan(crate + "," + json_target("c", "executable", "c", "c.c", "lib")).outputs("lib"),
                ElementsAre("lib/liblib.a"));
    EXPECT_THAT(LoweredPlan(crate + "," + json_target("c", "executable", "c", "c.c", "lib") + "," +
                            json_target("r", "executable", "rust", "r.rs", "lib"))
                    .outputs("lib"),
                ElementsAre("obj/lib/liblib.rlib", "lib/liblib.a"));
}

TEST(Lower, PythonIsImported) {
    const LoweredPlan it(json_target("base", "library", "python", "src/base/__init__.py") + "," +
                         json_target("top", "library", "python", "src/top/__init__.py", "base") + "," +
                         json_target("check", "test", "python", "tests/check.py", "top"));
    EXPECT_THAT(it.command("lib/base.zip"), HasSubstr("^src - ^src/base/__init__.py"))
        << "imports start above the package";
    EXPECT_THAT(it.target("check").run, Contains("PYTHONPATH=\1tests:\2lib/top.zip:\2lib/base.zip"));
    EXPECT_THAT(it.inputs("tests/check.passed"),
                ElementsAre("tests/check.py", "lib/top.zip", "lib/base.zip"));
}

TEST(Lower, ATestIsGivenItsProgramsAndData) {
    const LoweredPlan it(
        json_target("prog", "executable", "c", "main.c") + "," +
        json_target("so", "shared-library", "c", "so.c") + "," +
        json_target("check", "test", "c", "check.c", "prog so", R"(, "data": ["d 1", "d2"])"));
    EXPECT_THAT(it.target("check").run, ElementsAre("\2tests/check", "\2bin/prog", "\1d 1", "\1d2"));
    EXPECT_THAT(it.implicit("tests/check.passed"),
                ElementsAre("lib/libso.so", "bin/prog", "d 1", "d2", "run-test.sh"));
    EXPECT_THAT(it.inputs("tests/passed"), ElementsAre("tests/check.passed"));
    EXPECT_THAT(it.command("obj/check/check.c.o"), HasSubstr("-UNDEBUG"));
    EXPECT_THAT(it.command("obj/prog/main.c.o"), Not(HasSubstr("-UNDEBUG")));
}

TEST(Lower, SettingsBecomeFlags) {
    const std::string settings =
        R"(, "settings": {"standard": "17", "warnings": "none", "defines": [{"name": "A"}, {"name": "B", "value": "2"}]})";
    const LoweredPlan it(
        json_target("c", "executable", "c++", "c.cpp", "", settings) + "," +
        json_target("d", "executable", "c++", "d.cpp") + "," +
        json_target("r", "executable", "rust", "r.rs", "",
                    R"(, "settings": {"defines": [{"name": "A"}, {"name": "B", "value": "2"}]})"));
    EXPECT_THAT(it.command("obj/c/c.cpp.o"), HasSubstr("-DA -DB=2 "));
    EXPECT_THAT(it.command("obj/c/c.cpp.o"), HasSubstr("-std=c++17 -w "));
    EXPECT_THAT(it.command("obj/d/d.cpp.o"), HasSubstr("-std=c++20 -Wall "));
    EXPECT_THAT(it.lowered.graph.rule(it.step("bin/r")).commands.front(),
                testing::IsSupersetOf({"--cfg=A", "--cfg=B=\"2\""}));
}

TEST(Lower, PackagesReachWhatLinksThem) {
    const std::string packages =
        R"(, "packages": [{"name": "threads"}, {"name": "z", "pkg_config": "zlib"}])";
    const LoweredPlan it(json_target("l", "static-library", "c", "l.c", "", R"(, "packages": ["z"])") + "," +
                             json_target("p", "executable", "c", "p.c", "l", R"(, "packages": ["threads"])"),
                         packages);
    EXPECT_THAT(it.command("obj/p/p.c.o"), HasSubstr("-pthread -I/opt/z/include"));
    EXPECT_THAT(it.command("bin/p"), HasSubstr("-pthread -L/opt/z/lib -lz"));
    EXPECT_THAT(it.command("obj/l/l.c.o"), Not(HasSubstr("-pthread")));
}

TEST(Lower, RuleNamesAreNinjasAndEachItsOwn) {
    const LoweredPlan it(archive("c++", "c") + "," + archive("cxx", "c") + "," +
                         json_target("a", "executable", "c", "a.c") + "," +
                         json_target("a.compile", "executable", "c", "b.c") + "," +
                         json_target("aibuild.emit", "executable", "c", "c.c") + "," +
                         json_target("count-tests", "test", "c", "d.c"));
    std::vector<std::string> names;
    for (const Rule& rule : it.lowered.graph.rules) {
        EXPECT_EQ(
            rule.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"),
            std::string::npos)
            << rule.name;
        EXPECT_THAT(names, Not(Contains(rule.name)));
        EXPECT_NE(rule.name, "aibuild.emit");
        names.push_back(rule.name);
    }
}

TEST(Lower, EveryOutputHasOneMaker) {
    const auto lowering = [](const std::string& targets) {
        return thrown([&] { const LoweredPlan it(targets); });
    };
    // tests/x is a test's program, and tests/x.passed its stamp.
    const Error error =
        lowering(json_target("x", "test", "c", "x.c") + ",\n" + json_target("x.passed", "test", "c", "y.c"));
    EXPECT_EQ(error.rule(), "plan.output");
    EXPECT_EQ(error.place(), "plan:4 (/targets/1/name)");
    EXPECT_THAT(error.why(), HasSubstr("tests/x.passed would be made by x and by x.passed"));
    EXPECT_EQ(lowering(json_target("passed", "test", "c", "x.c")).rule(), "plan.output")
        << "tests/passed is what all tests make";
    EXPECT_EQ(lowering(json_target("s", "shared-library", "c", "a.c") + "," +
                       json_target("s.so", "static-library", "c", "b.c"))
                  .rule(),
              "nothing");
}

TEST(Lower, NothingOfATargetMeetsAnotherWithALikeName) {
    // obj/a/b.c/x.c.o can't be: obj/a is the target's own.
    const LoweredPlan it(
        R"({"name": "a", "kind": "executable", "language": "c", "sources": ["x.c", "d/x.c", "x.o.c"]},)" +
        json_target("b", "executable", "c", "x.c"));
    EXPECT_EQ(it.step("obj/a/x.c.o").kind, StepKind::compile);
    EXPECT_EQ(it.step("obj/a/d/x.c.o").kind, StepKind::compile);
    EXPECT_EQ(it.step("obj/b/x.c.o").kind, StepKind::compile);
}

TEST(Lower, RefusesWhatALanguageHasNot) {
    const struct {
        std::string targets, rule, place, why, fix;
    } cases[] = {
        {json_target("x", "executable", "pyhton", "x.py"), "plan.language", "plan:3 (/targets/0/language)",
         "pyhton", "Did you mean \"python\"?"},
        {json_target("x", "executable", "smalltalk", "x.cob"), "plan.language",
         "plan:3 (/targets/0/language)", "smalltalk", "The languages are:"},
        {json_target("x", "static-library", "python", "x.py"), "plan.kind", "plan:3 (/targets/0/kind)",
         "Python has no static-library", "Python has: executable, library, test."},
        {json_target("x", "library", "c", "x.c"), "plan.kind", "plan:3 (/targets/0/kind)", "C has no library",
         "C has:"},
        {json_target("x", "executable", "c++", "x.cpp", "",
                     R"(, "settings": {)"
                     "\n"
                     R"("standard": "99"})"),
         "plan.standard", "plan:4 (/targets/0/settings/standard)", "no standard \"99\"",
         "11, 14, 17, 20, 23"},
        {json_target("x", "executable", "c", "x.cpp"), "plan.source", "plan:3 (/targets/0/sources/0)",
         "x.cpp is no source of C", ""},
        {json_target("x", "executable", "c", "x.h"), "plan.source", "plan:3 (/targets/0/sources/0)", "x.h",
         "headers"},
        {json_target("m", "library", "python", "m.py") + ",\n" +
             json_target("x", "executable", "c", "x.c", "m"),
         "plan.use", "plan:4 (/targets/1/uses/0)", "A C target can't use m", "C ABI"},
        {archive("l", "c") + ",\n" + json_target("x", "executable", "python", "x.py", "l"), "plan.use",
         "plan:4 (/targets/1/uses/0)", "Python", ""},
        {json_target("x", "executable", "c", "x.c", "", R"(, "headers": ["it's.h"])"), "plan.path",
         "plan:3 (/targets/0/headers/0)", "it's.h", "Rename"},
        {json_target("x", "executable", "c", "x.c", "", R"(, "include_directories": ["a;b"])"), "plan.path",
         "plan:3 (/targets/0/include_directories/0)", "a;b", "Rename"},
        {json_target("x", "executable", "rust", "$x.rs"), "plan.path", "plan:3 (/targets/0/sources/0)",
         "$x.rs", "Rename"},
    };
    for (const auto& each : cases) {
        const Error error = thrown([&] { const LoweredPlan it(each.targets); });
        EXPECT_EQ(error.rule(), each.rule) << each.targets;
        EXPECT_EQ(error.place(), each.place) << each.targets;
        EXPECT_THAT(error.why(), HasSubstr(each.why));
        EXPECT_THAT(error.fix(), HasSubstr(each.fix));
        EXPECT_EQ(error.exit(), Exit::usage);
    }
    EXPECT_EQ(thrown([] { const LoweredPlan it(json_target("x", "executable", "c", "it's `x`;.c")); }).rule(),
              "nothing")
        << "a compile's own source may have any name";
}

TEST(Lower, AMissingPackageIsSaid) {
    const Error error = thrown([] {
        const LoweredPlan it(json_target("x", "executable", "c", "x.c", "", R"(, "packages": ["q"])"),
                             R"(, "packages": [{"name": "q", "pkg_config": "quux"}])");
    });
    EXPECT_EQ(error.rule(), "package.missing");
    EXPECT_EQ(error.exit(), Exit::failure);
}

TEST(Lower, ToolsAreEachThereOnce) {
    const LoweredPlan it(archive("a", "c") + "," + archive("b", "c++") + "," +
                         json_target("p", "executable", "c", "p.c", "a b"));
    Texts names;
    for (const Tool* tool : tools_of(it.lowered)) names.push_back(tool->name);
    EXPECT_THAT(names, testing::UnorderedElementsAre("cc", "ar", "c++"));
}

TEST(Identifier, IsWhatRustWants) {
    EXPECT_EQ(identifier("word-freq.x+y_z"), "word_freq_x_y_z");
}

}  // namespace
}  // namespace aibuild
