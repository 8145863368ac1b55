#!/usr/bin/env python3
"""The .deb that `cpack` makes: what is in it, what it needs and what it says of itself."""
import os
import pathlib
import re
import shutil
import sys
import unittest

from support import BUILD, CMAKE, PROGRAM, SOURCE, VERSION, new, run

# Those that AIBuild's own CMakeLists.txt includes.
OWN = {"cpack.cmake", "in-tree.cmake", "package.cmake", "reference.cmake"}


def field(text, name):
    value = re.search(rf"^{name}: (.*(?:\n .*)*)", text, re.M)
    return value[1] if value else None


class Deb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = new("packages")
        run(pathlib.Path(CMAKE).with_name("cpack"), "--config", BUILD / "CPackConfig.cmake", "-B", directory, cwd=BUILD)
        cls.files = sorted(path.name for path in directory.glob("*.deb"))
        cls.deb = directory / cls.files[0]
        cls.control = run("dpkg-deb", "-f", cls.deb)
        cls.tree = directory / "tree"
        run("dpkg-deb", "-x", cls.deb, cls.tree)
        cls.listing = run("dpkg-deb", "-c", cls.deb)

    def test_its_name(self):
        architecture = run("dpkg", "--print-architecture").strip()
        self.assertEqual(self.files, [f"aibuild_{VERSION}_{architecture}.deb"])
        self.assertEqual([field(self.control, name) for name in ("Package", "Version", "Architecture")], ["aibuild", VERSION, architecture])

    def test_what_it_needs(self):
        needed = {re.match(r"[^ ]+", word)[0]: word for word in field(self.control, "Depends").split(", ")}
        # dpkg-shlibdeps saw what the program is linked with; the rest is run or loaded by it.
        self.assertEqual(needed["libcurl4"], "libcurl4 (>= 7.87)")
        self.assertLessEqual({"ninja-build", "git", "libc6", "libstdc++6"}, needed.keys())
        self.assertTrue(any(name.startswith("libboost-json") for name in needed), needed)
        self.assertEqual(field(self.control, "Recommends"), "bubblewrap, ca-certificates, cmake (>= 3.25), g++ | c++-compiler")

    def test_what_it_says(self):
        self.assertEqual([field(self.control, name) for name in ("Section", "Priority")], ["devel", "optional"])
        self.assertTrue(field(self.control, "Description").startswith("From a description to a project that CMake and Ninja build\n AIBuild turns"))
        self.assertRegex(field(self.control, "Maintainer"), r"^.+ <.+@.+>$")

    def test_what_is_in_it(self):
        modules = {path.name for path in (SOURCE / "cmake-modules").glob("*.cmake")} - OWN
        self.assertIn("AIBuild.cmake", modules)
        expected = {f"usr/share/cmake/AIBuild/{name}" for name in modules | {"AIBuildConfig.cmake", "AIBuildConfigVersion.cmake"}}
        expected |= {"usr/bin/aibuild-gen", "usr/share/man/man1/aibuild-gen.1.gz"} | {f"usr/share/doc/aibuild/{name}" for name in ("README.md", "changelog.gz", "copyright")}
        there = {str(path.relative_to(self.tree)) for path in self.tree.rglob("*") if not path.is_dir()}
        self.assertEqual({path for path in there if not path.startswith("usr/share/doc/aibuild/cmake/")}, expected)
        self.assertTrue(all(re.match(r"(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root/root ", line) for line in self.listing.splitlines()), self.listing)
        self.assertIn(f"aibuild ({VERSION})", run("zcat", self.tree / "usr/share/doc/aibuild/changelog.gz"))

    def test_what_is_in_it_works(self):
        self.assertEqual(run(self.tree / "usr/bin/aibuild-gen", "--version"), f"aibuild-gen {VERSION}\n")
        self.assertNotIn(".symtab", run("readelf", "-S", self.tree / "usr/bin/aibuild-gen"))

    def test_the_manual_page_has_the_commands_of_the_help(self):
        page = run("zcat", self.tree / "usr/share/man/man1/aibuild-gen.1.gz")
        told = run(PROGRAM, "--help")
        commands = re.findall(r"^  ([a-z]+) {2,}(.+)$", told[told.index("Subcommands:"):], re.M)
        self.assertGreater(len(commands), 10)
        section = page[page.index(".SH COMMANDS"):page.index(".SH EXIT STATUS")].replace("\\-", "-").replace("\\&", "")
        self.assertEqual(re.findall(r"^\.TP\n\.B ([a-z]+)\n(.+)$", section, re.M), commands, "tool/cli/aibuild-gen.1 against --help")
        codes = re.search(r"Exit codes: (.*?)\n\n", told, re.S)[1].split()
        section = page[page.index(".SH EXIT STATUS"):page.index(".SH ENVIRONMENT")]
        self.assertEqual(" ".join(f"{code} {text}," for code, text in re.findall(r"^\.TP\n\.B (\d+)\n(.+)$", section, re.M))[:-1].split(), codes)
        if shutil.which("man"):
            self.assertNotIn("warning", run("man", "--warnings", "-E", "UTF-8", "-l", SOURCE / "tool/cli/aibuild-gen.1"))


if __name__ == "__main__":
    missing = [program for program in ("dpkg-shlibdeps", "file", "readelf") if not shutil.which(program)]
    if missing and not os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS"):
        print(f"skipped: {', '.join(missing)} not on PATH (Debian: apt-get install dpkg-dev file binutils)")
        sys.exit(77)
    unittest.main()
