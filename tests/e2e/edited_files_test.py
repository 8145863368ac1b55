#!/usr/bin/env python3
"""diff, accept, revert and own: what a person says of the files that they edited."""
import re
import unittest

from change_test import CHANGE, STOPPED, Changing, changed, plan_now
from changing import HEADER, PROGRAM_C, SOURCE, TEST_C, Generating, answer, edit_plan, identity, purpose, without_history
from greeting import FILES
from support import aibuild, edit, tree

MINE = FILES[SOURCE].replace("Hello", "Good day")


class Files(Generating):
    def does(self, *words):
        return self.passes(aibuild(*words, "-C", self.root))

    def diff(self, *paths):
        return self.does("diff", *paths).out

    def again(self, *words):
        """The same once more writes nothing."""
        before = identity(self.root)
        ran = self.does(*words)
        self.assertIn("nothing to do", ran.err)
        self.assertEqual(identity(self.root), before)


class Diff(Files):
    def test_nothing(self):
        self.assertEqual(self.diff(), "")
        self.assertEqual(self.diff(SOURCE), "")

    def test_an_edit(self):
        edit(self.root / SOURCE, "Hello", "Good day")
        for shown in (self.diff(), self.diff(SOURCE), self.diff(self.root / SOURCE), self.diff(f"./src/../{SOURCE}")):
            self.assertTrue(shown.startswith(f"--- {SOURCE} (generated)\n+++ {SOURCE} (yours)\n@@ "), shown)
            self.assertIn('\n-    return snprintf(out, size, "Hello, %s!", name);\n', shown)
            self.assertIn('\n+    return snprintf(out, size, "Good day, %s!", name);\n', shown)
        self.assertEqual(self.diff(HEADER), "")

    def test_nothing_is_written(self):
        edit(self.root / SOURCE, "Hello", "Good day")
        before = identity(self.root)
        self.diff()
        self.assertEqual(identity(self.root), before)

    def test_a_file_that_is_not_known(self):
        self.refused(aibuild("diff", "src/greeting.h", "-C", self.root), 2, "file.unknown", "Did you mean src/greeting.c?")

    def test_a_deleted_file(self):
        (self.root / SOURCE).unlink()
        self.assertEqual(self.diff(), f"--- {SOURCE} (generated)\n+++ /dev/null\n")


class Accept(Files):
    def test_the_text_is_the_base(self):
        edit(self.root / SOURCE, "Hello", "Good day")
        ran = self.does("accept", SOURCE)
        self.assertIn(f"{SOURCE}: accepted as it is", ran.err)
        self.assertEqual(self.text(SOURCE), MINE)
        shown = self.diff()
        self.assertTrue(shown.startswith(f"--- {SOURCE} (generated)\n+++ {SOURCE} (accepted)\n"), shown)
        self.assertIn(f"succeeded  file:{SOURCE}  (model", aibuild("status", "-C", self.root).out)
        self.again("accept", SOURCE)
        self.nothing()
        edit(self.root / SOURCE, "Good day", "Good morning")
        self.assertEqual(re.findall(r"^\+\+\+ .*", self.diff(), re.M), [f"+++ {SOURCE} (accepted)", f"+++ {SOURCE} (yours)"])

    def test_what_is_shown_it_is_to_follow(self):
        edit(self.root / HEADER, "#pragma once", "#pragma once\n// Greets.")
        self.nothing()
        ran = self.does("accept", HEADER)
        for path in (SOURCE, PROGRAM_C, TEST_C):
            self.assertIn(f"{path}: stale", ran.err)
        self.assertNotIn("README.md", ran.err)
        ran, asked, requests = self.generate(*[answer(path, FILES[path] + "// follows\n") for path in (SOURCE, PROGRAM_C, TEST_C)])
        self.passes(ran)
        self.assertEqual(sorted(asked), sorted([SOURCE, PROGRAM_C, TEST_C]))
        for request in requests:
            self.assertIn("// Greets.", str(request["body"]))
        self.assertRegex(ran.err, f"{SOURCE} +stale: {HEADER} changed, which it is shown")
        self.nothing()

    def test_back_to_what_was_generated(self):
        edit(self.root / SOURCE, "Hello", "Good day")
        before = tree(self.root)
        self.does("accept", SOURCE)
        edit(self.root / SOURCE, "Good day", "Hello")
        self.does("accept", SOURCE)
        self.assertFalse((self.root / ".aibuild/base" / SOURCE).exists())
        edit(self.root / SOURCE, "Hello", "Good day")
        self.assertEqual({path for path, what in tree(self.root).items() if before.get(path) != what}, {"aibuild.lock.json", "aibuild.lock.cmake"})

    def test_a_stale_file_may_be_right_as_it_is(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets, as it does."))
        self.does("accept", "--all")
        self.nothing()

    def test_a_dispute_and_what_is_not_there(self):
        (self.root / SOURCE).write_text("<<<<<<< yours\na\n=======\nb\n>>>>>>> generated\n", encoding="utf-8")
        before = tree(self.root)
        self.refused(aibuild("accept", SOURCE, "-C", self.root), 2, "merge.unresolved", f"{SOURCE}:1")
        (self.root / HEADER).unlink()
        self.refused(aibuild("accept", HEADER, "-C", self.root), 2, "file.missing")
        self.refused(aibuild("accept", "CMakeLists.txt", "-C", self.root), 2, "accept.emitted")
        self.assertEqual(aibuild("accept", "-C", self.root).code, 2)
        before.pop(HEADER)
        self.assertEqual(tree(self.root), before)


class Revert(Files):
    def test_the_edit_is_kept_in_a_backup(self):
        for number in (1, 2):
            edit(self.root / SOURCE, "Hello", f"Hello {number}")
            mine = self.text(SOURCE)
            ran = self.does("revert", SOURCE, "--yes")
            self.assertIn(f".aibuild/backup/{SOURCE}.{number}", ran.err)
            self.assertEqual(self.text(SOURCE), FILES[SOURCE])
            self.assertEqual(self.text(f".aibuild/backup/{SOURCE}.{number}"), mine)
        self.again("revert", SOURCE, "--yes")
        self.nothing()

    def test_nobody_to_ask(self):
        edit(self.root / SOURCE, "Hello", "Good day")
        before = tree(self.root)
        self.refused(aibuild("revert", SOURCE, "-C", self.root), 8, "consent.declined", "--yes")
        self.assertEqual(tree(self.root), before)

    def test_an_accepted_file_goes_back_to_what_was_accepted(self):
        edit(self.root / SOURCE, "Hello", "Good day")
        self.does("accept", SOURCE)
        edit(self.root / SOURCE, "Good day", "Good morning")
        self.does("revert", SOURCE, "--yes")
        self.assertEqual(self.text(SOURCE), MINE)

    def test_what_was_emitted(self):
        before = self.text("CMakeLists.txt")
        (self.root / "CMakeLists.txt").write_text("# mine\n" + before, encoding="utf-8")
        self.does("revert", "CMakeLists.txt", "--yes")
        self.assertEqual(self.text("CMakeLists.txt"), before)

    def test_a_base_that_is_lost(self):
        edit(self.root / SOURCE, "Hello", "Good day")
        lost = self.root / ".aibuild/responses"
        for path in lost.rglob("*.json"):
            path.unlink()
        before = tree(self.root)
        self.refused(aibuild("revert", SOURCE, "--yes", "-C", self.root), 1, "file.lost")
        self.assertEqual(tree(self.root), before)


class Own(Files):
    def test_it_is_left_alone(self):
        edit(self.root / PROGRAM_C, "world", "my world")
        ran = self.does("own", PROGRAM_C)
        self.assertIn(f"{PROGRAM_C}: yours", ran.err)
        mine = self.text(PROGRAM_C)
        self.again("own", PROGRAM_C)
        edit_plan(self.root, purpose(PROGRAM_C, "Is something else."))
        ran, asked, _ = self.generate(answer(PROGRAM_C, "int main(void) { return 0; }\n"))
        self.passes(ran)
        self.assertEqual(asked, ["README.md"])
        self.assertEqual(self.text(PROGRAM_C), mine)
        self.assertEqual(self.lock()["files"][PROGRAM_C]["origin"], "person")
        self.nothing()
        # An edit of it is nobody's business.
        edit(self.root / PROGRAM_C, "my world", "our world")
        self.nothing()

    def test_given_back(self):
        self.does("own", PROGRAM_C)
        edit(self.root / PROGRAM_C, "world", "my world")
        mine = self.text(PROGRAM_C)
        self.does("own", "--release", PROGRAM_C)
        self.again("own", "--release", PROGRAM_C)
        self.nothing()
        edit_plan(self.root, purpose(PROGRAM_C, "Greets more."))
        ran, asked, requests = self.generate(answer(PROGRAM_C, mine + "// more\n"))
        self.passes(ran)
        self.assertIn(PROGRAM_C, asked)
        self.assertIn("my world", str(requests), "it is edited from the text that was given back")
        self.assertEqual(self.text(PROGRAM_C), mine + "// more\n")


class OwnInAChange(Changing):
    def test_a_change_may_not_list_it(self):
        self.passes(aibuild("own", SOURCE, "-C", self.root))
        before = without_history(self.root)
        ran, _, requests = self.change(CHANGE, *self.script)
        self.refused(ran, 7, "answer.theirs", SOURCE)
        self.assertIn(f"may not be changed; work with them as they are:\\n- {SOURCE}", str(requests[0]["body"]["messages"]).replace("\\\\n", "\\n"))
        self.assertEqual(without_history(self.root), before)
        ran, asked, _ = self.change(CHANGE, changed(plan_now(self.root), (TEST_C, "x")), answer(TEST_C, FILES[TEST_C] + "// x\n"))
        self.passes(ran)
        self.assertEqual(asked[1:], [TEST_C])


if __name__ == "__main__":
    unittest.main()
