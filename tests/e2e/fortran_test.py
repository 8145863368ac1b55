#!/usr/bin/env python3
"""Fortran's modules, which Ninja learns of while it builds (dyndep): what is compiled again after which edit, in which order."""
import json
import shutil
import unittest

from support import Test, aibuild, edit, ninja, run, scratch

PLAN = {"format": 1, "project": {"name": "waves"}, "targets": [
    {"name": "shapes", "kind": "static-library", "language": "fortran", "sources": ["shapes/area.f90", "shapes/area_impl.f90", "shapes/units.F90"],
     "headers": ["shapes/sizes.inc"], "include_directories": ["shapes"]},
    {"name": "waves", "kind": "executable", "language": "fortran", "sources": ["main.f90"], "uses": ["shapes"]},
    {"name": "waves-test", "kind": "test", "language": "fortran", "sources": ["check.f90"], "uses": ["shapes"]}]}
FILES = {
    "shapes/units.F90": "#define UNIT 2\nmodule units\n  implicit none\n#ifdef NOWHERE\n  use nowhere\n#endif\n  integer, parameter :: unit = UNIT\n"
                        "  include 'sizes.inc'\nend module units\n",
    "shapes/sizes.inc": "  integer, parameter :: sizes = 3\n",
    "shapes/area.f90": "module area\n  use, intrinsic :: iso_fortran_env, only: int32\n  use units\n  implicit none\n  interface\n    module function squared(x) result(y)\n"
                       "      integer, intent(in) :: x\n      integer :: y\n    end function\n  end interface\nend module area\n",
    "shapes/area_impl.f90": "submodule (area) area_impl\ncontains\n  module procedure squared\n    y = x * x * unit\n  end procedure\nend submodule area_impl\n",
    "main.f90": "program main\n  use area; use units\n  print '(i0)', squared(sizes)\nend program main\n",
    "check.f90": "program check\n  use area\n  if (squared(1) < 1) error stop 'small'\n  print '(a)', 'ok 1 - positive'\nend program check\n"}


@unittest.skipUnless(shutil.which("gfortran"), "gfortran is not installed")
class Modules(Test):
    def project(self):
        root = scratch.new("waves")
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        (root / "aibuild.json").write_text(json.dumps(PLAN, indent=2))
        self.passes(aibuild("emit", "-C", root))
        return root

    def compiled(self, root, *arguments):
        """The sources that were compiled."""
        ran = self.passes(ninja(root / "build", *arguments))
        return sorted(line.split("/")[-1].removesuffix(".o").rstrip("'") for line in ran.edges if line.startswith("FC "))

    def test_any_number_of_jobs_finds_the_order(self):
        for jobs in ("-j1", "-j8"):
            root = self.project()
            self.assertEqual(len(self.compiled(root, jobs, "all", "test")), 5)
            self.assertEqual(run(root / "build/bin/waves").out, "18\n")
            self.nothing_to_do(root / "build", "all", "test")

    def test_an_edit_compiles_what_reads_it(self):
        root = self.project()
        self.passes(ninja(root / "build", "all", "test"))
        edit(root / "shapes/area_impl.f90", "x * x", "x * 1 * x")
        self.assertEqual(self.compiled(root), ["area_impl.f90"])
        edit(root / "shapes/area.f90", "implicit none\n  interface", "implicit none\n  integer :: more\n  interface")
        self.assertEqual(self.compiled(root, "all", "test"), ["area.f90", "area_impl.f90", "check.f90", "main.f90"])
        # A file that is included: neither the plan nor a scan knows it, the compile does.
        edit(root / "shapes/sizes.inc", "3", "4")
        self.assertEqual(self.compiled(root, "-j8", "all", "test"), ["area.f90", "area_impl.f90", "check.f90", "main.f90", "units.F90"])
        self.assertEqual(run(root / "build/bin/waves").out, "32\n")
        self.nothing_to_do(root / "build", "all", "test")

    def test_a_module_that_is_gone_is_gone(self):
        root = self.project()
        self.passes(ninja(root / "build"))
        edit(root / "shapes/units.F90", "module units", "module other")
        edit(root / "shapes/units.F90", "end module units", "end module other")
        ran = ninja(root / "build")
        self.assertNotEqual(ran.code, 0, f"{ran}")
        self.assertIn("units.mod", ran.out)

    def test_two_sources_for_one_module_are_an_error(self):
        root = self.project()
        edit(root / "shapes/units.F90", "module units", "module area\nend module\nmodule units")
        ran = ninja(root / "build")
        self.assertNotEqual(ran.code, 0, f"{ran}")
        self.assertIn("area.mod is made by", ran.out)

    def test_cmake_builds_and_installs_it_for_others(self):
        root = self.project()
        self.passes(run("cmake", "-G", "Ninja", "-S", root, "-B", root / "out", f"-DCMAKE_INSTALL_PREFIX={root}/installed"))
        self.passes(run("cmake", "--build", root / "out"))
        self.assertEqual(run(root / "out/bin/waves").out, "18\n")
        self.passes(run("ctest", "--test-dir", root / "out", "--no-tests=error"))
        self.passes(run("cmake", "--install", root / "out"))
        consumer = scratch.new("consumer")
        consumer.mkdir()
        (consumer / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES Fortran)\nfind_package(waves REQUIRED)\n"
                                                 "add_executable(consumer main.f90)\ntarget_link_libraries(consumer PRIVATE waves::shapes)\n")
        (consumer / "main.f90").write_text(FILES["main.f90"])
        self.passes(run("cmake", "-G", "Ninja", "-S", consumer, "-B", consumer / "out", f"-DCMAKE_PREFIX_PATH={root}/installed"))
        self.passes(run("cmake", "--build", consumer / "out"))
        self.assertEqual(run(consumer / "out/consumer").out, "18\n")


if __name__ == "__main__":
    unittest.main()
