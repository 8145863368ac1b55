#!/usr/bin/env python3
"""What a person sees at a terminal: the questions of `aibuild-gen new`, and the live view, which a demonstration plays."""
import os
import re
import signal
import unittest

from support import PROGRAM, Test, aibuild, run, scratch, tree
from terminal import Person

DEMO = os.environ["AIBUILD_LIVE_DEMO"]


def screen(text):
    """The lines that a terminal has in the end, of those sequences that the view may use: any other is an error."""
    lines, row, column = [""], 0, 0
    for word in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|.", text, re.S):
        if word.startswith("\x1b["):
            if word.endswith("A"):
                row -= int(word[2:-1])
                assert row >= 0, "above the screen"
            elif word == "\x1b[J":
                lines[row:] = [lines[row][:column]]
            elif word == "\x1b[K":
                lines[row] = lines[row][:column]
            else:
                assert re.fullmatch(r"\x1b\[\d+m", word), f"{word!r} is not known"
        elif word == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif word == "\r":
            column = 0
        else:
            lines[row] = lines[row][:column].ljust(column) + word + lines[row][column + 1:]
            column += 1
    return lines


class Live(Test):
    def test_the_block_is_drawn_over_itself_and_leaves_lines(self):
        ran = self.passes(Person(DEMO, 20, NO_COLOR="1").ends())
        self.assertIn("\x1b[", ran.err)  # without colours, and it moves all the same
        self.assertNotRegex(ran.err, r"\x1b\[\d+m")
        for words in ("  asked    src/counter.cpp", "  pauses   rust/tokenizer/src/lib.rs", "for rust/tokenizer/src/lib.rs",
                      "  arrived  docs/format.md", "cost unknown", " left\x1b"):
            self.assertIn(words, ran.err)
        lines = screen(ran.err)
        self.assertEqual(lines[:2], ["provider: demo, which asks nobody\\x1b[31m", "a line in between"])
        arrived = [line for line in lines if re.match(r"\[\d+/12\] ", line)]
        self.assertEqual([int(line[1:line.index("/")]) for line in arrived], list(range(1, 13)))
        self.assertTrue(any(line.endswith("README.md (kept from before)") for line in arrived))
        self.assertTrue(lines[-2].startswith("used so far: 12 requests, about 14,300 tokens in (1,100 of them cached)"), lines[-2])
        self.assertTrue(lines[-2].endswith("cost unknown"))
        self.assertEqual(lines[-1], "")
        self.assertFalse([line for line in lines if line.startswith("  ") and not line.startswith("      ")], lines)

    def test_at_most_ten_times_a_second(self):
        ran = self.passes(Person(DEMO, 5).ends())
        self.assertLessEqual(len(re.findall(r"of 12 files", ran.err)), ran.seconds * 10 + 3)

    def test_a_small_terminal(self):
        ran = self.passes(Person(DEMO, 20, columns=40, lines=10).ends())
        ups = [int(number) for number in re.findall(r"\x1b\[(\d+)A", ran.err)]
        self.assertEqual(max(ups), 8)
        block = ran.err[:ran.err.index("[1/12]")]
        for line in re.split(r"\x1b\[K\n|\r", re.sub(r"\x1b\[\d+[mA]|\x1b\[J", "", block)):
            if "demo" not in line:
                self.assertLess(len(line), 40, repr(line))

    def test_colours_as_asked_for(self):
        self.assertRegex(Person(DEMO, 5).ends().err, r"\x1b\[1m")
        self.assertNotIn("\x1b[", Person(DEMO, 5, TERM="dumb").ends().err)

    def test_no_terminal(self):
        ran = self.passes(run(DEMO, 5, env=scratch.environment(TERM="xterm")))
        self.assertEqual(ran.out, "")
        self.assertNotIn("\x1b[", ran.err)
        self.assertNotIn(" left", ran.err)
        for words in (r"^\[1/12\] \S+ \([0-9,]+ tokens, \d\.\d s\)$", r"^\[\d+/12\] docs/format.md \(about 9\d\d tokens, ",
                      r"^rust/tokenizer/src/lib.rs waits 1 s: the server asks to wait \(429\)$",
                      r"asked again: answer.fence: ", r"^used so far: 12 requests, "):
            self.assertRegex(ran.err, "(?m)" + words)
        # Colours can be forced into a pipe; what moves the cursor can't.
        forced = self.passes(run(DEMO, 5, env=scratch.environment(FORCE_COLOR="1"))).err
        self.assertEqual(set(re.findall(r"\x1b\[[0-9;?]*[A-Za-z]", forced)), {"\x1b[0m", "\x1b[2m", "\x1b[33m"})

    def test_ctrl_c_leaves_a_clean_line_and_the_cursor(self):
        person = Person(DEMO, 100)
        person.sees("arrived")
        person.types("\x03")
        ran = person.ends()
        self.assertEqual(ran.code, 130, f"\n{ran}")
        self.assertNotIn("\x1b[?25l", ran.err)
        lines = screen(ran.err)
        self.assertTrue(any("was not finished" in line for line in lines), lines)
        self.assertTrue(lines[-2].startswith("used so far: "), lines)
        self.assertEqual(lines[-1], "")


class Guided(Test):
    def test_a_project_is_made(self):
        directory = scratch.new()
        directory.mkdir()
        person = Person(PROGRAM, "new", cwd=directory)
        for question, answer in (("What should it do?", "a word counter\n\n"), ("service?", "pro\n"), ("languages?", "pyhton\n"),
                                 ("did you mean python?", "python\n"), ("tests?", "\n"), ("keep to", "\n"),
                                 ("[word-counter]", "words\n")):
            person.sees(question)
            person.types(answer)
        person.sees("aibuild-gen new 'a word counter' --kind program --language python -C words")
        person.sees("or stop? ")
        person.types("make\n")
        person.sees("[y/N] ")
        person.types("y\n")
        self.passes(person.ends())
        self.assertTrue((directory / "words/build/build.ninja").exists())
        self.assertIn('"language": "python"', (directory / "words/aibuild.json").read_text(encoding="utf-8"))
        # The command line that was shown says the same: there is nothing left to do.
        again = self.passes(aibuild("new", "a word counter", "--kind", "program", "--language", "python", "-C", "words", "--yes", cwd=directory))
        self.assertIn("already", again.err)

    def test_stopping(self):
        for answers in (["\x04"], ["a tool\n\n", "\x04"], ["a tool\n\n", "\n", "\n", "\n", "\n", "\n", "stop\n"]):
            with self.subTest(answers):
                directory = scratch.new()
                directory.mkdir()
                person = Person(PROGRAM, "new", cwd=directory)
                for answer, question in zip(answers, ("> ", "service? ", "languages? ", "tests? ", "> ", "directory? ", "stop? ")):
                    person.sees(question)
                    person.types(answer)
                ran = person.ends()
                self.assertEqual(ran.code, 8, f"\n{ran}")
                self.assertEqual(ran.err.count("error[consent.declined]"), 1, f"\n{ran}")
                self.assertEqual(tree(directory), {})

    def test_ctrl_c(self):
        directory = scratch.new()
        directory.mkdir()
        person = Person(PROGRAM, "new", cwd=directory)
        person.sees("> ")
        person.types("\x03")
        self.assertIn(person.ends().code, (130, -signal.SIGINT))
        self.assertEqual(tree(directory), {})

    def test_nobody_to_ask(self):
        directory = scratch.new()
        directory.mkdir()
        self.refused(aibuild("new", "--kind", "library", cwd=directory), 2, "usage", "description")
        with open(scratch.new("answers"), "w+b") as answers:
            answers.write(b"a tool\n" + b"\n" * 6 + b"make\n")
            answers.seek(0)
            self.refused(aibuild("new", cwd=directory, stdin=answers), 2, "usage", "description")
        yes = Person(PROGRAM, "new", "--yes", cwd=directory).ends()  # "don't ask"
        self.assertEqual(yes.code, 2, f"\n{yes}")
        self.assertEqual(tree(directory), {})

    def test_flags_of_a_description(self):
        root = self.made("a word counter", "--language", "c", "--language", "cpp", "--kind", "both", "--constraint", "no recursion")
        lock = (root / "aibuild.lock.json").read_text(encoding="utf-8")
        self.assertIn("It is written in c and c++.", lock)
        self.assertIn("- no recursion", lock)
        directory = scratch.new()
        self.refused(aibuild("new", "a tool", "--language", "rsut", "-C", directory), 2, "new.language", "Did you mean rust?")
        self.refused(aibuild("new", "a tool", "--kind", "liberry", "-C", directory), 2, "usage", "liberry", "service")
        self.assertIsNone(tree(directory))


if __name__ == "__main__":
    unittest.main(verbosity=2)
