#!/usr/bin/env python3
"""tests/bench/run on a tiny project: every row is measured and has its shape, and a peer that is missing is said. Its bars are meant for
100,000 files and are not looked at here.

    AIBUILD_GEN=build/aibuild-gen tests/bench/bench_test.py
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types
import unittest

import asking

RUN = pathlib.Path(__file__).resolve().parent / "run"
ASKING = "40 files|curl|flood"
SIZE = ("--files", "2000", "--rounds", "1")


def bench(*arguments, path=None):
    """(exit code, rows, what was printed)."""
    with tempfile.TemporaryDirectory(prefix="aibuild-bench-test-") as directory:
        file = pathlib.Path(directory, "rows.json")
        done = subprocess.run([sys.executable, "-B", RUN, "--program", os.environ["AIBUILD_GEN"], "--json", file, *SIZE, *arguments],
                              capture_output=True, text=True, timeout=300, check=False,
                              env={**os.environ, **({"PATH": path} if path else {})})
        return done.returncode, json.loads(file.read_text()) if file.exists() else None, done.stdout + done.stderr


class Bench(unittest.TestCase):
    def test_every_row(self):
        missing = [peer for peer in ("gn", "cmake", "meson") if not shutil.which(peer)]
        self.assertEqual(missing, [], "install generate-ninja, cmake and meson: this test measures against them")
        code, rows, text = bench("--only", f"^(?!.*({ASKING}))")
        self.assertIsNotNone(rows, text)
        for row in rows:
            self.assertIsInstance(row["what"], str)
            self.assertIsInstance(row["bar"], (int, float))
            # GN needs less memory for so little than what measures it, and no other row may go without a ratio.
            self.assertTrue(row["ratio"] is not None and row["ratio"] >= 0 or "memory" in row["what"] and row["why"], f"{row}\n{text}")
        said = " ".join(row["what"] for row in rows)
        for part in ("gn gen, nothing there, 200 files", "gn gen, nothing there, 2,000 files", "cmake's first run, 200 files",
                     "cmake's re-run, 200 files", "cmake's first run, 2,000 files", "cmake's re-run, 2,000 files", "emit again", "bytes written",
                     "GN's files", "nothing to do", "full build", "one-file rebuild", "10 times that at 200", "chain of 100 libraries",
                     "status of a finished build", "adds to ninja with nothing to do, 2,000", "adds to a full build", "memory", "meson's graph",
                     "edges that a build of 100 locked files", "first configure of 100 locked files", "configuring again of 100 locked files"):
            self.assertIn(part, said)
        for row in rows:
            if "graph" in row["what"] or "edges that" in row["what"]:
                self.assertEqual(row["ratio"], 0, row)
        self.assertIn(code, (1, 2), text)  # 0 would be 2,000 files within the bars of 100,000

    def test_every_row_about_asking(self):
        self.assertTrue(shutil.which("curl"), "install curl: this test measures against it")
        _, rows, text = bench("--only", ASKING)
        self.assertIsNotNone(rows, text)
        for row in rows:
            self.assertIsNotNone(row["ratio"], text)
            self.assertGreaterEqual(row["ratio"], 0, text)
        said = [row["what"] for row in rows]
        for part in ("40 files, -j 4", "40 files, -j 16", "curl -N", "requests of a second run", "against --version", "of text are refused",
                     "of thinking are refused", "no stream of events"):
            self.assertEqual(sum(part in each for each in said), 1, (part, said))
        self.assertEqual([row["ratio"] for row in rows if "requests" in row["what"]], [0])

    def test_the_bound_of_a_plan_is_that_of_its_order(self):
        plan = {"files": [{"path": path} for path in ("README.md", "a.h", "a.c", "b.h", "b.c", "b_test.c")], "targets": [
            {"name": "a", "kind": "static-library", "sources": ["a.c"], "headers": ["a.h"]},
            {"name": "b", "kind": "static-library", "sources": ["b.c"], "headers": ["b.h"], "uses": ["a"]},
            {"name": "b-test", "kind": "test", "sources": ["b_test.c"], "uses": ["b"]}]}
        after = asking.waits_for(plan)
        self.assertEqual(after, {"README.md": set(), "a.h": set(), "a.c": {"a.h"}, "b.h": {"a.h"}, "b_test.c": {"a.h", "b.h"},
                                 "b.c": {"a.h", "b.h", "b_test.c"}})
        seconds = {"brief": 1, "plan": 2, "README.md": 9, "a.h": 4, "a.c": 5, "b.h": 6, "b.c": 7, "b_test.c": 8}
        self.assertEqual(asking.longest_chain(after, seconds), 1 + 2 + 4 + 6 + 8 + 7)

    def test_an_order_that_was_not_kept_is_seen(self):
        def asked(what, came):
            return types.SimpleNamespace(what=what, came=came, answered=came + 1)
        after = asking.waits_for(asking.FORTY["plan"])
        kept = [asked("brief", 0), asked("plan", 2)]
        while len(kept) < len(after) + 2:
            there = {one.what for one in kept}
            kept += [asked(path, 2 * len(kept)) for path, before in after.items() if path not in there and before <= there]
        asking.check_order(kept, after)
        for wrong in (kept[:-1], [*kept, kept[-1]], [*kept[:-1], asked(kept[-1].what, 0.5)]):
            with self.assertRaises(asking.Failed):
                asking.check_order(wrong, after)

    def test_a_missing_peer_is_said(self):
        with tempfile.TemporaryDirectory() as tools:
            for tool in ("ninja", "cc", "ar", "sh", "rm"):
                os.symlink(shutil.which(tool), os.path.join(tools, tool))
            code, rows, text = bench("--only", "gn's", path=tools)
        self.assertEqual(code, 2, text)
        self.assertEqual([row["ratio"] for row in rows], [None], text)
        self.assertIn("generate-ninja", rows[0]["why"])
        self.assertIn("NOT MEASURED", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
