#!/usr/bin/env python3
"""The readers of diagnostics against what the tools of this machine print now.

    diagnostics_test.py DIAGNOSE FAMILY.json     runs the cases of one family of tools; 77 where a tool is not here

A case runs a command over a copy of sources/, and says what AIBuild is to make of what it prints:

    "errors"   every error, in order, as FILE:LINE:KIND; one with * before it stands for itself and any number of others
    "ok"       the command passes: nothing is an error
    "note"     a note of the first error
    the rest   fields of the root cause; of "message" and "install" the value is a part
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
PARTS = ("message", "install")


def printed(command, directory):
    """What a command prints, all of it in one pipe, as ninja takes it."""
    done = subprocess.run(["sh", "-c", command], cwd=directory, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.returncode, done.stdout


def understood(program, text):
    return json.loads(subprocess.run([program], input=text, stdout=subprocess.PIPE, check=True, timeout=60).stdout)


def place(found):
    return f"{os.path.basename(found['file'])}:{found['line']}:{found['kind']}"


def case(program, wanted):
    def test(self):
        with tempfile.TemporaryDirectory(prefix="aibuild-diagnostics-") as scratch:
            directory = pathlib.Path(scratch, "sources")
            shutil.copytree(HERE / "sources", directory)
            (directory / "classes").mkdir()
            code, text = printed(wanted["run"], directory)
        shown = f"\n$ {wanted['run']}\n{text.decode('utf-8', 'backslashreplace')}-> {code}"
        said = understood(program, text)
        shown += f"\n{json.dumps(said, indent=1, ensure_ascii=False)[:6000]}"
        self.assertEqual(code == 0, wanted.get("ok", False), shown)
        if wanted.get("ok"):
            self.assertEqual([each for each in said["diagnostics"] if each["severity"] == "error" and each["code"] != "unread"], [], shown)
            return
        errors = [each for each in said["diagnostics"] if each["severity"] == "error"]
        if "errors" in wanted:
            some = [row[1:] for row in wanted["errors"] if row.startswith("*")]
            found = [place(each) for each in errors]
            if some:
                first = [row for row in wanted["errors"] if not row.startswith("*")]
                self.assertEqual(found[:len(first)], first, shown)
                for row in some:
                    self.assertIn(row, found, shown)
            else:
                self.assertEqual(found, wanted["errors"], shown)
        self.assertTrue(errors, shown)
        if "note" in wanted:
            self.assertIn(wanted["note"], [note["message"] for note in errors[0]["notes"]], shown)
        root = said["root"]
        for field in ("tool", "file", "kind", "code", "subject", *PARTS):
            if field not in wanted:
                continue
            value = os.path.basename(root[field]) if field == "file" else root[field]
            if field in PARTS:
                self.assertIn(wanted[field], value, shown)
            else:
                self.assertEqual(value, wanted[field], shown)

    return test


def main():
    program, file = sys.argv[1:]
    family = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
    missing = [tool for tool in family["needs"] if shutil.which(tool) is None]
    if missing:
        print(f"not on this machine: {', '.join(missing)}")
        sys.exit(1 if os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS") else 77)
    tests = {f"test_{number:02} {each['run']}": case(program, each) for number, each in enumerate(family["cases"])}
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(type("Cases", (unittest.TestCase,), {"maxDiff": None, **tests}))
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun == len(family["cases"]) > 0 else 1)


if __name__ == "__main__":
    main()
