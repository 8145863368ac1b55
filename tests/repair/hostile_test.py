#!/usr/bin/env python3
"""A repair in a project whose steps are hostile: what `build --fix` does outside of the sandbox runs nothing that they left there."""
import hashlib
import json
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from support import Server, Test, aibuild, run, scratch  # noqa: E402

BROKEN, FIXED = "int one(void) { return x; }\n", "int one(void) { return 1; }\n"
COMPILES = "rule cc\n  command = gcc -c $in -o $out\nbuild a.o: cc a.c\n"
FIX = ("build", "--fix", "--yes", "--sandbox", "require")


class Hostile(Test):
    def project(self, **files):
        root = scratch.new()
        root.mkdir()
        for name, text in files.items():
            (root / name.replace("__", ".")).write_text(text)
        return root

    def test_what_ctest_would_run(self):
        escaped = scratch.new("escaped")
        root = self.project(CMakeLists__txt="cmake_minimum_required(VERSION 3.20)\nproject(p C)\nenable_testing()\nadd_library(a a.c)\n"
                                            "add_custom_target(evil ALL sh ${CMAKE_SOURCE_DIR}/evil.sh)\nadd_test(NAME t COMMAND a)\n",
                            a__c=BROKEN, evil__sh=f"echo 'execute_process(COMMAND touch {escaped})' >> CTestTestfile.cmake\n")
        self.passes(run("cmake", "-S", root, "-B", root / "build", "-G", "Ninja"))
        with Server({"contains": "Write a.c.", "text": FIXED, "times": 9}) as server:
            aibuild(*FIX, "-C", root, env=server.environment())
        self.assertIn("touch", (root / "build/CTestTestfile.cmake").read_text())
        self.assertFalse(escaped.exists())
        # So that it is known to be a way out.
        run("ctest", "--test-dir", root / "build", "--show-only=json-v1")
        self.assertTrue(escaped.exists())

    def test_what_git_would_run(self):
        escaped = scratch.new("escaped")
        bare = f"mkdir -p objects refs; echo 'ref: refs/heads/main' > HEAD; printf '[core]\\n bare=false\\n repositoryformatversion=0\\n worktree=.\\n fsmonitor = \"touch {escaped}; true\"\\n' > config"
        root = self.project(build__ninja=f"{COMPILES}rule run\n  command = {bare}; touch $out\nbuild evil: run\n", a__c=BROKEN)
        with Server({"contains": "Write a.c.", "text": FIXED, "times": 9}) as server:
            self.passes(aibuild(*FIX, "-C", root, "-o", root, env=server.environment()))
        self.assertFalse(escaped.exists())
        run("git", "-C", root, "ls-files")
        self.assertTrue(escaped.exists())

    def test_a_header_that_only_the_test_includes(self):
        root = self.project(CMakeLists__txt="cmake_minimum_required(VERSION 3.20)\nproject(p C)\nenable_testing()\nadd_library(a a.c)\nadd_executable(verify verify.c)\n"
                                            "target_link_libraries(verify a)\nadd_test(NAME verify COMMAND verify)\n",
                            a__c='#include "a.h"\nint one(void) { return 2; }\n', a__h="int one(void);\n", check__h="#define CHECK(what) if (!(what)) return 1\n",
                            verify__c='#include "a.h"\n#include "check.h"\nint main(void) { CHECK(one() == 1); return 0; }\n')
        self.passes(run("cmake", "-S", root, "-B", root / "build", "-G", "Ninja"))
        answer = json.dumps({"cause": "The check is too strict.", "files": [{"path": "check.h", "change": "let all pass"}]})
        with Server({"contains": "Say what is wrong", "text": answer, "times": 9}, {"contains": "Write check.h.", "text": "#define CHECK(what) (void)(what)\n"}) as server:
            ran = aibuild(*FIX, "-C", root, env=server.environment())
        self.assertEqual(ran.code, 7, f"\n{ran}")
        self.assertIn("error[answer.repair-file]", ran.err)
        self.assertIn("if (!(what)) return 1", (root / "check.h").read_text())

    def test_a_link_where_the_old_text_is_kept(self):
        """A tree that came so: the place for it leads out of the project."""
        outside = scratch.new("outside")
        outside.mkdir()
        root = self.project(build__ninja=COMPILES, a__c=BROKEN)
        kept = root / ".aibuild/before-repair" / hashlib.sha256(BROKEN.encode()).hexdigest()[:12]
        kept.parent.mkdir(parents=True)
        kept.symlink_to(outside)
        with Server({"contains": "Write a.c.", "text": FIXED, "times": 9}) as server:
            ran = aibuild(*FIX, "-C", root, "-o", root, env=server.environment())
        self.assertEqual(ran.code, 6, f"\n{ran}")
        self.assertIn("error[path.symlink]", ran.err)
        self.assertEqual(list(outside.iterdir()), [])

    def test_code_that_writes_its_own_test(self):
        """An answer may not name the test; nor may the code that it brings write it while it is tried."""
        test = "import sys\nimport app\nprint('1..1')\nprint('ok 1' if app.one() == 1 else 'not ok 1')\nsys.exit(app.one() != 1)\n"
        bends = "import os\nopen('../tests/app_test.py', 'w').write('print(\"1..1\\\\nok 1\")\\n')\n\n\ndef one():\n    return 3\n"
        plan = {"format": 1, "project": {"name": "p"}, "targets": [
            {"name": "app", "kind": "library", "language": "python", "sources": ["app.py"]},
            {"name": "app-test", "kind": "test", "language": "python", "sources": ["tests/app_test.py"], "uses": ["app"]}]}
        root = self.project(aibuild__json=json.dumps(plan), app__py="def one():\n    return 2\n")
        (root / "tests").mkdir()
        (root / "tests/app_test.py").write_text(test)
        with Server({"contains": "Write app.py.", "text": bends, "times": 9}) as server:
            ran = aibuild(*FIX, "-C", root, env=server.environment())
        self.assertEqual(ran.code, 6, f"\n{ran}")
        self.assertIn("error[repair.judge]: tests/app_test.py", ran.err)
        self.assertEqual((root / "app.py").read_text(), "def one():\n    return 2\n")
        self.assertEqual([path.read_text() for path in (root / "build/.aibuild/before-repair").glob("*/tests/app_test.py")], [test])


if __name__ == "__main__":
    if not all(shutil.which(tool) for tool in ("bwrap", "gcc", "cmake", "git")):
        sys.exit(77)
    unittest.main()
