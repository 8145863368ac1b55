#!/usr/bin/env python3
"""check and verify: drift is found, a person's edits are none, and neither opens a socket or writes a byte. And --frozen."""
import json
import pathlib
import re
import shutil
import unittest

from change_test import CHANGE, Changing
from changing import HEADER, PROGRAM_C, SOURCE, TEST_C, Generating, answer, edit_plan, identity, purpose
from greeting import DESCRIPTION, FILES
from support import PROGRAM, Test, aibuild, edit, new, offline, run, scratch, sockets, tree


class Checking(Changing):
    def looks(self, verb, *arguments):
        """A verb that only looks: no socket, not a byte."""
        before = identity(self.root)
        log = scratch.new("strace")
        ran = run(*offline([PROGRAM, verb, "-C", self.root, *arguments], log))
        self.assertEqual(sockets(log), [])
        self.assertEqual(identity(self.root), before)
        return ran

    def drift(self):
        ran = self.looks("check", "--json")
        document = json.loads(ran.out)
        self.assertEqual(document["schema"], "aibuild.check/1")
        self.assertEqual(ran.code, 3 if document["drift"] else 0, f"\n{ran}")
        self.assertEqual(self.looks("check").code, ran.code)
        return {each["path"]: each["what"] for each in document["drift"]}

    def verdicts(self):
        ran = self.looks("verify", "--json")
        found = {each["path"]: each for each in json.loads(ran.out)["files"]}
        wrong = [each for each in found.values() if each["verdict"] == "differs"]
        self.assertEqual(ran.code, 3 if wrong else 0, f"\n{ran}")
        return found

    def other_than_same(self):
        return {path: each["verdict"] for path, each in self.verdicts().items() if each["verdict"] != "same"}


class Check(Checking):
    def test_nothing(self):
        self.assertEqual(self.drift(), {})
        self.assertIn("All is what plan and lock say.", self.looks("check").err)

    def test_edits_are_none(self):
        for path in [*FILES, "CMakeLists.txt"]:
            (self.root / path).write_text(self.text(path) + "\n", encoding="utf-8")
        self.assertEqual(self.drift(), {})

    def test_a_plan_that_was_edited(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        self.assertEqual(self.drift(), {"aibuild.json": "edited since build files were made from it",
                                        PROGRAM_C: "stale: its part of the plan changed; its purpose changed",
                                        "README.md": "stale: its part of the plan changed"})
        self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual(sorted(self.drift()), sorted([PROGRAM_C, "README.md"]))

    def test_a_new_target_is_no_business_of_the_others(self):
        edit_plan(self.root, lambda plan: plan["targets"].append(
            {"name": "other", "kind": "executable", "language": "c", "sources": ["programs/other.c"]}))
        (self.root / "programs/other.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
        self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual(self.drift(), {"README.md": "stale: its part of the plan changed"})

    def test_a_build_file_that_is_not_known_to_be_generated(self):
        edit(self.root / "CMakeLists.txt", "\n", "\n# mine\n")
        (self.root / "aibuild.lock.json").unlink()
        self.assertEqual({path for path in self.drift() if "CMakeLists" in path}, {"CMakeLists.txt"})

    def test_what_is_not_there(self):
        for path in (SOURCE, "cmake/tests.cmake", "aibuild.lock.cmake"):
            (self.root / path).unlink()
        found = self.drift()
        self.assertEqual(found[SOURCE], "missing")
        self.assertIn("cmake/tests.cmake", found)
        self.assertIn("aibuild.lock.cmake", found)

    def test_markers(self):
        edit(self.root / SOURCE, "Hello, %s!", "Hi, %s!")
        self.assertEqual(self.change(CHANGE, *self.script)[0].code, 1)
        self.assertEqual(self.drift(), {f"{SOURCE}:6": "has the markers of a conflict"})

    def test_a_template(self):
        own = self.root / ".aibuild/prompts/file.mustache"
        own.parent.mkdir()
        shown = aibuild("prompts", "show", "file").out
        own.write_text(shown.replace("You write one file", "You carefully write one file"), encoding="utf-8")
        found = self.drift()
        self.assertEqual(sorted(found), sorted(FILES))
        for what in found.values():
            self.assertRegex(what, r"^stale: another template \((\d+)\+[0-9a-f]{12}, was \1\)$")
        # Asked for from nothing: another template is to write them.
        ran, asked, requests = self.generate()
        self.passes(ran)
        self.assertEqual(sorted(asked), sorted(FILES))
        for request in requests:
            self.assertIn("You carefully write one file", str(request["body"]))
        self.assertEqual(self.drift(), {})
        self.nothing()

    def test_the_agents_of_the_project(self):
        (self.root / "AGENTS.md").write_text("Be brief.\n", encoding="utf-8")
        self.assertEqual(set(self.drift().values()), {"stale: AGENTS.md changed"})

    def test_the_project_s_description_and_version(self):
        edit_plan(self.root, lambda plan: plan["project"].update(version="0.9.0"))
        self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual(self.drift(), {"README.md": "stale: its part of the plan changed"})
        edit_plan(self.root, lambda plan: plan["project"].update(description="Greets everybody."))
        self.assertEqual({path for path, what in self.drift().items() if "description changed" in what}, set(FILES))

    def test_another_machine_and_another_s_settings_are_nothing(self):
        ran = aibuild("check", "-C", self.root, env=scratch.environment(AIBUILD_MODEL="another", OPENAI_BASE_URL="http://127.0.0.1:9/v1",
                                                                        AIBUILD_MAX_OUTPUT_TOKENS="99"))
        self.passes(ran)

    def test_no_project(self):
        root = scratch.new()
        root.mkdir()
        self.refused(aibuild("check", "-C", root), 2, "plan.missing")


class Verify(Checking):
    def test_a_new_project(self):
        self.assertEqual(self.other_than_same(), {})
        self.assertEqual(sorted(path for path in self.verdicts() if path in FILES), sorted(FILES))
        self.assertNotIn("why", self.verdicts()["aibuild.json"])

    def test_a_clone_without_a_cache(self):
        other = scratch.new()
        shutil.copytree(self.root, other)
        ran = aibuild("verify", "-C", other, env=scratch.environment(XDG_CACHE_HOME=scratch.new("cache")))
        self.passes(ran)

    def test_people(self):
        edit(self.root / SOURCE, "Hello", "Hi")
        edit(self.root / HEADER, "#pragma once", "#pragma once\n")
        self.passes(aibuild("accept", HEADER, "-C", self.root))
        self.passes(aibuild("own", PROGRAM_C, "-C", self.root))
        (self.root / "README.md").unlink()
        edit_plan(self.root, purpose(TEST_C, "Checks more."))
        self.assertEqual(self.other_than_same(), {SOURCE: "edited", HEADER: "accepted", PROGRAM_C: "theirs", "README.md": "missing",
                                                  "aibuild.json": "edited"})

    def test_after_changes(self):
        edit(self.root / SOURCE, "#include <stdio.h>", "#include <stdio.h>\n\n// mine")
        self.passes(self.change(CHANGE, *self.script)[0])
        self.assertEqual(self.other_than_same(), {SOURCE: "edited"})
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        self.passes(self.generate(answer(PROGRAM_C, FILES[PROGRAM_C] + "// all\n"))[0])
        self.assertEqual(self.other_than_same(), {SOURCE: "edited", "aibuild.json": "edited"})

    def test_an_answer_that_was_tampered_with(self):
        key = self.lock()["files"][SOURCE]["request"]
        path = self.root / ".aibuild/responses" / key[:2] / f"{key}.json"
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["response"]["text"] = stored["response"]["text"].replace("Hello", "Evil")
        path.write_text(json.dumps(stored), encoding="utf-8")
        self.assertEqual(self.other_than_same(), {SOURCE: "differs"})
        stored["request"]["model"] = "another"
        path.write_text(json.dumps(stored), encoding="utf-8")
        self.assertIn("is not in .aibuild/responses", self.verdicts()[SOURCE]["why"])

    def test_a_lock_that_was_tampered_with(self):
        edit(self.root / "aibuild.lock.json", self.lock()["files"][SOURCE]["base"], "0" * 64)
        self.assertEqual(self.other_than_same(), {SOURCE: "differs"})
        lock = self.lock()
        lock["description"] = "something else entirely"
        (self.root / "aibuild.lock.json").write_text(json.dumps(lock), encoding="utf-8")
        self.assertIn("not what it was asked with", self.verdicts()["aibuild.json"]["why"])

    def test_a_plan_by_hand(self):
        root = scratch.new()
        root.mkdir()
        (root / "aibuild.json").write_text(json.dumps({"format": 1, "project": {"name": "p"}, "targets": [
            {"name": "p", "kind": "executable", "language": "c", "sources": ["p.c"]}]}), encoding="utf-8")
        self.refused(aibuild("verify", "-C", root), 2, "verify.lock")


class Frozen(Changing):
    def refuses(self, *words, **options):
        before = tree(self.root)
        ran, asked, _ = self.asked_of([], *words, **options)
        self.refused(ran, 6, "provider.frozen")
        self.assertEqual(asked, [])
        self.assertEqual(tree(self.root), before)

    def test_nobody_is_asked(self):
        edit_plan(self.root, purpose(PROGRAM_C, "Greets all."))
        self.refuses("generate", "--yes", "--frozen")
        self.refuses("--frozen", "generate", "--yes")
        self.refuses("generate", "--yes", AIBUILD_FROZEN="1")
        self.refuses("change", CHANGE, "--yes", "--frozen")
        root = scratch.new()
        self.refused(new(DESCRIPTION, root, "--frozen"), 6, "provider.frozen")
        self.assertIsNone(tree(root))
        for words in (("models",), ("models", "test", "-m", "m", "--yes")):
            self.refused(aibuild("--frozen", *words), 6, "provider.frozen")

    def test_what_needs_nobody_works(self):
        for verb in ("generate", "status", "check", "verify", "emit", "diff", "languages"):
            arguments = () if verb == "languages" else ("-C", self.root)
            self.passes(aibuild(verb, "--frozen", *arguments))

    def test_stored_answers_count(self):
        (self.root / SOURCE).unlink()
        self.passes(aibuild("generate", "--frozen", "--yes", "-C", self.root))
        self.assertEqual(self.text(SOURCE), FILES[SOURCE])


if __name__ == "__main__":
    unittest.main()
