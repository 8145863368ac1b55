#!/usr/bin/env python3
"""`aibuild-gen build --fix` over broken projects, each with the answers that a model gives and the end that it has to come to.

    repair_test.py CASE        a directory beside this file; 77 where a tool that it needs is not here

A case has project/, a plan or a project that AIBuild did not make; answers.json, for tests/support/model_server.py; and expected.json:

    "exit", "rule"   how it ends; no rule where it is no error
    "requests"       what was asked, in order: "which" files change, or the path of the file that is written
    "changed"        files whose text is another one afterwards, whole; every other file is as it was, byte for byte
    "says"           parts of what is said
    "asked_with"     parts of the last request
    "needs"          tools
    "arguments", "environment", "yes"   of the command; a variable that is null is not there

after/ is copied over the project once its build directory is made.

Where it ends well, the same command again asks nobody and writes nothing; where it does not, nothing but what helped is left behind.
"""
import json
import os
import pathlib
import re
import shutil
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from support import Server, Test, aibuild, run, scratch, times  # noqa: E402


def texts(root):
    """The project's own files: not what is built, nor AIBuild's records."""
    out = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(("build/", ".aibuild/", ".ninja_")) and path.suffix != ".o":
            out[name] = path.read_text(encoding="utf-8")
    return out


def asked(server):
    def name(entry):
        said = "\n".join(message["content"] for message in entry["body"]["messages"] if message["role"] == "user")
        if "Say what is wrong, and which of these have to change" in said:
            return "which"
        return next(line[6:-1] for line in reversed(said.splitlines()) if line.startswith("Write ") and line.endswith("."))
    return [name(entry) for entry in server.all_requests]


class Repair(Test):
    def prepared(self, case):
        root = scratch.new()
        shutil.copytree(case / "project", root)
        if (root / "aibuild.json").exists():
            self.passes(aibuild("emit", "-C", root))
        elif (root / "CMakeLists.txt").exists():
            self.passes(run("cmake", "-S", root, "-B", root / "build", "-G", "Ninja"))
        if (case / "after").exists():
            shutil.copytree(case / "after", root, dirs_exist_ok=True, copy_function=shutil.copyfile)
        return root

    def test_it_ends_as_expected(self):
        case = CASE
        wanted = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        answers = json.loads((case / "answers.json").read_text(encoding="utf-8"))
        root = self.prepared(case)
        before = texts(root)
        arguments = [str(root) if word == "." else word for word in wanted.get("arguments", [])]
        agreed = ["--yes"] if wanted.get("yes", True) else []
        command = ["build", "--fix", *agreed, "-C", root, *arguments]
        with Server(*answers) as server:
            env = server.environment(**wanted.get("environment", {}))
            ran = aibuild(*command, env=env, timeout=300)
            self.assertEqual(asked(server), wanted["requests"], f"\n{ran}")
            self.assertEqual(ran.code, wanted["exit"], f"\n{ran}")
            rules = re.findall(r"^error\[([a-z.-]+)\].*\n  why: ", ran.err, re.M)
            self.assertEqual(rules, [wanted["rule"]] if "rule" in wanted else [], f"\n{ran}")
            for said in wanted.get("says", []):
                self.assertIn(said, ran.out + ran.err, f"\n{ran}")
            if "asked_with" in wanted:
                last = "\n".join(message["content"] for message in server.all_requests[-1]["body"]["messages"])
                for part in wanted["asked_with"]:
                    self.assertIn(part, last)
            self.assertEqual(texts(root), {**before, **wanted["changed"]}, f"\n{ran}")
            self.assertFalse((root / ".aibuild" / "repair").exists(), f"\n{ran}")
            if wanted["exit"] == 0:
                written = times(root)
                again = self.passes(aibuild(*command, env=env, timeout=300))
                self.assertEqual(asked(server), wanted["requests"], f"\n{again}")
                # Of a project that is its own build directory the records are in it.
                built = ("build", ".aibuild", ".ninja") if "-o" in command else ("build",)
                self.assertEqual(*({name: time for name, time in each.items() if not name.startswith(built)} for each in (times(root), written)))


if __name__ == "__main__":
    CASE = HERE / sys.argv.pop(1)
    needed = json.loads((CASE / "expected.json").read_text(encoding="utf-8")).get("needs", [])
    missing = [tool for tool in needed if shutil.which(tool) is None]
    if missing:
        print(f"not on this machine: {', '.join(missing)}")
        sys.exit(1 if os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS") else 77)
    unittest.main()
