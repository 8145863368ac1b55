#!/usr/bin/env python3
"""Repairs of a project that a model wrote: what the lock, the state and a later change make of them, and of a person's edits."""
import hashlib
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from greeting import DESCRIPTION, FILES, answers  # noqa: E402
from support import Server, Test, aibuild, edit, new, scratch  # noqa: E402

SOURCE, TEST = "src/greeting.c", "tests/greeting_test.c"
BROKEN = FILES[SOURCE].replace("Hello, %s!", "Hello %s")
WHICH = {"contains": "Say what is wrong", "times": 0,
         "text": json.dumps({"cause": "It lacks a comma and a mark.", "files": [{"path": SOURCE, "change": "write them"}]})}


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def made_by(server):
    root = scratch.new()
    ran = new(DESCRIPTION, root, env=server.environment())
    assert ran.code == 0, f"\n{ran}"
    return root


def fix(root, server, *arguments):
    return aibuild("build", "--fix", "--yes", "-C", root, *arguments, env=server.environment(), timeout=300)


class Generated(Test):
    def script(self, repaired):
        """A model that writes a fault, and repairs it when it is told."""
        fault = {"contains": "Its purpose: Defines greeting_write.", "text": BROKEN, "times": 0}
        repair = {"contains": "What is wrong: It lacks", "text": repaired, "times": 0}
        return [WHICH, repair, fault, *answers()]

    def test_what_nobody_edited_is_the_models_as_before(self):
        with Server(*self.script(FILES[SOURCE])) as server:
            root = made_by(server)
            before = json.loads((root / "aibuild.lock.json").read_text())
            ran = self.passes(fix(root, server))
            self.assertNotIn("your text from before", ran.err)
            self.assertEqual((root / SOURCE).read_text(), FILES[SOURCE])
            lock = json.loads((root / "aibuild.lock.json").read_text())
            entry = lock["files"][SOURCE]
            self.assertEqual(entry["base"], sha256(FILES[SOURCE]))
            self.assertNotEqual(entry["request"], before["files"][SOURCE]["request"])
            self.assertTrue((root / ".aibuild" / "responses" / entry["request"][:2] / f"{entry['request']}.json").exists())
            # It is neither edited nor stale, and neither is what was written from it.
            status = json.loads(self.passes(aibuild("status", "-C", root, "--json")).out)
            standing = {task["id"]: task["state"] for task in status["tasks"] if task["kind"] == "file"}
            self.assertEqual(set(standing.values()), {"succeeded"}, standing)
            asked = len(server.all_requests)
            ran = self.passes(aibuild("generate", "-C", root, "--yes", env=server.environment()))
            self.assertEqual(len(server.all_requests), asked, f"\n{ran}")
            self.assertEqual((root / SOURCE).read_text(), FILES[SOURCE])
            # Of its own records it can be made again as it is now, byte for byte.
            self.passes(aibuild("check", "-C", root))
            self.passes(aibuild("verify", "-C", root))
            self.assertEqual(len(server.all_requests), asked)

    def test_a_persons_edit_stays_an_edit(self):
        mine = FILES[SOURCE].replace("#include <stdio.h>", "#include <stdio.h>  // mine")
        with Server(*self.script(mine)) as server:
            root = made_by(server)
            edit(root / SOURCE, "#include <stdio.h>", "#include <stdio.h>  // mine")
            before = json.loads((root / "aibuild.lock.json").read_text())["files"][SOURCE]
            text = (root / SOURCE).read_text()
            ran = self.passes(fix(root, server))
            self.assertEqual((root / SOURCE).read_text(), mine)
            entry = json.loads((root / "aibuild.lock.json").read_text())["files"][SOURCE]
            self.assertEqual({name: entry.get(name) for name in ("base", "request")},
                             {name: before.get(name) for name in ("base", "request")})
            kept = next(line for line in ran.err.splitlines() if "your text from before the repair is in" in line).split(" is in ")[1]
            self.assertEqual(pathlib.Path(kept).read_text(), text)
            self.assertIn('+    return snprintf(out, size, "Hello, %s!", name);', ran.err)
            self.passes(aibuild("verify", "-C", root))  # an edit is listed, and no failure

    def test_what_it_took_is_recorded(self):
        with Server(*self.script(FILES[SOURCE])) as server:
            root = made_by(server)
            self.passes(fix(root, server))
            tasks = json.loads((root / "build" / ".aibuild" / "state.json").read_text())["tasks"]
            task = tasks[f"file:{SOURCE}"]
            self.assertIn("repaired: ", task["reason"])
            self.assertEqual(task["model"], "scripted")
            self.assertGreater(task["input_tokens"], 0)

    def test_the_tests_stay_as_they_were(self):
        with Server(*self.script(FILES[SOURCE])) as server:
            root = made_by(server)
            self.passes(fix(root, server))
            self.assertEqual((root / TEST).read_text(), FILES[TEST])


if __name__ == "__main__":
    unittest.main()
