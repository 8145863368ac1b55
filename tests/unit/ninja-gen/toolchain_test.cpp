#include "ninja-gen/toolchain.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/fake_tools.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::Directory;
using test::FakeTools;
using test::thrown;
using test::Variable;

const Tool compiler{"xc", {"xcc", "xclang"}, "XC", {"--version"}, {{"debian", "x-compiler"}}};

TEST(FindProgram, TakesTheFirstOnPath) {
    const FakeTools tools;
    const Directory second;
    second.put("cc", "");
    fs::permissions(second / "cc", fs::perms::owner_all);
    const Variable path("PATH", tools.directory().string() + ":" + second.path().string());
    EXPECT_EQ(find_program("cc"), tools.directory() / "cc");
    EXPECT_EQ(find_program("nothing-of-the-kind"), "");
}

TEST(FindProgram, WantsAFileThatCanBeRun) {
    const FakeTools tools;
    fs::permissions(tools.directory() / "cc", fs::perms::owner_read);
    fs::create_directory(tools.directory() / "dir");
    EXPECT_EQ(find_program("cc"), "");
    EXPECT_EQ(find_program("dir"), "");
}

TEST(FindProgram, IgnoresRelativeEntries) {
    const FakeTools tools;
    const fs::path before = fs::current_path();
    fs::current_path(tools.directory());
    for (const std::string& entries :
         std::vector<std::string>{".", "", ":", "./", "../" + tools.directory().filename().string()}) {
        const Variable path("PATH", entries);
        EXPECT_EQ(find_program("cc"), "") << entries;
    }
    // A name with a slash is meant.
    EXPECT_EQ(fs::path(find_program("./cc")).lexically_normal(), tools.directory() / "cc");
    fs::current_path(before);
}

TEST(Toolchain, TriesTheCommandsInTheirOrder) {
    const FakeTools tools;
    tools.program("xclang", "");
    EXPECT_EQ(Toolchain().path(compiler), tools.directory() / "xclang");
    tools.program("xcc", "");
    EXPECT_EQ(Toolchain().path(compiler), tools.directory() / "xcc");
}

TEST(Toolchain, AVariableNamesIt) {
    const FakeTools tools;
    tools.program("xcc", "");
    tools.program("mine", "");
    {
        const Variable variable("XC", "mine");
        EXPECT_EQ(Toolchain().path(compiler), tools.directory() / "mine");
    }
    {
        const Variable variable("XC", (tools.directory() / "mine").string());
        EXPECT_EQ(Toolchain().path(compiler), tools.directory() / "mine");
    }
    const Variable variable("XC", "");
    EXPECT_EQ(Toolchain().path(compiler), tools.directory() / "xcc") << "empty is not set";
}

TEST(Toolchain, AVariableThatNamesNothingIsNotOverruled) {
    const FakeTools tools;
    tools.program("xcc", "");
    for (const std::string value : {"not-there", "/not/there", "xcc -m32"}) {
        const Variable variable("XC", value);
        const Error error = thrown([] { Toolchain().path(compiler); });
        EXPECT_EQ(error.rule(), "toolchain.missing");
        EXPECT_EQ(error.place(), "XC");
        EXPECT_NE(error.why().find(value), std::string::npos);
        EXPECT_EQ(error.exit(), Exit::failure);
    }
}

TEST(Toolchain, AMissingToolSaysHowToInstallIt) {
    const FakeTools tools;
    const Error error = thrown([] { Toolchain().path(compiler); });
    EXPECT_EQ(error.rule(), "toolchain.missing");
    EXPECT_NE(error.why().find("xcc, xclang"), std::string::npos);
    EXPECT_TRUE(error.fix().ends_with("apt-get install x-compiler")) << error.fix();
}

TEST(Toolchain, VersionIsTheFirstLine) {
    const FakeTools tools;
    tools.program("xcc", "#!/bin/sh\necho \"xcc $1 3.1\"\necho more\n");
    EXPECT_EQ(Toolchain().version(compiler), "xcc --version 3.1");
    tools.program("xcc", "#!/bin/sh\nexit 1\n");
    EXPECT_EQ(Toolchain().version(compiler), "unknown");
}

TEST(Toolchain, Packages) {
    const FakeTools tools;
    Toolchain toolchain;
    EXPECT_EQ(toolchain.flags({"threads", ""}).compile, Words{"-pthread"});
    EXPECT_EQ(toolchain.flags({"math", ""}).link, Words{"-lm"});
    EXPECT_EQ(toolchain.flags({"z", "zlib"}).compile, Words{"-I/opt/z/include"});
    EXPECT_EQ(toolchain.flags({"z", "zlib"}).link, (Words{"-L/opt/z/lib", "-lz"}));
    EXPECT_EQ(Toolchain::version(Package{"z", "zlib"}), "1.2.13");
    EXPECT_EQ(Toolchain::version(Package{"math", ""}), "");
    const Error unknown = thrown([&] { toolchain.flags({"q", "quux"}); });
    EXPECT_EQ(unknown.rule(), "package.missing");
    EXPECT_NE(unknown.why().find("quux"), std::string::npos);
    // Asked again, it is still missing.
    EXPECT_EQ(thrown([&] { toolchain.flags({"q", "quux"}); }).rule(), "package.missing");
    fs::remove(tools.directory() / "pkg-config");
    EXPECT_EQ(thrown([&] { toolchain.flags({"q", "quux"}); }).why(), "pkg-config is not on PATH.");
}

TEST(OutputOf, NeedsNoShell) {
    EXPECT_EQ(output_of({"/bin/echo", "$HOME; `id` 'x'"}), "$HOME; `id` 'x'\n");
    EXPECT_EQ(output_of({"/bin/sh", "-c", "cat; echo loud >&2; echo quiet"}), "quiet\n");
    EXPECT_EQ(output_of({"/bin/sh", "-c", "exit 3"}), std::nullopt);
    EXPECT_EQ(output_of({"/nothing/there"}), std::nullopt);
}

TEST(ProbeVersion, BelievesNoCompilerThatLies) {
    const FakeTools tools;
    const struct {
        std::string script, version, problem;
    } cases[] = {
        {"echo 'xcc 3.1'; echo more", "xcc 3.1", ""},
        {"printf 'xcc 3.1\\r\\n'", "xcc 3.1", ""},
        {"printf 'xcc 3.1'", "xcc 3.1", ""},
        {"", "", "printed no version"},
        {"echo; echo 'xcc 3.1'", "", "printed no version"},
        {"echo '   '", "", "printed no version"},
        {"echo 'xcc 3.1' >&2", "", "printed no version"},
        {"printf '\\001\\377\\000\\n'", "", "printed something that is no version"},
        {"printf 'xcc \\033[2J\\n'", "", "printed something that is no version"},
        {"printf '%01000d\\n' 1", "", "printed something that is no version"},
        {"printf '%01000000d\\n' 1", "", "printed more than 65536 bytes"},
        {"yes", "y", ""},
        {"echo 'xcc 3.1'; exit 3", "", "ended with exit code 3"},
        {"kill -9 $$", "", "was killed by signal 9"},
        {"sleep 60", "", "did not end within 0.3 s"},
        {"echo 'xcc 3.1'; sleep 60", "", "did not end within 0.3 s"},
        {"sleep 60 & echo 'xcc 3.1'", "", "did not end within 0.3 s"},  // a child holds the pipe
        {"exec >&-; sleep 60", "", "did not end within 0.3 s"},
    };
    const Variable path("PATH", tools.directory().string() + ":/usr/bin:/bin");
    for (const auto& each : cases) {
        tools.program("xcc", "#!/bin/sh\n" + each.script + "\n");
        const auto begin = std::chrono::steady_clock::now();
        const auto patience =
            std::chrono::milliseconds(each.problem.starts_with("did not end") ? 300 : 20'000);
        const ToolVersion version = probe_version(tools.directory() / "xcc", {"--version"}, {patience});
        EXPECT_EQ(version.text, each.version) << each.script;
        EXPECT_EQ(version.problem, each.problem) << each.script;
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15)) << each.script;
    }
    EXPECT_EQ(probe_version("/not/there", {}).problem, "could not be started");
}

TEST(RunProgram, KillsAllThatItStarted) {
    const FakeTools tools;
    const Variable path("PATH", tools.directory().string() + ":/usr/bin:/bin");
    const fs::path mark = tools.directory() / "mark";
    tools.program("xcc", "#!/bin/sh\n(sleep 1; touch " + mark.string() + ") &\nsleep 60\n");
    EXPECT_FALSE(run_program({"xcc"}, {std::chrono::milliseconds(100), 1000}).problem.empty());
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    EXPECT_FALSE(fs::exists(mark));
}

TEST(RunProgram, TakesVariables) {
    const Variable path("PATH", "/usr/bin:/bin");
    const Variable kept("AIBUILD_TEST_KEPT", "kept"), old("AIBUILD_TEST", "old");
    EXPECT_EQ(
        run_program({"sh", "-c", "echo $AIBUILD_TEST $AIBUILD_TEST_KEPT"}, {}, {"AIBUILD_TEST=new"}).text,
        "new kept\n");
}

}  // namespace
}  // namespace aibuild
