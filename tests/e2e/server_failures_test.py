#!/usr/bin/env python3
"""What servers do wrong, at the plan and at a file: each is one error with its exit code, and nothing is written."""
import socket
import unittest

from greeting import DESCRIPTION, FILES, answers
from support import Server, Test, arrived, new, scratch, tree

# what happens: how the server answers, exit code, rule, how often it is asked at least
FAILURES = {
    "wrong key": ({"status": 401, "body": {"error": {"message": "no"}}}, 4, "key.missing", 1),
    "no permission": ({"status": 403, "body": {"error": {"message": "no"}}}, 4, "key.missing", 1),
    "no such model": ({"status": 404, "body": {"error": {"message": "no such model"}}}, 5, "provider.not-found", 1),
    "too many requests": ({"status": 429, "body": {"error": {"message": "slow down"}}}, 5, "provider.rate-limit", 3),
    "no money left": ({"status": 429, "body": {"error": {"message": "pay", "code": "insufficient_quota"}}}, 5, "provider.quota", 1),
    "a long wait": ({"status": 429, "headers": {"Retry-After": "3600"}, "body": ""}, 5, "provider.rate-limit", 1),
    "server error": ({"status": 500, "body": {"error": {"message": "oops"}}}, 5, "provider.failed", 3),
    "a proxy's page": ({"status": 502, "headers": {"Content-Type": "text/html"}, "body": "<html><title>Bad Gateway</title>"}, 5,
                       "provider.failed", 3),
    "request refused": ({"status": 400, "body": {"error": {"message": "what is this"}}}, 5, "provider.bad-request", 1),
    "stream ends early": ({"fault": "truncate"}, 5, "answer.incomplete", 2),
    "stream cut": ({"fault": "cut"}, 5, "answer.incomplete", 2),
    "connection reset": ({"fault": "reset"}, 5, "answer.incomplete", 2),
    "length limit": ({"finish": "length"}, 5, "answer.cut", 1),
    "error in mid-stream": ({"fault": "error"}, 5, "provider.failed", 1),
    "no HTTP": ({"fault": "garbage"}, 5, "provider.protocol", 1),
    "hangs up": ({"fault": "close"}, 5, "provider.connection", 3),
    "refusal": ({"text": "", "refusal": "I can't help with that."}, 7, "answer.refused", 1),
    "content filter": ({"finish": "content_filter"}, 7, "answer.filtered", 1),
}
FILE = "src/greeting.c"


class Failures(Test):
    def fails(self, code, rule, asked, script, is_it, there):
        with Server(*script) as server:
            root = scratch.new()
            if there:
                root.mkdir()
            before = tree(root.parent)
            ran = new(DESCRIPTION, root, env=server.environment())
            self.refused(ran, code, rule)
            self.assertGreaterEqual(len([each for each in server.requests if is_it(each)]), asked, f"\n{ran}")
            self.assertEqual(tree(root.parent), before)

    def test_at_the_plan(self):
        for what, (how, code, rule, asked) in FAILURES.items():
            with self.subTest(what):
                script = [{**answers()[0], **how}]
                self.fails(code, rule, asked, script, lambda request: True, there=False)

    def test_at_a_file(self):
        for what in ("wrong key", "too many requests", "stream ends early", "connection reset", "length limit", "refusal", "content filter"):
            how, code, rule, asked = FAILURES[what]
            with self.subTest(what):
                script = [{**answer, **(how if f"Write {FILE}." == answer.get("contains") else {})} for answer in answers()]
                self.fails(code, rule, asked, script, lambda request: f"Write {FILE}." in request["body"]["messages"][-1]["content"], there=True)

    def test_what_arrived_before_is_kept(self):
        script = answers()
        broken = [{**answer, "times": 1, "status": 500, "headers": {"x-should-retry": "false"}, "body": ""} if "tests/" in answer.get("contains", "")
                  else answer for answer in script]
        with Server(*broken, *script) as server:
            root = scratch.new()
            env = server.environment()
            ran = new(DESCRIPTION, root, env=env)
            self.refused(ran, 5, "provider.failed")
            there = arrived(ran)
            self.assertLessEqual({"brief", "plan", "include/greeting/greeting.h"}, set(there))  # the test is shown the header
            first = len(server.asked)
            self.assertEqual(server.asked.count("tests/greeting_test.c"), 1)
            self.assertFalse({"src/greeting.c", "programs/greet.c"} & set(server.asked), "they wait for the test")
            self.passes(new(DESCRIPTION, root, env=env))
            self.assertEqual(sorted(server.asked[first:]), sorted(set(FILES) - set(there)))

    def test_dead_server(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port
            url = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
            root = scratch.new()
            ran = new(DESCRIPTION, root, env=scratch.environment(OPENAI_BASE_URL=url, AIBUILD_MODEL="m"))
        self.refused(ran, 5, "provider.unreachable", "OPENAI_BASE_URL")
        self.assertIsNone(tree(root))

    def test_a_server_that_never_answers(self):
        for fault in ("silence", "headers", "stall", "endless", "blank"):
            with self.subTest(fault), Server({**answers()[0], "fault": fault}) as server:
                root = scratch.new()
                ran = new(DESCRIPTION, root, "--timeout", "1", env=server.environment())
                self.assertEqual(ran.code, 5, f"\n{ran}")
                self.assertEqual(ran.err.count("error["), 1)
                self.assertLess(ran.seconds, 10)
                self.assertIsNone(tree(root))

    def test_an_answer_that_is_no_plan(self):
        for text, rule in (("I would start with a header.", "answer.prose"), ("{}", "answer.plan"), ("[]", "answer.json"), ("null", "answer.json"),
                           ('{"format": 1, "project": {"name": "x"}, "targets": []}', "answer.plan"), ('{"format": 9}', "answer.plan"),
                           ("[" * 100000, "answer.depth"), ("{\"a\": 1e999}", "answer.number"), ("```json\n{}\n```\n```json\n{}\n```", "answer.ambiguous")):
            with self.subTest(text[:40]), Server({**answers()[0], "text": text, "chunk": 5000}) as server:
                root = scratch.new()
                self.refused(new(DESCRIPTION, root, env=server.environment()), 7, rule)
                self.assertIsNone(tree(root))

    def test_a_word_of_a_server_can_not_drive_the_terminal(self):
        said = {"status": 400, "times": 0, "body": {"error": {"message": "\x1b[2Jcleared \u202e and turned\r"}}}
        with Server(said) as server:
            ran = new(DESCRIPTION, scratch.new(), env=server.environment())
        self.refused(ran, 5, "provider.bad-request", "cleared")
        for control in ("\x1b", "\u202e", "\r"):
            self.assertNotIn(control, ran.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
