#!/usr/bin/env python3
"""`aibuild-gen languages` and `aibuild-gen doctor`: what they say of machines that lack something, or whose programs lie; and a toolchain that
vanishes between plan and build."""
import json
import os
import pathlib
import shutil
import time
import unittest

from support import Test, aibuild, edit, ninja, scratch, touch, tree

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "own-language"
BASE = ("sh", "git", "ninja", "env", "as", "ld", "awk", "cat", "mv", "rm", "cmp", "grep")


class Case(Test):
    def setUp(self):
        self.bin = scratch.new("bin")
        self.bin.mkdir()

    def machine(self, *programs, **more):
        """The environment of a machine with just these programs."""
        path = scratch.environment()["PATH"]
        for program in programs:
            found = shutil.which(program, path=path)
            (self.bin / program).symlink_to(os.path.realpath(found) if program in ("python3", "rustc") else found)
        return scratch.environment(PATH=self.bin, **more)

    def script(self, name, text):
        """A program of this machine."""
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.bin / name).chmod(0o755)


class Languages(Case):
    def languages(self, env, root=None):
        ran = self.passes(aibuild("languages", "--json", *(["-C", root] if root else []), env=env, cwd=self.bin))
        document = json.loads(ran.out)
        self.assertEqual(document["schema"], "aibuild.languages/1")
        return {language["name"]: language for language in document["languages"]}

    def test_what_is_here_and_what_is_not(self):
        env = self.machine("sh", "cc", "ar", "python3")
        languages = self.languages(env)
        self.assertEqual({name for name, language in languages.items() if language["usable"]}, {"c", "python"})
        self.assertGreaterEqual(len(languages), 15)
        c = languages["c"]
        self.assertEqual((c["title"], c["sources"]), ("C", [".c"]))
        self.assertEqual(c["kinds"], ["executable", "static-library", "shared-library", "interface-library", "test"])
        self.assertEqual(c["tools"][0]["path"], str(self.bin / "cc"))
        self.assertRegex(c["tools"][0]["version"], r"\d+\.\d+")
        rustc = languages["rust"]["tools"][0]
        self.assertEqual((rustc["present"], rustc["problem"]), (False, "None of rustc is on PATH."))
        self.assertRegex(rustc["fix"], r"\A(sudo )?apt-get install rustc\Z")
        table = self.passes(aibuild("languages", env=env, cwd=self.bin)).out
        self.assertRegex(table, r"(?m)^yes +python +Python +\(")
        self.assertRegex(table, r"(?m)^no +rust +Rust +\(.*\n +rustc: None of rustc is on PATH\.$")
        self.assertRegex(table, r"(?m)^2 of \d+ languages can be built here\.\n(.*\n)* +(sudo )?apt-get install rustc$")

    def test_compilers_that_lie(self):
        env = self.machine("sh", "ar", "sleep")
        for text, version, problem in (
            ("echo 'cc 12.2'", "cc 12.2", None),
            ("", None, "printed no version"),
            ("printf '\\001\\377\\033[2J\\n'", None, "printed something that is no version"),
            ("while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", None, "printed more than 65536 bytes"),
            ("exit 3", None, "ended with exit code 3"),
            ("kill -9 $$", None, "was killed by signal 9"),
            ("sleep 60", None, "did not end within 10 s"),
        ):
            with self.subTest(text):
                self.script("cc", text)
                begin = time.monotonic()
                tool = self.languages(env)["c"]["tools"][0]
                self.assertLess(time.monotonic() - begin, 25)
                self.assertEqual((tool.get("version"), tool.get("problem")), (version, problem))
                self.assertTrue(tool["present"])
        self.assertNotIn("\x1b", self.passes(aibuild("languages", env=env, cwd=self.bin)).out)

    def test_a_projects_own_language_is_not_run_before_it_is_agreed_to(self):
        root = scratch.new()
        shutil.copytree(EXAMPLE, root)
        env = self.machine(*BASE, "touch", XDG_STATE_HOME=scratch.new("state"))
        ran = scratch.new("ran")
        for program in ("lua5.4", "luac5.4"):
            self.script(program, f"touch {ran}; echo Lua 5.4")
        lua = self.languages(env, root)["lua"]
        self.assertEqual((lua["usable"], lua["agreed"], lua["file"]), (False, False, ".aibuild/languages/lua.json"))
        self.assertEqual({tool["problem"] for tool in lua["tools"]}, {"nobody agreed to run it"})
        said = aibuild("doctor", "-C", root, env=env)
        self.assertEqual(said.code, 1, f"\n{said}")
        self.assertIn("MISSING  the language Lua", said.out)
        self.assertFalse(ran.exists())
        self.passes(aibuild("emit", "--yes", "-C", root, env=env))
        self.assertFalse(ran.exists(), "emit runs no compiler")
        lua = self.languages(env, root)["lua"]
        self.assertEqual((lua["usable"], lua["agreed"], lua["tools"][0]["version"]), (True, True, "Lua 5.4"))
        self.assertTrue(ran.exists())
        self.passes(aibuild("doctor", "-C", root, env=env))

    def test_a_broken_one_is_an_error(self):
        root = scratch.new()
        shutil.copytree(EXAMPLE, root)
        edit(root / ".aibuild/languages/lua.json", '"format": 1,', '"format": 1')
        before = tree(root)
        self.refused(aibuild("languages", "-C", root), 2, "json.syntax", ".aibuild/languages/lua.json:3")
        self.assertEqual(tree(root), before)


class Doctor(Case):
    def doctor(self, code, *arguments, env):
        ran = aibuild("doctor", "--json", *arguments, env=env, cwd=self.bin)
        self.assertEqual(ran.code, code, f"\n{ran}")
        document = json.loads(ran.out)
        self.assertEqual((document["schema"], document["ok"]), ("aibuild.doctor/1", code == 0))
        return {check["what"]: check for check in document["checks"]}

    def test_a_machine_without(self):
        env = self.machine(*BASE)
        checks = self.doctor(0, env=env)
        self.assertTrue(checks["ninja"]["ok"])
        self.assertRegex(checks["ninja"]["found"], rf"^{self.bin}/ninja 1\.\d+")
        for program, package in (("cmake", "cmake"), ("bwrap", "bubblewrap"), ("ccache", "ccache"), ("distcc", "distcc")):
            self.assertEqual((checks[program]["ok"], checks[program]["required"]), (False, False), program)
            self.assertRegex(checks[program]["fix"], rf"apt-get install {package}$")
        (self.bin / "ninja").unlink()
        checks = self.doctor(1, env=env)
        self.assertEqual((checks["ninja"]["ok"], checks["ninja"]["required"]), (False, True))
        self.assertIn("apt-get install ninja-build", checks["ninja"]["fix"])
        self.script("ninja", "echo 1.5.3")
        self.assertIn("older than 1.10", self.doctor(1, env=env)["ninja"]["why"])
        table = aibuild("doctor", env=env, cwd=self.bin)
        self.assertRegex(table.out, r"(?m)^MISSING +ninja: .*\n +It is older than 1.10: .*\n +fix: Install ninja 1.10 or newer\.$")

    def test_a_sandbox_that_is_forbidden(self):
        env = self.machine(*BASE)
        self.script("bwrap", 'case $1 in --version) echo bubblewrap 0.8.0 ;; *) exit 1 ;; esac')
        check = self.doctor(0, env=env)["bwrap"]
        self.assertFalse(check["ok"])
        self.assertIn("namespaces", check["why"])

    def test_a_project(self):
        root = self.copy_of_the_project()
        env = self.machine(*BASE, "cc", "c++", "ar", "rustc", "python3")
        before = tree(root)
        checks = self.doctor(0, "-C", root, env=env)
        self.assertTrue({"c++ (C++)", "ar (C++)", "rustc (Rust)", "python (Python)"} & set(checks))
        self.assertNotIn("why", checks["c++ (C++)"])
        # Another compiler than planning saw is said, and is no fault.
        lock = json.loads((root / "aibuild.lock.json").read_text())
        lock["toolchain"]["c++"] = "g++ 4.8"
        (root / "aibuild.lock.json").write_text(json.dumps(lock))
        checks = self.doctor(0, "-C", root, env=env)
        self.assertEqual(checks["c++ (C++)"]["why"], "The project was planned with another one: g++ 4.8")
        (root / "aibuild.lock.json").write_bytes((self.copy_of_the_project() / "aibuild.lock.json").read_bytes())
        (self.bin / "rustc").unlink()
        checks = self.doctor(1, "-C", root, env=env)
        self.assertIn("apt-get install rustc", checks["rustc (Rust)"]["fix"])
        self.script("rustc", "exit 1")
        self.assertIn("exit code 1", self.doctor(1, "-C", root, env=env)["rustc (Rust)"]["why"])
        self.assertEqual(tree(root), before)

    def test_a_package_that_is_missing(self):
        root = self.copy_of_the_project()
        plan = json.loads((root / "aibuild.json").read_text())
        plan["packages"] = [{"name": "nothing", "pkg_config": "nothing-of-the-kind"}]
        plan["targets"][1]["packages"] = ["nothing"]
        (root / "aibuild.json").write_text(json.dumps(plan))
        checks = self.doctor(1, "-C", root, env=scratch.environment())
        self.assertIn("nothing-of-the-kind", checks["the package nothing"]["why"])

    def test_a_plan_that_is_broken(self):
        root = self.copy_of_the_project()
        (root / "aibuild.json").write_text("{")
        self.assertFalse(self.doctor(1, "-C", root, env=scratch.environment())["the project"]["ok"])

    def test_a_toolchain_that_vanishes(self):
        """Between plan and build: each verb names the program and what brings it back, and nothing is changed."""
        root = self.copy_of_the_project()
        env = self.machine(*BASE, "cc", "c++", "ar", "rustc", "python3")
        self.passes(aibuild("emit", "-C", root, env=env))
        self.passes(ninja(root / "build", env=env))
        (self.bin / "c++").unlink()
        before = tree(root)
        for verb in ("emit", "status"):
            self.refused(aibuild(verb, "-C", root, env=env), 1, "toolchain.missing", "c++, g++, clang++", "apt-get install g++")
        self.assertIn("apt-get install g++", self.doctor(1, "-C", root, env=env)["c++ (C++)"]["fix"])
        self.assertEqual(tree(root), before)
        touch(next(root.glob("src/*.cpp")))
        built = ninja(root / "build", env=env)
        self.assertNotEqual(built.code, 0)
        self.assertIn(f"{self.bin}/c++: not found", built.out)


class Launchers(Case):
    def test_an_unknown_one(self):
        root = self.copy_of_the_project()
        before = tree(root)
        self.refused(aibuild("emit", "-C", root, "--launcher", "cache"), 2, "emit.launcher", 'Did you mean "ccache"?')
        self.assertEqual(tree(root), before)

    def test_one_that_is_not_here(self):
        root = self.copy_of_the_project()
        env = self.machine(*BASE, "c++", "ar", "rustc", "python3")
        before = tree(root)
        for launcher in ("ccache", "distcc"):
            self.refused(aibuild("emit", "-C", root, "--launcher", launcher, env=env), 1, "launcher.missing", f"apt-get install {launcher}")
        self.assertEqual(tree(root), before)

    def test_it_is_a_setting_of_the_build_directory(self):
        root = self.copy_of_the_project()
        env = self.machine(*BASE, "cc", "c++", "ar", "rustc", "python3")
        self.script("ccache", 'test "$1" = --version && echo ccache version 4.7.5 && exit; test "$1" = --get-config && exit; echo "$@" >>calls; exec "$@"')
        self.passes(aibuild("emit", "-C", root, env=env))
        self.passes(ninja(root / "build", "all", "test", env=env))
        compiles = (root / "build/build.ninja").read_text().count(".cpp.o: ")
        self.assertGreater(compiles, 1)
        plain = (root / "build/build.ninja").read_text()
        database = (root / "build/compile_commands.json").read_text()
        plan = (root / "aibuild.json").read_bytes()

        said = self.passes(aibuild("emit", "-C", root, "--launcher", "ccache", env=env))
        self.assertIn(f"launcher: ccache (was none): every compile step will run again: {compiles} steps", said.err)
        self.assertEqual(json.loads((root / "build/.aibuild/emit.json").read_text())["launcher"], "ccache")
        status = json.loads(self.passes(aibuild("status", "-C", root, "--json", env=env)).out)
        stale = {task["id"] for task in status["tasks"] if task.get("reason") == "its command changed"}
        self.assertEqual(len(stale), compiles)
        edges = self.passes(ninja(root / "build", "all", "test", env=env)).edges
        self.assertEqual(len([edge for edge in edges if edge.startswith("CXX ")]), compiles)
        calls = (root / "build/calls").read_text().splitlines()
        self.assertEqual(len(calls), compiles, "compiles and nothing else")
        self.assertTrue(all(" -c " in call for call in calls))
        self.assertEqual((root / "build/compile_commands.json").read_text(), database)
        self.assertEqual((root / "aibuild.json").read_bytes(), plan)
        self.assertEqual(list(root.glob("cmake/*ccache*")), [])

        # It stays when nothing is said of it, also where ninja makes its files again.
        said = self.passes(aibuild("emit", "-C", root, env=env))
        self.assertIn("nothing to do", said.err)
        self.assertNotIn("launcher", said.err)
        touch(root / "aibuild.json")
        self.passes(ninja(root / "build", env=env))
        self.assertIn("/ccache ", (root / "build/build.ninja").read_text())

        # Doctor wants it from now on.
        checks = json.loads(aibuild("doctor", "-C", root, "--json", env=env).out)["checks"]
        self.assertEqual([(check["required"], check["ok"]) for check in checks if check["what"] == "ccache"], [(True, True)])
        (self.bin / "ccache").rename(self.bin / "away")
        self.assertEqual(aibuild("doctor", "-C", root, env=env).code, 1)
        (self.bin / "away").rename(self.bin / "ccache")

        said = self.passes(aibuild("emit", "-C", root, "--launcher", "none", env=env))
        self.assertIn("launcher: none (was ccache): every compile step will run again", said.err)
        self.assertEqual((root / "build/build.ninja").read_text(), plain)


if __name__ == "__main__":
    unittest.main(verbosity=2)
