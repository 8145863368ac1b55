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
import unittest

RUN = pathlib.Path(__file__).resolve().parent / "run"
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
        code, rows, text = bench()
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
                     "status of a finished build", "memory", "meson's graph"):
            self.assertIn(part, said)
        for row in rows:
            if "graph" in row["what"]:
                self.assertEqual(row["ratio"], 0, row)
        self.assertIn(code, (1, 2), text)  # 0 would be 2,000 files within the bars of 100,000

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
