// What tools print, cut, doubled, mixed and with bytes exchanged: whatever comes, something sensible is made
// of it.

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>

#include "tool/diagnostics/diagnostic.h"

namespace aibuild {
namespace {

const std::string texts[] = {
    "In file included from a.h:1,\n                 from a.cpp:2:\na.cpp: In function 'int f()':\na.cpp:3:5: "
    "  required from here\n"
    "/usr/include/x.h:4:5: error: no [-Werror=x]\n    4 | x\n      | ^\na.cpp:1:1: note: in instantiation of "
    "'f' requested here\n",
    "/usr/bin/ld: /tmp/x.o: in function `main':\nx.c:(.text+0x5): undefined reference to `f'\n/usr/bin/ld: "
    "x.c:2: multiple "
    "definition of `g'; y.o:y.c:1: first defined here\nld.lld: error: undefined symbol: h\n>>> referenced by "
    "a.c:2 (/p/a.c:2)\n"
    ">>>               a.o:(main)\ncollect2: error: ld returned 1 exit status\n",
    "error[E0308]: mismatched types\n --> a.rs:5:2\n  |\n5 | x\n  | ^\nnote: here\n --> b.rs:1:1\n\nerror: "
    "linking with `cc` "
    "failed: exit status: 1\n  |\n  = note: \"cc\"\n  = note: rust-lld: error: undefined symbol: g\n\nthread "
    "'a' panicked at a.rs:1:2:\nwhy\n",
    "--- FAIL: TestA (0.00s)\n    a_test.go:3: x\npanic: y\n\ngoroutine 7 [running]:\n\t/p/a_test.go:4 "
    "+0x2\n./a.go:5:2: undefined: z\n",
    "A.java:7: error: ';' expected\n  symbol:   class X\nException in thread \"main\" java.lang.E: m\n\tat "
    "C.f(C.java:1)\nCaused by: x.Y: z\n\tat D.g(D.java:2)\n",
    "a.ts(1,19): error TS2307: Cannot find module './x'.\na.ts:1:7 - error TS2322: no\np.pas(3,3) Error: "
    "no\n",
    "Traceback (most recent call last):\n  File \"/p/a.py\", line 1, in <module>\n    x()\n    "
    "^^^\nValueError: x\n\nDuring handling of "
    "the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "
    "\"a.py\", line 3\nKeyError: 'k'\n",
    "TAP version 13\nnot ok 1 - a\n  ---\n  location: '/p/a.js:2:1'\n  error: |-\n    no\n  stack: |-\n    f "
    "(/p/a.js:2:9)\n  ...\n1..1\n",
    "/p/w.js:1\nlet y = ;\n        ^\n\nSyntaxError: Unexpected token ';'\n    at f (node:x:1:2)\n    at g "
    "(/p/w.js:3:4)\n",
    "CMake Error at CMakeLists.txt:3 (find_package):\n  Could NOT find X (missing: Y)\n\n  more\nCall Stack "
    "(most recent call first):\n"
    "  a.cmake:2 (b)\n\n-- No package 'x' found\nninja: error: build.ninja:5: multiple rules generate x\n",
    "t: a.c:3: main: Assertion `x' failed.\n==1==ERROR: AddressSanitizer: SEGV\n    #0 0x1 in f "
    "/p/a.c:3\nterminate called\n  what():  y\n"
    "[ RUN      ] A.B\n/p/a.cpp:1: Failure\nno\n\nt failed: exit code 139\n/bin/sh: 1: x: not found\nThe "
    "following tests FAILED:\n\t1 - t (Failed)\n",
};

class Mutator {
  public:
    std::string next() {
        std::string out = any();
        for (std::size_t times = at_most(4) + 1; times > 0; --times) {
            const std::size_t begin = at_most(out.size()),
                              length = at_most(std::min<std::size_t>(out.size() - begin, 40));
            switch (at_most(5)) {
                case 0:
                    out.erase(begin, length);
                    break;
                case 1:
                    out.insert(begin, out.substr(at_most(out.size()), length));
                    break;
                case 2:
                    out.insert(begin, any());
                    break;
                case 3:
                    if (begin < out.size()) out[begin] = static_cast<char>(at_most(255));
                    break;
                case 4:
                    out.resize(begin);
                    break;
                default:
                    out.insert(begin, std::string(length, "'`\":()[]\n\x1b -^|>=0"[at_most(16)]));
            }
        }
        return out;
    }

  private:
    std::size_t at_most(std::size_t most) { return random_() % (most + 1); }
    const std::string& any() { return texts[at_most(std::size(texts) - 1)]; }

    std::mt19937 random_{20260101};  // the same ones each time
};

void holds(const Diagnostic& found) {
    EXPECT_GE(found.place.line, 0);
    EXPECT_GE(found.place.column, 0);
    EXPECT_FALSE(found.tool.empty());
    EXPECT_LE(found.notes.size(), 64U);
    for (const std::string* text : {&found.message, &found.place.file, &found.subject, &found.code}) {
        for (const char c : *text) {
            ASSERT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20);
            ASSERT_NE(c, '\x7f');
        }
    }
}

TEST(Mutations, SomethingSensibleIsMadeOfAll) {
    Mutator mutator;
    for (int n = 0; n < 20'000; ++n) {
        const std::string text = mutator.next();
        SCOPED_TRACE(text);
        const std::vector<Diagnostic> all = diagnostics_of(text);
        ASSERT_LE(all.size(), 201U);
        for (const Diagnostic& each : all) holds(each);
        ASSERT_EQ(first_root_cause({{"x", text}}).has_value(),
                  std::any_of(all.begin(), all.end(),
                              [](const Diagnostic& each) { return each.severity == Severity::error; }));
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace aibuild
