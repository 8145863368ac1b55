#!/usr/bin/env python3
"""`aibuild-gen build`: ninja as people know it - its options, its exit codes, its lines - and what it writes down beside that. What its
sandbox keeps out is sandbox_test.py's."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest

from support import PROGRAM, Test, aibuild, edit, ninja, run, scratch, times, touch, tree
from terminal import Person

PLAN = {"format": 1, "project": {"name": "words"}, "targets": [
    {"name": "two", "kind": "static-library", "language": "c", "sources": ["src/two.c"], "headers": ["include/two.h"], "include_directories": ["include"]},
    {"name": "app", "kind": "executable", "language": "c", "sources": ["src/app.c"], "uses": ["two"]},
    {"name": "app-test", "kind": "test", "language": "c", "sources": ["src/test.c"], "uses": ["two"]}]}
FILES = {"src/two.c": '#include "two.h"\nint two(void) { return 2; }\n', "include/two.h": "int two(void);\n",
         "src/app.c": '#include "two.h"\nint main(void) { return two() - 2; }\n',
         "src/test.c": '#include "two.h"\n#include <stdio.h>\nint main(void) { puts("ok 1\\nok 2"); return two() != 2; }\n',
         "aibuild.json": json.dumps(PLAN)}


def build(root, *arguments, **options):
    return aibuild("build", "-C", root, *arguments, **options)


def runs(root, build_directory="build"):
    paths = sorted((root / build_directory / ".aibuild/runs").glob("*.json"), key=lambda path: int(path.stem))
    return [json.loads(path.read_text()) for path in paths]


def alive(words):
    """Processes whose command line has these words."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if words in (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"):
                found.append(process.name)
        except OSError:
            pass
    return found


class Build(Test):
    def project(self, name="project", files=FILES):
        root = scratch.new(name)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return root

    def built(self, root, *arguments, **options):
        return self.passes(build(root, *arguments, **options))

    def test_the_first_the_second_and_one_changed_line(self):
        root = self.project()
        first = self.built(root)
        steps = ["AR lib/libtwo.a", "CC obj/app/src/app.c.o", "CC obj/two/src/two.c.o", "LINK bin/app"]
        self.assertEqual(first.edges, steps)
        self.nothing_to_do(root / "build")
        # For what a project lacks of these something stands there while it is built.
        for path in (".git/HEAD", ".aibuild/plan.schema.json"):
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).touch()
        before = tree(root), times(root.parent)
        again = self.built(root)
        self.assertEqual((again.out, again.err), ("ninja: no work to do.\n", ""))
        self.assertEqual((tree(root), times(root.parent)), before)
        edit(root / "include/two.h", "int two", "extern int two")
        self.assertEqual(self.built(root).edges, steps)
        first, last = runs(root)
        self.assertEqual(first["run"]["configuration"], "release")
        self.assertTrue(first["run"]["executor"].startswith("ninja 1."))
        self.assertTrue(first["run"]["sandbox"].startswith("bubblewrap "), first)
        self.assertEqual([step["reason"] for step in first["steps"] if step["output"] == "bin/app"], ["obj/app/src/app.c.o is to be made first"])
        self.assertEqual({step["state"] for step in first["steps"]}, {"succeeded"})
        self.assertEqual([change["path"] for change in last["changes"]], ["include/two.h"])
        self.assertEqual({len(last["changes"][0][which]) for which in ("before", "after")}, {64})
        self.assertEqual([step["reason"] for step in last["steps"] if step["output"].endswith("app.c.o")], ["../include/two.h is newer"])
        for step in first["steps"] + last["steps"]:
            self.assertLessEqual(step["start_ms"], step["end_ms"])

    def test_it_is_the_same_as_plain_ninja(self):
        ours, theirs = self.project(), self.project()
        self.passes(aibuild("emit", "-C", theirs))
        self.assertEqual(self.built(ours, "test").edges, self.passes(ninja(theirs / "build", "test")).edges)
        self.nothing_to_do(ours / "build", "test")
        tests = runs(ours)[-1]["run"]
        self.assertEqual((tests["tests_passed"], tests["tests_failed"], tests["targets"]), (2, 0, ["test"]))

    def test_a_failure_is_reported_and_kept(self):
        root = self.project()
        edit(root / "src/two.c", "return 2;", "return missing;")
        ran = build(root, "-k", "0")
        self.assertEqual(ran.code, 1, f"\n{ran}")
        self.assertIn("FAILED: obj/two/src/two.c.o", ran.out)
        self.assertIn("missing", ran.out[ran.out.index("FAILED"):])
        self.assertIn("ninja: build stopped", ran.out)
        self.assertIn("1 failed", ran.err)
        record = runs(root)[-1]
        failed = [step for step in record["steps"] if step["state"] == "failed"]
        self.assertEqual([(step["output"], step["exit_code"], step["reason"]) for step in failed], [("obj/two/src/two.c.o", 1, "not built yet")])
        self.assertIn("missing", failed[0]["output_text"])
        self.assertNotIn("ninja: build stopped", failed[0]["output_text"])
        self.assertNotIn("FAILED", failed[0]["output_text"])
        self.assertIn("obj/app/src/app.c.o", [step["output"] for step in record["steps"] if step["state"] == "succeeded"])
        task = json.loads((root / "build/.aibuild/state.json").read_text())["tasks"]["step:obj/two/src/two.c.o"]
        self.assertEqual((task["state"], task["by"]), ("failed", "aibuild-gen"))
        self.assertIn("missing", task["output"])
        edit(root / "src/two.c", "return missing;", "return 2;")
        self.built(root)
        self.assertEqual(json.loads((root / "build/.aibuild/state.json").read_text())["tasks"]["step:obj/two/src/two.c.o"]["state"], "succeeded")

    def test_a_failing_test_counts(self):
        root = self.project()
        edit(root / "src/two.c", "return 2;", "return 3;")
        self.assertEqual(build(root, "test").code, 1)
        self.assertEqual((runs(root)[-1]["run"]["tests_passed"], runs(root)[-1]["run"]["tests_failed"]), (0, 1))

    def test_warnings_are_kept_with_their_step(self):
        root = self.project()
        edit(root / "src/app.c", "int main", "static int unused(void) { return 1; }\nint main")
        ran = self.built(root)
        self.assertIn("unused", ran.out)
        texts = {step["output"]: step.get("output_text", "") for step in runs(root)[-1]["steps"]}
        self.assertEqual([output for output, text in texts.items() if text], ["obj/app/src/app.c.o"])

    def test_a_failed_output_with_spaces(self):
        root = self.project(files={"build/build.ninja": "rule run\n  command = mkdir -p $$(dirname $out); $c\nbuild a$ dir/an$ output: run\n  c = exit 3\n"})
        self.assertEqual(build(root).code, 1)
        self.assertEqual([(step["output"], step["state"]) for step in runs(root)[-1]["steps"]], [("a dir/an output", "failed")])

    def test_options_are_ninjas(self):
        root = self.project()
        dry = self.built(root, "-n")
        self.assertEqual(len(dry.edges), 4)
        self.assertEqual(runs(root), [])
        self.assertFalse((root / "build/bin/app").exists())
        self.assertIn("bin/app", self.built(root, "-t", "targets", "all").out)
        self.assertIn("-c ../src/two.c", self.built(root, "-v", "-j", "1", "lib/libtwo.a").out)
        self.assertEqual(runs(root)[-1]["run"]["jobs"], 1)
        self.assertEqual(runs(root)[-1]["run"]["targets"], ["lib/libtwo.a"])
        self.assertIn("explain", self.built(root, "-d", "explain").err)
        self.passes(build(root, "--", "-t", "clean"))
        self.assertFalse((root / "build/bin/app").exists())
        self.assertEqual(self.built(root, "app", "--", "-k", "3").edges[-1], "LINK bin/app")
        ran = build(root, "no-such-target")
        self.assertEqual((ran.code, ran.edges), (1, []))
        self.assertIn("unknown target 'no-such-target'", ran.err)

    def test_a_changed_plan_is_emitted_before(self):
        root = self.project()
        self.built(root)
        plan = json.loads((root / "aibuild.json").read_text())
        plan["targets"][1]["name"] = "renamed"
        (root / "aibuild.json").write_text(json.dumps(plan))
        touch(root / "aibuild.json")
        edges = self.built(root).edges
        self.assertIn("LINK bin/renamed", edges)
        self.assertFalse([edge for edge in edges if edge.startswith("EMIT")])
        self.nothing_to_do(root / "build")

    def test_what_ninja_wrongly_takes_for_done_is_made(self):
        """The compiler has read its source when it is edited, and has yet to write its output."""
        root = self.project()
        wrapper = root.parent / "wrapper"
        real = run("sh", "-c", "command -v cc").out.strip()
        wrapper.write_text(f'#!/bin/sh\n{real} "$@" || exit\ncase "$*" in *app.c) sleep 1; for word; do case $word in *.o) touch "$word";; esac; done;; esac\n')
        wrapper.chmod(0o755)
        environment = scratch.environment(CC=wrapper)
        self.passes(aibuild("emit", "-C", root, env=environment))
        with subprocess.Popen(["ninja", "-C", root / "build"], env=environment, stdout=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 20
            while not (root / "build/obj/app/src/app.c.o").exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            edit(root / "src/app.c", "two() - 2", "two() - 2 + 7")
            self.assertEqual(process.wait(timeout=30), 0)
        ran = self.built(root, env=environment)
        self.assertEqual(run(root / "build/bin/app").code, 7, f"\n{ran}")
        self.assertIn("CC obj/app/src/app.c.o", ran.edges)

    def test_a_second_one_names_the_first_or_waits(self):
        root = self.project(files={"build/build.ninja": "rule run\n  command = $c\nbuild one: run\n  c = touch began; sleep 2; touch one\n"})
        with subprocess.Popen([PROGRAM, "build", "-C", root], env=scratch.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            while not (root / "build/began").exists():
                time.sleep(0.02)
            self.refused(build(root), 1, "hold.busy", f"`aibuild-gen build` (process {first.pid})")
            second = self.built(root, "--wait")
            self.assertIn(f"`aibuild-gen build` (process {first.pid})", second.err)
            self.assertEqual(second.out, "ninja: no work to do.\n")
            self.assertEqual(first.wait(timeout=10), 0)
        self.assertEqual(len(runs(root)), 1)

    def test_a_project_of_cmake(self):
        root = self.project("a project", files={"CMakeLists.txt": "cmake_minimum_required(VERSION 3.20)\nproject(p C)\nadd_executable(app src/app.c src/two.c)\n"
                                                "target_include_directories(app PRIVATE include)\n", **{name: FILES[name] for name in FILES if name != "aibuild.json"}})
        self.passes(run("cmake", "-S", root, "-B", root / "build", "-G", "Ninja"))
        self.assertEqual(len(self.built(root).edges), 3)
        self.assertEqual(self.built(root).out, "ninja: no work to do.\n")
        edit(root / "src/two.c", "return 2", "return 1 + 1")
        self.assertEqual(len(self.built(root).edges), 2)
        self.assertEqual([change["path"] for change in runs(root)[-1]["changes"]], ["src/two.c"])
        edit(root / "src/two.c", "return 1 + 1", "return oops")
        self.assertEqual(build(root).code, 1)
        failed = [step for step in runs(root)[-1]["steps"] if step["state"] == "failed"]
        self.assertEqual(len(failed), 1)
        self.assertIn("oops", failed[0]["output_text"])
        self.assertEqual(sorted(os.listdir(root)), ["CMakeLists.txt", "build", "include", "src"])
        elsewhere = scratch.new()
        elsewhere.mkdir()
        self.refused(aibuild("build", "-C", elsewhere, "-o", root / "build"), 2, "build.source", str(root))

    def test_nothing_to_build(self):
        root = scratch.new()
        root.mkdir()
        self.refused(build(root), 2, "build.directory", "cmake -G Ninja")
        self.assertEqual(os.listdir(root), [])

    def test_ccache_has_its_directory_in_the_build_directory(self):
        self.assertTrue(shutil.which("ccache"), "install ccache (tool/setup test does)")
        root = self.project()
        self.passes(aibuild("emit", "-C", root, "--launcher", "ccache"))
        self.built(root)
        self.passes(build(root, "--", "-t", "clean"))
        self.assertTrue((root / "build/.ccache").is_dir())
        self.built(root)
        stats = run("ccache", "--print-stats", env=scratch.environment(CCACHE_DIR=root / "build/.ccache")).out
        self.assertRegex(stats, r"direct_cache_hit\t[1-9]", stats)

    def test_a_launcher_keeps_the_network_where_the_person_says_so(self):
        look = {"build/build.ninja": "rule run\n  command = $c\nbuild one: run\n  c = wc -l < /proc/net/dev; touch one\n",
                "build/CMakeCache.txt": "CMAKE_C_COMPILER_LAUNCHER:STRING=/usr/bin/ccache\n"}
        settings = scratch.home / ".config/aibuild/config.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        for launcher, kept in (("distcc", False), ("ccache", True)):
            with self.subTest(launcher):
                settings.write_text(json.dumps({"format": 1, "network_launcher": launcher}))
                ran = self.built(self.project(files=look))
                self.assertEqual("network: every step" in ran.err, kept, f"\n{ran}")
                lines = int([line for line in ran.out.splitlines() if line.strip().isdigit()][0])
                self.assertEqual(lines > 3, kept, f"\n{ran}")  # two lines of a heading, and lo
        settings.unlink()
        root = self.project(files={**look, ".aibuild/config.json": json.dumps({"format": 1, "network_launcher": "ccache"})})
        self.refused(build(root), 6, "settings.project", "network_launcher")


class Ended(Test):
    """By a person or by force."""

    STEPS = ("rule run\n  command = $c\n  description = RUN $out\nbuild quick: run\n  c = touch quick\n"
             "build slow: run quick\n  c = echo half > slow; touch began; sleep 7{tag}; echo whole > slow\n")

    def project(self, tag):
        root = scratch.new()
        (root / "build").mkdir(parents=True)
        (root / "build/build.ninja").write_text(self.STEPS.replace("{tag}", tag))
        return root

    def began(self, root):
        deadline = time.monotonic() + 20
        while not (root / "build/began").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def counts_down(self, person, seconds):
        """From at least `seconds`, which is what the last run took, to less."""
        ran = self.passes(person.ends())
        left = [int(number) for number in re.findall(r"about (\d+) s left", ran.err)]
        self.assertGreaterEqual(left[0], seconds, f"\n{ran}")
        self.assertLess(left[-1], left[0] - 1, f"\n{ran}")
        self.assertEqual(left, sorted(left, reverse=True))

    def test_ctrl_c_in_the_live_view(self):
        for mode in ("require", "off"):
            with self.subTest(mode):
                root = self.project("101" if mode == "off" else "102")
                person = Person(PROGRAM, "build", "-C", root, "--sandbox", mode, HOME=scratch.home)
                person.sees("1 of 2 steps, 1 running")
                person.sees("RUN slow")
                self.began(root)
                person.types("\x03")
                ran = person.ends()
                self.assertEqual(ran.code, 130, f"\n{ran}")
                self.assertEqual(alive("sleep 7101") + alive("sleep 7102"), [])
                self.assertFalse((root / "build/slow").exists(), "ninja removes what was half written")
                self.assertEqual([(step["output"], step["state"]) for step in runs(root)[-1]["steps"]], [("quick", "succeeded")])
                self.assertEqual(runs(root)[-1]["run"]["exit_code"], 130)
                self.assertEqual(sorted(os.listdir(root)), ["build"])

    def test_a_step_that_does_not_listen(self):
        root = self.project("301")
        edit(root / "build/build.ninja", "touch began;", "trap '' INT TERM; touch began;")
        process = subprocess.Popen([PROGRAM, "build", "-C", root], env=scratch.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.began(root)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), 130)
        self.assertEqual(alive("sleep 7301"), [])
        self.assertFalse((root / "build/slow").exists(), "ninja tidied up all the same")

    def test_terminated_and_killed(self):
        for number, code in ((signal.SIGTERM, 130), (signal.SIGINT, 130), (signal.SIGKILL, -9)):
            with self.subTest(number):
                root = self.project(f"20{int(number)}")
                process = subprocess.Popen([PROGRAM, "build", "-C", root], env=scratch.environment(), stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                self.began(root)
                process.send_signal(number)
                self.assertEqual(process.wait(timeout=20), code)
                deadline = time.monotonic() + 5
                while alive(f"sleep 720{int(number)}") and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertEqual(alive(f"sleep 720{int(number)}"), [])
                edit(root / "build/build.ninja", "sleep 7", "true 7")
                self.passes(build(root))
                self.assertEqual((root / "build/slow").read_text(), "whole\n")
                self.assertEqual(sorted(os.listdir(root)), ["build"])

    def test_time_left_is_that_of_the_last_run(self):
        root = Build.project(self)
        wrapper = root.parent / "wrapper"
        wrapper.write_text(f'#!/bin/sh\ncase "$*" in *" -c "*) sleep 2;; esac\nexec {shutil.which("cc")} "$@"\n')
        wrapper.chmod(0o755)
        environment = {"CC": wrapper, "HOME": scratch.home}
        self.passes(build(root, "-j", "1", env=scratch.environment(**environment)))
        touch(root / "include/two.h")
        person = Person(PROGRAM, "build", "-C", root, "-j", "1", **environment)
        # Two compiles one after the other; the last run says how long they take.
        self.counts_down(person, 4)

    def test_time_left_where_no_plan_tells(self):
        root = scratch.new()
        (root / "build").mkdir(parents=True)
        steps = "".join(f"build step{n}: run ../in\n" for n in range(4))
        (root / "build/build.ninja").write_text(f"rule run\n  command = sleep 1.5; touch $out\n  description = RUN $out\n{steps}")
        (root / "in").touch()
        self.passes(build(root, "-j", "4"))
        touch(root / "in")
        person = Person(PROGRAM, "build", "-C", root, "-j", "1", HOME=scratch.home)
        self.counts_down(person, 6)

    def test_failures_as_they_happen(self):
        root = scratch.new()
        (root / "build").mkdir(parents=True)
        (root / "build/build.ninja").write_text("rule run\n  command = $c\n  description = RUN $out\nbuild bad: run\n  c = echo the reason; exit 3\n"
                                                "build slow: run\n  c = sleep 2; touch slow\n")
        person = Person(PROGRAM, "build", "-C", root, HOME=scratch.home)
        person.sees("FAILED: bad")
        person.sees("the reason")
        person.sees("1 failed")
        self.assertFalse((root / "build/slow").exists(), "it was said before the other ended")
        self.assertEqual(person.ends().code, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
