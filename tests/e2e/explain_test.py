#!/usr/bin/env python3
"""explain: why a file, a target or a step is stale, why it was made again, which change started it, with both hashes."""
import hashlib
import json
import re
import unittest

from change_test import CHANGE, Changing
from changing import HEADER, PROGRAM_C, SOURCE, edit_plan, identity, purpose
from greeting import FILES
from support import PROGRAM, aibuild, edit, ninja, offline, run, scratch, sockets


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Explain(Changing):
    def explain(self, what):
        before = identity(self.root)
        log = scratch.new("strace")
        ran = self.passes(run(*offline([PROGRAM, "explain", what, "-C", self.root, "--json"], log)))
        self.assertEqual(sockets(log), [])
        words = self.passes(aibuild("explain", what, "-C", self.root)).out
        self.assertEqual(identity(self.root), before)
        document = json.loads(ran.out)
        self.assertEqual(document["schema"], "aibuild.explain/1")
        self.assertTrue(words.startswith(f"{document['id']}: {document['state']}\n"), words)
        for each in document["why"]:
            self.assertIn(f"because {each}\n", words)
        return document, words

    def test_a_file_that_holds(self):
        found, words = self.explain(SOURCE)
        lock = self.lock()["files"][SOURCE]
        self.assertEqual((found["id"], found["state"], found["why"]), (f"file:{SOURCE}", "up to date", []))
        self.assertEqual(found["base"], lock["base"])
        self.assertEqual(found["made"], {"because": "the plan wants it", "request": lock["request"], "provider": "openai", "model": "scripted"})
        self.assertIn(f"answered by openai (scripted), request {lock['request'][:12]}", words)

    def test_a_stale_file_and_both_hashes(self):
        before = (self.root / HEADER).read_text(encoding="utf-8")
        # Once made again, the parts are in the lock, and both hashes are known.
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        self.passes(self.generate()[0])
        edit(self.root / HEADER, "#pragma once", "#pragma once\n// Greets.")
        self.passes(aibuild("accept", HEADER, "-C", self.root))
        found, words = self.explain(PROGRAM_C)
        self.assertEqual(found["state"], "stale")
        self.assertEqual(found["why"], [f"{HEADER} changed, which it is shown"])
        after = (self.root / HEADER).read_text(encoding="utf-8")
        self.assertEqual(found["parts"], [{"part": f"file:{HEADER}", "before": sha256(before), "today": sha256(after)}])
        self.assertIn(f"file:{HEADER}: was {sha256(before)[:12]}, is {sha256(after)[:12]}", words)
        self.assertEqual(found["made"]["because"], "its part of the plan changed; its purpose changed")

    def test_of_a_file_straight_from_new_the_stored_request_has_what_was(self):
        before = self.text(HEADER)
        plan = json.loads(self.text("aibuild.json"))
        was = next(each["purpose"] for each in plan["files"] if each["path"] == PROGRAM_C)
        self.assertNotIn("context", self.lock()["files"][PROGRAM_C])
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        edit(self.root / HEADER, "#pragma once", "#pragma once\n// Greets.")
        self.passes(aibuild("accept", HEADER, "-C", self.root))
        found, words = self.explain(PROGRAM_C)
        parts = {each["part"]: (each["before"], each["today"]) for each in found["parts"]}
        self.assertEqual(parts["purpose"], (sha256(was), sha256("Greets all.")))
        self.assertEqual(parts[f"file:{HEADER}"], (sha256(before), sha256(self.text(HEADER))))
        self.assertIn(f"purpose: was {sha256(was)[:12]}, is {sha256('Greets all.')[:12]}", words)
        self.assertIn(f"{HEADER} changed, which it is shown", found["why"])

    def test_which_change_made_it(self):
        self.passes(self.change(CHANGE, *self.script)[0])
        found, words = self.explain(SOURCE)
        self.assertEqual((found["made"]["because"], found["made"]["change"]), (CHANGE, 1))
        self.assertIn(f"made by change 1: {CHANGE}", words)

    def test_which_change_started_a_step(self):
        build = ("build", "-C", self.root, "--sandbox", "off")
        self.passes(aibuild(*build))
        self.passes(self.change(CHANGE, *self.script)[0])
        behind = f"change 1 wrote {SOURCE}: {CHANGE}"
        found, _ = self.explain("lib/libgreeting.a")
        self.assertEqual(found["why"][1:], [f"../{SOURCE} is newer", behind])
        self.passes(aibuild(*build))
        found, words = self.explain("lib/libgreeting.a")
        self.assertEqual((found["why"], found["rebuilt"]["change"]), ([], behind))
        self.assertIn(behind, words)
        # What a person typed since is no change's.
        edit(self.root / SOURCE, "Hello", "Hi")
        found, _ = self.explain("lib/libgreeting.a")
        self.assertEqual(found["why"][1:], [f"../{SOURCE} is newer"])

    def test_an_accepted_file(self):
        generated = sha256(self.text(SOURCE))
        edit(self.root / SOURCE, "Hello", "Hi")
        self.passes(aibuild("accept", SOURCE, "-C", self.root))
        found, words = self.explain(SOURCE)
        self.assertEqual((found["state"], found["generated"], found["base"]), ("accepted", generated, sha256(self.text(SOURCE))))
        self.assertIn(f"text: generated {generated[:12]}, accepted {sha256(self.text(SOURCE))[:12]}", words)

    def test_edited_yours_missing_and_emitted(self):
        edit(self.root / SOURCE, "Hello", "Hi")
        found, _ = self.explain(SOURCE)
        self.assertEqual(found["state"], "edited")
        self.assertEqual(found["present"], sha256(self.text(SOURCE)))
        self.passes(aibuild("own", SOURCE, "-C", self.root))
        self.assertEqual(self.explain(SOURCE)[0]["state"], "yours")
        (self.root / "README.md").unlink()
        self.assertEqual(self.explain("README.md")[0]["state"], "missing")
        self.assertEqual(self.explain("CMakeLists.txt")[0]["made"]["because"], "it is made from the plan")

    def test_a_step_and_a_target(self):
        step = "obj/greeting/src/greeting.c.o"
        steps = [task["id"] for task in json.loads(aibuild("status", "--json", "-C", self.root).out)["tasks"] if task["id"].startswith("step:")]
        step = next(each for each in steps if "greeting.c" in each)
        self.assertEqual(self.explain(step)[0]["state"], "pending")
        self.passes(ninja(self.root / "build", "all", "test"))
        found, _ = self.explain(step)
        self.assertEqual(found["state"], "up to date")
        self.assertIn("plain ninja", found["unknown"][0])
        edit(self.root / SOURCE, "Hello", "Hi")
        found, _ = self.explain(step)
        self.assertEqual((found["state"], found["why"]), ("stale", [f"../{SOURCE} is newer"]))
        # Of what is made later: back to what started it.
        found, _ = self.explain("lib/libgreeting.a")
        self.assertEqual(found["why"], [f"{step[5:]} is to be made first", f"../{SOURCE} is newer"])
        found, _ = self.explain("greeting")
        self.assertEqual((found["id"], found["state"]), ("target:greeting", "stale"))
        self.assertIn(f"file:{SOURCE}", [each["id"] for each in found["of"]])
        self.assertIn(f"{step} is stale", found["why"])

    def test_a_run_that_was_recorded(self):
        build = ("build", "-C", self.root, "--sandbox", "off")
        self.passes(aibuild(*build))
        before = self.text(SOURCE)
        edit(self.root / SOURCE, "Hello", "Hi")
        self.passes(aibuild(*build))
        found, words = self.explain("lib/libgreeting.a")
        self.assertEqual(found["state"], "up to date")
        rebuilt = found["rebuilt"]
        self.assertEqual(rebuilt["chain"][0]["output"], "lib/libgreeting.a")
        self.assertEqual(rebuilt["chain"][-1]["reason"], f"../{SOURCE} is newer")
        self.assertEqual(rebuilt["started_by"], {"path": SOURCE, "before": sha256(before), "after": sha256(self.text(SOURCE))})
        self.assertIn(f"{SOURCE}: was {sha256(before)[:12]}, became {sha256(self.text(SOURCE))[:12]}", words)

    def test_unknown(self):
        self.refused(aibuild("explain", "src/greeting.h", "-C", self.root), 2, "explain.unknown", "Did you mean src/greeting.c?")


if __name__ == "__main__":
    unittest.main()
