#!/usr/bin/env python3
"""CMake's file and ours, for each language that CMake knows: the same flags in every configuration, the same products, and after an edit
the same is compiled and linked again.
"""
import json
import pathlib
import re
import shlex
import shutil
import unittest

from fortran_test import FILES as FORTRAN
from support import Test, aibuild, ninja, run, scratch, touch

PLAN = {"format": 1, "project": {"name": "alike"}, "packages": [{"name": "threads"}, {"name": "math"}], "targets": [
    {"name": "headers", "kind": "interface-library", "language": "c++", "sources": [], "headers": ["headers/h.hpp"], "include_directories": ["headers"], "settings": {"standard": "17"}},
    {"name": "base", "kind": "static-library", "language": "c", "sources": ["base/a.c", "base/b.c"], "headers": ["base/base.h"],
     "include_directories": ["base"], "packages": ["math"], "settings": {"standard": "99", "defines": [{"name": "BASE", "value": "2"}]}},
    {"name": "middle", "kind": "shared-library", "language": "c++", "sources": ["middle/m.cpp"], "headers": ["middle/m.hpp"],
     "include_directories": ["middle"], "uses": ["base", "headers"], "packages": ["threads"], "settings": {"standard": "17", "warnings": "errors"}},
    {"name": "top", "kind": "executable", "language": "c++", "sources": ["top.cpp"], "uses": ["middle"], "settings": {"warnings": "none"}},
    {"name": "plain", "kind": "executable", "language": "c", "sources": ["plain.c"], "uses": ["base"], "settings": {"warnings": "default"}},
    {"name": "base-test", "kind": "test", "language": "c", "sources": ["base_test.c"], "uses": ["base"]},
    {"name": "shapes", "kind": "static-library", "language": "fortran", "sources": ["shapes/area.f90", "shapes/area_impl.f90", "shapes/units.F90"],
     "headers": ["shapes/sizes.inc"], "include_directories": ["shapes"]},
    {"name": "waves", "kind": "executable", "language": "fortran", "sources": ["main.f90"], "uses": ["shapes"], "settings": {"standard": "2008"}}]}
FILES = {
    "headers/h.hpp": "#pragma once\ninline int h() { return 1; }\n",
    "base/base.h": "#pragma once\n#ifdef __cplusplus\nextern \"C\" {\n#endif\nint a(void);\nint b(void);\n#ifdef __cplusplus\n}\n#endif\n",
    "base/a.c": '#include "base.h"\nint a(void) { return BASE; }\n',
    "base/b.c": '#include <math.h>\n#include "base.h"\nint b(void) { return (int)floor(2.5); }\n',
    "middle/m.hpp": "#pragma once\nint m();\n",
    "middle/m.cpp": '#include "m.hpp"\n#include "base.h"\n#include "h.hpp"\nint m() { return a() + h(); }\n',
    "top.cpp": '#include "m.hpp"\nint main() { return m() == 3 ? 0 : 1; }\n',
    "plain.c": '#include "base.h"\nint main(void) { return a() == b() ? 0 : 1; }\n',
    "base_test.c": '#include <assert.h>\n#include "base.h"\nint main(void) { assert(a() == 2); return 0; }\n',
    **{name: text for name, text in FORTRAN.items() if name != "check.f90"}}
BUILD_TYPES = {"release": "Release", "debug": "Debug", "sanitize": "Sanitize", "coverage": "Coverage"}
PRODUCTS = ["bin/plain", "bin/top", "bin/waves", "lib/libbase.a", "lib/libmiddle.so", "lib/libshapes.a"]


def flags(entry, root):
    """What a compile is told, beside what it reads and writes; include directories from the root."""
    words = shlex.split(entry["command"].partition(" && ")[0])
    if words[0] == "sh":  # SCRIPT SOURCE OBJECT MODULES COMPILER
        words = words[5:]
    out, words = [], iter(words[1:])
    for word in words:
        if word in ("-o", "-c", "-MF", "-MQ", "-MT"):
            next(words)
        elif word == "-isystem" or word.startswith("-I"):
            directory = next(words) if word == "-isystem" else word[2:]
            path = (pathlib.Path(entry["directory"]) / directory).resolve().relative_to(root)
            if "modules" not in path.parts:  # where compiles leave modules is each builder's own affair
                out.append(f"-I{path}")
        # Where the C library has threads, CMake says nothing of them; there -pthread is a macro that nobody reads.
        elif word not in ("-MD", "-M", "-pthread") and not word.startswith("-J") and not re.fullmatch(r"-D\w+_EXPORTS", word):
            out.append(word)
    return sorted(set(out))


def commands(build, root):
    entries = json.loads((build / "compile_commands.json").read_text())
    return {str((pathlib.Path(entry["directory"]) / entry["file"]).resolve().relative_to(root)): flags(entry, root) for entry in entries}


@unittest.skipUnless(shutil.which("gfortran"), "gfortran is not installed")
class Alike(Test):
    def project(self):
        root = scratch.new("alike")
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        (root / "aibuild.json").write_text(json.dumps(PLAN, indent=2))
        return root.resolve()

    def configured(self, root, configuration):
        ours, theirs = root / f"ours-{configuration}", root / f"theirs-{configuration}"
        self.passes(aibuild("emit", "-C", root, "--config", configuration, "-o", ours))
        self.passes(run("cmake", "-G", "Ninja", "-S", root, "-B", theirs, f"-DCMAKE_BUILD_TYPE={BUILD_TYPES[configuration]}"))
        return ours, theirs

    def test_the_flags_of_every_configuration(self):
        root = self.project()
        for configuration in BUILD_TYPES:
            ours, theirs = (commands(build, root) for build in self.configured(root, configuration))
            self.assertEqual(len(ours), 10)
            self.assertEqual(ours, theirs, configuration)

    def remade(self, ran):
        """The sources that were compiled, and what was linked or archived, by either build."""
        compiled, linked = set(), set()
        for edge in ran.edges:
            edge = edge.replace("'", "")
            if found := re.match(r"(?:CC|CXX|FC) obj/[^/]*/(.*)\.o$|Building \w+ object CMakeFiles/[^/]*\.dir/(.*)\.o$", edge):
                compiled.add(found[1] or found[2])
            elif found := re.match(r"(?:AR|LINK) (.*)|Linking \w+ \w+(?: \w+)? (.*)", edge):
                linked.add(found[1] or found[2])
        # What a library's header or its table of modules says is of no matter here.
        return sorted(compiled - {name for name in compiled if name.endswith(".stamp")}), sorted(linked)

    def test_products_and_what_an_edit_makes_again(self):
        root = self.project()
        ours, theirs = self.configured(root, "release")
        self.passes(ninja(ours, "all", "base-test", "test"))
        self.passes(ninja(theirs))
        for build in (ours, theirs):
            self.assertEqual([name for name in PRODUCTS if not (build / name).exists()], [])
            for program in ("plain", "top"):
                self.passes(run(build / "bin" / program))
            self.assertEqual(run(build / "bin/waves").out, "18\n")
        for name in FILES:
            with self.subTest(name):
                touch(root / name)
                mine = self.remade(self.passes(ninja(ours, "all", "tests/base-test")))
                self.assertEqual(mine, self.remade(self.passes(ninja(theirs))))
                self.assertNotEqual(mine, ([], []))


    def test_others_find_the_package_that_it_installs(self):
        root = self.project()
        self.passes(aibuild("emit", "-C", root))
        self.passes(run("cmake", "-G", "Ninja", "-S", root, "-B", root / "out", f"-DCMAKE_INSTALL_PREFIX={root}/installed"))
        self.passes(run("cmake", "--build", root / "out"))
        self.passes(run("cmake", "--install", root / "out"))
        moved = scratch.new("moved")  # nothing in it may know where it was
        shutil.move(root / "installed", moved)
        shutil.rmtree(root)
        self.passes(run(moved / "bin/top"))
        consumer = scratch.new("consumer")
        consumer.mkdir()
        (consumer / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES C CXX Fortran)\nfind_package(alike 0.1 REQUIRED)\n"
            "add_executable(one one.cpp)\ntarget_link_libraries(one PRIVATE alike::middle alike::headers)\n"
            "add_executable(two two.c)\ntarget_link_libraries(two PRIVATE alike::base)\n"
            "add_executable(three main.f90)\ntarget_link_libraries(three PRIVATE alike::shapes)\n")
        (consumer / "one.cpp").write_text('#include "h.hpp"\n' + FILES["top.cpp"].replace("m()", "m() + h() - 1"))
        (consumer / "two.c").write_text(FILES["plain.c"])
        (consumer / "main.f90").write_text(FILES["main.f90"])
        self.passes(run("cmake", "-G", "Ninja", "-S", consumer, "-B", consumer / "out", f"-DCMAKE_PREFIX_PATH={moved}"))
        self.passes(run("cmake", "--build", consumer / "out"))
        self.passes(run(consumer / "out/one"))
        self.passes(run(consumer / "out/two"))
        self.assertEqual(run(consumer / "out/three").out, "18\n")


if __name__ == "__main__":
    unittest.main()
