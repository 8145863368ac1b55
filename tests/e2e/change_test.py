#!/usr/bin/env python3
"""`aibuild-gen change`: a sentence becomes a new plan and new texts of the files that it concerns, and of no others."""
import copy
import json
import unittest

from changing import HEADER, PROGRAM_C, SOURCE, TEST_C, Generating, answer, edit_plan, identity, purpose, without_history
from greeting import FILES, PLAN
from support import Server, aibuild, edit, ninja, scratch

CHANGE = "Let greetings end with a full stop."
STOPPED = FILES[SOURCE].replace("Hello, %s!", "Hello, %s.")
STOPPED_TEST = FILES[TEST_C].replace("Hello, you!", "Hello, you.")


def plan_now(root):
    return json.loads((root / "aibuild.json").read_text(encoding="utf-8"))


def changed(plan, *files, summary="Greetings end with a full stop."):
    """The answer to a change."""
    listed = [{"path": path, "change": what} for path, what in files]
    return {"stage": "plan", "contains": "Change this project:", "times": 0,
            "text": json.dumps({"summary": summary, "plan": plan, "files": listed})}


def with_purpose(plan, path, text):
    out = copy.deepcopy(plan)
    purpose(path, text)(out)
    return out


class Changing(Generating):
    def setUp(self):
        super().setUp()
        self.plan = with_purpose(plan_now(self.root), SOURCE, "Defines greeting_write, with a full stop.")
        self.script = [changed(self.plan, (SOURCE, "A full stop."), (TEST_C, "Expects it.")),
                       answer(SOURCE, STOPPED), answer(TEST_C, STOPPED_TEST)]


class Change(Changing):
    def test_only_what_it_concerns_is_asked_for(self):
        before = without_history(self.root)
        ran, asked, requests = self.change(CHANGE, *self.script)
        self.passes(ran)
        self.assertEqual(asked[0], "plan")
        self.assertEqual(sorted(asked[1:]), sorted([SOURCE, TEST_C]), f"\n{ran}")
        said = json.dumps(requests[0]["body"])
        for text in [CHANGE, *FILES.values()]:
            self.assertIn(json.dumps(text)[1:-1], said, "the model sees the plan, the texts and the sentence")
        for request in requests[1:]:
            self.assertIn(CHANGE, json.dumps(request["body"]))
        self.assertEqual(self.text(SOURCE), STOPPED)
        self.assertEqual(self.text(TEST_C), STOPPED_TEST)
        after = without_history(self.root)
        for path in (HEADER, PROGRAM_C, "README.md", "CMakeLists.txt"):
            self.assertEqual(after[path], before[path])
        self.assertEqual(plan_now(self.root), self.plan)
        # It is told before anything is written: the plan, the files, and that tests change.
        for words in ("~ file src/greeting.c: purpose", f"{SOURCE}: A full stop.", f"{TEST_C} (a test): Expects it.", "Tests change with it"):
            self.assertIn(words, ran.err)
        lock = self.lock()
        self.assertEqual([entry["description"] for entry in lock["changes"]], [CHANGE])
        self.assertEqual(lock["changes"][0]["files"], sorted([SOURCE, TEST_C]))
        self.assertEqual(lock["files"][SOURCE]["change"], 1)
        self.passes(ninja(self.root / "build", "test"))
        # Nothing is stale: what the model did not list was declared to hold.
        self.nothing()

    def test_again_is_nothing(self):
        self.passes(self.change(CHANGE, *self.script)[0])
        before = identity(self.root)
        ran, asked, _ = self.change(CHANGE, *self.script)
        self.passes(ran)
        self.assertEqual(asked, [])
        self.assertEqual(identity(self.root), before)

    def test_edits_are_shown_and_survive(self):
        edit(self.root / SOURCE, "#include <stdio.h>", "#include <stdio.h>\n\n// mine")
        edit(self.root / PROGRAM_C, "world", "my world")
        ran, asked, requests = self.change(CHANGE, *self.script)
        self.passes(ran)
        said = [json.dumps(request["body"]) for request in requests]
        self.assertIn("// mine", said[0])
        self.assertIn("my world", said[0])
        self.assertIn("// mine", next(each for each, name in zip(said, asked) if name == SOURCE))
        # The scripted model forgot it.
        self.assertIn("// mine", self.text(SOURCE))
        self.assertIn("Hello, %s.", self.text(SOURCE))
        self.assertIn("my world", self.text(PROGRAM_C))
        self.assertIn(f"{SOURCE}: merged with your edits", ran.err)
        self.nothing()

    def test_what_an_editor_does_to_every_line_is_no_conflict(self):
        """Line ends, a mark at the beginning, no newline at the end."""
        path = self.root / SOURCE
        path.write_bytes(b"\xef\xbb\xbf" + FILES[SOURCE].rstrip("\n").replace("\n", "\r\n").encode())
        self.passes(self.change(CHANGE, *self.script)[0])
        self.assertEqual(path.read_bytes(), b"\xef\xbb\xbf" + STOPPED.rstrip("\n").replace("\n", "\r\n").encode())
        self.nothing()

    def test_an_edit_that_is_no_utf8(self):
        path = self.root / SOURCE
        path.write_bytes(b"// gr\xfc\xdfe\n" + path.read_bytes())
        for text, contents in (("it is said to hold", b"// mine \xff\n"), ("it is changed, too", b"")):
            (self.root / PROGRAM_C).write_bytes(contents + FILES[PROGRAM_C].encode())
            ran, _, requests = self.change(CHANGE + text, *self.script)
            self.passes(ran)
            self.assertEqual(path.read_bytes(), b"// gr\xfc\xdfe\n" + STOPPED.encode())
            self.nothing()
        self.assertIn("gr\ufffd\ufffde", requests[0]["body"]["messages"][1]["content"])

    def test_an_edit_that_an_answer_took_over_is_the_persons_still(self):
        """Its text is the base from then on: it is edited further, by whatever model, and never written from nothing."""
        mine = "#include <stdio.h>\n\n// mine"
        edit(self.root / SOURCE, "#include <stdio.h>", mine)
        kept = answer(SOURCE, STOPPED.replace("#include <stdio.h>", mine))
        self.passes(self.change(CHANGE, self.script[0], kept, self.script[2])[0])
        for model in ("another", "a-third"):
            ran, asked, requests = self.asked_of([kept], "generate", "--yes", "-m", model)
            self.passes(ran)
            self.assertIn("// mine", json.dumps(requests[asked.index(SOURCE)]["body"]))
            self.assertIn("// mine", self.text(SOURCE))
        # Of a file that nobody edited, another model may have another idea.
        self.assertNotIn(json.dumps(FILES[PROGRAM_C])[1:-1], json.dumps(requests[asked.index(PROGRAM_C)]["body"]))

    def test_a_file_that_comes_back_as_it_was(self):
        ran, _, _ = self.change(CHANGE, changed(plan_now(self.root), (SOURCE, "Nothing, really.")))
        self.passes(ran)
        self.assertIn(f"{SOURCE}: came back as it was", ran.err)
        self.nothing()

    def test_what_people_put_into_the_plan_is_shown_and_stays(self):
        (self.root / "src/mine.c").write_text("int mine(void);\n\nint mine(void) { return 1; }\n", encoding="utf-8")
        edit_plan(self.root, lambda plan: plan["targets"][0]["sources"].append("src/mine.c"))
        ran, asked, requests = self.change(CHANGE, changed(plan_now(self.root), ("src/mine.c", "x")))
        self.refused(ran, 7, "answer.theirs", "src/mine.c")
        self.assertIn("int mine(void) { return 1; }", requests[0]["body"]["messages"][1]["content"])

    def test_a_plan_that_is_asked_for_has_files_that_are_there(self):
        _, _, requests = self.change(CHANGE, *self.script)
        schema = json.dumps(requests[0]["body"]["response_format"])
        self.assertIn("those that are there and those that are new", schema)
        self.assertNotIn("that does not exist yet", schema)

    def test_a_file_that_no_answer_can_hold(self):
        edit(self.root / SOURCE, "#include <stdio.h>", "#include <stdio.h>\n" + "// mine\n" * 100000)
        before = without_history(self.root)
        ran, asked, _ = self.change(CHANGE, *self.script)
        self.refused(ran, 6, "change.size", SOURCE)
        self.assertEqual(asked, ["plan"])
        self.assertEqual(without_history(self.root), before)

    def test_a_conflict(self):
        edit(self.root / SOURCE, "Hello, %s!", "Hi, %s!")
        ran, _, _ = self.change(CHANGE, *self.script)
        self.assertEqual(ran.code, 1, f"\n{ran}")
        self.assertIn(f"{SOURCE}: 1 conflict with your edits, at line 6", ran.err)
        for words in ("Hi, %s!", "Hello, %s.", "<<<<<<< yours"):
            self.assertIn(words, self.text(SOURCE))
        # A further change would start from a dispute.
        before = without_history(self.root)
        ran, asked, _ = self.change("something else", *self.script)
        self.refused(ran, 2, "merge.unresolved", f"{SOURCE}:6")
        self.assertEqual(asked, [])
        self.assertEqual(without_history(self.root), before)

    def test_new_and_dropped_files(self):
        plan = copy.deepcopy(self.plan)
        plan["files"] = [file for file in plan["files"] if file["path"] != "README.md"]
        plan["files"].append({"path": "src/stop.c", "purpose": "Makes full stops."})
        plan["targets"][0]["sources"].append("src/stop.c")
        stop = "int greeting_stop(void);\n\nint greeting_stop(void) {\n    return '.';\n}\n"
        ran, asked, _ = self.change(CHANGE, changed(plan, (SOURCE, "x")), answer("src/stop.c", stop), answer(SOURCE, STOPPED))
        self.passes(ran)
        self.assertEqual(sorted(asked[1:]), [SOURCE, "src/stop.c"])
        self.assertEqual(self.text("src/stop.c"), stop)
        self.assertFalse((self.root / "README.md").exists())
        self.assertNotIn("README.md", self.lock()["files"])
        self.nothing()

    def test_a_dropped_file_that_was_edited_stays(self):
        edit(self.root / "README.md", "# greeting", "# my greeting")
        plan = copy.deepcopy(self.plan)
        plan["files"] = [file for file in plan["files"] if file["path"] != "README.md"]
        ran, _, _ = self.change(CHANGE, changed(plan))
        self.passes(ran)
        self.assertIn("README.md: kept", ran.err)
        self.assertIn("# my greeting", self.text("README.md"))
        self.nothing()

    def test_what_was_stale_before_stays_stale(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets everybody."))
        plan = with_purpose(plan_now(self.root), SOURCE, "A full stop.")
        self.passes(self.change(CHANGE, changed(plan, (SOURCE, "x")), answer(SOURCE, STOPPED))[0])
        ran, asked, _ = self.generate(answer(PROGRAM_C, FILES[PROGRAM_C]))
        self.passes(ran)
        self.assertIn(PROGRAM_C, asked)
        self.nothing()

    def test_nothing_to_change(self):
        before = without_history(self.root)
        ran, asked, _ = self.change(CHANGE, changed(plan_now(self.root), summary="It is so already."))
        self.passes(ran)
        self.assertEqual(asked, ["plan"])
        self.assertIn("Nothing changes: It is so already.", ran.err)
        self.assertEqual(without_history(self.root), before)


class Refused(Changing):
    """What an answer may not do. It is asked again, and the project stays as it was."""

    def rejected(self, plan, *files, rule, said):
        before = without_history(self.root)
        ran, asked, requests = self.change(CHANGE, changed(plan, *files))
        self.refused(ran, 7, rule, said)
        self.assertEqual(asked, ["plan", "plan"], "an answer that stays the same is not asked for a third time")
        self.assertIn(rule, json.dumps(requests[1]["body"]))
        self.assertEqual(without_history(self.root), before)

    def test_a_protected_path(self):
        plan = copy.deepcopy(self.plan)
        plan["files"][0]["path"] = ".github/workflows/ci.yml"
        self.rejected(plan, rule="answer.path", said=".github")

    def test_a_way_out(self):
        plan = copy.deepcopy(self.plan)
        plan["files"][0]["path"] = "../README.md"
        self.rejected(plan, rule="answer.plan", said="..")

    def test_a_file_that_is_there(self):
        (self.root / "src/mine.c").write_text("int mine;\n", encoding="utf-8")
        plan = copy.deepcopy(self.plan)
        plan["files"].append({"path": "src/mine.c", "purpose": "Is taken."})
        plan["targets"][0]["sources"].append("src/mine.c")
        self.rejected(plan, rule="answer.plan", said="src/mine.c is there already")

    def test_a_file_that_is_not_planned(self):
        self.rejected(self.plan, ("src/greetings.c", "x"), rule="answer.files", said="Did you mean src/greeting.c?")

    def test_a_file_twice(self):
        self.rejected(self.plan, (SOURCE, "x"), (SOURCE, "y"), rule="answer.files", said="twice")

    def test_no_words(self):
        self.rejected(self.plan, (SOURCE, " "), rule="answer.change", said="It says nothing.")

    def test_a_plan_that_is_none(self):
        self.rejected({"format": 1}, rule="answer.plan", said="project")

    def test_a_second_answer_may_pass(self):
        bad = changed(self.plan, ("src/greetings.c", "x"))
        ran, asked, _ = self.change(CHANGE, {**bad, "times": 1}, *self.script)
        self.passes(ran)
        self.assertEqual(asked.count("plan"), 2)
        self.nothing()

    def test_a_file_that_does_not_pass(self):
        before = without_history(self.root)
        ran, _, _ = self.change(CHANGE, self.script[0], answer(SOURCE, "```c\nint a;\n```\nor\n```c\nint b;\n```\n"), answer(TEST_C, STOPPED_TEST))
        self.refused(ran, 7, "answer.fence", SOURCE)
        self.assertEqual(without_history(self.root), before)

    def test_no_description(self):
        for text in ("", "  ", "..."):
            self.assertEqual(self.change(text)[0].code, 2)


if __name__ == "__main__":
    unittest.main()
