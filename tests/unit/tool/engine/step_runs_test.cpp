#include "tool/engine/step_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A step with this command and these inputs (JSON), in a project with these files.
StepRuns runs(const std::string& command, const std::string& inputs = "",
              const std::map<std::string, std::string>& more = {}) {
    std::map<std::string, std::string> files{
        {"a.py", "SCRIPT"}, {"b.py", "MODULE"}, {"c.txt", "DATA"}, {"d", "#!/bin/sh\n"}};
    files.insert(more.begin(), more.end());
    const std::string text =
        R"({"format": 1, "project": {"name": "p"}, "steps": [{"name": "s", "command": [)" + command +
        R"(], "inputs": [)" + inputs +
        R"(], "outputs": ["gen/s/s.h"]}], "targets": [{"name": "t", "kind": "executable", "language": "c", "sources": ["t.c"],
                             "generated": ["s"]}, {"name": "tool", "kind": "executable", "language": "c", "sources": ["u.c"]}]})";
    const Plan plan = read_plan(text, plan_file);
    return step_runs({plan, text, plan_file},
                     [&](const std::string& path, std::size_t most) -> std::optional<std::string> {
                         const auto file = files.find(path);
                         if (file == files.end()) return std::nullopt;
                         return file->second.substr(0, most);
                     });
}

TEST(StepRuns, AreTheCommandAndWhatItRuns) {
    const StepRuns out = runs(R"("python3", "{in:0}", "{in:1}")", R"("a.py", "c.txt")");
    EXPECT_THAT(out.scripts, ElementsAre("a.py"));
    ASSERT_EQ(out.items.size(), 1U);
    EXPECT_EQ(out.items[0].title, "the step s, from aibuild.json:");
    EXPECT_THAT(out.items[0].text, HasSubstr(R"("command": ["python3", "{in:0}", "{in:1}"])"));
    EXPECT_THAT(out.items[0].text, HasSubstr("\na.py:\nSCRIPT"));
    EXPECT_THAT(out.items[0].text, Not(HasSubstr("DATA")));
}

TEST(StepRuns, KnowWhatIsRunAndWhatIsRead) {
    const auto scripts = [](const std::string& command, const std::string& inputs = R"("a.py", "c.txt")") {
        return runs(command, inputs).scripts;
    };
    EXPECT_THAT(scripts(R"("python3.11", "-B", "{in}")"), ElementsAre("a.py"));
    EXPECT_THAT(scripts(R"("timeout", "9", "python3", "{in:1}")"), ElementsAre("c.txt"))
        << "whatever it is called";
    EXPECT_THAT(scripts(R"("env", "X={in:1}", "{in:0}")"), ElementsAre("c.txt"));
    EXPECT_THAT(scripts(R"("xxd", "-i", "{in:1}")"), IsEmpty());
    EXPECT_THAT(scripts(R"("{target:tool}", "{in:1}")"), IsEmpty());
    EXPECT_THAT(scripts(R"("nice", "/usr/bin/lua5.4", "{in:1}")"), ElementsAre("c.txt"));
    EXPECT_THAT(scripts(R"("xxd", "{in}")", R"("d", "c.txt")"), ElementsAre("d")) << "it begins with #!";
    EXPECT_THAT(scripts(R"("sh", "../a.py")", R"("b.py")"), ElementsAre("a.py", "b.py"));
    EXPECT_THAT(scripts(R"("sh", "--x={source_dir}/a.py")", ""), ElementsAre("a.py"));
    EXPECT_THAT(scripts(R"("sh", "x/../../a.py", "../z.py")", ""), IsEmpty());
    EXPECT_THAT(scripts(R"("python3", "{in:0}")", R"("a.py", "b.py", "c.txt")"), ElementsAre("a.py", "b.py"));
}

TEST(StepRuns, OtherBytesAreAnotherQuestion) {
    const auto key = [](const std::string& command, const std::map<std::string, std::string>& files = {}) {
        return consent_key(runs(command, R"("e.sh", "f.txt")", files).items[0]);
    };
    const std::map<std::string, std::string> files{{"e.sh", "1"}, {"f.txt", "1"}};
    const std::string sh = R"("sh", "{in:0}", "{in:1}")";
    EXPECT_EQ(key(sh, files), key(sh, {{"e.sh", "1"}, {"f.txt", "2"}}));
    EXPECT_NE(key(sh, files), key(sh, {{"e.sh", "2"}, {"f.txt", "1"}}));
    EXPECT_NE(key(sh, files), key(R"("sh", "{in:0}", "{in:1}", "")", files));
}

TEST(StepRuns, RefuseAScriptThatCanNotBeWatched) {
    const Error gone = thrown([] { runs(R"("sh", "{in:0}")", R"("gone.sh")"); });
    EXPECT_EQ(gone.rule(), "plan.script");
    EXPECT_THAT(gone.place(), HasSubstr("/steps/0/inputs/0"));
    EXPECT_EQ(thrown([] {
                  runs(R"("sh", "{in:0}")", R"("it's.sh")", {{"it's.sh", ""}});
              }).rule(),
              "plan.path");
}

}  // namespace
}  // namespace aibuild
