#!/usr/bin/env python3
"""What ninja takes for done and is not: `aibuild-gen status` tells it, and the next plain ninja makes it again. Compilers that do what real
ones, caches and editors do to a build stand in front of cc."""
import json
import os
import pathlib
import subprocess
import time
import unittest

from support import Test, aibuild, ninja, run, scratch

PLAN = {"format": 1, "project": {"name": "doubts"}, "targets": [
    {"name": "two", "kind": "static-library", "language": "c", "sources": ["src/two.c"]},
    {"name": "app", "kind": "executable", "language": "c", "sources": ["src/app.c"], "include_directories": ["include"], "uses": ["two"]}]}
APP = '#include <stdio.h>\n#include "number.h"\nint two(void);\nint main(void) {{ printf("%d {word}\\n", NUMBER * two()); return 0; }}\n'


class Doubts(Test):
    def project(self, wrapper):
        """A project whose compiler is `wrapper`, a shell script that finds the real one in $CC and the words of the command in $*."""
        root = scratch.new()
        for name, text in {"src/two.c": "int two(void);\nint two(void) { return 2; }\n", "src/app.c": APP.format(word="old"),
                           "include/number.h": "#define NUMBER 21\n", "aibuild.json": json.dumps(PLAN)}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        compiler = root.parent / "wrapper"
        real = run("sh", "-c", "command -v cc").out.strip()
        compiler.write_text(f"#!/bin/sh\nCC={real}\n{wrapper}\n")
        compiler.chmod(0o755)
        self.passes(aibuild("emit", "-C", root, env=scratch.environment(CC=compiler)))
        self.environment = scratch.environment(CC=compiler)
        return root

    def status(self, root):
        return json.loads(self.passes(aibuild("status", "-C", root, "--json", env=self.environment)).out)

    def tasks(self, status):
        return {task["id"]: task for task in status["tasks"]}

    def ninja(self, root):
        return ninja(root / "build", env=self.environment)

    def says(self, root):
        return self.passes(run(root / "build/bin/app")).out.strip()

    def stale_as_ninja_says(self, root):
        """What both say is to be run."""
        dry = self.passes(ninja(root / "build", "-n", env=self.environment))
        ninja_says = {"step:" + edge.partition(" ")[2] for edge in dry.edges}
        we_say = {name for name, task in self.tasks(self.status(root)).items() if task["state"] in ("stale", "pending", "failed")}
        self.assertEqual(we_say, ninja_says)
        return we_say

    def test_an_input_edited_while_its_command_ran(self):
        """The compiler has read its source when it is edited, and has yet to write its output."""
        root = self.project('"$CC" "$@" || exit; case "$*" in *app.c) touch "$COMPILED"; sleep 1;\n'
                            'for word; do case $word in *.o) touch "$word";; esac; done;; esac')
        compiled = root.parent / "compiled"
        self.environment["COMPILED"] = str(compiled)
        building = subprocess.Popen(["ninja", "-C", root / "build"], env=self.environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not compiled.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        (root / "src/app.c").write_text(APP.format(word="new"))
        self.assertEqual(building.wait(timeout=30), 0)
        version = int((root / "build/.ninja_log").read_text().split("\n")[0].rpartition("v")[2])

        self.assertEqual(self.says(root), "42 old")
        if version == 5:
            self.nothing_to_do(root / "build")  # this is what status is for
            status = self.status(root)
            self.assertEqual(status["removed"], ["obj/app/src/app.c.o"])
            task = self.tasks(status)["step:obj/app/src/app.c.o"]
            self.assertEqual((task["state"], task["reason"]), ("stale", "../src/app.c was edited while it was made"))
            self.assertEqual(self.tasks(status)["step:bin/app"]["state"], "stale")
            self.assertEqual(self.tasks(status)["step:lib/libtwo.a"]["state"], "succeeded")
        self.assertEqual(self.stale_as_ninja_says(root), {"step:obj/app/src/app.c.o", "step:bin/app"})
        self.passes(self.ninja(root))
        self.assertEqual(self.says(root), "42 new")
        self.assertEqual(self.stale_as_ninja_says(root), set())
        self.assertEqual(self.status(root)["removed"], [])

    def test_an_edit_right_before_is_none_meanwhile(self):
        """Whoever edits and runs ninja at once is not made to build twice, however long a command goes on after its output."""
        root = self.project('"$CC" "$@" || exit; case "$*" in *-c*) sleep 0.3;; esac')
        self.passes(self.ninja(root))
        for word in ("one", "two", "three"):
            (root / "src/app.c").write_text(APP.format(word=word))
            self.passes(self.ninja(root))
            self.assertEqual(self.says(root), f"42 {word}")
            self.assertEqual(self.stale_as_ninja_says(root), set())

    def test_a_compile_that_recorded_nothing(self):
        root = self.project('"$CC" "$@" || exit; while [ $# -gt 0 ]; do if [ "$1" = -MF ] && [ -z "$HONEST" ]; then rm -f "$2"; fi; shift; done')
        self.passes(self.ninja(root))
        self.assertIn("#deps 0", run("ninja", "-C", root / "build", "-t", "deps", "obj/app/src/app.c.o").out)
        (root / "include/number.h").write_text("#define NUMBER 50\n")
        time.sleep(0.01)
        os.utime(root / "include/number.h")
        self.nothing_to_do(root / "build")
        self.assertEqual(self.says(root), "42 old")

        status = self.status(root)
        self.assertEqual(sorted(status["removed"]), ["obj/app/src/app.c.o", "obj/two/src/two.c.o"])
        task = self.tasks(status)["step:obj/app/src/app.c.o"]
        self.assertEqual((task["state"], task["reason"]), ("stale", "its command told nothing of what it read"))
        self.environment["HONEST"] = "1"
        self.passes(self.ninja(root))
        self.assertEqual(self.says(root), "100 old")
        self.assertEqual(self.stale_as_ninja_says(root), set())

    def test_a_command_that_made_nothing(self):
        root = self.project('case "$*" in *bin/app*) [ -n "$HONEST" ] || exit 0;; esac; exec "$CC" "$@"')
        self.passes(self.ninja(root))
        self.assertFalse((root / "build/bin/app").exists())
        task = self.tasks(self.status(root))["step:bin/app"]
        if "# ninja log v5" in (root / "build/.ninja_log").read_text():
            self.assertEqual((task["state"], task["reason"]), ("failed", "its command succeeded without making it"))
        else:
            self.assertEqual(task["state"], "stale")
        self.assertEqual(self.stale_as_ninja_says(root), {"step:bin/app"})
        self.environment["HONEST"] = "1"
        self.passes(self.ninja(root))
        self.assertEqual(self.says(root), "42 old")
        self.assertEqual(self.stale_as_ninja_says(root), set())

    def test_nothing_goes_while_ninja_runs(self):
        root = self.project('case "$*" in *two.c) [ -z "$SLOW" ] || sleep 3;; esac; "$CC" "$@" || exit\n'
                            'while [ $# -gt 0 ]; do if [ "$1" = -MF ]; then rm -f "$2"; fi; shift; done')
        self.passes(self.ninja(root))
        os.utime(root / "src/two.c")
        building = subprocess.Popen(["ninja", "-C", root / "build"], env={**self.environment, "SLOW": "1"}, stdout=subprocess.DEVNULL)
        time.sleep(0.7)
        status = self.status(root)
        self.assertIsNone(building.poll())
        self.assertEqual(status["removed"], [])
        self.assertRegex(" ".join(status["unknown"]), r"ninja \(process [0-9]+\) runs here; look again when it has ended")
        self.assertEqual(self.tasks(status)["step:obj/app/src/app.c.o"]["state"], "stale")
        self.assertTrue((root / "build/obj/app/src/app.c.o").exists())
        self.assertEqual(building.wait(timeout=30), 0)
        self.assertIn("obj/app/src/app.c.o", self.status(root)["removed"])
        self.assertEqual(pathlib.Path(root, "build/.aibuild/hold").read_text(), "", "nobody holds it")


if __name__ == "__main__":
    unittest.main(verbosity=2)
