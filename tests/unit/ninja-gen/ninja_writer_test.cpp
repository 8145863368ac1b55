#include "ninja-gen/ninja_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "lowered.h"
#include "ninja-gen/json.h"

namespace aibuild {
namespace {

using test::json_target;
using test::LoweredPlan;
using test::thrown;
using testing::HasSubstr;
using testing::Not;

NinjaSettings settings(const std::string& configuration = "release", const std::string& root = "../") {
    return {root, configuration, {"/usr/bin/aibuild-gen", "emit"}};
}

std::string written(LoweredPlan& plan, const NinjaSettings& how = settings()) {
    return write_ninja(plan.lowered, plan.toolchain, how);
}

std::string many_sources(std::size_t count, std::size_t length, const std::string& extension,
                         const std::string& odd = "") {
    std::string out;
    for (std::size_t n = 0; n < count; ++n) {
        const std::string number = std::to_string(n);
        out += (n > 0 ? ", \"" : "\"") + odd + "s" + std::string(length - number.size(), '0') + number +
               extension + "\"";
    }
    return out;
}

std::string with_sources(const std::string& kind, const std::string& language, const std::string& sources) {
    return R"({"name": "big", "kind": ")" + kind + R"(", "language": ")" + language + R"(", "sources": [)" +
           sources + "]}";
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t out = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++out;
    return out;
}

TEST(NinjaWriter, TheSameInputsGiveTheSameBytes) {
    const std::string targets = json_target("a", "static-library", "c", "a.c") + "," +
                                json_target("b", "static-library", "rust", "b.rs") + "," +
                                json_target("p", "executable", "c++", "p.cpp", "a b") + "," +
                                json_target("t", "test", "c++", "t.cpp", "a b p");
    const auto normal = [&] {
        LoweredPlan plan(targets);
        std::string text = written(plan);
        EXPECT_EQ(text, written(plan));
        const std::string directory = plan.tools.directory().string();
        for (std::size_t at = 0; (at = text.find(directory)) != std::string::npos;)
            text.replace(at, directory.size(), "@");
        return text;
    };
    EXPECT_EQ(normal(), normal());
}

TEST(NinjaWriter, TheConfigurationChoosesFlags) {
    LoweredPlan plan(json_target("p", "executable", "c", "p.c"));
    EXPECT_THAT(written(plan, settings("release")), HasSubstr(" -O3 -DNDEBUG "));
    EXPECT_THAT(written(plan, settings("debug")), HasSubstr(" -g "));
    EXPECT_THAT(written(plan, settings("debug")), Not(HasSubstr("-O3")));
}

TEST(NinjaWriter, InAndOutOnlyWhereEveryExecutorWritesThemAlike) {
    const std::string both = R"("plain.c", "od d.c")";
    LoweredPlan plan(with_sources("static-library", "c", both));
    const std::string text = written(plan);
    EXPECT_THAT(text, HasSubstr("build obj/big/plain.c.o: big.compile ../plain.c\nbuild "));
    EXPECT_THAT(text, HasSubstr("build obj/big/od$ d.c.o: big.compile ../od$ d.c\n  command = "));
    EXPECT_THAT(text, HasSubstr("-c '../od d.c'\n  depfile = obj/big/od d.c.o.d\n"));
    // The archive of both is as odd.
    EXPECT_THAT(text, HasSubstr("ar rcsD lib/libbig.a obj/big/plain.c.o 'obj/big/od d.c.o'\n"));
    // An odd way to the root makes everything odd that reads from it.
    LoweredPlan simple(json_target("p", "executable", "c", "p.c"));
    EXPECT_EQ(count(written(simple), "\n  command = "), 3U);
    EXPECT_EQ(count(written(simple, settings("release", "../../o d/")), "\n  command = "), 5U);
}

TEST(NinjaWriter, PipeIsDeclaredWhereItIsNeeded) {
    LoweredPlan without(json_target("p", "executable", "c", "p.c"));
    EXPECT_THAT(written(without), Not(HasSubstr("pipe")));
    EXPECT_THAT(written(without, settings("release", "../a|b/")), HasSubstr("\npipe = |\n"));
    for (const std::string& targets : {json_target("p", "executable", "c", "a|b.c"),
                                       json_target("p", "test", "c", "a.c", "", R"(, "data": ["a|b"])"),
                                       json_target("p", "test", "python", "a|b.py")}) {
        LoweredPlan with(targets);
        EXPECT_THAT(written(with), HasSubstr("\npipe = |\n")) << targets;
        EXPECT_THAT(written(with), HasSubstr("a${pipe}b")) << targets;
    }
}

TEST(NinjaWriter, ALibraryOfFiveThousandSourcesTakesAResponseFile) {
    LoweredPlan plan(with_sources("static-library", "c", many_sources(5000, 8, ".c")));
    const std::string text = written(plan);
    EXPECT_THAT(text, HasSubstr("ar rcsD ${out} @${out}.rsp\n"));
    EXPECT_THAT(text, HasSubstr("  rspfile = ${out}.rsp\n  rspfile_content = ${in}\n"));
    EXPECT_EQ(count(text, "build obj/big/"), 5000U);
    EXPECT_EQ(count(text, "\n  command = "), 3U);

    // What ninja's log has a hash of includes the response file.
    const StepCommands commands(plan.lowered, plan.toolchain, settings());
    const std::string logged = commands.of(plan.step("lib/libbig.a"));
    EXPECT_THAT(
        logged,
        HasSubstr(
            "ar rcsD lib/libbig.a @lib/libbig.a.rsp;rspfile=obj/big/s00000000.c.o obj/big/s00000001.c.o "));
    EXPECT_THAT(logged, testing::EndsWith("s00004999.c.o"));
    EXPECT_THAT(commands.of(plan.step("obj/big/s00000000.c.o")), Not(HasSubstr("rspfile")));
}

TEST(NinjaWriter, AResponseFileIsQuotedAsItsReadersDo) {
    LoweredPlan plan(with_sources("static-library", "c", many_sources(3000, 30, ".c", "it's $ \\\\ ")));
    const std::string text = written(plan);
    EXPECT_THAT(
        text,
        HasSubstr("  rspfile = lib/libbig.a.rsp\n  rspfile_content = obj/big/it\\'s\\ $$\\ \\\\\\ s000"));
    EXPECT_THAT(text, HasSubstr("ar rcsD lib/libbig.a @lib/libbig.a.rsp\n"));
}

TEST(NinjaWriter, FewSourcesNeedNoResponseFile) {
    LoweredPlan plan(with_sources("static-library", "c", many_sources(100, 8, ".c")));
    EXPECT_THAT(written(plan), Not(HasSubstr("rspfile")));
}

TEST(NinjaWriter, RefusesACommandThatTheKernelWouldNotTake) {
    // rustc gets its main source only, and python-zip.sh all of them.
    LoweredPlan plan(with_sources("library", "python", many_sources(6000, 20, ".py")));
    const Error error = thrown([&] { written(plan); });
    EXPECT_EQ(error.rule(), "plan.command-length");
    EXPECT_EQ(error.place(), "lib/big.zip");
    EXPECT_THAT(error.why(), HasSubstr("131071"));
    LoweredPlan fits(with_sources("library", "python", many_sources(4000, 20, ".py")));
    EXPECT_FALSE(written(fits).empty());
    // 1,500 names of 20 bytes, until each quote in them becomes four.
    LoweredPlan quotes(
        with_sources("library", "python", many_sources(1500, 20, ".py", std::string(20, '\''))));
    EXPECT_EQ(thrown([&] { written(quotes); }).rule(), "plan.command-length");
}

// The longest command that is let through is one that a shell can be given.
TEST(NinjaWriter, TheLimitIsTheKernels) {
    std::size_t low = 5000, high = 6000;
    while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        LoweredPlan plan(with_sources("library", "python", many_sources(middle, 15, ".py")));
        (thrown([&] { written(plan); }).rule() == "nothing" ? low : high) = middle;
    }
    LoweredPlan plan(with_sources("library", "python", many_sources(low, 15, ".py")));
    const std::string command =
        StepCommands(plan.lowered, plan.toolchain, settings()).of(plan.step("lib/big.zip"));
    EXPECT_LE(command.size(), 131'071U);
    EXPECT_GT(command.size(), 131'071U - 30);
}

TEST(NinjaWriter, NamesEveryTargetAndTheTests) {
    LoweredPlan plan(json_target("lib", "static-library", "c", "l.c") + "," +
                     json_target("face", "interface-library", "c", "") + "," +
                     json_target("p", "executable", "c", "p.c", "lib face") + "," +
                     json_target("check", "test", "c", "t.c", "lib"));
    const std::string text = written(plan);
    EXPECT_THAT(text, HasSubstr("\nbuild lib: phony lib/liblib.a\n"));
    EXPECT_THAT(text, HasSubstr("\nbuild check: phony tests/check.passed\n"));
    EXPECT_THAT(text, HasSubstr("\nbuild all: phony lib/liblib.a bin/p\n")) << "tests are run when asked for";
    EXPECT_THAT(text, HasSubstr("\nbuild test: phony tests/passed\n"));
    EXPECT_THAT(text, HasSubstr("\n  description = TEST check\n"));
    EXPECT_TRUE(text.ends_with("\ndefault all\n"));
    LoweredPlan untested(json_target("p", "executable", "c", "p.c"));
    EXPECT_THAT(written(untested), Not(HasSubstr("build test:")));
}

TEST(NinjaWriter, AsksNinjaForLittle) {
    LoweredPlan plan(json_target("p", "executable", "c", "p.c"));
    const std::string text = written(plan);
    EXPECT_THAT(text, HasSubstr("\nninja_required_version = 1.3\n"));
    EXPECT_THAT(text, Not(testing::ContainsRegex("[$][a-z]"))) << "variables are in braces";
    EXPECT_EQ(text.find('\t'), std::string::npos);
    for (const char* feature : {"dyndep", "|@", "subninja", "include ", "restat = 0", "generator = 0"})
        EXPECT_THAT(text, Not(HasSubstr(feature)));
}

TEST(NinjaWriter, RegenerationWorksFromAnyPlace) {
    LoweredPlan plan(json_target("p", "executable", "c", "p.c"));
    NinjaSettings how = settings();
    how.regenerate = {"/opt/my $tools/it's/aibuild-gen", "emit", "-C", "../a b"};
    EXPECT_THAT(written(plan, how),
                HasSubstr("  command = if test -x '/opt/my $$tools/it'\\''s/aibuild-gen'; then exec "
                          "'/opt/my $$tools/it'\\''s/aibuild-gen' emit -C '../a b'; fi; "));
    EXPECT_EQ(write_ninja_depfile({"../aibuild.json", "../a b#c.json"}),
              "build.ninja.stamp: \\\n ../aibuild.json \\\n ../a\\ b\\#c.json\n");
}

TEST(NinjaWriter, WhatNeedsMuchMemoryWaitsForIt) {
    LoweredPlan plan(json_target("l", "static-library", "c", "l.c") + "," +
                     json_target("p", "executable", "c", "p.c", "l"));
    EXPECT_THAT(written(plan), Not(HasSubstr("pool"))) << "nobody knows how much there is";
    NinjaSettings how = settings();
    how.memory = 3500;
    const std::string text = written(plan, how);
    EXPECT_THAT(text, HasSubstr("a build may take 3500 MB here.\npool memory\n  depth = 3\n"));
    EXPECT_EQ(count(text, "  pool = memory\n"), 1U) << "links, and neither compiles nor archives";
    how.memory = 100;
    EXPECT_THAT(written(plan, how), HasSubstr("pool memory\n  depth = 1\n")) << "never none";
}

TEST(NinjaWriter, AMissingToolIsSaid) {
    LoweredPlan plan(json_target("p", "executable", "c", "p.c"));
    std::filesystem::remove(plan.tools.directory() / "cc");
    EXPECT_EQ(thrown([&] { written(plan); }).rule(), "toolchain.missing");
}

TEST(CompileCommands, AreWhatIsRun) {
    LoweredPlan plan(with_sources("executable", "c", R"("a.c", "o\"d d.c")"));
    const std::string text = write_compile_commands(plan.lowered, plan.toolchain, settings(), "/b \"1\"");
    const auto document = json::parse(text, "f");
    ASSERT_EQ(document.as_array().size(), 2U);
    EXPECT_EQ(document.at(0).at("directory").as_string(), "/b \"1\"");
    EXPECT_EQ(document.at(0).at("file").as_string(), "../a.c");
    EXPECT_EQ(document.at(1).at("file").as_string(), "../o\"d d.c");
    const StepCommands commands(plan.lowered, plan.toolchain, settings());
    EXPECT_EQ(document.at(1).at("command").as_string(), commands.of(plan.step("obj/big/o\"d d.c.o")));
    LoweredPlan none(json_target("p", "library", "python", "p.py"));
    EXPECT_TRUE(json::parse(write_compile_commands(none.lowered, none.toolchain, settings(), "/"), "f")
                    .as_array()
                    .empty());
}

TEST(NinjaWriter, ALauncherStandsBeforeCompilesThatTakeOne) {
    LoweredPlan plan(with_sources("executable", "c", R"("a.c", "o\"d d.c")") + "," +
                     json_target("r", "executable", "rust", "r.rs"));
    NinjaSettings launched = settings();
    launched.launcher = {"/usr/bin/env", "X=a b", "/usr/bin/ccache"};
    const std::string prefix = "/usr/bin/env 'X=a b' /usr/bin/ccache ";
    const StepCommands with(plan.lowered, plan.toolchain, launched),
        without(plan.lowered, plan.toolchain, settings());
    for (const Step& step : plan.lowered.graph.steps) {
        const bool takes = step.kind == StepKind::compile;
        EXPECT_EQ(with.of(step), (takes ? prefix : "") + without.of(step));
    }
    EXPECT_EQ(write_compile_commands(plan.lowered, plan.toolchain, launched, "/b"),
              write_compile_commands(plan.lowered, plan.toolchain, settings(), "/b"));
    const std::string text = write_ninja(plan.lowered, plan.toolchain, launched);
    EXPECT_THAT(text, HasSubstr("  command = " + prefix));
    EXPECT_THAT(text, Not(HasSubstr("pool local")));
}

TEST(NinjaWriter, WhatRunsHereIsInAPoolWhereNinjaRunsMoreThanTheCores) {
    LoweredPlan plan(json_target("x", "executable", "c", "x.c") + "," +
                     json_target("r", "executable", "rust", "r.rs"));
    NinjaSettings distributed = settings();
    distributed.launcher = {"/usr/bin/distcc"};
    distributed.local = 3;
    const std::string text = write_ninja(plan.lowered, plan.toolchain, distributed);
    EXPECT_THAT(text, HasSubstr("ninja_required_version = 1.5\n"));
    EXPECT_THAT(text, HasSubstr("pool local\n  depth = 3\n"));
    for (const Rule& rule : plan.lowered.graph.rules) {
        const std::size_t begin = text.find("rule " + rule.name + "\n");
        ASSERT_NE(begin, std::string::npos);
        const std::string own = text.substr(begin, text.find("\nbuild ", begin) - begin);
        EXPECT_EQ(own.find("  pool = local\n") == std::string::npos && !own.ends_with("  pool = local"),
                  rule.launcher)
            << own;
    }
}

TEST(RealPath, PutsThePlaceBeforeThePath) {
    EXPECT_EQ(real_path("\1src/a.c", settings()), "../src/a.c");
    EXPECT_EQ(real_path("\2obj/a.o", settings()), "obj/a.o");
    EXPECT_EQ(real_path("\3run-test.sh", settings()), ".aibuild/run-test.sh");
}

}  // namespace
}  // namespace aibuild
