#!/usr/bin/env python3
"""A fault in one source of each language's project of tests/languages: that file is what the model is told of, and its old text repairs it.

    languages_test.py     77 where the tools of one are not here
"""
import json
import os
import pathlib
import shutil
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from support import Server, Test, aibuild, scratch, touch  # noqa: E402

LANGUAGES = HERE.parent / "languages"
# What no compiler takes, at the beginning of a text: Pascal stops to read at its end.
NONSENSE = ")) this is no program ((\n"


def broken_source(plan):
    """The last source of the first target that tests use."""
    used = {name for target in plan["targets"] if target["kind"] == "test" for name in target["uses"]}
    return next(target["sources"][-1] for target in plan["targets"] if target["name"] in used)


class EachLanguage(Test):
    def repaired(self, language):
        project = LANGUAGES / language
        plan = json.loads((project / "aibuild.json").read_text(encoding="utf-8"))
        path = broken_source(plan)
        root = scratch.new()
        shutil.copytree(project, root)
        (root / "questions.json").unlink()
        ran = aibuild("emit", "-C", root, "--yes")
        if "toolchain.missing" in ran.err and not os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS"):
            self.skipTest(ran.err.splitlines()[1])
        self.passes(ran)
        good = (root / path).read_text(encoding="utf-8")
        (root / path).write_text(NONSENSE + good, encoding="utf-8")
        touch(root / path)
        which = {"contains": "Say what is wrong", "text": json.dumps({"cause": "Nonsense.", "files": [{"path": path, "change": "take it out"}]})}
        with Server(which, {"contains": f"Write {path}.", "text": good}) as server:
            ran = self.passes(aibuild("build", "--fix", "--yes", "-C", root, env=server.environment(), timeout=300))
            said = server.all_requests[0]["body"]["messages"][1]["content"]
        self.assertEqual((root / path).read_text(encoding="utf-8"), good)
        first = next(line for line in said.splitlines() if line.startswith("What is wrong first: "))
        self.assertTrue(first.startswith(f"What is wrong first: {path}:"), f"{first}\n{ran}")
        self.assertTrue(said.lstrip().find(f"{path}, as it is:") >= 0, said)


for each in sorted(path.parent.name for path in LANGUAGES.glob("*/aibuild.json")):
    setattr(EachLanguage, f"test_{each}", lambda self, each=each: self.repaired(each))

if __name__ == "__main__":
    done = unittest.main(exit=False).result
    sys.exit(1 if not done.wasSuccessful() else 77 if done.skipped else 0)
