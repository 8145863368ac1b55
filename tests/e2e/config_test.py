#!/usr/bin/env python3
"""Settings: who wins, what a project's file may not say, and that no key is ever shown."""
import json
import os
import stat
import unittest

from support import Test, aibuild, offline, run, scratch, sockets, tree

KEY = "sk-canary-4711"


class Machine:
    """A home, a system and a project of their own."""

    def __init__(self):
        self.project = scratch.new()
        self.project.mkdir()
        self.top = self.project.parent
        self.files = {"project": self.project / ".aibuild" / "config.json", "user": self.top / "config" / "aibuild" / "config.json",
                      "system": self.top / "xdg" / "aibuild" / "config.json"}

    def put(self, layer, **members):
        path = self.files[layer]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"format": 1, **members}, indent=1), encoding="utf-8")
        return path

    def environment(self, **more):
        return scratch.environment(**{"XDG_CONFIG_HOME": self.top / "config", "XDG_CONFIG_DIRS": self.top / "xdg", **more})

    def config(self, *arguments, **variables):
        return aibuild("config", *arguments, "-C", self.project, env=self.environment(**variables))


class Precedence(Test):
    # By layer, from the weakest, a value of each setting; every one takes the place of those before it.
    TABLE = (
        ("model", "--model", "AIBUILD_MODEL", ("m1", "m2", "m3", "m4", "m5")),
        ("provider", "--provider", "AIBUILD_PROVIDER", ("openai", "builtin", "replay", "a", "b")),
        ("jobs", "--jobs", "AIBUILD_JOBS", (1, 2, 3, 4, 5)),
        ("timeout", "--timeout", "AIBUILD_TIMEOUT", (10, 20, 30, 40, 50.5)),
        ("max_output_tokens", "--max-output-tokens", "AIBUILD_MAX_OUTPUT_TOKENS", (1, 2, 3, 4, 5)),
    )

    def test_five_levels(self):
        for name, flag, variable, values in self.TABLE:
            with self.subTest(name):
                machine = Machine()
                default = json.loads(self.passes(machine.config("explain", name, "--json")).out)
                self.assertIn([source["layer"] for source in default["sources"]], ([], ["default"]))
                variables, flags, hidden = {}, [], [source["layer"] for source in default["sources"]]
                for layer, value in zip(("system", "user", "project", "environment", "flag"), values):
                    if layer == "environment":
                        variables = {variable: value}
                    elif layer == "flag":
                        flags = [flag, value]
                    else:
                        machine.put(layer, **{name: value})
                    told = json.loads(self.passes(machine.config("explain", name, "--json", *flags, **variables)).out)
                    self.assertEqual(told["schema"], "aibuild.config/1")
                    self.assertEqual(told["value"], [value] if isinstance(value, str) and name in ("model", "provider") else value)
                    self.assertEqual([source["layer"] for source in told["sources"]], [layer, *hidden])
                    hidden = [layer, *hidden]
                said = self.passes(machine.config("explain", name, *flags, **variables)).out
                self.assertIn(f"from flag: {flag}", said)
                self.assertIn(f"hides {values[3]}  (environment: {variable})", said)
                for layer in ("project", "user", "system"):
                    self.assertRegex(said, rf"\({layer}: \S*{machine.files[layer]}:3 \(/{name}\)\)")

    def test_a_list_and_its_files(self):
        machine = Machine()
        machine.put("user", model="mine", servers={"work": {"preset": "azure", "base_url": "https://w.example/v1"}})
        told = self.passes(machine.config("list")).out
        self.assertRegex(told, r"(?m)^model +mine  \(user: .*config\.json:3 \(/model\)\)$")
        self.assertRegex(told, r"(?m)^server work  \(.*\)$")
        self.assertRegex(told, r"(?m)^max_cost +\(not set\)$")
        listed = json.loads(self.passes(machine.config("list", "--json")).out)
        self.assertEqual([server["name"] for server in listed["servers"]], ["work"])
        paths = json.loads(self.passes(machine.config("path", "--json")).out)["files"]
        self.assertEqual([(entry["layer"], entry["exists"]) for entry in paths],
                         [("project", False), ("user", True), ("system", False)])
        self.assertEqual([entry["path"] for entry in paths], [str(machine.files[entry["layer"]]) for entry in paths])

    def test_names_of_the_sdk(self):
        machine = Machine()
        for variables, value in (({"OPENAI_API_BASE": "https://c.example/v1"}, "https://c.example/v1"),
                                 ({"OPENAI_BASE_URL": "https://b.example/v1"}, "https://b.example/v1"),
                                 ({"OPENAI_BASE_URL": "https://b.example/v1", "AIBUILD_BASE_URL": "https://a.example/v1"},
                                  "https://a.example/v1")):
            self.assertEqual(json.loads(self.passes(machine.config("explain", "base_url", "--json", **variables)).out)["value"], value)
        self.refused(machine.config("explain", "base_url", OPENAI_BASE_URL="https://b.example", OPENAI_API_BASE="https://c.example"),
                     2, "settings.conflict", "OPENAI_API_BASE")


class Refusals(Test):
    def test_a_projects_file_that_says_what_is_not_its_to_say(self):
        machine = Machine()
        proof = machine.top / "ran"
        for name, value in (("base_url", "http://127.0.0.1:9/v1"), ("headers", {"X-A": "b"}), ("key_file", "/etc/hostname"),
                            ("key_command", ["touch", str(proof)]), ("api", "chat"), ("organization", "o"), ("max_cost", 1e6),
                            ("servers", {"work": {"base_url": "http://127.0.0.1:9/v1", "key_command": ["touch", str(proof)]}})):
            with self.subTest(name):
                path = machine.put("project", model="m", **{name: value})
                before = tree(machine.project)
                for arguments in (["explain", "model"], ["list"], ["list", "--json"]):
                    ran = machine.config(*arguments, OPENAI_API_KEY=KEY)
                    self.refused(ran, 6, "settings.project", f"{path}:4 (/{name})", f'"{name}"', "~/.config/aibuild/config.json")
                    self.assertNotIn(KEY, ran.err)
                self.assertEqual(tree(machine.project), before)
                self.assertFalse(proof.exists())

    def test_mistakes_name_file_and_line(self):
        machine = Machine()
        for members, rule, said in (({"modle": "m"}, "settings.unknown", 'Did you mean "model"?'),
                                    ({"jobs": "four"}, "settings.type", "whole number"),
                                    ({"api_key": KEY}, "settings.key", "key_file"),
                                    ({"servers": {"w": {"preset": "azure", "bse_url": "x"}}}, "settings.unknown", 'Did you mean "base_url"?')):
            path = machine.put("user", **members)
            ran = machine.config("list")
            self.refused(ran, 2, rule, said, f"{path}:")
            self.assertNotIn(KEY, ran.err)
        machine.files["user"].write_text('{"format": 2}', encoding="utf-8")
        self.refused(machine.config("list"), 2, "settings.newer", "newer aibuild-gen")
        machine.files["user"].write_text('{"format": 1, "model": "a", "model": "b"}', encoding="utf-8")
        self.refused(machine.config("list"), 2, "json.duplicate")
        self.refused(Machine().config("explain", "modle"), 2, "settings.unknown", "Did you mean model?")


class Keys(Test):
    def test_none_is_shown(self):
        machine = Machine()
        key_file = machine.top / "key"
        key_file.write_text(KEY, encoding="utf-8")
        key_file.chmod(0o600)
        user = machine.put("user", key_file=str(key_file), key_command=["echo", KEY],
                           servers={"work": {"preset": "azure", "key_environment": "WORK_KEY", "key_command": ["echo", KEY]}})
        user.chmod(stat.S_IRUSR | stat.S_IWUSR)
        variables = {name: KEY for name in ("AIBUILD_API_KEY", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "OPENROUTER_API_KEY", "WORK_KEY")}
        for arguments in (["list"], ["list", "--json"], ["path"], ["explain", "key_file"], ["explain", "key_command"],
                          ["explain", "key_command", "--json"], ["explain", "base_url"]):
            ran = self.passes(machine.config(*arguments, AIBUILD_LOG="debug", OPENAI_BASE_URL=f"https://a:{KEY}@b.example/v1?k={KEY}",
                                             **variables))
            self.assertNotIn(KEY, ran.out + ran.err)
        self.assertIn(str(key_file), self.passes(machine.config("explain", "key_file")).out)

    def test_no_child_inherits_one(self):
        machine = Machine()
        machine.put("user", servers={"work": {"preset": "azure", "key_environment": "WORK_KEY"}})
        tools = machine.top / "tools"
        tools.mkdir()
        told = machine.top / "environment"
        compiler = tools / "cc"
        compiler.write_text(f'#!/bin/sh\nenv >> "{told}"\necho cc 1.0\n', encoding="utf-8")
        compiler.chmod(0o755)
        names = ("AIBUILD_API_KEY", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "OPENROUTER_API_KEY", "WORK_KEY")
        env = machine.environment(CC=compiler, **{name: KEY for name in names})
        self.passes(aibuild("languages", env=env))
        self.assertIn("PATH=", told.read_text(encoding="utf-8"), "the compiler was run")
        self.assertNotIn(KEY, told.read_text(encoding="utf-8"))

    def test_nothing_is_run_and_no_socket_is_opened(self):
        machine = Machine()
        proof = machine.top / "ran"
        machine.put("user", key_command=["touch", str(proof)])
        log = machine.top / "strace"
        ran = run(*offline([os.environ["AIBUILD_GEN"], "config", "list", "-C", machine.project], log), env=machine.environment())
        self.passes(ran)
        self.assertEqual(sockets(log), [])
        self.assertFalse(proof.exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
