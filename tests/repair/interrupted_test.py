#!/usr/bin/env python3
"""A repair that is stopped while its text is on trial, by a signal, by a kill, and with a person who edits meanwhile."""
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from support import PROGRAM, Server, Test, aibuild, scratch  # noqa: E402

NINJA = "rule cc\n  command = sh cc.sh $in $out\nbuild a.o: cc a.c | cc.sh\n"
# Compiles; of a text that says so it waits first, so that somebody has time.
COMPILER = 'if grep -q SLOW "$1"; then touch "$PWD/waiting"; sleep 60; fi\nexec gcc -c "$1" -o "$2"\n'
BROKEN = "// One.\nint one(void) {\n    return 1\n}\n\n// The end.\n"
FIXED = BROKEN.replace("return 1\n", "return 1;\n")
SLOW = FIXED.replace("return 1;", "return 1;  // SLOW")


class Interrupted(Test):
    def setUp(self):
        self.root = scratch.new()
        self.root.mkdir()
        for name, text in (("build.ninja", NINJA), ("cc.sh", COMPILER), ("a.c", BROKEN)):
            (self.root / name).write_text(text)
        self.command = ["build", "--fix", "--yes", "-C", self.root, "-o", self.root]

    def on_trial(self, server):
        """A repair whose text is being built."""
        process = subprocess.Popen([PROGRAM, *map(str, self.command)], env=server.environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        deadline = time.monotonic() + 60
        while not (self.root / "waiting").exists():
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.assertEqual((self.root / "a.c").read_text(), SLOW)
        return process

    def stopped(self, process, how):
        if how == signal.SIGKILL:
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        said = process.communicate(timeout=60)[1].decode()
        return process.returncode, said

    def test_ctrl_c_leaves_the_last_good_state(self):
        with Server({"contains": "Write a.c.", "text": SLOW}) as server:
            code, said = self.stopped(self.on_trial(server), signal.SIGINT)
        self.assertEqual(code, 130, said)
        self.assertIn("error[interrupted]", said)
        self.assertEqual((self.root / "a.c").read_text(), BROKEN)
        self.assertFalse((self.root / ".aibuild" / "repair").exists())

    def test_after_a_kill_the_next_run_goes_back_first(self):
        with Server({"contains": "Write a.c.", "text": SLOW}, {"contains": "Write a.c.", "text": FIXED}) as server:
            self.stopped(self.on_trial(server), signal.SIGKILL)
            self.assertTrue((self.root / ".aibuild" / "repair" / "trial.json").exists())
            ran = aibuild("build", "-C", self.root, "-n", env=server.environment())
            self.assertIn("`aibuild-gen build --fix` takes back what was on trial", ran.out + ran.err)
            ran = self.passes(aibuild(*self.command, env={**server.environment(), "XDG_CACHE_HOME": str(self.root / "other")}))
        self.assertIn("an earlier repair was killed: a.c: as it was before", ran.err)
        self.assertIn("-    return 1\n+    return 1;\n", ran.err)
        self.assertEqual((self.root / "a.c").read_text(), FIXED)
        self.assertFalse((self.root / ".aibuild" / "repair").exists())

    def test_an_edit_meanwhile_is_kept(self):
        with Server({"contains": "Write a.c.", "text": SLOW}) as server:
            process = self.on_trial(server)
            text = (self.root / "a.c").read_text()
            (self.root / "a.c").write_text(text.replace("// The end.", "// The end, mine."))
            self.stopped(process, signal.SIGINT)
        self.assertEqual((self.root / "a.c").read_text(), BROKEN.replace("// The end.", "// The end, mine."))


if __name__ == "__main__":
    unittest.main()
