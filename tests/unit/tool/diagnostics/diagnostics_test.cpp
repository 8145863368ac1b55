// Texts that no tool of this machine prints: odd, hostile, of other versions. What the tools here print is
// read in tests/diagnostics.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>

#include "tool/diagnostics/diagnostic.h"

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> read(std::string_view text) {
    std::vector<std::string> out;
    for (const Diagnostic& each : diagnostics_of(text)) {
        out.push_back(fmt::format("{}:{}:{} {} {}", each.place.file, each.place.line, each.place.column,
                                  name_of(each.kind), each.message));
    }
    return out;
}

Diagnostic only(std::string_view text) {
    const std::vector<Diagnostic> all = diagnostics_of(text);
    EXPECT_EQ(all.size(), 1U) << text;
    return all.empty() ? Diagnostic{} : all.front();
}

TEST(OddTexts, NothingIsNothing) {
    EXPECT_THAT(diagnostics_of(""), IsEmpty());
    EXPECT_THAT(diagnostics_of("\n\n"), IsEmpty());
    EXPECT_THAT(diagnostics_of("\x1b[31m\x1b[0m"), IsEmpty());
}

TEST(OddTexts, ALastLineNeedsNoEnd) {
    EXPECT_THAT(read("a.c:1:2: error: no"), ElementsAre("a.c:1:2 code no"));
    EXPECT_THAT(read("ninja: error: unknown target 'x'"), ElementsAre(":0:0 setting unknown target 'x'"));
}

TEST(OddTexts, WindowsLineEnds) {
    EXPECT_THAT(read("a.c:1:2: error: no\r\nb.c:3:4: error: nor\r\n"),
                ElementsAre("a.c:1:2 code no", "b.c:3:4 code nor"));
}

TEST(OddTexts, ColoursAndLinksAreTakenOut) {
    EXPECT_THAT(read("\x1b[01m\x1b[Ka.c:1:2:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kno "
                     "[\x1b[01;31m\x1b[K\x1b]8;;https://example.org/x\x1b\\-Werror=x\x1b]8;;\x1b\\\x1b[m]\n"),
                ElementsAre("a.c:1:2 code no"));
    EXPECT_THAT(read("\x1b]8;;file:///a.c\aa.c\x1b]8;;\a:1:2: error: no\n"), ElementsAre("a.c:1:2 code no"));
    // One that does not end takes its line with it and no other.
    EXPECT_THAT(read("\x1b[31\nb.c:1:2: error: no\n"), ElementsAre("b.c:1:2 code no"));
    EXPECT_THAT(read("\x1b]8;;never\nb.c:1:2: error: no\n"), ElementsAre("b.c:1:2 code no"));
    EXPECT_THAT(read("b.c:1:2: error: no\n\x1b"), ElementsAre("b.c:1:2 code no"));
}

TEST(OddTexts, NoControlCharacterGetsThrough) {
    std::string every;
    for (int byte = 0; byte < 32; ++byte) {
        if (byte != '\n' && byte != '\x1b') every += static_cast<char>(byte);
    }
    const Diagnostic found = only(fmt::format("a.c:1:2: error: x{}y\x7f z\n", every));
    for (const char c : found.message + found.place.file)
        EXPECT_TRUE(c == '\t' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(OddTexts, ALineIsReadAsFarAsToolsNeedIt) {
    const Diagnostic found = only("a.c:1:2: error: " + std::string(100'000, 'x') + "\n");
    EXPECT_EQ(found.place.line, 1);
    EXPECT_LE(found.message.size(), 4096U);
    EXPECT_THAT(read(std::string(100'000, 'x') + "a.c:1:2: error: no\n").size(), 1U);  // unread
}

TEST(OddTexts, NumbersThatAreNone) {
    EXPECT_EQ(only("a.c:99999999999999999999:1: error: no\n").code, "unread");
    EXPECT_EQ(only("a.c:0:1: error: no\n").code, "unread");
    EXPECT_EQ(only("a.c:5:99999999999999: error: no\n").code, "unread");
}

TEST(OddTexts, PathsMayHaveSpacesAndColons) {
    EXPECT_EQ(only("/home/a b/src dir/x:y.c:3:4: error: no\n").place.file, "/home/a b/src dir/x:y.c");
}

TEST(OddTexts, WhatNobodyUnderstandsIsToldAllTheSame) {
    const Diagnostic found = only("the frobnicator gave up\nat level 3\n");
    EXPECT_EQ(found.code, "unread");
    EXPECT_EQ(found.message, "the frobnicator gave up\nat level 3");
    EXPECT_EQ(only("frob.x:12:7: quux\n").place.line, 12);
    // Another language than LC_ALL=C: the place at least.
    const Diagnostic german = only("a.c: In Funktion »main«:\na.c:2:5: Fehler: »y« nicht deklariert\n");
    EXPECT_EQ(german.place, (Place{"a.c", 2, 5}));
    EXPECT_EQ(german.code, "unread");
}

TEST(OddTexts, WarningsAreNoErrors) {
    const std::vector<Diagnostic> all = diagnostics_of("a.c:1:2: warning: x [-Wunused]\na.c:2:2: error: y\n");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].severity, Severity::warning);
    EXPECT_EQ(all[0].code, "-Wunused");
    EXPECT_EQ(all[1].severity, Severity::error);
}

TEST(OddTexts, NoMoreThanAPersonOrAModelReads) {
    std::string text;
    for (int n = 1; n < 5000; ++n) text += fmt::format("a.c:{}:1: error: no\n", n);
    EXPECT_EQ(diagnostics_of(text).size(), 200U);
    std::string notes = "a.c:1:1: error: no\n";
    for (int n = 1; n < 5000; ++n) notes += fmt::format("b.c:{}:1: note: candidate\n", n);
    EXPECT_EQ(only(notes).notes.size(), 32U);
}

// A fault that is quadratic takes minutes for these. Without optimization all take twenty times as long: such
// a build, which is a sanitizer's, looks for what a text does to memory, and others look at the time.
#ifdef NDEBUG
constexpr std::size_t odd_size = 4U << 20U;
#else
constexpr std::size_t odd_size = 1U << 18U;
#endif

TEST(OddTexts, FourMegabytesTakeNoTime) {
    const std::string beginnings[] = {
        "a:1:",
        "a.f90:1:2:\n",
        "  File \"a.py\", line 1\n",
        "Traceback (most recent call last):\n  File \"a.py\", line 1\n",
        "In file included from a.c:1:\n",
        "a.c:1:1: note: x\n",
        "a.c:1:1:   required from here\n",
        "XError: x\n",
        "not ok 1 - x\n  ---\n",
        "error: linking with `cc` failed\n",
        "error[E0001]: x\n",
        "CMake Error at CMakeLists.txt:1 (x):\n  x\n",
        "--- FAIL: T (0.00s)\n    a_test.go:1: x\n",
        "panic: x\n",
        "Caused by: x\n",
        "a(1,",
        "((((((((",
        "::::::::",
        "\x1b[",
        "\x1b]8;;",
        "ld: a.o: in function `x':\n",
        "ERROR: x (y)\n-----\n",
        "-- No package 'x' found\n",
        std::string(1, '\0'),
        "\n",
        "x",
    };
    for (const std::string& beginning : beginnings) {
        std::string text;
        while (text.size() < odd_size) text += beginning;
        const auto begin = std::chrono::steady_clock::now();
        const std::vector<Diagnostic> all = diagnostics_of(text);
        const auto took = std::chrono::steady_clock::now() - begin;
        EXPECT_LT(took, std::chrono::seconds(5)) << beginning;
        EXPECT_LE(all.size(), 200U);
    }
}

TEST(OtherVersions, RustBefore173) {
    const Diagnostic found =
        only("thread 'adds' panicked at 'assertion failed: `(left == right)`', src/lib.rs:7:5\n");
    EXPECT_EQ(found.place, (Place{"src/lib.rs", 7, 5}));
    EXPECT_EQ(found.subject, "adds");
    EXPECT_EQ(found.kind, DiagnosticKind::test);
}

TEST(OtherVersions, GoogleTest) {
    const Diagnostic found = only(
        "[ RUN      ] Sum.OfTwo\n/p/tests/sum_test.cpp:12: Failure\nExpected equality of these values:\n  "
        "sum(1, 2)\n"
        "    Which is: -1\n  3\n\n[  FAILED  ] Sum.OfTwo (0 ms)\n");
    EXPECT_EQ(found.place, (Place{"/p/tests/sum_test.cpp", 12, 0}));
    EXPECT_EQ(found.subject, "Sum.OfTwo");
    EXPECT_THAT(found.message, testing::HasSubstr("Which is: -1"));
}

TEST(OtherVersions, Catch2AndDoctest) {
    EXPECT_EQ(only("a_test.cpp:7: FAILED:\n  REQUIRE( sum(1, 2) == 3 )\n").place.line, 7);
    const Diagnostic doctest = only("a_test.cpp:8: ERROR: CHECK( sum(1, 2) == 3 ) is NOT correct!\n");
    EXPECT_EQ(doctest.kind, DiagnosticKind::test);
    EXPECT_EQ(doctest.place.line, 8);
}

TEST(OtherVersions, Pytest) {
    EXPECT_EQ(only("E       assert -1 == 3\n\ntests/test_add.py:5: AssertionError\n").place,
              (Place{"tests/test_add.py", 5, 0}));
}

TEST(OtherVersions, Ctest) {
    const Diagnostic found =
        only("The following tests FAILED:\n\t  3 - words-test (SEGFAULT)\nErrors while running CTest\n");
    EXPECT_EQ(found.subject, "words-test");
    EXPECT_EQ(found.message, "words-test: SEGFAULT");
    EXPECT_EQ(only("No tests were found!!!\n").code, "no-tests");
}

TEST(Verdicts, OfAnEmittedTestStep) {
    EXPECT_EQ(only("words-test failed: exit code 139\n").message, "Segmentation fault");
    EXPECT_EQ(only("words-test failed: exit code 137\n").kind, DiagnosticKind::resource);
    EXPECT_EQ(only("words-test failed: exit code 3\n").kind, DiagnosticKind::test);
    EXPECT_EQ(only("words-test failed: it ran no test\n").code, "no-tests");
    // Where a test has said what is wrong, its exit code says nothing more.
    EXPECT_EQ(only("not ok 1 - sum\nwords-test failed: exit code 1\n").message, "sum");
}

TEST(Shells, ProgramsThatAreNotThere) {
    for (const char* text :
         {"/bin/sh: 1: protoc: not found\n", "sh: line 3: protoc: command not found\n",
          "bash: protoc: command not found\n", "env: 'protoc': No such file or directory\n",
          ".aibuild/go-build.sh: 12: protoc: not found\n"}) {
        const Diagnostic found = only(text);
        EXPECT_EQ(found.subject, "protoc") << text;
        EXPECT_EQ(found.kind, DiagnosticKind::missing_toolchain) << text;
    }
    // Others say "not found" too.
    EXPECT_EQ(only("a.hs:1:2: error: Data.X: not found\n").tool, "compiler");
    EXPECT_EQ(only("/bin/sh: 1: ./tools/gen: not found\n").kind, DiagnosticKind::setting);
}

TEST(Shells, WhatRanOut) {
    for (const char* text : {"/usr/bin/ld: final link failed: No space left on device\n",
                             "g++: fatal error: Killed signal terminated program cc1plus\n",
                             "cc1: out of memory allocating 65536 bytes after a total of 1 bytes\n"})
        EXPECT_EQ(only(text).kind, DiagnosticKind::resource) << text;
}

TEST(Systems, WhoseFileItIs) {
    for (const char* path :
         {"/usr/include/stdio.h", "/usr/bin/../lib/gcc/x/12/x.h", "<built-in>", "node:internal/x",
          "/home/a/.cargo/registry/src/x.rs", "/home/a/p/node_modules/x.js"})
        EXPECT_TRUE(system_file(path)) << path;
    for (const char* path :
         {"src/a.c", "../src/a.c", "/home/a/usr/a.c", "/usr/src/mine/a.c", "/opt/mine/a.c"})
        EXPECT_FALSE(system_file(path)) << path;
}

}  // namespace
}  // namespace aibuild
