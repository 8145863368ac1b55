#!/usr/bin/env python3
"""generate and change, killed or twice at once: nothing is paid twice, nothing is half done. And what is left in disorder."""
import json
import signal
import subprocess
import time
import unittest

from change_test import CHANGE, STOPPED, STOPPED_TEST, Changing, changed, plan_now
from changing import HEADER, PROGRAM_C, SOURCE, TEST_C, answer, edit_plan, identity, purpose
from greeting import FILES, answers
from support import PROGRAM, Server, aibuild, edit, tree


class Killed(Changing):
    def started(self, server, *words):
        return subprocess.Popen([PROGRAM, *words, "-C", str(self.root), "--yes"], env=server.environment(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def killed(self, server, requests, *words, seen=lambda: None):
        """Killed when so many requests have come, and the last of them hangs; until then it is looked at."""
        process = self.started(server, *words)
        deadline = time.monotonic() + 30
        while len(server.all_requests) < requests:
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        time.sleep(0.3)  # what was answered is stored
        seen()
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def states(self):
        ran = self.passes(aibuild("status", "-C", self.root, "--json"))
        return {task["id"]: task for task in json.loads(ran.out)["tasks"]}

    def test_a_change_that_was_killed_goes_on_and_pays_nothing_twice(self):
        before = tree(self.root, but=("build",))
        # The test is asked for first, and the source hangs once.
        script = [self.script[0], {"stage": "file", "contains": f"Write {SOURCE}.", "fault": "silence"}, answer(TEST_C, STOPPED_TEST), answer(SOURCE, STOPPED)]
        with Server(*script, *answers()) as server:
            self.killed(server, 3, "change", CHANGE, seen=self.running)
            self.assertEqual(sorted(server.asked), sorted(["plan", TEST_C, SOURCE]))
            after = tree(self.root, but=("build",))
            after.pop(".aibuild/hold", None)
            self.assertEqual(after, before, "nothing of it is in the project")
            self.cut_off(self.states())
            # A build takes it over from the journal, which is gone then.
            self.passes(aibuild("build", "-C", self.root, "--sandbox", "off"))
            self.assertFalse((self.root / "build/.aibuild/asked.jsonl").exists())
            self.cut_off(self.states())
            ran = aibuild("change", CHANGE, "-C", self.root, "--yes", env=server.environment())
            self.passes(ran)
            self.assertEqual(server.asked[3:], [SOURCE], "what was answered is not asked for again")
        self.assertEqual(self.text(SOURCE), STOPPED)
        states = self.states()
        self.assertEqual({states[task]["state"] for task in ("plan", f"file:{SOURCE}", f"file:{TEST_C}")}, {"succeeded"})
        self.nothing()

    def running(self):
        states = self.states()
        self.assertEqual(states["plan"]["state"], "running")
        self.assertEqual(states[f"file:{SOURCE}"]["state"], "running")
        self.assertEqual(states[f"file:{SOURCE}"]["reason"], CHANGE)
        self.assertEqual(states[f"file:{HEADER}"]["state"], "succeeded")

    def cut_off(self, states):
        for task in ("plan", f"file:{TEST_C}"):
            self.assertEqual(states[task]["state"], "cancelled")
            self.assertIn("its answer is stored, and not in the project yet", states[task]["reason"])
            self.assertGreater(states[task]["output_tokens"], 0, "it was paid")
        self.assertEqual(states[f"file:{SOURCE}"]["state"], "cancelled")
        self.assertEqual(states[f"file:{SOURCE}"]["reason"], CHANGE)
        self.assertEqual(states[f"file:{HEADER}"]["state"], "succeeded")

    def test_a_change_that_is_given_up(self):
        """What it asked for was cancelled; another one that comes to its end is what counts then."""
        ran, _, _ = self.change(CHANGE, self.script[0], {"stage": "file", "contains": f"Write {SOURCE}.", "refusal": "No."}, *self.script[1:])
        self.refused(ran, 7, "answer.refused")
        states = self.states()
        self.assertEqual(states[f"file:{SOURCE}"]["state"], "failed")
        self.assertIn("answer.refused: ", states[f"file:{SOURCE}"]["reason"])
        self.assertEqual(states["plan"]["state"], "cancelled")
        self.assertFalse((self.root / "build/.aibuild/asked.jsonl").exists())
        nothing = changed(plan_now(self.root), summary="It is so already.")
        with Server(nothing) as server:
            words = ("change", "Greet politely.", "-C", self.root, "--yes")
            self.passes(aibuild(*words, env=server.environment()))
            states = self.states()
            self.assertEqual(states[f"file:{SOURCE}"]["state"], "succeeded")
            self.assertEqual(states["plan"]["state"], "succeeded")
            state = identity(self.root)["build/.aibuild/state.json"]
            self.passes(aibuild(*words, env=server.environment()))
            self.assertEqual(server.asked, ["plan"])
            self.assertEqual(identity(self.root)["build/.aibuild/state.json"], state, "what is stored is not recorded again")

    def test_a_generate_that_was_killed(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        script = [{"stage": "file", "contains": f"Write {PROGRAM_C}.", "fault": "silence"}, answer(PROGRAM_C, FILES[PROGRAM_C] + "// all\n")]
        with Server(*script, *answers()) as server:
            self.killed(server, 2, "generate")
            self.assertEqual(self.states()[f"file:{PROGRAM_C}"]["state"], "cancelled")
            self.assertIn("purpose", self.states()[f"file:{PROGRAM_C}"]["reason"])
            self.passes(aibuild("generate", "-C", self.root, "--yes", env=server.environment()))
            self.assertEqual(server.asked.count("README.md"), 1)
        self.nothing()

    def test_two_at_once(self):
        script = [{**self.script[0], "delay": 0.05}, *self.script[1:]]
        with Server(*script, *answers()) as server:
            first = self.started(server, "change", CHANGE)
            while not server.all_requests:
                time.sleep(0.02)
            ran = aibuild("change", "another", "-C", self.root, "--yes", env=server.environment())
            self.refused(ran, 1, "hold.busy", "aibuild-gen change")
            self.refused(aibuild("accept", "--all", "-C", self.root), 1, "hold.busy") if self.edited() else None
            ran = aibuild("change", CHANGE, "-C", self.root, "--yes", "--wait", env=server.environment())
            self.passes(ran)
            self.assertIn("waiting", ran.err)
            self.assertIn("nothing to do", ran.err)
            self.assertEqual(first.wait(timeout=30), 0)
            first.communicate()
            self.assertEqual(sorted(server.asked), sorted(["plan", SOURCE, TEST_C]))
        self.nothing()

    def edited(self):
        edit(self.root / PROGRAM_C, "world", "my world")
        return True

    def test_a_plan_that_is_edited_meanwhile(self):
        script = [self.script[0], {**self.script[1], "delay": 0.05, "chunk": 4}, self.script[2]]
        with Server(*script, *answers()) as server:
            process = self.started(server, "change", CHANGE)
            while len(server.all_requests) < 3:
                time.sleep(0.02)
            edit_plan(self.root, purpose("README.md", "Is mine."))
            before = tree(self.root, but=("build", ".aibuild"))
            _, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 1)
            self.assertIn(b"error[file.changed]: aibuild.json", err)
            self.assertEqual(tree(self.root, but=("build", ".aibuild")), before)

    def test_a_file_that_is_edited_meanwhile(self):
        script = [self.script[0], {**self.script[1], "delay": 0.05, "chunk": 4}, self.script[2]]
        with Server(*script, *answers()) as server:
            process = self.started(server, "change", CHANGE)
            while len(server.all_requests) < 3:
                time.sleep(0.02)
            edit(self.root / SOURCE, "#include <stdio.h>", "#include <stdio.h>\n\n// meanwhile")
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0)
        self.assertIn("// meanwhile", self.text(SOURCE))
        self.assertIn("Hello, %s.", self.text(SOURCE))


class Disorder(Changing):
    def test_a_base_that_is_lost(self):
        edit(self.root / SOURCE, "Hello", "Hi")
        mine = self.text(SOURCE)
        for path in (self.root / ".aibuild/responses").rglob("*.json"):
            path.unlink()
        ran, _, _ = self.change(CHANGE, *self.script)
        self.assertEqual(ran.code, 1, f"\n{ran}")
        self.assertIn(f"{SOURCE}: kept: the text it started from is not there; the new text is in {SOURCE}.aibuild-new", ran.err)
        self.assertEqual(self.text(SOURCE), mine)
        self.assertEqual(self.text(f"{SOURCE}.aibuild-new"), STOPPED)
        self.assertIn("(newly generated)", aibuild("diff", SOURCE, "-C", self.root).out)
        self.passes(aibuild("accept", SOURCE, "-C", self.root))
        self.assertFalse((self.root / f"{SOURCE}.aibuild-new").exists())
        self.nothing()

    def test_deleted_files(self):
        for path in (SOURCE, HEADER, "README.md"):
            (self.root / path).unlink()
        ran, asked, _ = self.generate()
        self.passes(ran)
        self.assertEqual(asked, [], "the stored answers have them")
        for path in (SOURCE, HEADER, "README.md"):
            self.assertEqual(self.text(path), FILES[path])
        self.nothing()

    def test_a_newer_lock_is_left_alone(self):
        edit(self.root / "aibuild.lock.json", '"format": 1', '"format": 99')
        before = tree(self.root)
        for words in (("generate", "--yes"), ("change", CHANGE, "--yes"), ("accept", "--all"), ("revert", SOURCE, "--yes"), ("own", SOURCE), ("diff",),
                      ("check",), ("verify",), ("explain", SOURCE)):
            with self.subTest(words[0]):
                self.refused(aibuild(*words, "-C", self.root), 2, "lock.newer", "aibuild.lock.json")
        self.assertEqual(tree(self.root), before)

    def test_an_old_lock_stays_old_until_it_needs_more(self):
        self.assertEqual(self.lock()["format"], 1)
        self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual(self.lock()["format"], 1)
        self.passes(self.change(CHANGE, *self.script)[0])
        self.assertEqual(self.lock()["format"], 2)

    def test_another_model_writes_all_anew(self):
        with Server(*answers()) as server:
            env = server.environment()
            self.passes(aibuild("generate", "-C", self.root, "--yes", env=env))
            self.assertEqual(server.asked, [])
            ran = self.passes(aibuild("generate", "-C", self.root, "--yes", "-m", "better", env=env))
            self.assertEqual(sorted(server.asked), sorted(FILES))
            self.assertIn("another model (better, was scripted)", ran.err)
            self.assertEqual({request["body"]["model"] for request in server.all_requests}, {"better"})
            asked = len(server.asked)
            self.passes(aibuild("generate", "-C", self.root, "--yes", "-m", "better", env=env))
            self.assertEqual(len(server.asked), asked)
        self.nothing()

    def test_a_plan_edit_that_is_taken_back_costs_nothing(self):
        before = self.text("aibuild.json")
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        self.passes(self.generate(answer(PROGRAM_C, FILES[PROGRAM_C] + "// all\n"))[0])
        (self.root / "aibuild.json").write_text(before, encoding="utf-8")
        ran, asked, _ = self.generate()
        self.passes(ran)
        self.assertEqual(asked, [])
        self.assertEqual(self.text(PROGRAM_C), FILES[PROGRAM_C])
        self.nothing()

    def test_a_header_that_comes_back_as_it_was_makes_nothing_else(self):
        edit_plan(self.root, purpose(HEADER, "Declares greeting_write, as it does."))
        ran, asked, _ = self.generate(answer(HEADER, FILES[HEADER]))
        self.passes(ran)
        # What is of its target has its purpose in the request; what uses the target is shown its text alone.
        self.assertNotIn(PROGRAM_C, asked)
        self.assertIn(HEADER, asked)
        self.assertNotIn("because", self.lock()["files"][PROGRAM_C], "nor is it made again from what is stored")
        self.nothing()

    def test_a_header_that_comes_back_different_makes_what_is_shown_it(self):
        edit_plan(self.root, purpose(HEADER, "Declares greeting_write, and says so."))
        ran, asked, requests = self.generate(answer(HEADER, FILES[HEADER] + "// says so\n"))
        self.passes(ran)
        self.assertLess(asked.index(HEADER), asked.index(PROGRAM_C))
        self.assertIn("// says so", str(requests[asked.index(PROGRAM_C)]["body"]))
        self.assertEqual(self.lock()["files"][PROGRAM_C]["because"], "what it is shown changed")
        self.nothing()

    def test_a_dry_run(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        before = tree(self.root)
        ran, asked, _ = self.generate(arguments=("--dry-run",))
        self.passes(ran)
        self.assertIn("2 calls, about", ran.err)
        ran, more, _ = self.change(CHANGE, *self.script, arguments=("--dry-run",))
        self.passes(ran)
        self.assertIn("1 call, about", ran.err)
        self.assertEqual(asked + more, [])
        self.assertEqual(tree(self.root), before)

    def test_nobody_to_ask(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        before = tree(self.root)
        for words in (("generate",), ("change", CHANGE)):
            ran, asked, _ = self.asked_of(self.script, *words)
            self.refused(ran, 8, "consent.nobody", "--yes")
            self.assertEqual(asked, [])
        self.assertEqual(tree(self.root), before)

    def test_a_cap(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        before = tree(self.root)
        ran, _, _ = self.generate(arguments=("--max-calls", "1"))
        self.refused(ran, 6, "budget.calls", "--max-calls")
        after = tree(self.root)
        for state in (before, after):
            state.pop("build/.aibuild/state.json")  # which tells of the one call that was begun
            state.pop("build/.aibuild/hold", None)
        self.assertEqual(after, before)

    def test_without_a_model(self):
        ran = aibuild("change", CHANGE, "-C", self.root, "--yes")
        self.refused(ran, 2, "change.builtin", "OPENAI_BASE_URL")


if __name__ == "__main__":
    unittest.main()
