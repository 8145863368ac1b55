"""Somebody at a terminal."""
import os
import pty
import select
import subprocess
import time

from support import Ran, scratch


class Person:
    """Somebody at a pseudo-terminal: waits for words, and types. `shown` are the bytes that came."""

    def __init__(self, *argv, cwd=None, columns=80, lines=24, **env):
        self.argv = [str(word) for word in argv]
        self.start = time.monotonic()
        self.leader, follower = pty.openpty()
        subprocess.run(["stty", "cols", str(columns), "rows", str(lines)], stdin=follower, check=True)
        # The terminal is the process's controlling one: otherwise nobody gets what Ctrl-C sends.
        self.process = subprocess.Popen(self.argv, cwd=cwd, stdin=follower, stdout=follower, stderr=follower,
                                        env=scratch.environment(**{"TERM": "xterm", **env}), start_new_session=True,
                                        preexec_fn=lambda: os.close(os.open(os.ttyname(follower), os.O_RDWR)))
        os.close(follower)
        self.shown, self.seen = b"", 0

    def read(self, seconds):
        if not select.select([self.leader], [], [], seconds)[0]:
            return self.process.poll() is None
        try:
            got = os.read(self.leader, 65536)
        except OSError:  # the other end is closed
            return False
        self.shown += got
        return bool(got)

    def sees(self, words):
        """Waits for `words` after those that were waited for before."""
        words = words.encode()
        while words not in self.shown[self.seen:]:
            assert time.monotonic() - self.start < 30 and self.read(0.1), f"no {words!r} in\n{self.shown.decode(errors='replace')}"
        self.seen = self.shown.index(words, self.seen) + len(words)

    def types(self, text):
        os.write(self.leader, text.encode())

    def ends(self):
        while time.monotonic() - self.start < 30 and self.read(0.1):
            pass
        code = self.process.wait(timeout=30)
        os.close(self.leader)
        return Ran(self.argv, code, "", self.shown.decode("utf-8", "backslashreplace").replace("\r\n", "\n"),
                   time.monotonic() - self.start)
