#!/usr/bin/env python3
"""`aibuild-gen generate`: what is stale or missing is made again, nothing else is, and a person's edits stay."""
import json
import shutil
import unittest

from changing import PROGRAM_C, Generating, answer, edit_plan, purpose
from greeting import FILES
from support import aibuild, edit, ninja


class NoOp(Generating):
    def test_nothing_is_stale_and_nothing_is_written(self):
        self.nothing()

    def test_an_edit_alone_makes_nothing_stale(self):
        for path in FILES:
            edit(self.root / path, FILES[path], FILES[path] + "\n")
        self.nothing()


class Stale(Generating):
    def test_a_purpose(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all of its arguments."))
        text = FILES[PROGRAM_C].replace("world", "everybody")
        ran, asked, requests = self.generate(answer(PROGRAM_C, text))
        self.passes(ran)
        # The README is written from the whole plan.
        self.assertEqual(sorted(asked), sorted([PROGRAM_C, "README.md"]), f"\n{ran}")
        self.assertIn("its purpose changed", ran.err)
        said = next(r for r in requests if f"Write {PROGRAM_C}." in json.dumps(r["body"]))
        self.assertIn(json.dumps(FILES[PROGRAM_C])[1:-1], json.dumps(said["body"]), "it is shown what it changes")
        self.assertEqual(self.text(PROGRAM_C), text)
        self.assertEqual(self.lock()["files"][PROGRAM_C]["because"], "its part of the plan changed; its purpose changed")
        self.nothing()

    def test_a_build_directory_that_can_not_be_written(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all of its arguments."))
        text = FILES[PROGRAM_C].replace("world", "everybody")
        build_file = self.root / "build/build.ninja"
        build_file.unlink()
        (build_file / "in the way").mkdir(parents=True)
        ran, _, _ = self.generate(answer(PROGRAM_C, text))
        self.refused(ran, 1, "disk.write", "own files are written", "Then: aibuild-gen emit")
        self.assertEqual(self.text(PROGRAM_C), text)
        shutil.rmtree(build_file)
        self.passes(aibuild("emit", "-C", self.root))
        self.passes(ninja(self.root / "build"))
        self.nothing()

    def test_an_edit_survives(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all of its arguments."))
        edit(self.root / PROGRAM_C, "#include <stdio.h>", "// mine\n#include <stdio.h>")
        ran, _, _ = self.generate(answer(PROGRAM_C, FILES[PROGRAM_C].replace("world", "everybody")))
        self.passes(ran)
        self.assertIn(f"{PROGRAM_C}: merged with your edits", ran.err)
        self.assertTrue(self.text(PROGRAM_C).startswith("// mine\n"))
        self.assertIn("everybody", self.text(PROGRAM_C))
        self.nothing()

    def test_a_conflict(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all of its arguments."))
        edit(self.root / PROGRAM_C, "world", "my world")
        ran, _, _ = self.generate(answer(PROGRAM_C, FILES[PROGRAM_C].replace("world", "everybody")))
        self.assertEqual(ran.code, 1, f"\n{ran}")
        self.assertRegex(ran.err, rf"{PROGRAM_C}: 1 conflict with your edits, at line 7\n")
        for words in ("<<<<<<< yours", "my world", "everybody", ">>>>>>> generated"):
            self.assertIn(words, self.text(PROGRAM_C))
        self.nothing()


if __name__ == "__main__":
    unittest.main()
