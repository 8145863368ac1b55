#!/usr/bin/env python3
"""Everything that people and machines get wrong: one clear error with its exit code, and the directory exactly as it was."""
import json
import os
import shutil
import unittest

from support import README, Test, aibuild, new, ninja, run, scratch, touch, tree

DESCRIPTION = "a word counter in C with tests"


def only(*programs):
    """A PATH with just these programs."""
    directory = scratch.new("bin")
    directory.mkdir()
    path = scratch.environment()["PATH"]
    for program in programs:
        found = shutil.which(program, path=path)
        (directory / program).symlink_to(os.path.realpath(found) if program in ("python3", "rustc") else found)
    return str(directory)


class Descriptions(Test):
    def test_that_say_nothing(self):
        for description, rule in (("", "description.empty"), (" \n\t ", "description.empty"), ("1234 ?!", "description.absurd"),
                                  ("----", "description.absurd"), ("a\x07tool", "description.text"), ("word " * 5000, "description.long")):
            with self.subTest(description[:20]):
                root = scratch.new()
                self.refused(new(description, root), 2, rule)
                self.assertIsNone(tree(root))

    def test_that_the_built_in_planner_can_not_meet(self):
        for description in ("a library in Haskell", "a tool in COBOL and Fortran"):
            with self.subTest(description):
                root = scratch.new()
                ran = new(description, root)
                self.assertEqual(ran.code, 2, f"\n{ran}")
                self.refused(ran, 2, ran.err.split("error[")[1].split("]")[0])
                self.assertIsNone(tree(root))

    def test_that_are_strange_still_end_well(self):
        # Whatever comes of them, it is a project that builds or one error.
        for description in ("asdf", "💥", "a " * 2000, "C", "%s%n{}$(touch x)`id`;", "../../etc/passwd", "--yes", "C C++ Rust Python", "no tests",
                            "\\", "'\"", "caf\xe9 counter in C"):
            with self.subTest(description[:30]):
                root = scratch.new()
                ran = aibuild("new", "--yes", "-C", root, "--", description)
                if ran.code == 0:
                    self.assertTrue((root / "aibuild.json").exists())
                else:
                    self.assertEqual(ran.code, 2, f"\n{ran}")
                    self.assertEqual(ran.err.count("error["), 1, f"\n{ran}")
                    self.assertIsNone(tree(root))

    def test_bytes_that_are_no_text(self):
        root = scratch.new()
        ran = run(os.environ["AIBUILD_GEN"], "new", os.fsdecode(b"a counter in C \xff\xfe"), "-C", root, "--yes")
        self.refused(ran, 2, "description.text", "UTF-8")
        self.assertIsNone(tree(root.parent / "project"))


class Directories(Test):
    def test_not_empty(self):
        root = scratch.new()
        root.mkdir()
        (root / "mine.txt").write_text("mine")
        before = tree(root)
        self.refused(new(DESCRIPTION, root), 2, "new.not-empty", "mine.txt")
        self.assertEqual(tree(root), before)

    def test_another_project_is_there(self):
        root = self.copy_of_the_project()
        before = tree(root)
        self.refused(new(DESCRIPTION, root), 2, "new.exists", README)
        self.assertEqual(tree(root), before)

    def test_a_fresh_repository_is_empty(self):
        root = scratch.new()
        root.mkdir()
        self.passes(run("git", "init", "-q", root))
        before = tree(root / ".git")
        self.passes(new(DESCRIPTION, root))
        self.assertEqual(tree(root / ".git"), before)
        self.passes(run("git", "-C", root, "add", "."))
        self.assertNotRegex(self.passes(run("git", "-C", root, "status", "--porcelain")).out, r"(?m)^\S* +build/")

    def test_a_file_is_in_the_way(self):
        root = scratch.new()
        root.write_text("mine")
        self.refused(new(DESCRIPTION, root), 2, "new.not-a-directory")
        self.refused(new(DESCRIPTION, root / "below" / "it"), 1, "disk.write")
        self.assertEqual(root.read_text(), "mine")

    def test_nothing_can_be_made_there(self):
        # Not even by root.
        ran = new(DESCRIPTION, "/proc/aibuild/project")
        self.refused(ran, 1, "disk.write")

    def test_read_only(self):
        root = scratch.new()
        root.mkdir()
        before = tree(root.parent)
        for where in (root, root / "deeper" / "still"):
            with self.subTest(where):
                ran = run("bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--ro-bind", root, root, os.environ["AIBUILD_GEN"], "new",
                          DESCRIPTION, "-C", where, "--yes")
                self.refused(ran, 1, "disk.write", str(root))
        self.assertEqual(tree(root.parent), before)

    def test_a_symbolic_link_to_an_empty_directory_is_one(self):
        root = scratch.new()
        (root.parent / "elsewhere").mkdir()
        root.symlink_to("elsewhere")
        self.passes(new(DESCRIPTION, root))
        self.passes(ninja(root / "build"))

    def test_a_cache_that_can_not_be_written(self):
        root = scratch.new()
        ran = new(DESCRIPTION, root, env=scratch.environment(XDG_CACHE_HOME="/proc/none"))
        self.refused(ran, 1, "store.write", "XDG_CACHE_HOME")
        self.assertIsNone(tree(root))

    def test_no_home(self):
        root = scratch.new()
        self.refused(new(DESCRIPTION, root, env=scratch.environment(XDG_CACHE_HOME=None, HOME=None)), 2, "store.home")
        self.assertIsNone(tree(root))


class Machines(Test):
    def test_no_ninja(self):
        root = scratch.new()
        ran = new(DESCRIPTION, root, env=scratch.environment(PATH=only("cc", "ar", "sh")))
        self.refused(ran, 1, "toolchain.missing", "ninja-build")
        self.assertIsNone(tree(root))

    def test_no_compiler(self):
        for description, programs, package in ((DESCRIPTION, ["ninja", "sh", "ar"], "gcc"), (DESCRIPTION, ["ninja", "sh", "cc"], "binutils"),
                                               ("a word counter in C++", ["ninja", "sh", "cc", "ar"], "g++"),
                                               ("a word counter in Rust", ["ninja", "sh", "cc", "ar"], "rustc"),
                                               ("a word counter in Python", ["ninja", "sh"], "python3")):
            with self.subTest(description, package=package):
                root = scratch.new()
                ran = new(description, root, env=scratch.environment(PATH=only(*programs)))
                self.refused(ran, 1, "toolchain.missing", f"apt-get install {package}")
                self.assertIsNone(tree(root))

    def test_what_the_project_does_not_need_may_be_missing(self):
        root = scratch.new()
        env = scratch.environment(PATH=only("ninja", "sh", "cc", "ar", "as", "ld", "awk", "cat", "mv", "rm"))
        self.passes(new(DESCRIPTION, root, env=env))
        self.passes(run("ninja", "-C", root / "build", "all", "test", env=env))

    def test_a_variable_names_a_missing_compiler(self):
        root = scratch.new()
        self.refused(new(DESCRIPTION, root, env=scratch.environment(CC="no-such-compiler")), 1, "toolchain.missing", "CC")
        self.assertIsNone(tree(root))

    def test_emit_without_a_compiler(self):
        root = self.copy_of_the_project()
        before = tree(root)
        ran = aibuild("emit", "-C", root, "-o", root.parent / "other", env=scratch.environment(PATH=only("ninja", "sh", "cc", "ar", "python3")))
        self.refused(ran, 1, "toolchain.missing")
        self.assertEqual(tree(root), before)
        self.assertFalse((root.parent / "other").exists())


class Plans(Test):
    """aibuild.json as people break it."""

    def setUp(self):
        self.root = self.copy_of_the_project()
        self.plan = json.loads((self.root / "aibuild.json").read_text(encoding="utf-8"))
        self.targets = {target["name"]: target for target in self.plan["targets"]}

    def emit(self, code, rule, *said, text=None):
        (self.root / "aibuild.json").write_text(json.dumps(self.plan, indent=2) if text is None else text, encoding="utf-8")
        before = tree(self.root)
        block = self.refused(aibuild("emit", "-C", self.root), code, rule, *said)
        self.assertEqual(tree(self.root), before)
        return block

    def test_none(self):
        (self.root / "aibuild.json").unlink()
        before = tree(self.root)
        self.refused(aibuild("emit", "-C", self.root), 2, "plan.missing")
        self.assertEqual(tree(self.root), before)

    def test_broken(self):
        text = json.dumps(self.plan, indent=2)
        for broken, said in ((text[:-10], "aibuild.json:"), (text.replace('"format": 1,', '"format": 1'), "aibuild.json:4"), ("", "aibuild.json"),
                             (text + "x", "aibuild.json:"), ("\x00", "aibuild.json"), (text.replace('"name":', "name:", 1), "aibuild.json:")):
            with self.subTest(broken[-20:]):
                (self.root / "aibuild.json").write_text(broken)
                before = tree(self.root)
                ran = aibuild("emit", "-C", self.root)
                self.assertEqual(ran.code, 2, f"\n{ran}")
                self.refused(ran, 2, ran.err.split("error[")[1].split("]")[0], said)
                self.assertEqual(tree(self.root), before)

    def test_newer(self):
        self.plan["format"] = 2
        self.plan["something_new"] = True
        self.emit(2, "plan.newer", "aibuild.json:3")

    def test_unknown_key(self):
        self.targets["report"]["langauge"] = self.targets["report"].pop("language")
        self.emit(2, "plan.schema", "/targets/3", "langauge", "language")

    def test_unknown_language(self):
        self.targets["report"]["language"] = "pyhton"
        self.emit(2, "plan.language", "/targets/3/language", "python")

    def test_circle(self):
        self.targets["tokenizer"]["uses"] = ["word-frequency"]
        self.emit(2, "plan.cycle", "tokenizer -> word-frequency -> tokenizer")

    def test_two_targets_one_output(self):
        self.plan["targets"].append({"name": "passed", "kind": "test", "language": "c++", "sources": ["tests/word_frequency_test.cpp"]})
        self.emit(2, "plan.output", "tests/passed")

    def test_one_name_twice(self):
        self.targets["report"]["name"] = "tokenizer"
        self.emit(2, "plan.duplicate", "/targets/3/name")

    def test_a_file_out_of_the_project(self):
        self.targets["report"]["sources"] = ["../report.py"]
        self.emit(2, "plan.path", "/targets/3/sources/0")

    def test_newer_lock(self):
        lock = json.loads((self.root / "aibuild.lock.json").read_text())
        lock["format"] = 99
        (self.root / "aibuild.lock.json").write_text(json.dumps(lock))
        before = tree(self.root)
        ran = aibuild("emit", "-C", self.root)
        self.assertNotEqual(ran.code, 0)
        self.refused(ran, ran.code, "lock.newer")
        self.assertEqual(tree(self.root), before)

    def test_the_build_directory_is_the_project(self):
        before = tree(self.root)
        self.refused(aibuild("emit", "-C", self.root, "-o", self.root), 2, "emit.in-source")
        self.assertEqual(tree(self.root), before)

    def test_unknown_configuration(self):
        before = tree(self.root)
        self.refused(aibuild("emit", "-C", self.root, "--config", "debgu"), 2, "emit.configuration", "debug")
        self.assertEqual(tree(self.root), before)

    def test_a_source_that_is_not_there_is_ninjas_to_tell(self):
        self.targets["report"]["sources"] = ["programs/nowhere.py"]
        (self.root / "aibuild.json").write_text(json.dumps(self.plan, indent=2), encoding="utf-8")
        touch(self.root / "aibuild.json")
        ran = ninja(self.root / "build")
        self.assertNotEqual(ran.code, 0)
        self.assertIn("nowhere.py", ran.out + ran.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
