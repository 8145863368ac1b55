#!/usr/bin/env python3
"""A key that everybody around repeats - the server in its words, its headers and its model's name - is in nothing that a run leaves behind."""
import json
import os
import signal
import subprocess
import time
import unittest

from greeting import DESCRIPTION, answers
from support import PROGRAM, Server, Test, aibuild, new, scratch, tree

KEY = "sk-canary-0123456789abcdef"
LEVELS = ("error", "warning", "info", "debug")


class Place:
    """A machine of its own: whatever a run writes is below it."""

    def __init__(self):
        self.top = scratch.new("machine")
        for name in ("home", "tmp", "cache", "state", "config"):
            (self.top / name).mkdir(parents=True)
        self.root = self.top / "project"

    def environment(self, server, **more):
        return server.environment(HOME=self.top / "home", TMPDIR=self.top / "tmp", XDG_CACHE_HOME=self.top / "cache",
                                  XDG_STATE_HOME=self.top / "state", XDG_CONFIG_HOME=self.top / "config", OPENAI_API_KEY=KEY, **more)

    def files(self):
        return [path for path in self.top.rglob("*") if path.is_file() and not path.is_symlink()]


class Secrets(Test):
    def nowhere(self, place, ran):
        self.assertNotIn(KEY, ran.out + ran.err)
        self.assertTrue([path for path in place.files() if path.name == "calls.jsonl"], f"\n{ran}")
        for path in place.files():
            self.assertNotIn(KEY.encode(), path.read_bytes(), path)

    def test_in_a_run_that_succeeds(self):
        for level in LEVELS:
            with self.subTest(level), Server(*[{**answer, "headers": {"x-request-id": KEY}} for answer in answers()]) as server:
                place = Place()
                ran = self.passes(new(DESCRIPTION, place.root, "--log", level, env=place.environment(server)))
                self.assertIn(f"Bearer {KEY}", json.dumps(server.requests[0]["headers"]))
                self.nowhere(place, ran)
                self.assertGreater(len([path for path in place.files() if "responses" in path.parts]), 4)

    def test_in_one_that_fails_with_the_key_in_the_servers_words(self):
        echoes = {"status 401": ({"status": 401, "body": {"error": {"message": f"Incorrect API key provided: {KEY}."}}}, 4, "key.refused"),
                  "a page": ({"status": 502, "headers": {"Content-Type": "text/html"}, "body": f"<html><title>{KEY}</title>"}, 5, "provider.failed"),
                  "a redirect": ({"status": 302, "headers": {"Location": f"http://127.0.0.1:9/{KEY}"}, "body": ""}, 5, "provider.redirect"),
                  "no JSON": ({"status": 200, "body": f"you said {KEY}"}, 5, "provider.protocol"),
                  "an error in mid-stream": ({"first": [{"error": {"message": KEY}}]}, 5, "provider.failed"),
                  "the answer itself": ({"text": f"Authorization: Bearer {KEY}"}, 5, "provider.echo")}
        for what, (how, code, rule) in echoes.items():
            for level in (LEVELS[0], LEVELS[-1]):
                with self.subTest(what, level=level), Server({**how, "times": 0}) as server:
                    place = Place()
                    ran = new(DESCRIPTION, place.root, "--log", level, env=place.environment(server))
                    self.refused(ran, code, rule)
                    self.nowhere(place, ran)
                    self.assertIsNone(tree(place.root))

    def test_neither_does_models_show_it(self):
        with Server({"path": "/models", "status": 401, "body": {"error": {"message": KEY}}, "times": 0}) as server:
            place = Place()
            for level in LEVELS:
                ran = aibuild("models", "--log", level, env=place.environment(server))
                self.refused(ran, 4, "key.refused", "[the key]")
                self.assertNotIn(KEY, ran.out + ran.err)


class Exits(Test):
    def test_a_stream_without_an_end_is_no_success(self):
        """A clean end of the connection, [DONE] without a reason, and a reason that nobody knows: exit 5, nothing written."""
        for how in ({"fault": "truncate"}, {"finish": None}, {"finish": "because"}, {"finish": ""}):
            with self.subTest(how), Server({**answers()[0], **how, "times": 0}) as server:
                root = scratch.new()
                ran = new(DESCRIPTION, root, env=server.environment())
                self.refused(ran, 5, "answer.incomplete")
                self.assertIsNone(tree(root))
                self.assertIsNone(tree(root.parent / ".aibuild"))

    def test_cancelled_it_closes_its_sockets_within_200_ms_and_leaves_nothing(self):
        for fault, more in (("silence", {}), ("stall", {}), ("endless", {"delay": 0.001})):
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(fault, signal=number.name), Server({**answers()[0], "fault": fault, **more, "times": 0}) as server:
                    place = Place()
                    process = subprocess.Popen([PROGRAM, "new", DESCRIPTION, "-C", place.root, "--yes", "--progress", "never"],
                                               env={name: str(value) for name, value in place.environment(server).items()},
                                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    deadline = time.monotonic() + 20
                    while "plan" not in [request["stage"] for request in server.all_requests]:
                        self.assertLess(time.monotonic(), deadline)
                        time.sleep(0.01)
                    time.sleep(0.1)
                    begun = time.monotonic()
                    os.kill(process.pid, number)
                    _, said = process.communicate(timeout=20)
                    self.assertLess(time.monotonic() - begun, 0.2)
                    self.assertEqual(process.returncode, 130, said)
                    self.assertIn(b"error[interrupted]", said)
                    while '"closed": true' not in server.log.read_text(encoding="utf-8"):
                        self.assertLess(time.monotonic() - begun, 1.0, "the server saw nobody hang up")
                        time.sleep(0.01)
                    self.assertFalse(place.root.exists())
                    self.assertEqual(list((place.top / "tmp").iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
