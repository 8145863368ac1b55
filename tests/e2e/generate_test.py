#!/usr/bin/env python3
"""`aibuild-gen generate`: what is stale or missing is made again, nothing else is, and a person's edits stay."""
import json
import shutil
import unittest

from changing import HEADER, PROGRAM_C, SOURCE, Generating, answer, edit_plan, identity, purpose
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

class Named(Generating):
    """`generate FILE...` makes these alone, and says what else is stale."""

    def setUp(self):
        super().setUp()
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all of its arguments."))  # and with it the README

    def test_the_others_are_told_and_stay_stale(self):
        text = FILES[PROGRAM_C] + "// all\n"
        ran, asked, _ = self.generate(answer(PROGRAM_C, text), arguments=(PROGRAM_C,))
        self.passes(ran)
        self.assertEqual(asked, [PROGRAM_C])
        self.assertIn("Stale or missing too, and left as it is: README.md", ran.err)
        self.assertEqual(self.text(PROGRAM_C), text)
        ran, asked, _ = self.generate(arguments=(PROGRAM_C, self.root / SOURCE))
        self.passes(ran)
        self.assertIn("Every file that you named is there and up to date: nothing to do.", ran.err)
        self.assertIn("README.md", ran.err)
        self.assertEqual(asked, [])
        ran, asked, _ = self.generate()
        self.passes(ran)
        self.assertEqual(asked, ["README.md"])
        self.nothing()

    def test_what_it_is_shown_and_is_missing_is_made_too(self):
        for path in (HEADER, "src/greeting.c"):
            (self.root / path).unlink()
        ran, asked, _ = self.generate(answer(PROGRAM_C, FILES[PROGRAM_C] + "// all\n"), arguments=(PROGRAM_C,))
        self.passes(ran)
        self.assertEqual(asked, [PROGRAM_C])
        self.assertEqual(self.text(HEADER), FILES[HEADER])
        self.assertFalse((self.root / SOURCE).exists())
        self.assertIn(f"left as they are: README.md, {SOURCE}", ran.err)

    def test_what_the_plan_lists_no_more_stays(self):
        def without_readme(plan):
            plan["files"] = [file for file in plan["files"] if file["path"] != "README.md"]
        edit_plan(self.root, without_readme)
        ran, _, _ = self.generate(answer(PROGRAM_C, FILES[PROGRAM_C] + "// all\n"), arguments=(PROGRAM_C,))
        self.passes(ran)
        self.assertTrue((self.root / "README.md").exists())
        self.passes(self.generate()[0])
        self.assertFalse((self.root / "README.md").exists())

    def test_names_that_are_none(self):
        ran, asked, _ = self.generate(arguments=("src/greting.c",))
        self.refused(ran, 2, "file.unknown", "Did you mean src/greeting.c?")
        self.passes(aibuild("own", PROGRAM_C, "-C", self.root))
        before = identity(self.root)
        ran, more, _ = self.generate(arguments=(PROGRAM_C,))
        self.refused(ran, 2, "generate.owned", "own --release")
        self.assertEqual(asked + more, [])
        self.assertEqual(identity(self.root), before)


if __name__ == "__main__":
    unittest.main()
