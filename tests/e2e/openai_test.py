#!/usr/bin/env python3
"""A project from a server that speaks Chat Completions: what is asked of it and how, where the key goes and where it doesn't, and that
nothing is asked twice.
"""
import json
import shutil
import unittest

from greeting import DESCRIPTION, FILES, PLAN, answers
from support import PROGRAM, Server, Test, edit, new, ninja, run, scratch, tree

KEY = "sk-canary-7f3a9c1e5b"


class Conversation(Test):
    def test_a_plan_as_json_then_each_file_as_text(self):
        with Server(*answers()) as server:
            root = self.made(DESCRIPTION, env=server.environment())
            plan, *files = server.requests
        self.assertEqual(plan["path"], "/v1/chat/completions")
        self.assertEqual(plan["body"]["model"], "scripted")
        form = plan["body"]["response_format"]
        self.assertEqual(form["type"], "json_schema")
        self.assertIs(form["json_schema"]["strict"], True)
        schema = form["json_schema"]["schema"]
        self.assertEqual(set(schema["required"]), set(schema["properties"]))  # strict: every key, null for none
        self.assertIs(schema["additionalProperties"], False)
        self.assertIn(DESCRIPTION, plan["body"]["messages"][-1]["content"])
        self.assertEqual(len(files), len(FILES))
        for request in files:
            self.assertNotIn("response_format", request["body"])
        for request in server.requests:
            self.assertIs(request["body"]["stream"], True)
        for path, text in FILES.items():
            self.assertEqual((root / path).read_text(), text)
        self.passes(ninja(root / "build"))
        self.assertIn("2 tests passed in 1 program", self.passes(ninja(root / "build", "test")).out)
        self.assertEqual(self.passes(run(root / "build/bin/greet", "Ada")).out, "Hello, Ada!\n")

    def test_the_header_comes_first_and_is_shown_to_the_others(self):
        with Server(*answers()) as server:
            self.made(DESCRIPTION, env=server.environment())
            names = server.asked
            shown = {name: "\n".join(message["content"] for message in request["body"]["messages"])
                     for name, request in zip(names, server.all_requests)}
        self.assertEqual(names[:2], ["brief", "plan"])
        self.assertEqual(set(names[2:4]), {"README.md", "include/greeting/greeting.h"})  # that wait for nothing
        self.assertEqual(names[4], "tests/greeting_test.c")
        header, test = FILES["include/greeting/greeting.h"].strip(), FILES["tests/greeting_test.c"].strip()
        for path in ("tests/greeting_test.c", "src/greeting.c", "programs/greet.c"):
            self.assertIn(header, shown[path])
        # The test comes before the code that it judges: neither has seen the other.
        for path in ("src/greeting.c", "programs/greet.c"):
            self.assertNotIn(FILES[path].strip(), shown["tests/greeting_test.c"])
            self.assertNotIn(test, shown[path])

    def starts(self, jobs):
        """When requests for the two files that wait for nothing came, then for the two that wait for the test; and the least that one
        answer takes."""
        slow = answers(chunk=1000, delay=0.1)  # four events each
        with Server(*slow) as server:
            self.made(DESCRIPTION, "-j", jobs, env=server.environment())
            when = dict(zip(server.asked, (request["time"] for request in server.all_requests)))
        return [sorted(when[path] for path in pair) for pair in (("README.md", "include/greeting/greeting.h"), ("src/greeting.c", "programs/greet.c"))], 0.3

    def test_several_files_are_asked_for_at_once(self):
        pairs, answer = self.starts(4)
        for first, second in pairs:
            self.assertLess(second - first, answer)

    def test_j_1_asks_for_one_after_the_other(self):
        pairs, answer = self.starts(1)
        for first, second in pairs:
            self.assertGreaterEqual(second - first, answer)

    def test_what_models_put_around_an_answer_is_taken_off(self):
        fenced = answers()
        fenced[0]["text"] = "```json\n" + json.dumps(PLAN, indent=1) + "\n```"
        for answer in fenced[1:]:
            if "README" not in answer["contains"]:
                answer["text"] = "<think>how?</think>\n```c\n" + answer["text"] + "```\n"
        with Server(*fenced) as server:
            root = self.made(DESCRIPTION, env=server.environment())
        for path, text in FILES.items():
            self.assertEqual((root / path).read_text(), text)

    def test_a_server_without_schemas_gets_the_prompt_alone(self):
        refusal = {"status": 400, "body": {"error": {"message": "response_format is not supported here"}}}
        plain = answers()
        plan = plain.pop(0)
        plan.pop("stage")
        plan["contains"] = "Plan this project:"
        with Server(*[{**refusal, "stage": "plan"}] * 3, plan, *plain) as server:
            self.made(DESCRIPTION, env=server.environment())
            forms = [request["body"].get("response_format", {}).get("type") for request in server.requests[:4]]
        self.assertEqual(forms, ["json_schema", "json_schema", "json_object", None])

    def test_the_model_must_be_named(self):
        with Server() as server:
            root = scratch.new()
            ran = new(DESCRIPTION, root, env=scratch.environment(OPENAI_BASE_URL=server.url))
            self.refused(ran, 2, "model.missing", "-m MODEL", "AIBUILD_MODEL")
            self.assertEqual(server.requests, [])
        with Server(*answers()) as server:
            self.made(DESCRIPTION, "-m", "by-flag", env=server.environment())
            self.assertEqual({request["body"]["model"] for request in server.requests}, {"by-flag"})


class Key(Test):
    def test_without_a_key_there_is_no_authorization(self):
        with Server(*answers()) as server:
            self.made(DESCRIPTION, env=server.environment())
            for request in server.requests:
                self.assertNotIn("authorization", request["headers"])

    def test_the_key_goes_to_the_server_and_nowhere_else(self):
        root = scratch.new()
        cache, temporary, log = root.parent / "cache", root.parent / "tmp", root.parent / "strace"
        temporary.mkdir()
        with Server(*answers()) as server:
            env = server.environment(OPENAI_API_KEY=KEY, XDG_CACHE_HOME=cache, TMPDIR=temporary, ASAN_OPTIONS="detect_leaks=0")
            ran = self.passes(run("strace", "-f", "-qq", "-v", "-s", "100000", "-e", "trace=execve", "-o", log, PROGRAM, "new", DESCRIPTION,
                                  "-C", root, "--yes", env=env))
            self.assertEqual({request["headers"]["authorization"] for request in server.requests}, {f"Bearer {KEY}"})
            self.assertNotIn(KEY, json.dumps([request["body"] for request in server.requests]))
        self.assertNotIn(KEY, ran.out + ran.err)
        for directory in (root, cache, scratch.home, temporary):
            for each in directory.rglob("*"):
                if each.is_file():
                    self.assertNotIn(KEY.encode(), each.read_bytes(), each)
        own, *children = [line for line in log.read_text().splitlines() if "execve(" in line]
        self.assertIn(KEY, own)  # what the shell gave it; so the canary is one
        self.assertGreater(len(children), 3)
        for line in children:
            self.assertNotIn(KEY, line)

    def test_emission_passes_no_key_on(self):
        root = self.copy_of_the_project()
        edit(root / "aibuild.json", '"tests/word_frequency_test.cpp"', '"tests/word_frequency_test.cpp", "tests/more.cpp"')
        with open(root / "cmake/tests.cmake", "a", encoding="utf-8") as file:
            file.write("# Mine.\n")
        log = root.parent / "strace"
        env = scratch.environment(OPENAI_API_KEY=KEY, ASAN_OPTIONS="detect_leaks=0")
        self.passes(run("strace", "-f", "-qq", "-v", "-s", "100000", "-e", "trace=execve", "-o", log, PROGRAM, "emit", "-C", root, env=env))
        own, *children = [line for line in log.read_text().splitlines() if "execve(" in line]
        self.assertIn(KEY, own)
        self.assertTrue(any("git" in line for line in children), children)
        for line in children:
            self.assertNotIn(KEY, line)

    def test_a_refusal_that_quotes_the_key_is_shown_without_it(self):
        said = {"status": 401, "body": {"error": {"message": f"Incorrect API key provided: {KEY}."}}, "times": 0}
        with Server(said) as server:
            ran = new(DESCRIPTION, scratch.new(), env=server.environment(OPENAI_API_KEY=KEY))
        self.refused(ran, 4, "key.refused")
        self.assertNotIn(KEY, ran.err)

    def test_a_key_with_a_newline_is_refused_before_anything_is_sent(self):
        with Server(*answers()) as server:
            ran = new(DESCRIPTION, scratch.new(), env=server.environment(OPENAI_API_KEY=KEY + "\n"))
            self.assertEqual(server.requests, [])
        self.refused(ran, 4, "key.malformed")
        self.assertNotIn(KEY, ran.err)

    def test_plain_http_is_for_this_machine_only(self):
        ran = new(DESCRIPTION, scratch.new(), env=scratch.environment(OPENAI_BASE_URL="http://192.0.2.1/v1", OPENAI_API_KEY=KEY,
                                                                      AIBUILD_MODEL="m"))
        self.refused(ran, 2, "provider.plain-http")

    def test_a_redirect_is_not_followed(self):
        with Server(*answers()) as other:
            away = {"status": 307, "headers": {"Location": f"{other.url}/chat/completions"}, "body": "", "times": 0}
            with Server(away) as server:
                ran = new(DESCRIPTION, scratch.new(), env=server.environment(OPENAI_API_KEY=KEY))
            self.assertEqual(other.requests, [])
        self.refused(ran, 5, "provider.redirect")


class Store(Test):
    def setUp(self):
        self.cache = scratch.new("cache")

    def make(self, server, *arguments, root=None, description=DESCRIPTION):
        root = root or scratch.new()
        return root, new(description, root, *arguments, env=server.environment(XDG_CACHE_HOME=self.cache))

    def test_a_second_run_asks_nothing(self):
        with Server(*answers()) as server:
            one, ran = self.make(server)
            self.passes(ran)
            asked = len(server.all_requests)
            other, ran = self.make(server)
            self.passes(ran)
            self.assertEqual(len(server.all_requests), asked)
            self.assertEqual(ran.err.count("(kept from before)"), 2 + len(FILES))  # the brief and the plan too
            again = self.passes(self.make(server, root=one)[1])
            self.assertIn("nothing to do", again.err)
            self.assertEqual(len(server.all_requests), asked)
        self.assertEqual(tree(one, but=["build"]), tree(other, but=["build"]))

    def test_replay_needs_no_server(self):
        with Server(*answers()) as server:
            one, ran = self.make(server)
            self.passes(ran)
        other, ran = self.make(server, "--provider", "replay")
        self.passes(ran)
        self.assertEqual(tree(one, but=["build"]), tree(other, but=["build"]))
        # From what is committed with the project alone, in a clone of it on another machine.
        clone = scratch.new()
        clone.mkdir()
        shutil.copytree(one / ".aibuild", clone / ".aibuild")
        shutil.rmtree(self.cache)
        shutil.copytree(one / ".aibuild/responses", self.cache / "aibuild/responses")
        third, ran = self.make(server, "--provider", "replay")
        self.passes(ran)
        self.assertEqual(tree(one, but=["build"]), tree(third, but=["build"]))

    def test_one_changed_byte_of_a_prompt_is_another_request(self):
        with Server(*answers()) as server:
            self.passes(self.make(server)[1])
        root, ran = self.make(server, "--provider", "replay", description=DESCRIPTION + ".")
        self.refused(ran, 5, "provider.replay-miss", "brief")
        self.assertIsNone(tree(root))

    def test_a_changed_byte_of_what_is_stored_is_noticed(self):
        with Server(*answers()) as server:
            self.passes(self.make(server)[1])
        stored = sorted(self.cache.rglob("*.json"))
        self.assertEqual(len(stored), 2 + len(FILES))  # the brief and the plan too
        for each in stored:
            text = each.read_text()
            for old, other in (("Greets whoever", "Greets whomever"), ("project", "projekt")):
                with self.subTest(each.name, old=old):
                    if text.count(old) < 2:
                        continue
                    # In the request that it answers: the key is no longer that request's.
                    document = json.loads(text)
                    changed = json.dumps(document["request"]).replace(old, other, 1) if "request" in document else None
                    self.assertIsNotNone(changed)
                    document["request"] = json.loads(changed)
                    each.write_text(json.dumps(document, indent=2))
                    root, ran = self.make(server, "--provider", "replay")
                    self.refused(ran, 5, "provider.replay-miss")
                    self.assertIsNone(tree(root))
                    each.write_text(text)
        self.passes(self.make(server, "--provider", "replay")[1])

    def test_what_is_stored_is_for_its_owner_only(self):
        with Server(*answers()) as server:
            self.passes(self.make(server)[1])
        for each in (self.cache / "aibuild").rglob("*"):
            self.assertEqual(each.stat().st_mode & 0o077, 0, each)


if __name__ == "__main__":
    unittest.main(verbosity=2)
