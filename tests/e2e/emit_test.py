#!/usr/bin/env python3
"""`aibuild-gen emit`: its configurations, and that it looks before it works."""
import json
import os
import shutil
import unittest

from support import PROGRAM, Test, aibuild, edit, ninja, run, scratch, times, touch

PLAN = {"format": 1, "project": {"name": "configured"},
        "targets": [{"name": "past", "kind": "static-library", "language": "c", "sources": ["past.c"]},
                    {"name": "main", "kind": "executable", "language": "c++", "sources": ["main.cpp"], "uses": ["past"]}]}
PAST = "int past(const int* p) { return p[3]; }\n"
MAIN = ('extern "C" int past(const int*);\n#include <cstdio>\n'
        'int main(int argc, char**) { int* three = new int[3]{}; int x = argc > 1 ? past(three) : 0; delete[] three; std::printf("%d\\n", x & 0); }\n')


def project():
    root = scratch.new("configured")
    root.mkdir()
    (root / "aibuild.json").write_text(json.dumps(PLAN, indent=2))
    (root / "past.c").write_text(PAST)
    (root / "main.cpp").write_text(MAIN)
    return root


class Configurations(Test):
    def stops_at_the_bug(self, program):
        self.passes(run(program))
        ran = run(program, "too far")
        self.assertNotEqual(ran.code, 0, f"{ran}")
        self.assertIn("AddressSanitizer: heap-buffer-overflow", ran.err)

    def test_sanitize_stops_at_what_a_sanitizer_finds(self):
        root = project()
        self.passes(aibuild("emit", "-C", root, "--config", "sanitize", "-o", root / "out"))
        self.passes(ninja(root / "out"))
        self.stops_at_the_bug(root / "out/bin/main")
        self.passes(aibuild("emit", "-C", root))
        self.passes(ninja(root / "build"))
        self.passes(run(root / "build/bin/main", "too far"))  # what release says nothing of

    def test_cmake_has_it_too(self):
        root = project()
        self.passes(aibuild("emit", "-C", root))
        self.passes(run("cmake", "--preset", "sanitize", cwd=root))
        self.passes(run("cmake", "--build", "--preset", "sanitize", cwd=root))
        self.stops_at_the_bug(root / "out/sanitize/bin/main")

    def test_coverage_counts_lines(self):
        root = project()
        self.passes(aibuild("emit", "-C", root, "--config", "coverage", "-o", root / "out"))
        self.passes(ninja(root / "out"))
        self.passes(run("../out/bin/main", cwd=root / "out"))
        counted = list((root / "out").rglob("*.gcda"))
        self.assertEqual(len(counted), 2, counted)

    def test_a_configuration_that_is_not_there(self):
        root = project()
        self.refused(aibuild("emit", "-C", root, "--config", "sanitise"), 2, "emit.configuration", "Did you mean sanitize?")
        self.assertFalse((root / "build").exists())


class Again(Test):
    def unchanged(self, root, ran):
        self.passes(ran)
        self.assertIn("nothing to do", ran.err)

    def emitted(self, root, **more):
        return aibuild("emit", "-C", root, env=scratch.environment(**more))

    def test_with_nothing_changed_it_writes_nothing_and_works_nothing_out(self):
        root = project()
        self.passes(self.emitted(root))
        before = times(root)
        # Who lowers the plan asks for the sources' languages; who looks reads the plan, its tools, and what was written.
        log = root.parent / "trace"
        ran = run("strace", "-f", "-qq", "-o", log, "-e", "trace=openat,open,creat,rename,renameat,renameat2", PROGRAM, "emit", "-C", root)
        self.unchanged(root, ran)
        self.assertEqual(times(root), before)
        opened = log.read_text()
        self.assertNotIn("O_CREAT", opened)
        self.assertNotIn("build.ninja\"", opened)
        self.assertNotIn("libcurl", opened)  # nor is anything loaded that could talk to a network

    def test_what_has_changed_is_noticed(self):
        root = project()
        compilers = scratch.new("bin")
        compilers.mkdir()
        (compilers / "c++").symlink_to(shutil.which("c++"))
        path = f"{compilers}:{os.environ['PATH']}"
        self.passes(self.emitted(root, PATH=path))
        self.unchanged(root, self.emitted(root, PATH=path))

        def another_compiler():
            (compilers / "c++").unlink()
            (compilers / "c++").write_text("#!/bin/sh\nexec /usr/bin/c++ \"$@\"\n")
            (compilers / "c++").chmod(0o755)

        def damaged(name):
            def change():
                (root / name).write_text("something else\n")
            return change

        def lost(name):
            return lambda: (root / name).unlink()

        changes = {"a compiler": another_compiler, "the build file": damaged("build/build.ninja"), "a helper": lost("build/.aibuild/own-source.sh"),
                   "the compile commands": lost("build/compile_commands.json"), "the lock": lost("aibuild.lock.cmake"),
                   "the base of a merge": damaged(".aibuild/base/CMakeLists.txt"), "a CMake file": lost("cmake/install.cmake"),
                   "the record": damaged("build/.aibuild/emitted.json"),
                   "the plan": lambda: edit(root / "aibuild.json", '"main"', '"again"')}
        for what, change in changes.items():
            with self.subTest(what):
                change()
                ran = self.passes(self.emitted(root, PATH=path))
                if what not in ("a compiler", "the record", "the lock", "the base of a merge", "a CMake file"):
                    self.assertIn("(written)", ran.err)
                self.unchanged(root, self.emitted(root, PATH=path))
                self.assertIn("add_executable", (root / "CMakeLists.txt").read_text())
                self.assertIn("rule", (root / "build/build.ninja").read_text())
                self.assertTrue((root / "build/.aibuild/own-source.sh").exists())
                self.assertTrue((root / "aibuild.lock.cmake").exists() and (root / "cmake/install.cmake").exists())
        self.assertIn("again", (root / "build/build.ninja").read_text())

    def test_a_compiler_that_is_gone_is_said(self):
        root = project()
        compilers = scratch.new("bin")
        compilers.mkdir()
        (compilers / "ours").symlink_to(shutil.which("c++"))
        self.passes(self.emitted(root, CXX=compilers / "ours"))
        (compilers / "ours").unlink()
        self.refused(self.emitted(root, CXX=compilers / "ours"), 1, "toolchain.missing")

    def test_a_touched_plan_costs_ninja_one_look(self):
        root = project()
        self.passes(self.emitted(root))
        self.passes(ninja(root / "build"))
        touch(root / "aibuild.json")
        ran = self.passes(ninja(root / "build"))
        self.assertEqual([edge for edge in ran.edges if not edge.startswith("EMIT")], [])
        self.nothing_to_do(root / "build")


if __name__ == "__main__":
    unittest.main()
