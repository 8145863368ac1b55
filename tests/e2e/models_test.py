#!/usr/bin/env python3
"""`aibuild-gen models`: what a server has, and what it understands when one of its models is asked."""
import json
import unittest

from support import Server, Test, aibuild, scratch

KEY = "sk-canary-0123456789"
WORD = {"text": '{"word": "open"}', "times": 0}


def named(server, settings=None, **described):
    """An environment whose person's settings name the server "work"."""
    config = server.directory / "config"
    (config / "aibuild").mkdir(parents=True, exist_ok=True)
    members = {"format": 1, "servers": {"work": {"base_url": server.url, "model": "mine", **described}}, **(settings or {})}
    (config / "aibuild" / "config.json").write_text(json.dumps(members), encoding="utf-8")
    return server.environment(XDG_CONFIG_HOME=config, OPENAI_BASE_URL=None, AIBUILD_MODEL=None)


class Models(Test):
    def test_lists_a_model_a_line_and_marks_the_default(self):
        with Server() as server:
            ran = self.passes(aibuild("models", env=server.environment(OPENAI_API_KEY=KEY)))
            self.assertEqual(ran.out, "scripted  (default)\n")
            self.assertIn(server.url, ran.err)
            self.assertEqual([(each["method"], each["path"]) for each in server.requests], [("GET", "/v1/models")])
            self.assertEqual(server.requests[0]["headers"]["authorization"], f"Bearer {KEY}")
            ran = self.passes(aibuild("models", "-m", "other", env=server.environment()))
            self.assertEqual(ran.out, "scripted\n")

    def test_as_json(self):
        with Server() as server:
            ran = self.passes(aibuild("models", "--json", env=server.environment()))
            self.assertEqual(json.loads(ran.out), {"schema": "aibuild.models/1", "base_url": server.url,
                                                   "models": [{"id": "scripted", "default": True}]})

    def test_of_a_server_by_name(self):
        with Server() as server:
            url = server.url.removesuffix("/v1")
            env = server.environment(AZURE_OPENAI_ENDPOINT=url, AZURE_OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://127.0.0.1:9/v1",
                                     OPENAI_API_KEY="sk-of-somebody-else")
            ran = aibuild("models", "--server", "azure", env=env)
            self.assertEqual([each["path"] for each in server.requests], ["/openai/models?api-version=2024-10-21"])
            self.assertEqual(server.requests[0]["headers"]["api-key"], KEY)
            self.assertNotIn("sk-of-somebody-else", json.dumps(server.requests[0]["headers"]))
            self.assertEqual(self.passes(ran).out, "scripted  (default)\n")
            self.assertIn("deployment", ran.err)
            self.refused(aibuild("models", "--server", "azur", env=env), 2, "provider.server", "Did you mean azure?")

    def test_of_a_server_of_the_settings(self):
        with Server() as server:
            env = {**named(server, key_environment="WORK_KEY"), "WORK_KEY": KEY, "OPENAI_API_KEY": "sk-of-somebody-else"}
            ran = self.passes(aibuild("models", "--server", "work", env=env))
            self.assertEqual(ran.out, "scripted\n")
            self.assertIn(f"1 model of work ({server.url})", ran.err)
            self.assertEqual(server.requests[0]["headers"]["authorization"], f"Bearer {KEY}")
            # The one that is asked first, as the settings say: of the person, and then of the project.
            env = named(server, settings={"provider": ["builtin", "work"]})
            self.assertIn("of work", self.passes(aibuild("models", env=env)).err)
            project = scratch.new()
            (project / ".aibuild").mkdir(parents=True)
            (project / ".aibuild" / "config.json").write_text(json.dumps({"format": 1, "provider": "work"}), encoding="utf-8")
            env = named(server)
            self.assertIn("of work", self.passes(aibuild("models", "-C", project, env=env)).err)
            self.assertIn("of work", self.passes(aibuild("models", cwd=project, env=env)).err)

    def test_a_failure_names_the_server_and_its_own_key(self):
        refusals = [{"path": "/models", "status": 401, "times": 0, "body": {"error": {"message": "no"}}}]
        with Server(*refusals) as server:
            env = named(server, key_environment="WORK_KEY")
            block = self.refused(aibuild("models", "--server", "work", env=env), 4, "key.missing", "The server work", "WORK_KEY")
            block += self.refused(aibuild("models", "--server", "work", env={**env, "WORK_KEY": KEY}), 4, "key.refused", "the key from WORK_KEY")
            env = named(server)
            strange = {**env, "OPENAI_API_KEY": "sk-of-somebody-else"}
            block += self.refused(aibuild("models", "--server", "work", env=strange), 4, "key.missing", '"key_file" of ',
                                  "config.json:1 (/servers/work)")
            self.assertNotIn("authorization", server.requests[-1]["headers"])
            self.assertNotIn("OPENAI_", block)
        block = self.refused(aibuild("models", "--server", "work", env=env), 5, "provider.unreachable", "The server work".lower(), '"base_url" of ')
        self.assertNotIn("OPENAI_", block)

    def test_offline_opens_no_socket(self):
        with Server() as server:
            self.refused(aibuild("models", "--offline", env=server.environment()), 6, "provider.offline")
            self.refused(aibuild("models", "test", "--yes", env=server.environment(AIBUILD_OFFLINE="1")), 6, "provider.offline")
            self.assertEqual(server.requests, [])

    def test_plain_http_to_another_machine(self):
        with Server() as proxy:
            env = scratch.environment(OPENAI_BASE_URL="http://192.0.2.1:9/v1", OPENAI_API_KEY=KEY, http_proxy=proxy.url.removesuffix("/v1"))
            self.refused(aibuild("models", env=env), 2, "provider.plain-http", "--allow-http")
            self.assertEqual(proxy.requests, [])
            self.passes(aibuild("models", "--allow-http", env=env))
            self.assertEqual([each["path"] for each in proxy.requests], ["http://192.0.2.1:9/v1/models"])

    def test_a_server_that_has_no_list(self):
        with Server({"path": "/models", "status": 404, "body": {"detail": "Not Found"}}) as server:
            self.refused(aibuild("models", env=server.environment()), 5, "provider.no-list", "status 404: Not Found", "-m MODEL")

    def test_a_server_that_is_not_there(self):
        ran = aibuild("models", env=scratch.environment(OPENAI_BASE_URL="http://127.0.0.1:9/v1"))
        self.refused(ran, 5, "provider.unreachable", "http://127.0.0.1:9/v1/models")


class TestOfOne(Test):
    def test_says_what_the_server_understands(self):
        with Server(WORD) as server:
            ran = self.passes(aibuild("models", "test", "--yes", env=server.environment()))
            self.assertEqual(len(server.requests), 1)
            self.assertEqual(server.requests[0]["path"], "/v1/chat/completions")
        self.assertRegex(ran.out, "api: chat\nformat: json_schema_strict\ntoken limit: max_completion_tokens\nfirst event: [0-9]+ ms\n"
                                  "whole answer: [0-9]+ ms, 1 request\nanswer: complete, and what the schema wanted\n")
        self.assertRegex(ran.err, "at most [0-9]+ tokens in and 1000 out")

    def test_goes_down_the_ladder_and_remembers(self):
        refusal = {"status": 400, "body": {"error": {"message": "response_format is not supported here"}}}
        with Server({**refusal, "times": 2}, {"status": 400, "body": {"error": {"message": "unknown: max_completion_tokens"}}}, WORD) as server:
            env = server.environment()
            first = self.passes(aibuild("models", "test", "--yes", env=env))
            again = self.passes(aibuild("models", "test", "--yes", env=env))
            self.assertEqual(len(server.requests), 5)
        for ran in (first, again):
            self.assertIn("format: json_object\ntoken limit: max_tokens\n", ran.out)
        self.assertIn("4 requests", first.out)
        self.assertIn("1 request", again.out)

    def test_the_responses_api_and_back(self):
        gone = {"path": "/responses", "status": 404, "body": {"error": {"message": "File Not Found"}}}
        with Server(WORD) as server:
            env = named(server, preset="openai")
            ran = self.passes(aibuild("models", "test", "--server", "work", "--yes", env=env))
            self.assertIn("api: responses\n", ran.out)
            self.assertIn("token limit: max_output_tokens\n", ran.out)
            self.assertIn("api: chat\n", self.passes(aibuild("models", "test", "--server", "work", "--yes", "--api", "chat", env=env)).out)
        with Server(gone, WORD) as server:
            ran = self.passes(aibuild("models", "test", "--server", "work", "--yes", env=named(server, preset="openai")))
            self.assertIn("api: chat\n", ran.out)

    def test_a_servers_lesser_wrongs_are_told(self):
        with Server({**WORD, "usage": [-3, 5]}) as server:
            ran = self.passes(aibuild("models", "test", "--yes", env=server.environment()))
            self.assertIn("warning: The server's counts of tokens can't be counts", ran.err)

    def test_nothing_is_sent_without_a_yes(self):
        with Server(WORD) as server:
            ran = aibuild("models", "test", env=server.environment())
            self.refused(ran, 8, "models.unasked", "at most", "--yes")
            self.refused(aibuild("models", "test", "--yes", env=server.environment(AIBUILD_MODEL=None)), 2, "model.missing")
            self.assertEqual(server.requests, [])

    def test_an_answer_that_is_none(self):
        with Server({"text": "open"}) as server:
            ran = aibuild("models", "test", "--yes", env=server.environment())
            self.assertEqual(ran.code, 7, ran)
            self.assertIn("error[models.answer]", ran.err)
            self.assertNotIn("what the schema wanted", ran.out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
