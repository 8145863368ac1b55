#!/usr/bin/env python3
"""What `aibuild-gen status` tells beside what is stale: times, attempts and costs, what failed, was cut off or runs, and what it can't know;
after any mix of programs, and while another AIBuild command works."""
import contextlib
import fcntl
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import threading
import time
import unittest

from greeting import DESCRIPTION, FILES, answers, plan
from status_test import name_of_edge
from support import PROGRAM, Server, Test, aibuild, new, ninja, run, scratch, times, touch

PRICES = {"AIBUILD_PRICE_INPUT": "2", "AIBUILD_PRICE_OUTPUT": "8"}  # of a million tokens
UNKNOWN_USE = plan()
UNKNOWN_USE["targets"][0]["uses"] = ["nothing"]


@contextlib.contextmanager
def held(directory, command):
    """A hold of `directory`, as another AIBuild command has it."""
    (directory / ".aibuild").mkdir(exist_ok=True)
    path = directory / ".aibuild" / "hold"
    with open(path, "w", encoding="utf-8") as file:
        fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))  # F_OFD_SETLK
        file.write(f"{os.getpid()} {command}\n")
        file.flush()
        try:
            yield
        finally:
            path.unlink()


def journal(build, pid, *tasks):
    """What a process wrote that builds, or was killed at it."""
    start = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19] if pid else "0"
    lines = [{"format": 2, "pid": pid or 1, "start": start}, *tasks]
    (build / ".aibuild" / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def build(root, *arguments, **options):
    """Without a sandbox: what that is has a test of its own."""
    return aibuild("build", "-C", root, "--sandbox", "off", *arguments, timeout=300, **options)


class Base(Test):
    def status(self, root):
        return json.loads(self.passes(aibuild("status", "-C", root, "--json")).out)

    def tasks(self, root):
        return {task["id"]: task for task in self.status(root)["tasks"]}

    def recorded(self, root):
        return json.loads((root / "build/.aibuild/state.json").read_text(encoding="utf-8"))["tasks"]


class Costs(Base):
    def test_what_an_answer_took(self):
        with Server({"stage": "plan", "text": json.dumps(UNKNOWN_USE)}, *answers()) as server:
            root = scratch.new()
            self.passes(new(DESCRIPTION, root, env=server.environment(**PRICES)))
        tasks = self.tasks(root)
        for name in ("brief", "plan", *(f"file:{path}" for path in FILES)):
            task = tasks[name]
            self.assertEqual((task["state"], task["provider"]), ("succeeded", "openai"), name)
            self.assertGreater(task["input_tokens"], 0)
            self.assertGreater(task["output_tokens"], 0)
            self.assertAlmostEqual(task["cost"], (2 * task["input_tokens"] + 8 * task["output_tokens"]) / 1e6, msg=name)
            self.assertGreaterEqual(task["duration_ms"], 0)
            self.assertEqual(task["attempts"], 2 if name == "plan" else 1, name)
        self.assertNotIn("cost", " ".join(self.status(root)["unknown"]))
        self.assertRegex(self.passes(aibuild("status", "-C", root)).out, r"(?m)^succeeded  plan  \(model \S+, \S+ s, 2 attempts, cost 0\.\d+\)$")
        self.assertEqual(self.recorded(root)["file:src/greeting.c"]["waited_for"],
                         ["plan", "file:include/greeting/greeting.h", "file:tests/greeting_test.c"])

    def test_without_prices_a_cost_is_not_known(self):
        with Server(*answers()) as server:
            root = scratch.new()
            self.passes(new(DESCRIPTION, root, env=server.environment()))
        status = self.status(root)
        self.assertFalse(any("cost" in task for task in status["tasks"]))
        self.assertIn(f"what {len(FILES) + 2} of {len(FILES) + 2} answers cost", " ".join(status["unknown"]))
        # Of a clone, where nothing ran yet, the lock tells who wrote what.
        run("rm", "-rf", root / "build")
        self.assertEqual(self.tasks(root)["file:src/greeting.c"]["model"], "scripted")


class Files(Base):
    def test_what_generate_would_make_again(self):
        root = self.made("a C library that counts words, with tests")
        files = {name: task for name, task in self.tasks(root).items() if task["kind"] == "file"}
        self.assertEqual({task["state"] for task in files.values()}, {"succeeded"})
        plan_file = root / "aibuild.json"
        plan_there = json.loads(plan_file.read_text(encoding="utf-8"))
        readme = next(file for file in plan_there["files"] if file["path"] == "README.md")
        readme["purpose"] += " And more."
        plan_file.write_text(json.dumps(plan_there, indent=2), encoding="utf-8")
        (root / "README.md").write_text("mine\n", encoding="utf-8")
        stale = {name: task["reason"] for name, task in self.tasks(root).items() if task["kind"] == "file" and task["state"] == "stale"}
        self.assertEqual(list(stale), ["file:README.md"])
        self.assertRegex(stale["file:README.md"], r"^its .* changed; your edits would be merged$")
        said = aibuild("generate", "-C", root, "--dry-run").err
        self.assertIn("README.md", said)


class Failures(Base):
    """What only who ran ninja can know: its log has successes alone."""

    def broken(self):
        """A copy of the project whose program does not compile, its step, and what a build recorded of that."""
        root = self.copy_of_the_project()
        self.tasks(root)
        source = next(root.glob("programs/*.cpp"))
        whole = source.read_text(encoding="utf-8")
        source.write_text(whole + "int broken( {\n", encoding="utf-8")
        touch(source)
        began = time.time_ns() // 1_000_000
        ran = ninja(root / "build")
        self.assertNotEqual(ran.code, 0)
        step = next(name for name in self.tasks(root) if name.endswith(source.name + ".o"))
        return root, source, whole, {"id": step, "state": "failed", "kind": "step", "reason": f"../programs/{source.name} is newer",
                                     "started_ms": began, "duration_ms": 7, "by": "aibuild-gen", "output": "error: here\n\u001b[1mnote\n"}

    def test_a_failure_stands_until_a_success(self):
        root, source, whole, failed = self.broken()
        task = self.tasks(root)[failed["id"]]
        self.assertEqual(task["state"], "stale", "plain ninja tells nobody")
        self.assertIn("failed under a plain ninja", " ".join(self.status(root)["unknown"]))

        journal(root / "build", 0, failed)
        for _ in range(2):
            task = self.tasks(root)[failed["id"]]
            self.assertEqual((task["state"], task["reason"], task["output"], task["duration_ms"]), ("failed", failed["reason"], failed["output"], 7))
        self.assertIn("           | error: here\n           | \\x1b[1mnote\n", self.passes(aibuild("status", "-C", root)).out)

        source.write_text(whole, encoding="utf-8")
        touch(source)
        self.assertEqual(self.tasks(root)[failed["id"]]["state"], "failed", "nothing ran since")
        self.passes(ninja(root / "build"))
        self.assertEqual(self.tasks(root)[failed["id"]]["state"], "succeeded")
        self.assertEqual((self.recorded(root)[failed["id"]]["state"], self.recorded(root)[failed["id"]]["by"]), ("succeeded", "ninja"))

    def test_what_a_build_saw(self):
        root, source, whole, failed = self.broken()
        ran = build(root)
        self.assertNotEqual(ran.code, 0)
        for _ in range(2):
            task = self.tasks(root)[failed["id"]]
            self.assertEqual((task["state"], task["reason"]), ("failed", f"../programs/{source.name} is newer"))
            self.assertIn("error: ", task["output"])
        self.assertEqual(self.recorded(root)[failed["id"]]["by"], "aibuild-gen")

        source.write_text(whole, encoding="utf-8")
        touch(source)
        self.passes(build(root, "all", "test"))
        for _ in range(2):
            self.assertEqual(self.tasks(root)[failed["id"]]["state"], "succeeded")
        # That is of the same run as what ninja's log tells, and knows more: why it ran.
        self.assertEqual((self.recorded(root)[failed["id"]]["by"], self.recorded(root)[failed["id"]]["reason"]),
                         ("aibuild-gen", f"../programs/{source.name} is newer"))
        touch(source)
        self.passes(ninja(root / "build"))
        self.tasks(root)
        self.assertEqual(self.recorded(root)[failed["id"]]["by"], "ninja")

    def test_a_killed_build(self):
        """What ran is cancelled, what had come stays, and the next build goes on."""
        root = self.made("a small C++ tool with tests")
        process = subprocess.Popen([PROGRAM, "build", "-C", root, "--sandbox", "off", "-j1"], env=scratch.environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        path, end = root / "build/.aibuild/journal.jsonl", time.monotonic() + 60
        while not (path.exists() and '"succeeded"' in path.read_text(encoding="utf-8")):
            self.assertLess(time.monotonic(), end)
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        running = [task["id"] for task in self.status(root)["tasks"] if task["state"] == "running"]
        os.killpg(process.pid, 9)
        process.wait()
        states = {name: task["state"] for name, task in self.tasks(root).items() if task["kind"] == "step"}
        self.assertIn("succeeded", states.values())
        self.assertNotIn("running", states.values())
        self.assertLessEqual(list(states.values()).count("cancelled"), 2)
        self.assertFalse(path.exists(), "folded by the status")
        for name in running:
            self.assertIn(states[name], ("cancelled", "succeeded"))
        self.passes(build(root, "all", "test"))
        self.assertEqual({task["state"] for task in self.status(root)["tasks"]}, {"succeeded"})

    def test_what_was_cut_off(self):
        root, _, _, failed = self.broken()
        journal(root / "build", 0, {**failed, "state": "running"})
        self.assertEqual(self.tasks(root)[failed["id"]]["state"], "cancelled")

    def test_what_runs_is_left_to_who_runs_it(self):
        root, _, _, failed = self.broken()
        journal(root / "build", os.getpid(), {**failed, "state": "running"})
        (root / "build/.aibuild/state.json").unlink()  # as if ninja had done much since
        with held(root / "build", "aibuild-gen build"):
            before = times(root / "build")
            status = self.status(root)
            self.assertEqual(next(task for task in status["tasks"] if task["id"] == failed["id"])["state"], "running")
            self.assertIn(f"`aibuild-gen build` (process {os.getpid()})", " ".join(status["unknown"]))
            self.assertEqual(times(root / "build"), before)
        self.passes(aibuild("status", "-C", root))
        self.assertTrue((root / "build/.aibuild/journal.jsonl").exists(), "its writer lives")

    def test_an_undone_edit_is_no_failure(self):
        root, source, _, failed = self.broken()
        journal(root / "build", 0, failed)
        other = self.copy_of_the_project()  # all that was there before, with its times
        shutil.copy2(other / "programs" / source.name, source)
        shutil.copy2(other / "build" / failed["id"][5:], root / "build" / failed["id"][5:])
        self.nothing_to_do(root / "build")
        self.assertEqual(self.tasks(root)[failed["id"]]["state"], "succeeded")
        self.assertEqual(self.recorded(root)[failed["id"]]["by"], "ninja")


class Holds(Base):
    def names_the_first_or_waits(self, directory, made, *command):
        """`command` makes a file, as soon as nobody has the directory."""
        with held(directory, "aibuild-gen change"):
            self.refused(aibuild(*command), 1, "hold.busy", f"`aibuild-gen change` (process {os.getpid()})")
            self.assertFalse(made.exists())
            waiting = subprocess.Popen([PROGRAM, *command, "--wait"], env=scratch.environment(), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            said = ""
            for line in waiting.stderr:
                said += line
                if "waiting until it has ended" in line:
                    break
            self.assertIn(f"`aibuild-gen change` (process {os.getpid()}) is working in {directory}: waiting until it has ended", said)
            self.assertFalse(made.exists())
        rest = waiting.communicate(timeout=60)[1]
        self.assertEqual(waiting.returncode, 0, rest)
        self.assertTrue(made.exists())

    def test_generate(self):
        root = self.made("a C library that counts words, with tests")
        (root / "README.md").unlink()
        self.names_the_first_or_waits(root, root / "README.md", "generate", "-C", root, "--yes")

    def test_build(self):
        root = self.made("a C library that counts words, with tests")
        self.names_the_first_or_waits(root / "build", root / "build/tests/passed", "build", "-C", root, "--sandbox", "off", "test")

    def test_nothing_is_written_under_a_build(self):
        """A file that is replaced under a compiler would be in half of the program; and what a build records is its own."""
        root = self.made("a C library that counts words, with tests")
        (root / "README.md").unlink()
        journal(root / "build", os.getpid(), {"id": "step:x", "state": "running"})
        with held(root / "build", "aibuild-gen build"):
            for other in (aibuild("generate", "-C", root, "--yes"), build(root)):
                self.refused(other, 1, "hold.busy", f"`aibuild-gen build` (process {os.getpid()})")
        self.assertFalse((root / "README.md").exists())
        self.assertTrue((root / "build/.aibuild/journal.jsonl").exists())
        (root / "build/.aibuild/journal.jsonl").unlink()
        self.passes(aibuild("generate", "-C", root, "--yes"))
        self.assertTrue((root / "README.md").exists())

    def test_executors_without_a_log_are_named(self):
        root = self.made("a C library that counts words, with tests")
        (root / "build/.n2_db").touch()
        self.assertIn("n2 ran in this build directory", " ".join(self.status(root)["unknown"]))

    def test_the_environment_can_say_it(self):
        root = self.made("a C library that counts words, with tests")
        (root / "README.md").unlink()
        with contextlib.ExitStack() as stack:
            stack.enter_context(held(root, "aibuild-gen change"))
            threading.Timer(1, stack.pop_all().close).start()
            ran = self.passes(aibuild("generate", "-C", root, "--yes", env=scratch.environment(AIBUILD_WAIT="yes")))
        self.assertIn("waiting until it has ended", ran.err)


class Mixes(Base):
    def test_any_mix_of_programs(self):
        """A walk through everything that people do in a project; after each step both say the same of what is to be run."""
        root = self.copy_of_the_project()
        directory, other = root / "build", root.parent / "other"
        choose = random.Random(5)
        sources = sorted(path for folder in ("src", "programs", "tests", "include") for path in root.glob(f"{folder}/**/*") if path.is_file())
        self.passes(run("cmake", "-S", root, "-B", other, "-G", "Ninja", timeout=300))
        walked, seen = [], set()

        def some_output():
            made = [path for path in directory.rglob("*") if path.is_file() and path.suffix in (".o", ".a", ".rlib", ".passed")]
            return choose.choice(sorted(made)) if made else None

        def remove():
            if output := some_output():
                output.unlink()

        def one_target():
            self.passes(ninja(directory, *sorted(path.relative_to(directory) for path in directory.glob("lib/*.a"))[:1]))

        steps = [lambda: touch(choose.choice(sources)), lambda: touch(choose.choice(sources)), remove, one_target,
                 lambda: self.passes(ninja(directory, "all", "test", timeout=300)), lambda: self.passes(run("cmake", "--build", other, timeout=300)), lambda: self.passes(ninja(directory, "-t", "recompact")),
                 lambda: self.passes(build(root, "all", "test")), lambda: self.passes(build(root)), lambda: self.passes(build(root, "-k0", "test")),
                 lambda: self.passes(aibuild("emit", "-C", root)), lambda: self.passes(ninja(directory, "-t", "clean")),
                 lambda: self.passes(aibuild("emit", "-C", root, "--config", "debug", "-o", root.parent / "debug"))]
        for _ in range(30):
            number = choose.randrange(len(steps))
            steps[number]()
            walked.append(number)
            dry = self.passes(ninja(directory, "-n", "all", "test"))
            ninja_says = {name_of_edge(edge) for edge in dry.edges} - {"step:tests/passed", "step:build.ninja"}
            tasks = self.tasks(root)
            to_do = {name for name, task in tasks.items() if task["kind"] in ("step", "test") and task["state"] != "succeeded"}
            self.assertEqual(to_do, ninja_says, walked)
            # Whatever is done stands in the state, with who did it.
            state = self.recorded(root)
            for name, task in tasks.items():
                if task["kind"] in ("step", "test") and task["state"] == "succeeded":
                    who = state[name]["by"]
                    self.assertEqual((state[name]["state"], who in ("ninja", "aibuild-gen")), ("succeeded", True), (name, walked))
                    seen.add(who)
                    if who == "ninja":
                        self.assertEqual(state[name].get("duration_ms"), task.get("duration_ms"), name)
        self.assertGreater(len(set(walked)), 9)
        self.assertEqual(seen, {"ninja", "aibuild-gen"})

    def test_cmake_in_the_same_directory(self):
        root = self.made("a C library that counts words, with tests")
        self.passes(ninja(root / "build"))
        run("rm", "-rf", root / "build")
        self.passes(run("cmake", "-S", root, "-B", root / "build", "-G", "Ninja", timeout=300))
        self.passes(run("cmake", "--build", root / "build", timeout=300))
        status = self.status(root)
        self.assertEqual(status["unknown"], [])
        self.assertEqual({task["id"]: task["state"] for task in status["tasks"] if task["state"] != "succeeded"},
                         {"test:count-words-test": "pending"}, "ctest did not run")
        self.assertIn("step:lib/libcount-words.a", {task["id"] for task in status["tasks"]})
        self.assertFalse((root / "build/.aibuild").exists(), "it is CMake's")


if __name__ == "__main__":
    unittest.main(verbosity=2)
