#!/usr/bin/env python3
"""`aibuild-gen status` after any mix of plain ninja and edits: what it calls stale or pending is what ninja would run, no more, no less."""
import json
import os
import time
import unittest

from fortran_test import FILES, waves
from support import Test, aibuild, edit, ninja, scratch, times, touch

def name_of_edge(description):
    """`TEST x` names a test, anything else the file that it makes."""
    verb, _, what = description.partition(" ")
    return f"test:tests/{what}.passed" if verb == "TEST" else f"step:{what}"


class Status(Test):
    def status(self, root):
        ran = self.passes(aibuild("status", "-C", root, "--json"))
        return json.loads(ran.out)

    def states(self, root):
        return {task["id"]: task for task in self.status(root)["tasks"]}

    def agrees_with_ninja(self, root):
        """Returns what both say is to be run."""
        dry = self.passes(ninja(root / "build", "-n", "all", "test"))
        ninja_says = {name_of_edge(edge) for edge in dry.edges} - {"step:tests/passed", "step:build.ninja"}
        we_say = {name for name, task in self.states(root).items() if task["kind"] in ("step", "test") and task["state"] in ("stale", "pending")}
        self.assertEqual(we_say, ninja_says)
        return we_say

    def test_a_finished_build_has_nothing_to_do(self):
        root = self.copy_of_the_project()
        self.assertEqual(self.agrees_with_ninja(root), set())
        states = self.states(root)
        self.assertEqual(states["plan"]["state"], "succeeded")
        tests = {name: task for name, task in states.items() if task["kind"] == "test"}
        self.assertEqual(len(tests), 4)
        for task in tests.values():
            self.assertEqual(task["state"], "succeeded")
            self.assertRegex(task["reason"], r"^[1-9][0-9]* tests? passed$")

    def test_nothing_built_yet(self):
        root = self.made("a C library that counts words, with tests")
        pending = self.agrees_with_ninja(root)
        self.assertGreater(len(pending), 2)
        self.assertIn("ninja has not run", " ".join(self.status(root)["unknown"]))

    def test_what_ninja_learns_from_dyndep_files(self):
        root = waves()
        self.passes(aibuild("emit", "-C", root))
        self.passes(ninja(root / "build", "all", "test"))
        self.assertEqual(self.agrees_with_ninja(root), set())
        for path in FILES:
            with self.subTest(path):
                touch(root / path)
                self.assertGreater(len(self.agrees_with_ninja(root)), 1)
                self.passes(ninja(root / "build", "all", "test"))
                self.assertEqual(self.agrees_with_ninja(root), set())
        (root / "build/obj/shapes/modules/units.mod").unlink()
        self.assertIn("step:bin/waves", self.agrees_with_ninja(root))

    def test_edits(self):
        root = self.copy_of_the_project()
        plan = json.loads((root / "aibuild.json").read_text())
        for path in [source for target in plan["targets"] for source in target["sources"] + target.get("headers", []) + target.get("data", [])]:
            with self.subTest(path):
                late = time.time_ns() + 2_000_000
                os.utime(root / path, ns=(late, late))
                stale = self.agrees_with_ninja(root)
                self.assertGreater(len(stale), 0)
                self.passes(ninja(root / "build", "all", "test"))
                self.assertEqual(self.agrees_with_ninja(root), set())

    def test_a_link_in_place_of_a_file(self):
        """No command reads through it; status tells how everything else stands all the same."""
        root = self.copy_of_the_project()
        path = root / "src/word_frequency.cpp"
        path.rename(root / "mine.cpp")
        path.symlink_to("../mine.cpp")
        ran = self.passes(aibuild("status", "-C", root))
        self.assertRegex(ran.out, r"edited +file:src/word_frequency\.cpp +\(`src/word_frequency\.cpp` is a symbolic link")
        self.assertRegex(ran.out, r"succeeded +file:README\.md")

    def test_a_changed_command_and_a_removed_output(self):
        root = self.copy_of_the_project()
        edit(root / "aibuild.json", '"kind": "executable",\n      "language": "c++",', '"kind": "executable",\n      "language": "c++",\n      "settings": {"defines": [{"name": "EXTRA"}]},')
        self.assertEqual(self.states(root)["plan"]["state"], "stale")
        self.passes(aibuild("emit", "-C", root))
        changed = {name: task for name, task in self.states(root).items() if task.get("reason") == "its command changed"}
        self.assertEqual(len(changed), 1)
        self.agrees_with_ninja(root)
        self.passes(ninja(root / "build", "all", "test"))
        program = next((root / "build" / "bin").iterdir())
        program.unlink()
        self.agrees_with_ninja(root)
        self.assertIn("removed", str(self.states(root)))

    def test_another_tool_than_build_ninja_has(self):
        root = self.copy_of_the_project()
        mine = scratch.new("c++")
        mine.write_text('#!/bin/sh\nexec c++ "$@"\n')
        mine.chmod(0o755)
        ran = self.passes(aibuild("status", "-C", root, "--json", env=scratch.environment(CXX=mine)))
        status = json.loads(ran.out)
        # Ninja goes by build.ninja, and has nothing to do.
        self.assertEqual({task["state"] for task in status["tasks"] if task["kind"] in ("step", "test")}, {"succeeded"})
        self.assertTrue(any("names others today than build.ninja has" in line for line in status["unknown"]), status["unknown"])
        self.nothing_to_do(root / "build", "all", "test")
        self.assertEqual(self.status(root)["unknown"], [])
        report = json.loads(self.passes(aibuild("report", "-C", root, "--json", "-", env=scratch.environment(CXX=mine))).out)
        self.assertEqual(report["stale"], [])
        self.assertTrue(any(line.startswith("With which tools") for line in report["unknown"]))
        # Where ninja is to write it anew, it will do so with the tools of today.
        edit(root / "aibuild.json", "\n", "\n ")
        status = json.loads(self.passes(aibuild("status", "-C", root, "--json", env=scratch.environment(CXX=mine))).out)
        self.assertIn("its command changed", {task.get("reason") for task in status["tasks"] if task["state"] == "stale"})

    def test_a_failed_test_and_an_edited_file(self):
        root = self.copy_of_the_project()
        test = next(root.glob("tests/*test.py"))
        test.write_text("import sys\nprint('1..1\\nnot ok 1')\nsys.exit(3)\n")
        late = time.time_ns() + 2_000_000
        os.utime(test, ns=(late, late))
        self.assertNotEqual(ninja(root / "build", "test").code, 0)
        states = self.states(root)
        failed = [task for task in states.values() if task["state"] == "failed"]
        self.assertEqual([task["reason"] for task in failed], ["exit code 3"])
        self.assertEqual(states[f"file:{test.relative_to(root)}"]["state"], "edited")
        (root / "README.md").unlink()
        self.assertEqual(self.states(root)["file:README.md"]["state"], "missing")

    def test_it_writes_only_what_is_new(self):
        root = self.copy_of_the_project()
        self.states(root)
        before = times(root)
        self.passes(aibuild("status", "-C", root))
        self.assertEqual(times(root), before)
        state = json.loads((root / "build/.aibuild/state.json").read_text())
        self.assertTrue(any(task["by"] == "ninja" and task["state"] == "succeeded" for task in state["tasks"].values()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
