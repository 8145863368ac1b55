#!/usr/bin/env python3
"""A person at the terminal: says no, says nothing, or presses Ctrl-C. And nobody at a terminal."""
import os
import pty
import select
import signal
import subprocess
import time
import unittest

from greeting import DESCRIPTION, FILES, answers
from support import PROGRAM, Ran, Server, Test, aibuild, arrived, new, ninja, scratch, tree


def at_a_terminal(root, answer, env=None):
    """`aibuild-gen new` on a pseudo-terminal; `answer` is typed when it asks. None presses Ctrl-C."""
    argv = [PROGRAM, "new", "a word counter in C with tests", "-C", str(root)]
    leader, follower = pty.openpty()
    start = time.monotonic()
    process = subprocess.Popen(argv, stdin=follower, stdout=follower, stderr=follower, env=env or scratch.environment(),
                               start_new_session=True, preexec_fn=lambda: os.close(os.open(os.ttyname(follower), os.O_RDWR)))
    os.close(follower)
    shown, typed = b"", False
    while time.monotonic() - start < 30:
        if not select.select([leader], [], [], 0.1)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            got = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not got:
            break
        shown += got
        if not typed and b"[y/N] " in shown:
            os.write(leader, b"\x03" if answer is None else answer)
            typed = True
    code = process.wait(timeout=30)
    os.close(leader)
    return Ran(argv, code, "", shown.decode("utf-8", "backslashreplace").replace("\r\n", "\n"), time.monotonic() - start), typed


class Terminal(Test):
    def test_no_and_nothing_and_anything_else_is_no(self):
        for answer in (b"n\n", b"\n", b"no\n", b"yep\n", b"\x04"):
            with self.subTest(answer):
                root = scratch.new()
                ran, asked = at_a_terminal(root, answer)
                self.assertTrue(asked, f"\n{ran}")
                self.assertEqual(ran.code, 8, f"\n{ran}")
                self.assertEqual(ran.err.count("error[consent.declined]"), 1, f"\n{ran}")
                self.assertIsNone(tree(root))

    def test_yes(self):
        for answer in (b"y\n", b"Y\n", b"yes\n"):
            with self.subTest(answer):
                root = scratch.new()
                ran, asked = at_a_terminal(root, answer)
                self.assertTrue(asked)
                self.assertEqual(ran.code, 0, f"\n{ran}")
                self.assertTrue((root / "build/build.ninja").exists())

    def test_the_plan_and_the_files_are_shown_before_it_asks(self):
        ran, _ = at_a_terminal(scratch.new(), b"n\n")
        shown = ran.err[:ran.err.index("[y/N]")]
        for words in ("executable in c", "test in c", "aibuild.json", "CMakeLists.txt", "programs/word_counter.c"):
            self.assertIn(words, shown)

    def test_ctrl_c_at_the_question(self):
        root = scratch.new()
        ran, asked = at_a_terminal(root, None)
        self.assertTrue(asked)
        self.assertIn(ran.code, (130, -signal.SIGINT), f"\n{ran}")  # a shell calls both 130
        self.assertIsNone(tree(root))

    def test_nobody_at_a_terminal(self):
        root = scratch.new()
        ran = aibuild("new", "a word counter in C", "-C", root)
        self.refused(ran, 8, "consent.declined", "--yes")
        self.assertIsNone(tree(root))

    def test_nobody_at_a_terminal_and_an_answer_in_a_pipe(self):
        root = scratch.new()
        with open(scratch.new("answer"), "w+b") as answer:
            answer.write(b"y\n")
            answer.seek(0)
            ran = aibuild("new", "a word counter in C", "-C", root, stdin=answer)
        self.refused(ran, 8, "consent.declined")
        self.assertIsNone(tree(root))

    def test_nobody_at_a_terminal_is_not_asked_by_way_of_a_bill(self):
        with Server(*answers()) as server:
            root = scratch.new()
            self.refused(aibuild("new", DESCRIPTION, "-C", root, env=server.environment()), 8, "consent.nobody", "--yes")
            self.assertEqual(server.all_requests, [])
        self.assertIsNone(tree(root))


class Interrupted(Test):
    def interrupt(self, signals, script, when, wait=0.1):
        """Sends the signals when the server has got `when` requests. Answers with what came of it."""
        with Server(*script) as server:
            root = scratch.new()
            env = server.environment()
            argv = [PROGRAM, "new", DESCRIPTION, "-C", str(root), "--yes"]
            start = time.monotonic()
            process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            while len(server.requests) < when:
                self.assertIsNone(process.poll())
                self.assertLess(time.monotonic() - start, 30)
                time.sleep(0.02)
            time.sleep(wait)
            for number in signals:
                process.send_signal(number)
            signalled = time.monotonic()
            out, err = process.communicate(timeout=30)
            ran = Ran(argv, process.returncode, out.decode(), err.decode(), time.monotonic() - signalled)
        return root, ran, env

    def test_ctrl_c_during_the_plan(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            root, ran, _ = self.interrupt([number], [{"stage": "plan", "fault": "silence"}], 1)
            self.refused(ran, 130, "interrupted")
            self.assertLess(ran.seconds, 2)
            self.assertIsNone(tree(root))

    def test_ctrl_c_in_the_middle_of_an_answer(self):
        root, ran, _ = self.interrupt([signal.SIGINT], [{**answers()[0], "fault": "stall"}], 1)
        self.refused(ran, 130, "interrupted")
        self.assertIsNone(tree(root))

    def test_ctrl_c_during_the_files_keeps_what_arrived(self):
        script = answers()
        slow = [{**answer, "fault": "silence", "times": 1} if "programs/" in answer.get("contains", "") else answer for answer in script]
        root, ran, env = self.interrupt([signal.SIGINT], slow, 1 + len(FILES), wait=0.5)  # until the others are there
        self.refused(ran, 130, "interrupted")
        self.assertEqual(sorted(arrived(ran)), sorted(["brief", "plan", *FILES.keys() - {"programs/greet.c"}]))
        self.assertIsNone(tree(root))
        with Server(*script) as server:
            self.passes(new(DESCRIPTION, root, env={**env, "OPENAI_BASE_URL": server.url}))
            self.assertEqual(server.asked, ["programs/greet.c"])
        self.passes(ninja(root / "build", "test"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
