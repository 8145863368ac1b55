#!/usr/bin/env python3
"""A disk that is full: wherever it happens, there is one error and the disk is as empty as it was. The disk is a small tmpfs, tried in sizes
from one page to enough, so that each write of `new` and `emit` is once the one that fails.
"""
import unittest

from support import FIXTURE, PROGRAM, Ran, Test, new, run, scratch

DESCRIPTION = "a word counter in C with tests"


def on_a_disk_of(size, script, *arguments, **options):
    """Runs the shell's `script` with an empty disk of so many bytes at /mnt; what is on it afterwards is the last part of the output."""
    return run("bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--size", str(size), "--tmpfs", "/mnt",
               "sh", "-c", script + '; code=$?; echo "---"; find /mnt -mindepth 1 | sort; exit $code', "sh", *arguments, **options)


class FullDisk(Test):
    def sweep(self, script, step, before, rules):
        """At every size up to the one that is enough: refused, and nothing on the disk but what was there before."""
        size, refusals = 4096, set()
        while True:
            ran = on_a_disk_of(size, script, PROGRAM, DESCRIPTION, FIXTURE / "project", env=scratch.environment(XDG_CACHE_HOME=self.cache))
            program_output, left = ran.out.split("---\n")
            if ran.code == 0:
                break
            seen = Ran(ran.argv, ran.code, program_output, ran.err, ran.seconds)
            with self.subTest(size=size):
                refusals.add(ran.err.split("error[")[1].split("]")[0])
                self.refused(seen, 1, ran.err.split("error[")[1].split("]")[0])
                self.assertEqual(left.split(), before, f"\n{ran}")
            size += step
            self.assertLess(size, 4 << 20)
        self.assertEqual(refusals, rules)
        self.assertGreater(size, 5 * step)

    def setUp(self):
        self.cache = scratch.new("cache")
        self.passes(new(DESCRIPTION, scratch.new(), env=scratch.environment(XDG_CACHE_HOME=self.cache)))  # answers are there already

    def test_new(self):
        self.sweep('"$1" new "$2" -C /mnt/project --yes', 4096, [], {"disk.full"})

    def test_new_in_a_directory_that_is_there(self):
        self.sweep('mkdir -p /mnt/a/project && "$1" new "$2" -C /mnt/a/project --yes', 40960, ["/mnt/a", "/mnt/a/project"], {"disk.full"})

    def test_emit(self):
        self.sweep('"$1" emit -C "$3" --config debug -o /mnt/debug', 4096, [], {"disk.full"})

    def test_the_cache(self):
        ran = on_a_disk_of(8192, '"$1" new "$2" -C "$3" --yes', PROGRAM, DESCRIPTION, scratch.new(), env=scratch.environment(XDG_CACHE_HOME="/mnt"))
        self.refused(Ran(ran.argv, ran.code, "", ran.err, 0), 1, "store.write", "XDG_CACHE_HOME")


if __name__ == "__main__":
    unittest.main(verbosity=2)
