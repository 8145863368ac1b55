#!/usr/bin/env python3
"""Descriptions of projects in each language and mixtures of them, made by the built-in planner, built and tested with ninja: what was asked for
is there, every test that was planned ran, and a second run does nothing.
"""
import json
import re
import unittest

from support import Test, ninja, run

# a description: the kinds and languages that it names
MIXTURES = {
    "a shared library in C that counts words, with a C++ command-line tool and tests": {"shared-library c", "executable c++", "test c"},
    "a command-line tool in Rust with tests": {"executable rust", "test rust"},
    "a Python package and a tool that uses it, with tests": {"library python", "executable python", "test python"},
    "a C program with a Rust library inside, and tests": {"static-library rust", "executable c", "test c"},
    "a shared library in C++ with a Rust tokenizer and tests": {"shared-library c++", "static-library rust", "test c++"},
    "a header-only C++ library with tests": {"interface-library c++", "test c++"},
    "a C++ library, a C program and a Python report, without tests": {"static-library c++", "executable c", "executable python"},
}


class Mixtures(Test):
    def test_each(self):
        for description, wanted in MIXTURES.items():
            with self.subTest(description):
                root = self.made(description)
                plan = json.loads((root / "aibuild.json").read_text(encoding="utf-8"))
                planned = [f"{target['kind']} {target['language']}" for target in plan["targets"]]
                self.assertLessEqual(wanted, set(planned))
                tests = [target["name"] for target in plan["targets"] if target["kind"] == "test"]
                self.assertEqual(bool(tests), "without tests" not in description)
                goals = ["all", "test"] if tests else ["all"]
                ran = self.passes(ninja(root / "build", *goals))
                self.assertEqual(sorted(edge[5:] for edge in ran.edges if edge.startswith("TEST ")), sorted(tests))
                if tests:
                    self.assertGreaterEqual(int(re.search(rf"^(\d+) tests? passed in {len(tests)} program", ran.out, re.M)[1]), len(tests))
                self.nothing_to_do(root / "build", *goals)
                for target in plan["targets"]:
                    if target["kind"] == "executable":
                        program = root / "build/bin" / target["name"]
                        helped = run(program, "--help")
                        self.assertIn(helped.code, (0, 1, 2), f"\n{helped}")  # and no signal: it starts, with its shared libraries


if __name__ == "__main__":
    unittest.main(verbosity=2)
