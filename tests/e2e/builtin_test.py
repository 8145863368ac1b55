#!/usr/bin/env python3
"""The README's project, made by the built-in planner: built and tested with ninja, then with cmake alone, with the same results."""
import json
import pathlib
import re
import unittest
import zipfile

from support import README, Test, aibuild, new, ninja, run, scratch, times


def products(build):
    """What a build made for people to use: name -> kind of file."""
    out = {}
    for folder in ("bin", "lib", "tests"):
        for each in (build / folder).glob("*"):
            if each.is_dir() or each.suffix in (".d", ".log", ".passed") or each.name == "passed":
                continue
            out[f"{folder}/{each.name}"] = each.read_bytes()[:4]
    return out


class Builtin(Test):
    def setUp(self):
        self.root = self.copy_of_the_project()
        self.build = self.root / "build"

    def program(self, build):
        text = self.root / "words.txt"
        text.write_text("the cat and the dog and the bird\n", encoding="utf-8")
        return self.passes(run(build / "bin/word-frequency-cli", text)).out

    def test_ninja_builds_every_language_and_a_second_run_does_nothing(self):
        root = self.made(README)
        built = self.passes(ninja(root / "build"))
        self.assertEqual({edge.split()[0] for edge in built.edges}, {"RUSTC", "CXX", "AR", "LINK", "ZIP"})
        self.nothing_to_do(root / "build")
        tested = self.passes(ninja(root / "build", "test"))
        count = re.search(r"^(\d+) tests passed in 4 programs$", tested.out, re.M)
        self.assertIsNotNone(count, f"\n{tested}")
        # The number is what the programs reported one by one, and not the number of programs.
        stamps = [int(stamp.read_text()) for stamp in (root / "build/tests").glob("*-test.passed")]
        self.assertEqual(len(stamps), 4)
        self.assertEqual(int(count[1]), sum(stamps))
        self.assertGreater(sum(stamps), 8)
        self.nothing_to_do(root / "build", "test")
        self.nothing_to_do(root / "build")

    def test_the_program_counts(self):
        self.assertEqual(self.program(self.build), "3 the\n2 and\n1 bird\n1 cat\n1 dog\n")

    def test_the_report_reads_the_program(self):
        self.program(self.build)
        report = self.passes(run("sh", "-c", "bin/word-frequency-cli ../words.txt | bin/report", cwd=self.build))
        self.assertIn("the", report.out)
        self.assertIn("37.5", report.out)  # 3 of 8

    def test_cmake_without_aibuild_gives_the_same(self):
        out = self.root.parent / "out"
        without = scratch.environment(AIBUILD_GEN=None)
        self.passes(run("cmake", "-S", self.root, "-B", out, "-G", "Ninja", env=without))
        self.passes(run("cmake", "--build", out, env=without))
        self.assertEqual(products(out), products(self.build))
        self.assertEqual(self.program(out), self.program(self.build))
        tests = self.passes(run("ctest", "--test-dir", out, env=without))
        self.assertIn("100% tests passed, 0 tests failed out of 4", tests.out)
        again = self.passes(run("cmake", "--build", out, env=without))
        self.assertIn("ninja: no work to do.", again.out, f"\n{again}")
        with zipfile.ZipFile(out / "bin/report") as one, zipfile.ZipFile(self.build / "bin/report") as other:
            self.assertEqual(one.namelist(), other.namelist())

    def test_rust_products_of_one_target_can_be_made_at_the_same_time(self):
        # rustc puts its temporary files into the working directory, with the crate's name, unless told otherwise.
        made = []
        for output in ("obj/tokenizer/libtokenizer.rlib", "lib/libtokenizer.a"):
            (self.build / output).unlink()
            log = self.root.parent / "log"
            self.passes(run("strace", "-f", "-qq", "-o", log, "-e", "trace=open,openat,creat", "ninja", "-C", self.build, output))
            created = set(re.findall(r'"([^"]*)", [A-Z_|]*O_CREAT', log.read_text(encoding="utf-8")))
            made.append({path for path in created if path.endswith(".o")})
            self.assertTrue(made[-1], created)
        self.assertEqual(made[0] & made[1], set())

    def test_a_debug_build_beside_the_release_build(self):
        before = times(self.root)
        debug = self.root.parent / "debug"
        self.passes(aibuild("emit", "-C", self.root, "--config", "debug", "-o", debug))
        self.assertEqual(times(self.root), before)
        built = self.passes(ninja(debug))
        self.assertEqual(len(built.edges), 7)
        sections = self.passes(run("readelf", "-S", debug / "bin/word-frequency-cli")).out
        self.assertIn(".debug_info", sections)
        self.assertNotIn(".debug_info", self.passes(run("readelf", "-S", self.build / "bin/word-frequency-cli")).out)
        self.assertEqual(products(debug).keys(), {name for name in products(self.build) if not name.startswith("tests/")})
        self.assertEqual(self.program(debug), self.program(self.build))
        self.nothing_to_do(debug)
        self.nothing_to_do(self.build)
        again = self.passes(aibuild("emit", "-C", self.root, "-o", debug))
        self.assertIn("debug", again.err)
        self.assertIn("nothing to do", again.err)
        self.assertIn("error[emit.configuration]", aibuild("emit", "-C", self.root, "--config", "Release").err)

    def test_a_debug_build_named_from_where_one_stands(self):
        for options, build in ((["-C", "project", "-o", "debug"], "debug"), (["-C", "project", "-o", "project/other"], "project/other")):
            self.passes(aibuild("emit", *options, "--config", "debug", cwd=self.root.parent))
            self.passes(run("ninja", "-C", build, "report", cwd=self.root.parent))
        self.passes(aibuild("emit", "-o", "deep/er", cwd=self.root))
        self.passes(ninja(self.root / "deep/er", "report"))

    def test_the_choice_is_printed_and_the_starter_says_what_it_is(self):
        ran = self.passes(new("a word counter in C", scratch.new()))
        self.assertIn("provider: builtin (neither OPENAI_API_KEY nor OPENAI_BASE_URL is set)", ran.err)
        self.assertIn("starter project", ran.err)
        self.assertEqual(ran.out, "")

    def test_what_to_do_next_can_be_pasted_into_a_shell(self):
        for description, steps in (("a word counter in C with tests", 2), ("a word counter in C without tests", 1)):
            ran = self.passes(new(description, scratch.new("it's a name")))
            commands = [line.partition("#")[0] for line in ran.err.partition("Next:\n")[2].splitlines()]
            self.assertEqual(len(commands), steps, f"\n{ran}")
            for command in commands:
                self.passes(run("sh", "-c", command))

    def test_compile_commands_are_those_of_ninja(self):
        database = json.loads((self.build / "compile_commands.json").read_text(encoding="utf-8"))
        self.assertEqual(len(database), 4)
        for entry in database:
            self.assertTrue((pathlib.Path(entry["directory"]) / entry["file"]).exists(), entry)

    def test_from_inside_the_directory(self):
        root = scratch.new()
        root.mkdir()
        self.passes(aibuild("new", "a tiny C program that counts words", "--yes", cwd=root))
        self.passes(run("ninja", "-C", "build", cwd=root))


if __name__ == "__main__":
    unittest.main(verbosity=2)
