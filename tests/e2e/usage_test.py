#!/usr/bin/env python3
"""The command line: what it refuses, with exit code 2 and a suggestion, and what --help and --version say."""
import re
import unittest

from support import Test, aibuild, scratch, tree


class Usage(Test):
    def test_mistakes(self):
        for arguments, said in (
            ([], "command is missing"),
            (["nwe"], "Did you mean `aibuild-gen new`?"),
            (["emti"], "Did you mean `aibuild-gen emit`?"),
            (["frobnicate"], "--help"),
            (["new"], "description"),
            (["new", "a tool in C", "--provder", "builtin"], "Did you mean --provider?"),
            (["new", "a tool in C", "--timeout", "0"], "--timeout"),
            (["new", "a tool in C", "--timeout", "soon"], "--timeout"),
            (["new", "a tool in C", "--timeout"], "--timeout"),
            (["new", "a tool in C", "-j", "-1"], "-j"),
            (["new", "a tool in C", "another description"], "another description"),
            (["new", "a tool in C", "--api-key", "sk-1"], "--help"),
            (["emit", "--confg", "debug"], "Did you mean --config?"),
            (["emit", "extra"], "extra"),
            (["--yes"], "--help"),
            (["config"], "config --help"),
            (["config", "explian"], "Did you mean explain?"),
            (["config", "explain"], "NAME"),
            (["config", "explain", "model", "--jobs", "many"], "--jobs"),
            (["config", "explain", "model", "--modle", "m"], "Did you mean --model?"),
        ):
            with self.subTest(" ".join(arguments)):
                directory = scratch.new()
                directory.mkdir()
                ran = aibuild(*arguments, cwd=directory)
                self.refused(ran, 2, "usage", said)
                self.assertEqual(tree(directory), {})

    def test_a_provider_that_nobody_knows(self):
        directory = scratch.new()
        self.refused(aibuild("new", "a tool in C", "--provider", "opneai", "-C", directory), 2, "provider.server", "Did you mean openai?")
        self.assertIsNone(tree(directory))

    def test_help_goes_to_standard_output_and_lists_every_exit_code(self):
        for arguments in (["--help"], ["-h"], ["new", "--help"], ["emit", "--help"], ["status", "--help"]):
            ran = self.passes(aibuild(*arguments))
            self.assertEqual(ran.err, "")
            self.assertIn("Usage:" if "Usage:" in ran.out else "USAGE", ran.out)
        general = self.passes(aibuild("--help")).out
        for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 130):
            self.assertRegex(general, rf"\b{code} [a-z]")
        self.assertRegex(general, r"aibuild-gen new .* -C ")

    def test_version(self):
        self.assertRegex(self.passes(aibuild("--version")).out, r"\Aaibuild-gen \d+\.\d+\.\d+\n\Z")

    def test_no_key_is_taken_from_the_command_line(self):
        # It would be in the process list and in the shell's history.
        self.assertIsNone(re.search(r"--(api-)?key\b(?!-file)", self.passes(aibuild("new", "--help")).out))


if __name__ == "__main__":
    unittest.main(verbosity=2)
