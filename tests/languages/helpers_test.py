#!/usr/bin/env python3
"""What the helpers promise that no project shows: how tests are counted, and when a product is written.

    helpers_test.py HELPERS LANGUAGES SCRATCH
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

HELPERS, LANGUAGES, SCRATCH = (pathlib.Path(word).resolve() for word in sys.argv[1:4])


def run(*argv, code=0, **environment):
    done = subprocess.run([str(word) for word in argv], cwd=SCRATCH, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    assert done.returncode == code, f"{argv}: {done.returncode}\n{done.stdout}"
    return done.stdout


class Test(unittest.TestCase):
    def setUp(self):
        shutil.rmtree(SCRATCH, ignore_errors=True)
        SCRATCH.mkdir(parents=True)

    def tearDown(self):
        shutil.rmtree(SCRATCH)


class Counting(Test):
    def counted(self, output, language="c", code=0):
        """What run-test.sh makes of a program that prints `output`: how many tests ran, or None for a failure."""
        regex = json.loads((LANGUAGES / f"{language}.json").read_text(encoding="utf-8")).get("counted")
        (SCRATCH / "output").write_text(output, encoding="utf-8")
        stamp = SCRATCH / "stamp"
        argv = ["sh", HELPERS / "run-test.sh", *([f"--count={regex}"] if regex else []), stamp, "name", "sh", "-c", f"cat output; exit {code}"]
        passed = code == 0
        ran = subprocess.run([str(word) for word in argv], cwd=SCRATCH, stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(stamp.exists(), ran.returncode == 0)
        self.assertEqual((SCRATCH / "stamp.failed").exists(), ran.returncode != 0)
        if ran.returncode != 0:
            self.assertIn(output, ran.stdout)
            self.assertIn("name failed: " + ("it ran no test" if passed else f"exit code {code}"), ran.stdout)
            return None
        return int(stamp.read_text(encoding="utf-8"))

    def test_a_program_without_a_word_is_one_test(self):
        self.assertEqual(self.counted(""), 1)
        self.assertEqual(self.counted("all is well\n"), 1)

    def test_tap(self):
        self.assertEqual(self.counted("ok 1 - a\nok 2 - b\n    ok 1 - inner\nokay\n1..2\n"), 2)
        self.assertEqual(self.counted("TAP version 13\n1..0\n"), None)

    def test_an_exit_code_is_the_verdict(self):
        self.assertEqual(self.counted("ok 1 - a\n", code=3), None)
        self.assertEqual(self.counted("test a ... ok\n", "rust", code=101), None)

    def test_rust(self):
        self.assertEqual(self.counted("\nrunning 3 tests\ntest a ... ok\ntest deep::b - should panic ... ok\ntest c ... ignored\n\n"
                                      "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n", "rust"), 2)
        self.assertEqual(self.counted("\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed\n", "rust"), None)

    def test_go(self):
        self.assertEqual(self.counted("=== RUN   TestA\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/inner (0.00s)\nPASS\n", "go"), 1)
        self.assertEqual(self.counted("testing: warning: no tests to run\nPASS\n", "go"), None)

    def test_unittest(self):
        self.assertEqual(self.counted("..\n---\nRan 2 tests in 0.001s\n\nOK\n", "python"), 2)
        self.assertEqual(self.counted("\n---\nRan 0 tests in 0.000s\n\nOK\n", "python"), None)

    def test_googletest(self):
        text = "[==========] Running {0} from 1 test suite.\n{1}[==========] {0} from 1 test suite ran. (0 ms total)\n[  PASSED  ] {0}.\n"
        ran = "[ RUN      ] Words.Count\n[       OK ] Words.Count (0 ms)\n[ RUN      ] Words.Split\n[       OK ] Words.Split (12 ms)\n"
        self.assertEqual(self.counted(text.format("2 tests", ran), "c++"), 2)
        self.assertEqual(self.counted(text.format("0 tests", ""), "c++"), None)


class Publishing(Test):
    def publish(self, text, **environment):
        (SCRATCH / "new").write_text(text, encoding="utf-8")
        run("sh", HELPERS / "publish.sh", "new", "out", **environment)
        self.assertFalse((SCRATCH / "new").exists())
        self.assertEqual((SCRATCH / "out").read_text(encoding="utf-8"), text)
        return (SCRATCH / "out").stat().st_mtime

    def test_what_is_the_same_stays_as_old_as_it_is(self):
        self.publish("one")
        os.utime(SCRATCH / "out", (1000, 1000))
        self.assertEqual(self.publish("one"), 1000)
        self.assertGreater(self.publish("two"), 1000)

    def test_make_sees_that_it_was_made(self):
        self.publish("one")
        os.utime(SCRATCH / "out", (1000, 1000))
        self.assertGreater(self.publish("one", MAKELEVEL="1"), 1000)


class DepfileOfRust(Test):
    def depfile(self, text, code=0):
        (SCRATCH / "a.d").write_text(text, encoding="utf-8")
        said = run("sh", HELPERS / "rust-depfile.sh", "a.d", "bin/my program", code=code)
        return said or (SCRATCH / "a.d").read_text(encoding="utf-8")

    def test_one_rule_is_left(self):
        self.assertEqual(self.depfile("a.d: a.rs b\\ c.rs\n\nobj/new/a: a.rs b\\ c.rs $x#.txt\n\na.rs:\nb\\ c.rs:\n"),
                         "bin/my\\ program: a.rs b\\ c.rs $$x\\#.txt\n")

    def test_a_variable_that_is_set_is_refused(self):
        rules = "a.d: a.rs\n\nobj/new/a: a.rs\n\na.rs:\n\n"
        self.assertIn('error: env!("HOME") and option_env!("HOME") read the environment', self.depfile(rules + "# env-dep:HOME=/home/me\n", code=1))
        self.assertEqual(self.depfile(rules + "# env-dep:CARGO_PKG_NAME\n"), "bin/my\\ program: a.rs\n")


@unittest.skipUnless(all(map(shutil.which, ("javac", "jar", "javap"))), "there is no Java here")
class ApiOfJava(Test):
    """What a Java library's users are compiled against changes with what they can see, and not with how it is done."""

    SOURCE = """package p;
public class A {
    static final int LIMIT = 3;
    private int hidden = 1;
    public String text(String name) {
        Runnable run = new Runnable() { public void run() { System.out.println(name); } };
        run.run();
        return "Hello, " + name + hidden;
    }
}
"""

    def api(self, *edits):
        source = self.SOURCE
        for old, new in edits:
            self.assertIn(old, source)
            source = source.replace(old, new, 1)
        (SCRATCH / "A.java").write_text(source, encoding="utf-8")
        run("sh", HELPERS / "java-build.sh", "library", *map(shutil.which, ("javac", "jar", "javap")), "lib.jar", "obj/lib", "A.java", "--", "--")
        return (SCRATCH / "obj/lib/api").read_text(encoding="utf-8")

    def test_it_changes_with_what_users_see(self):
        before = self.api()
        self.assertIn("text(java.lang.String)", before)
        body = ("name + hidden", "hidden + name + \"!\" + LIMIT")
        private = ("private int hidden = 1", "private long other = 7, hidden = 2")
        classes = ("        run.run();", "        Runnable again = () -> run.run();\n        again.run();\n        new Object() { int x; }.hashCode();")
        self.assertEqual(self.api(body, private, classes), before)
        for old, new in (("LIMIT = 3", "LIMIT = 4"), ("public String text", "@Deprecated public String text"),
                         ("String name)", "String name) throws java.io.IOException")):
            self.assertNotEqual(self.api((old, new)), before, new)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
