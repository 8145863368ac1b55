// Custom steps: what a plan may say of them, and what they become. That they run is for tests/e2e to say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lowered.h"
#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/command_words.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/step_check.h"

namespace aibuild {
namespace {

using test::json_target;
using test::LoweredPlan;
using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// `steps` begin on line 2, and targets on the line after them.
std::string plan(const std::string& steps, const std::string& targets) {
    return "{\"format\": 1, \"project\": {\"name\": \"p\"}, \"steps\": [\n" + steps + "],\n\"targets\": [\n" +
           targets + "]}";
}

std::string step(const std::string& name, const std::string& further = "",
                 const std::string& command = "\"python3\"") {
    return R"({"name": ")" + name + R"(", "command": [)" + command + "]" +
           (further.find("\"outputs\"") == std::string::npos
                ? R"(, "outputs": ["gen/)" + name + "/" + name + R"(.h"])"
                : "") +
           (further.empty() ? "" : ", " + further) + "}";
}

std::string user(const std::string& steps, const std::string& further = "") {
    return R"({"name": "t", "kind": "executable", "language": "c", "sources": ["t.c"], "generated": [)" +
           steps + "]" + further + "}";
}

struct Case {
    std::string text, rule, place, why;
};

void expect(const std::vector<Case>& cases) {
    for (const Case& each : cases) {
        const Error error = thrown([&] { read_plan(each.text, "aibuild.json"); });
        EXPECT_EQ(error.rule(), each.rule) << each.text;
        EXPECT_EQ(error.place(), "aibuild.json:" + each.place) << each.text << "\n" << error.why();
        EXPECT_NE(error.why().find(each.why), std::string::npos) << error.why();
        EXPECT_FALSE(error.fix().empty());
        EXPECT_EQ(error.exit(), Exit::usage);
    }
}

TEST(Steps, AreReadAndWritten) {
    const std::string text =
        plan(step("s", R"("description": "d", "inputs": ["a"], "depfile": true, "restat": true)",
                  R"("python3", "{in:0}", "{depfile}")"),
             user("\"s\""));
    const Plan read = read_plan(text, "f");
    ASSERT_EQ(read.steps.size(), 1U);
    EXPECT_EQ(read.steps[0].description, "d");
    EXPECT_THAT(read.steps[0].command, ElementsAre("python3", "{in:0}", "{depfile}"));
    EXPECT_TRUE(read.steps[0].depfile && read.steps[0].restat);
    const std::string written = write_plan(read);
    EXPECT_EQ(write_plan(read_plan(written, "f")), written);
    EXPECT_THAT(written, HasSubstr("\"generated\": [\"s\"]"));
}

TEST(Steps, HaveNamesOfTheirOwn) {
    expect({{plan(step("a b"), user("\"a b\"")), "plan.name", "2 (/steps/0/name)", "letters"},
            {plan(step("all"), user("\"all\"")), "plan.name", "2 (/steps/0/name)", "of their own"},
            {plan(step("t"), user("\"t\"")), "plan.duplicate", "2 (/steps/0/name)", "Target 0"},
            {plan(step("s") + ",\n" + step("s"), user("\"s\"")), "plan.duplicate", "3 (/steps/1/name)",
             "Step 0"},
            {plan(step("s"), user("\"s\", \"s\"")), "plan.duplicate", "4 (/targets/0/generated/1)", "twice"},
            {plan(step("s"), user("\"z\"")), "plan.unknown-step", "4 (/targets/0/generated/0)", "no step z"},
            {plan(step("s"), user("")), "plan.unused-step", "2 (/steps/0/name)", "Nothing uses"}});
}

TEST(Steps, MakeFilesOfTheirOwn) {
    const auto outputs = [](const std::string& list) {
        return plan(step("s", "\"outputs\": [" + list + "]"), user("\"s\""));
    };
    expect({{outputs(""), "plan.output", "2 (/steps/0/outputs)", "makes nothing"},
            {outputs("\"gen/s/../t.o\""), "plan.path", "2 (/steps/0/outputs/0)", ".."},
            {outputs("\"gen/s/a b.h\""), "plan.path", "2 (/steps/0/outputs/0)", "letters"},
            {outputs("\"gen/s/a\\nb.h\""), "plan.path", "2 (/steps/0/outputs/0)", "Ninja can't carry"},
            {outputs("\"/tmp/x\""), "plan.path", "2 (/steps/0/outputs/0)", "relative"},
            {outputs("\"bin/t\""), "plan.output", "2 (/steps/0/outputs/0)", "gen/s/"},
            {outputs("\"gen/z/s.h\""), "plan.output", "2 (/steps/0/outputs/0)", "gen/s/"},
            {outputs("\"gen/s\""), "plan.output", "2 (/steps/0/outputs/0)", "gen/s/"},
            {outputs("\"gen/s/a\", \"gen/s/a\""), "plan.duplicate", "2 (/steps/0/outputs/1)", "twice"},
            {outputs("\"gen/s/a/b\", \"gen/s/a\""), "plan.output", "2 (/steps/0/outputs/0)", "directory"},
            {plan(step("s", R"("outputs": ["gen/s/a", "gen/s/a.d"], "depfile": true)",
                       R"("python3", "{depfile}")"),
                  user("\"s\"")),
             "plan.output", "2 (/steps/0/outputs/1)", "depfile"},
            {plan(step("s") + ",\n" + step("z", R"("outputs": ["gen/s/s.h"])"), user("\"s\", \"z\"")),
             "plan.output", "3 (/steps/1/outputs/0)", "made by s and by z"}});
}

TEST(Steps, ReadWhatIsThere) {
    const auto inputs = [](const std::string& list) {
        return plan(step("s", "\"inputs\": [" + list + "]") + ",\n" + step("z"), user("\"s\", \"z\""));
    };
    expect({{inputs("\"a\", \"a\""), "plan.duplicate", "2 (/steps/0/inputs/1)", "twice"},
            {inputs("\"../a\""), "plan.path", "2 (/steps/0/inputs/0)", ".."},
            {inputs("\"a\\tb\""), "plan.path", "2 (/steps/0/inputs/0)", "tab"},
            {inputs("\"gen/s/s.h\""), "plan.input", "2 (/steps/0/inputs/0)", "new after each run"},
            {inputs("\"gen/z/y.h\""), "plan.input", "2 (/steps/0/inputs/0)", "z makes no gen/z/y.h"}});
    EXPECT_THAT(thrown([&] { read_plan(inputs("\"gen/z/Z.h\""), "f"); }).fix(),
                HasSubstr("Did you mean gen/z/z.h?"));
    // A directory of the project may be called gen.
    EXPECT_EQ(read_plan(inputs("\"gen/other/a\", \"gen/z/z.h\""), "f").steps.size(), 2U);
}

TEST(Steps, RunPrograms) {
    const auto command = [](const std::string& words, const std::string& more = "") {
        return plan(
            step("s", R"("inputs": ["a", "b"])" + more, words),
            user("\"s\"") +
                R"(, {"name": "lib", "kind": "static-library", "language": "c", "sources": ["l.c"]})");
    };
    expect({{command(""), "plan.command", "2 (/steps/0/command)", "no command"},
            {command("\"\""), "plan.command", "2 (/steps/0/command/0)", "begins with a program"},
            {command("\"./x\""), "plan.command", "2 (/steps/0/command/0)", "begins with a program"},
            {command("\"/bin/sh\""), "plan.command", "2 (/steps/0/command/0)", "begins with a program"},
            {command("\"-x\""), "plan.command", "2 (/steps/0/command/0)", "begins with a program"},
            {command("\"a b\""), "plan.command", "2 (/steps/0/command/0)", "begins with a program"},
            {command("\"{in:0}\""), "plan.command", "2 (/steps/0/command/0)", "begins with a program"},
            {command("\"x{target:t}\""), "plan.command", "2 (/steps/0/command/0)", "begins with a program"},
            {command("\"{target:z}\""), "plan.command", "2 (/steps/0/command/0)", "no target z"},
            {command("\"{target:lib}\""), "plan.command", "2 (/steps/0/command/0)", "no executable"},
            {command("\"x\", \"{in:2}\""), "plan.command", "2 (/steps/0/command/1)",
             "none of the step's 2 inputs"},
            {command("\"x\", \"{in:-1}\""), "plan.command", "2 (/steps/0/command/1)", "none of"},
            {command("\"x\", \"{in:}\""), "plan.command", "2 (/steps/0/command/1)", "none of"},
            {command("\"x\", \"{in\""), "plan.command", "2 (/steps/0/command/1)", "not closed"},
            {command("\"x\", \"{inn}\""), "plan.command", "2 (/steps/0/command/1)", "no placeholder {inn}"},
            {command("\"x\", \"{depfile:0}\""), "plan.command", "2 (/steps/0/command/1)", "no placeholder"},
            {command("\"x\", \"{target}\""), "plan.command", "2 (/steps/0/command/1)", "no placeholder"},
            {command("\"x\", \"{in}{out}\""), "plan.command", "2 (/steps/0/command/1)", "two lists"},
            {command("\"x\", \"a\\nb\""), "plan.command", "2 (/steps/0/command/1)", "control characters"},
            {command("\"x\", \"\\u007f\""), "plan.command", "2 (/steps/0/command/1)", "control characters"},
            {command("\"x\", \"{depfile}\""), "plan.depfile", "2 (/steps/0/command)", "nobody reads"},
            {command("\"x\"", ", \"depfile\": true"), "plan.depfile", "2 (/steps/0/depfile)", "not told"},
            {plan(step("s", "", R"("x", "{in}")"), user("\"s\"")), "plan.command", "2 (/steps/0/command/1)",
             "no inputs"}});
}

TEST(Steps, AreUsedByName) {
    const std::string s = step("s");
    expect({{plan(s, R"({"name": "t", "kind": "executable", "language": "c", "sources": ["gen/s/s.c"]})"),
             "plan.generated", "4 (/targets/0/sources/0)", "the step s"},
            {plan(s, user("\"s\"", R"(, "include_directories": ["gen/s"])")), "plan.generated",
             "4 (/targets/0/include_directories/0)", "the step s"},
            {plan(s, user("", R"(, "headers": ["gen/s/s.h"])")), "plan.generated", "4 (/targets/0/headers/0)",
             "does not say"},
            {plan(s, user("\"s\"", R"(, "headers": ["gen/s/x.h"])")), "plan.input",
             "4 (/targets/0/headers/0)", "s makes no"},
            {plan(s, user("\"s\"")).substr(0, plan(s, user("\"s\"")).size() - 1) +
                 ",\n\"files\": [{\"path\": \"gen/s/s.h\", \"purpose\": \"\"}]}",
             "plan.path", "5 (/files/0/path)", "a step makes"}});
}

TEST(Steps, NeedNothingInACircle) {
    expect({{plan(step("a", R"("inputs": ["gen/b/b.h"])") + ",\n" + step("b", R"("inputs": ["gen/a/a.h"])"),
                  user("\"a\"")),
             "plan.cycle", "3 (/steps/1/inputs/0)", "a (a step) -> b (a step) -> a (a step)"},
            {plan(step("s", "", "\"{target:tool}\""),
                  json_target("lib", "static-library", "c", "l.c", "", R"(, "generated": ["s"])") + ",\n" +
                      json_target("tool", "executable", "c", "t.c", "lib")),
             "plan.cycle", "5 (/targets/1/uses/0)", "lib -> s (a step) -> tool -> lib"},
            {plan(step("s", "", "\"{target:t}\""), user("\"s\"")), "plan.cycle", "2 (/steps/0/command/0)",
             "t -> s (a step) -> t"}});
}

TEST(CommandWords, AreTextAndPlaceholders) {
    const auto read = [](std::string_view word) { return read_command_word(word, 3, 2); };
    EXPECT_EQ(*read("plain").text(), "plain");
    EXPECT_EQ(*read("").text(), "");
    EXPECT_EQ(*read("{{in}} {{{{").text(), "{in}} {{");
    EXPECT_EQ(*read("{target:c++}").target(), "c++");
    EXPECT_EQ(read("a{target:c}").target(), nullptr);
    const CommandWord word = read("--x={in:2},{out}");
    ASSERT_EQ(word.pieces.size(), 4U);
    EXPECT_EQ(word.pieces[1].index, 2U);
    EXPECT_TRUE(word.pieces[3].list());
}

// A plan with these steps, lowered.
class LoweredSteps : public LoweredPlan {
  public:
    LoweredSteps(const std::string& steps, const std::string& targets)
        : LoweredPlan(targets, ", \"steps\": [" + steps + "]") {}

    std::vector<std::string> order_only(const std::string& output) const {
        std::vector<std::string> out;
        for (std::string_view path : lowered.graph.at(step(output).order_only))
            out.emplace_back(path.substr(1));
        return out;
    }
};

const std::string table =
    step("table", R"("inputs": ["make.py", "a.txt"], "outputs": ["gen/table/t.h", "gen/table/t.c"])",
         R"("python3", "{in}", "--out={out}", "-I{source_dir}", "{source_dir}/x", "{out_dir}", "{{}")");

TEST(Lower, ACustomStepBecomesOneStep) {
    const LoweredSteps plan(table, user("\"table\""));
    EXPECT_EQ(
        plan.command("gen/table/t.h"),
        "^program:python3^ ^make.py ^a.txt --out=^gen/table/t.h --out=^gen/table/t.c -I^. ^x ^gen/table {}");
    EXPECT_THAT(plan.inputs("gen/table/t.h"), ElementsAre("make.py", "a.txt"));
    EXPECT_THAT(plan.order_only("obj/t/t.c.o"), ElementsAre("gen/table/t.h"));
    EXPECT_THAT(plan.inputs("obj/t/gen/table/t.c.o"), ElementsAre("gen/table/t.c"));
    EXPECT_THAT(plan.inputs("bin/t"), ElementsAre("obj/t/t.c.o", "obj/t/gen/table/t.c.o"));
    EXPECT_THAT(plan.command("obj/t/t.c.o"), HasSubstr("-I^gen/table"));
}

TEST(Lower, WhoUsesALibraryWaitsForItsSteps) {
    const LoweredSteps plan(
        table, json_target("low", "static-library", "c", "l.c", "", R"(, "generated": ["table"])") + "," +
                   json_target("mid", "static-library", "c", "m.c", "low") + "," +
                   json_target("top", "executable", "c++", "t.cpp", "mid") + "," +
                   json_target("other", "executable", "c", "o.c"));
    EXPECT_THAT(plan.order_only("obj/top/t.cpp.o"), ElementsAre("gen/table/t.h"));
    EXPECT_THAT(plan.command("obj/top/t.cpp.o"), HasSubstr("-I^gen/table"));
    EXPECT_THAT(plan.order_only("obj/other/o.c.o"), ElementsAre());
    EXPECT_THAT(plan.inputs("bin/top"), ElementsAre("obj/top/t.cpp.o", "lib/libmid.a", "lib/liblow.a"));
}

TEST(Lower, ASharedLibraryKeepsWhatItsOwnLibrariesGenerate) {
    const LoweredSteps plan(
        table, json_target("low", "static-library", "c", "l.c", "", R"(, "generated": ["table"])") + "," +
                   json_target("so", "shared-library", "c", "m.c", "low") + "," +
                   json_target("top", "executable", "c", "t.c", "so"));
    EXPECT_THAT(plan.order_only("obj/so/m.c.o"), ElementsAre("gen/table/t.h"));
    EXPECT_THAT(plan.order_only("obj/top/t.c.o"), ElementsAre());
    EXPECT_THAT(plan.command("obj/top/t.c.o"), Not(HasSubstr("gen/table")));
}

TEST(Lower, AStepRunsAProgramOfThePlan) {
    const LoweredSteps plan(step("s", "", "\"{target:tool}\", \"{out}\""),
                            json_target("tool", "executable", "rust", "t.rs") + "," + user("\"s\""));
    EXPECT_EQ(plan.command("gen/s/s.h"), "^bin/tool ^gen/s/s.h");
    EXPECT_THAT(plan.implicit("gen/s/s.h"), ElementsAre("bin/tool"));
}

TEST(Lower, ATestReadsWhatAStepMakes) {
    const LoweredSteps plan(
        step("s"), json_target("check", "test", "python", "c.py", "", R"(, "data": ["gen/s/s.h", "d"])"));
    EXPECT_THAT(plan.implicit("tests/check.passed"), testing::IsSupersetOf({"gen/s/s.h", "d"}));
    EXPECT_THAT(plan.command("tests/check.passed"), HasSubstr("^gen/s/s.h ^d"));
}

TEST(Lower, TellsWhatATargetCanNotGenerate) {
    const auto error = [](const std::string& outputs, const std::string& target) {
        return thrown([&] { LoweredSteps(step("s", "\"outputs\": [" + outputs + "]"), target); });
    };
    const Error python = error(
        "\"gen/s/a.py\"", json_target("p", "executable", "python", "p.py", "", R"(, "generated": ["s"])"));
    EXPECT_EQ(python.rule(), "plan.generated");
    EXPECT_THAT(python.place(), HasSubstr("/targets/0/generated/0"));
    const Error none =
        error("\"gen/s/a.h\"", json_target("p", "executable", "c", "", "", R"(, "generated": ["s"])"));
    EXPECT_EQ(none.rule(), "plan.kind");
    EXPECT_THAT(none.why(), HasSubstr("make none of C"));
}

TEST(Lower, ASourceMayBeAllThatATargetHas) {
    const LoweredSteps plan(step("s", R"("outputs": ["gen/s/a.c"])"),
                            json_target("p", "executable", "c", "", "", R"(, "generated": ["s"])"));
    EXPECT_THAT(plan.inputs("bin/p"), ElementsAre("obj/p/gen/s/a.c.o"));
    EXPECT_THAT(plan.command("obj/p/gen/s/a.c.o"), Not(HasSubstr("-I^gen"))) << "there is no header";
}

TEST(Lower, AMissingProgramOfAStepIsToldWhereThePlanNamesIt) {
    const Error unknown = thrown([] { LoweredSteps(step("s", "", "\"nothing-here\""), user("\"s\"")); });
    EXPECT_EQ(unknown.rule(), "toolchain.missing");
    EXPECT_EQ(unknown.exit(), Exit::failure);
    EXPECT_THAT(unknown.place(), HasSubstr("plan:1 (/steps/0/command/0)"));
    const Error known = thrown([] { LoweredSteps(step("s", "", "\"javac\""), user("\"s\"")); });
    EXPECT_THAT(known.fix(), HasSubstr("apt-get install"));
}

TEST(CMakeWriter, ArgumentsOfStepsAreNothingElse) {
    const LoweredSteps plan(
        step("s", "", R"("python3", "COMMAND", "$<1:x>", "\\$<1:x>", "a;b", "${{HOME}", "{out}")") + "," +
            step("z", "", R"("python3", "||", "{out}", "|")"),
        user("\"s\", \"z\""));
    std::string text;
    for (const EmittedFile& file : write_cmake(plan.plan, plan.lowered)) {
        if (file.path == "cmake/steps.cmake") text = file.text;
    }
    for (const char* word :
         {"\"$<1:COMMAND>\"", "\"$<1:\\$><1:x>\"", "\"\\\\$<1:\\$><1:x>\"", "\"a;b\"", "\"\\${HOME}\"",
          R"(sh -c "exec \"\${1}\" '||' \"\${2}\" '|'" sh "${P_PYTHON3_PROGRAM}")"})
        EXPECT_THAT(text, HasSubstr(word));
}

TEST(CMakeWriter, EachProgramHasAVariable) {
    const LoweredSteps plan(
        step("s", "", "\"python3\"") + "," + step("z", "", "\"c++\"") + "," + step("y", "", "\"cc\""),
        user("\"s\", \"y\", \"z\""));
    for (const EmittedFile& file : write_cmake(plan.plan, plan.lowered)) {
        if (file.path != "cmake/steps.cmake") continue;
        EXPECT_THAT(file.text, HasSubstr("find_program(P_PYTHON3_PROGRAM NAMES python3 REQUIRED)"));
        EXPECT_THAT(file.text, HasSubstr("NAMES c++ REQUIRED"));
    }
}

}  // namespace
}  // namespace aibuild
