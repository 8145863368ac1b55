#!/usr/bin/env python3
"""A language from a file: the project in examples/own-language, as somebody finds it who has just cloned it, and the languages that a person
keeps for all projects."""
import json
import os
import pathlib
import pty
import shutil
import stat
import subprocess
import sys
import unittest

from support import PROGRAM, Test, aibuild, edit, ninja, run, scratch, times, tree

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "own-language"
if not shutil.which("luac5.4"):
    print("luac5.4 is not here (Debian's lua5.4)", file=sys.stderr)
    sys.exit(1 if os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS") else 77)


class Case(Test):
    def setUp(self):
        self.state = scratch.new("state")
        self.config = scratch.new("config")
        self.env = scratch.environment(XDG_STATE_HOME=self.state, XDG_CONFIG_HOME=self.config)

    def example(self):
        root = scratch.new()
        shutil.copytree(EXAMPLE, root)
        return root

    def emit(self, root, *arguments, **more):
        return aibuild("emit", "-C", root, *arguments, env={**self.env, **more})

    def ninja(self, root, *arguments):
        return ninja(root / "build", *arguments, env=self.env)

    def built(self):
        root = self.example()
        self.passes(self.emit(root, "--yes"))
        self.passes(self.ninja(root, "all", "test"))
        return root


class AProjects(Case):
    def test_nothing_runs_before_a_person_agreed(self):
        root = self.example()
        before = tree(root)
        block = self.refused(self.emit(root), 8, "consent.missing", "the language lua, from .aibuild/languages/lua.json:",
                             '["sh", "{helper:lua-bundle.sh}", "{luac}"', "lua-bundle.sh:", 'cat "$1"', f"aibuild-gen emit -C {root} --yes")
        self.assertEqual(tree(root), before)
        self.assertFalse(self.state.exists())
        self.assertNotIn("\x1b", block)

    def test_it_builds_like_any_other(self):
        root = self.built()
        with open(root / "src/words/split.lua", encoding="utf-8") as text:
            said = self.passes(run(root / "build/bin/word-count", env=self.env, stdin=text))
        self.assertIn("1\tgmatch\n", said.out)
        self.assertEqual((root / "build/tests/words-test.passed").read_text().split()[0], "4")
        self.assertIn("no work to do", self.passes(self.ninja(root, "all", "test")).out)
        before = times(root)
        self.passes(self.emit(root))
        self.assertEqual(times(root), before)
        status = json.loads(self.passes(aibuild("status", "-C", root, "--json", env=self.env)).out)
        self.assertEqual({task["state"] for task in status["tasks"]}, {"succeeded"})

    def test_only_what_changed_is_made_again(self):
        root = self.built()
        edit(root / "src/words/split.lua", "%a+", "%w+")
        self.assertEqual(self.passes(self.ninja(root, "all", "test")).edges,
                         ["BUNDLE bin/word-count", "BUNDLE lib/words.lua", "BUNDLE tests/words-test", "TEST words-test", "TESTS tests/passed"])
        edit(root / "src/words/split.lua", "%w+", "%w+")
        self.assertEqual(self.passes(self.ninja(root, "all", "test")).edges, ["BUNDLE lib/words.lua"], "an unchanged bundle stays")
        edit(root / "src/words/split.lua", "return function", "return fnction")
        broken = self.ninja(root)
        self.assertNotEqual(broken.code, 0)
        self.assertIn("split.lua:3", broken.out)

    def test_a_changed_language_needs_a_new_consent_and_rebuilds(self):
        root = self.built()
        edit(root / ".aibuild/languages/lua.json", '"verb": "BUNDLE", "output": "lib/', '"verb": "LUA", "output": "lib/')
        edit(root / ".aibuild/languages/lua.json", '"{luac}", "{out}", "{root}"', '"{luac}", "{out}", "{root}/"')
        before = tree(root)
        refused = self.ninja(root)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("error[consent.missing]", refused.out)
        self.assertEqual({path: what for path, what in tree(root).items() if "ninja" not in path},
                         {path: what for path, what in before.items() if "ninja" not in path})
        self.passes(self.emit(root, "--yes"))
        self.assertEqual(self.passes(self.ninja(root, "all", "test")).edges, ["LUA lib/words.lua"])
        self.assertIn("no work to do", self.passes(self.ninja(root, "all", "test")).out)

    def test_ninja_notices_a_changed_language_that_was_agreed_to(self):
        root = self.built()
        text = (root / ".aibuild/languages/lua.json").read_text()
        edit(root / ".aibuild/languages/lua.json", '"verb": "BUNDLE", "output": "bin/', '"verb": "LUA", "output": "bin/')
        self.passes(self.emit(root, "--yes"))
        (root / ".aibuild/languages/lua.json").write_text(text)  # as it was, agreed to before
        self.assertIn("EMIT build.ninja", self.passes(self.ninja(root)).edges)
        self.assertNotIn("LUA", (root / "build/build.ninja").read_text())

    def test_a_changed_script_rebuilds(self):
        root = self.built()
        edit(root / ".aibuild/languages/lua-bundle.sh", "printf '#!%s\\n' \"$run\"", "printf '#!%s\\n-- bundled\\n' \"$run\"")
        self.assertIn("consent.missing", self.ninja(root).out)
        self.passes(self.emit(root, "--yes"))
        edges = self.passes(self.ninja(root, "all", "test")).edges
        self.assertIn("BUNDLE bin/word-count", edges)
        self.assertIn("-- bundled", (root / "build/bin/word-count").read_text())

    def test_a_person_is_asked_on_the_terminal(self):
        for answer, code in ((b"n\n", 8), (b"\n", 8), (b"y\n", 0)):
            with self.subTest(answer):
                root = self.example()
                primary, secondary = pty.openpty()
                process = subprocess.Popen([PROGRAM, "emit", "-C", root], env=self.env, stdin=secondary, stderr=secondary, stdout=subprocess.PIPE)
                os.close(secondary)
                os.write(primary, answer)
                said = b""
                while b"[y/N]" not in said:
                    said += os.read(primary, 4096)
                self.assertEqual(process.wait(timeout=60), code)
                process.stdout.close()
                os.close(primary)
                self.assertIn(b"lua-bundle.sh:", said)
                self.assertEqual((root / "build").exists(), code == 0)
        consents = list((self.state / "aibuild/consent").iterdir())
        self.assertEqual(len(consents), 1)
        self.assertEqual(stat.S_IMODE(consents[0].stat().st_mode), 0o600)

    def test_a_consent_that_the_project_brings_counts_for_nothing(self):
        root = self.built()
        consent, = (self.state / "aibuild/consent").iterdir()
        away = scratch.new("away")
        consent.rename(away)
        self.refused(self.emit(root), 8, "consent.missing")  # withdrawn
        away.rename(consent)
        self.passes(self.emit(root))
        shutil.copytree(self.state, root / ".local/state")
        for variables in ({"XDG_STATE_HOME": str(root / ".local/state")}, {"XDG_STATE_HOME": "", "HOME": str(root)}):
            self.refused(self.emit(root, **variables), 6, "consent.place", str(root))
        # Nor does a language count as the person's own because it stands where the project made XDG_CONFIG_HOME point.
        plain = self.example()
        (plain / "config/aibuild").mkdir(parents=True)
        (plain / ".aibuild/languages").rename(plain / "config/aibuild/languages")
        self.refused(self.emit(plain, XDG_STATE_HOME=str(scratch.new("none")), XDG_CONFIG_HOME=str(plain / "config")), 8, "consent.missing")

    def test_cmake_builds_it_without_aibuild(self):
        root = self.built()
        self.assertTrue((root / "cmake/lua-bundle.sh").exists())
        build = root / "build/with-cmake"
        self.passes(run("cmake", "-S", root, "-B", build, "-G", "Ninja", env=self.env))
        self.passes(run("cmake", "--build", build, env=self.env))
        self.passes(run("ctest", "--test-dir", build, "--no-tests=error", env=self.env))


class APersons(Case):
    def keep(self, root):
        """The example's language becomes the person's own."""
        (self.config / "aibuild").mkdir(parents=True, exist_ok=True)
        shutil.move(root / ".aibuild/languages", self.config / "aibuild/languages")
        return self.config / "aibuild/languages"

    def test_it_needs_no_consent_and_rebuilds_when_it_changes(self):
        root = self.example()
        languages = self.keep(root)
        self.passes(self.emit(root))
        self.passes(self.ninja(root, "all", "test"))
        self.assertFalse(self.state.exists())
        edit(languages / "lua.json", '"verb": "BUNDLE", "output": "lib/', '"verb": "LUA", "output": "lib/')
        edit(languages / "lua.json", '"{luac}", "{out}", "{root}"', '"{luac}", "{out}", "{root}/"')
        self.assertEqual(self.passes(self.ninja(root)).edges, ["EMIT build.ninja", "LUA lib/words.lua"])
        self.assertIn("no work to do", self.passes(self.ninja(root)).out)

    def test_the_projects_own_is_taken_before_it(self):
        root = self.example()
        languages = self.keep(self.example())
        edit(languages / "lua.json", '"title": "Lua"', '"title": "My Lua"')
        self.refused(self.emit(root), 8, "consent.missing", "from .aibuild/languages/lua.json")
        self.passes(self.emit(root, "--yes"))

    def test_new_knows_it(self):
        languages = self.keep(self.example())
        (languages / "lua.json").write_text("{")
        self.refused(aibuild("new", "a word counter in C", "-C", scratch.new(), "--yes", env=self.env), 2, "json.syntax", str(languages / "lua.json"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
