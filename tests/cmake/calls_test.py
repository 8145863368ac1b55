#!/usr/bin/env python3
"""Every wrong call of wrong_calls.txt, with the whole of what it says.

`calls_test.py --write` writes down what they say now; read the difference before you commit it.
"""
import re
import sys
import unittest

from support import HERE, PACKAGE, configure, new, write

TABLE = HERE / "wrong_calls.txt"
HEAD = """cmake_minimum_required(VERSION 3.25)
project(tiny NONE)
find_package(AIBuild 1.0 REQUIRED)
add_library(there INTERFACE)
add_library(other::there ALIAS there)
add_library(found STATIC IMPORTED)
add_custom_target(custom)
"""
FILES = {"style.md": "Short.\n", "empty.md": "", "src/kept.c": "", "../outside.md": "secret\n"}
MESSAGE = re.compile(r"^CMake Error at [^\n]*\n((?:   \S[^\n]*\n)(?:     [^\n]*\n)*)", re.MULTILINE)


def cases():
    """(call, message) of each, with the message's lines as they are in the table."""
    for block in re.split(r"\n{2,}", TABLE.read_text(encoding="utf-8").strip()):
        call, _, said = block.partition("\n---\n")
        yield call, said


class Calls:
    """A project that has one call after the other, in one place: to configure it is what this test's time goes into."""

    def __init__(self):
        self.root = new()
        write(self.root, FILES)

    def said(self, call):
        """What configuring says, with names for paths."""
        (self.root / "aibuild.json").unlink(missing_ok=True)
        (self.root / "build" / "CMakeCache.txt").unlink(missing_ok=True)
        write(self.root, {"CMakeLists.txt": HEAD + call + "\n"})
        text = configure(self.root, self.root / "build", f"-DAIBuild_DIR={PACKAGE}", fails=True)
        messages = MESSAGE.findall(text)
        if len(messages) != 1:
            return text
        place = f"  CMakeLists.txt:{len((HEAD + call).splitlines())} ({re.findall('aibuild_[a-z_]+', call)[-1]})"
        found = messages[0] if place in text.splitlines() else f"not at {place}:\n{text}"
        return found.replace(str(self.root), "ROOT").replace(str(PACKAGE), "PACKAGE").rstrip("\n")


class WrongCalls(unittest.TestCase):
    def test_what_they_say(self):
        calls = Calls()
        for call, said in cases():
            with self.subTest(call=call):
                self.assertEqual(calls.said(call), said)

    def test_the_table_is_one(self):
        table = dict(cases())
        self.assertGreaterEqual(len(table), 80)
        self.assertEqual(len(table), len(list(cases())), "no call is there twice")
        for call, said in table.items():
            self.assertRegex(said, r"\A   aibuild_[a-z_]+: \S.*\n     why:   [A-Za-z].*\n     fix:   \S.*\Z", call)


if __name__ == "__main__":
    if "--write" in sys.argv:
        every = Calls()
        TABLE.write_text("".join(f"{call}\n---\n{every.said(call)}\n\n" for call, _ in cases()), encoding="utf-8")
    else:
        unittest.main()
