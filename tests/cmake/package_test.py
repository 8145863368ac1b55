#!/usr/bin/env python3
"""What find_package(AIBuild) and add_subdirectory of AIBuild give to a project, and what they leave alone."""
import re
import shutil
import unittest

from support import BUILD, CMAKE, CTEST, PACKAGE, PREFIX, SOURCE, VERSION, build, cache, configure, installed, new, run, unwrapped, write

HEAD = "cmake_minimum_required(VERSION 3.16)\nproject(tiny NONE)\n"
FOUND = """find_package(AIBuild ${ARGS})
message("found '${AIBuild_FOUND}' version '${AIBuild_VERSION}' Core '${AIBuild_Core_FOUND}' Gen '${AIBuild_Gen_FOUND}'")
"""
IN_TREE = {
    "subdirectory": 'add_subdirectory("${AIBUILD_SOURCE}" "an AIBuild")\n',
    "fetched": 'include(FetchContent)\nFetchContent_Declare(AIBuild SOURCE_DIR "${AIBUILD_SOURCE}")\nFetchContent_MakeAvailable(AIBuild)\n',
    "override": 'include(FetchContent)\nFetchContent_Declare(AIBuild SOURCE_DIR "${AIBUILD_SOURCE}" OVERRIDE_FIND_PACKAGE)\n',
}


def project(*lines):
    return write(new(), {"CMakeLists.txt": HEAD + "\n".join(lines)})


def found(core, gen):
    return f"found '1' version '{VERSION}' Core '{core}' Gen '{gen}'"


def copied(version):
    """An installed AIBuild that is another version."""
    prefix = new("prefix")
    shutil.copytree(PREFIX, prefix)
    for name in ("AIBuildConfig.cmake", "AIBuildConfigVersion.cmake"):
        file = prefix / "share/cmake/AIBuild" / name
        file.write_text(file.read_text().replace(VERSION, version))
    return prefix / "share/cmake/AIBuild"


class Asking(unittest.TestCase):
    """However AIBuild comes into a project, find_package says the same of it."""

    def setUp(self):
        self.ways = {"installed": (project(FOUND), f"-DAIBuild_DIR={PACKAGE}"),
                     "build directory": (project(FOUND), f"-DAIBuild_DIR={BUILD}"),
                     **{way: (project(lines, FOUND), f"-DAIBUILD_SOURCE={SOURCE}") for way, lines in IN_TREE.items()}}

    def ask(self, way, arguments, **more):
        root, where = self.ways[way]
        text = configure(root, new("build"), where, f"-DARGS={arguments}", **more)
        return "\n".join(line for line in text.splitlines() if not line.startswith("-- "))

    def test_it_is_found_with_its_version_and_components(self):
        for way in self.ways:
            for arguments in ("1.0;REQUIRED", f"{VERSION};EXACT;REQUIRED;COMPONENTS;Core;Gen", "1;QUIET;COMPONENTS;Core;OPTIONAL_COMPONENTS;Nope"):
                with self.subTest(way=way, arguments=arguments):
                    self.assertEqual(self.ask(way, arguments), found("TRUE", "TRUE"))

    def test_an_unknown_component_is_not_found(self):
        why = "There is no component Nope: the components of AIBuild are Core and Gen."
        for way in self.ways:
            with self.subTest(way=way):
                self.assertIn(why, unwrapped(self.ask(way, "1.0;REQUIRED;COMPONENTS;Core;Nope", fails=True)))
                text = self.ask(way, "1.0;COMPONENTS;Nope")
                self.assertIn(why, unwrapped(text))
                self.assertIn("CMake Warning at CMakeLists.txt", text)
                self.assertRegex(self.ask(way, "1.0;QUIET;COMPONENTS;Nope"), r"^found '0' version '[0-9.]*' Core 'TRUE' Gen 'TRUE'$")

    def test_another_version_is_not_found(self):
        for way in self.ways:
            for version in ("2.0", "1.99", "0.9"):
                with self.subTest(way=way, version=version):
                    self.assertIn(f'compatible with requested version "{version}"', unwrapped(self.ask(way, f"{version};REQUIRED", fails=True)))
                    self.assertEqual(self.ask(way, f"{version};QUIET"), "found '0' version '' Core '' Gen ''")

    def test_a_system_s_pointers_do_not_matter(self):
        text = configure(self.ways["installed"][0], new("build"), f"-DAIBuild_DIR={PACKAGE}", "-DARGS=1.0;REQUIRED", "-DCMAKE_SIZEOF_VOID_P=4")
        self.assertIn(found("TRUE", "TRUE"), text)

    def test_without_a_program_that_runs_there_is_no_gen(self):
        for program in (None, "#!/bin/sh\nexit 1\n"):
            prefix = new("prefix")
            shutil.copytree(PREFIX / "share", prefix / "share")
            if program:
                write(prefix, {"bin/aibuild-gen": program})
                (prefix / "bin/aibuild-gen").chmod(0o755)
            self.ways["bare"] = (project(FOUND), f"-DAIBuild_DIR={prefix}/share/cmake/AIBuild")
            self.assertEqual(self.ask("bare", "1.0;REQUIRED"), found("TRUE", "FALSE"))
            self.assertEqual(self.ask("bare", "1.0;QUIET;OPTIONAL_COMPONENTS;Gen"), found("TRUE", "FALSE"))
            self.assertIn(f"Component Gen: there is no aibuild-gen in {prefix}/bin that runs here.",
                          unwrapped(self.ask("bare", "1.0;REQUIRED;COMPONENTS;Gen", fails=True)))


class Together(unittest.TestCase):
    """Several find_package calls and several copies in one build."""

    def test_twice_nested_and_in_siblings(self):
        for name, lines in {"installed": "", **IN_TREE}.items():
            with self.subTest(name):
                root = project(lines, "find_package(AIBuild 1.0 REQUIRED)\n" * 2, "add_subdirectory(a)\nadd_subdirectory(b)")
                write(root, {"a/CMakeLists.txt": "find_package(AIBuild 1.0 REQUIRED)\nadd_subdirectory(below)\n",
                             "a/below/CMakeLists.txt": "find_package(AIBuild 1.0 REQUIRED COMPONENTS Gen)\n",
                             "b/CMakeLists.txt": "project(b NONE)\nfind_package(AIBuild REQUIRED)\nif(NOT TARGET AIBuild::aibuild-gen)\n  message(FATAL_ERROR gone)\nendif()\n"})
                configure(root, new("build"), f"-DAIBuild_DIR={PACKAGE}", f"-DAIBUILD_SOURCE={SOURCE}")
                # Only below, and the siblings know nothing of each other.
                root = project("add_subdirectory(a)\nadd_subdirectory(b)")
                for directory in "ab":
                    write(root, {f"{directory}/CMakeLists.txt": lines + "find_package(AIBuild 1.0 REQUIRED COMPONENTS Gen)\n"})
                configure(root, new("build"), f"-DAIBuild_DIR={PACKAGE}", f"-DAIBUILD_SOURCE={SOURCE}")

    def test_of_two_copies_of_one_version_the_first_serves(self):
        root = project(f'find_package(AIBuild REQUIRED)\nset(AIBuild_DIR "{copied(VERSION)}")\nfind_package(AIBuild REQUIRED)',
                       'add_subdirectory("${AIBUILD_SOURCE}" aibuild)\nget_property(from GLOBAL PROPERTY AIBUILD_LOADED_FROM)\nmessage("from ${from}")')
        self.assertIn(f"from {PACKAGE}\n", configure(root, new("build"), f"-DAIBuild_DIR={PACKAGE}", f"-DAIBUILD_SOURCE={SOURCE}"))

    def test_two_versions_name_both_places(self):
        other = copied("1.5.0")
        root = project(f'find_package(AIBuild REQUIRED)\nset(AIBuild_DIR "{other}")\nfind_package(AIBuild ${{ARGS}})\nmessage("found \'${{AIBuild_FOUND}}\'")')
        text = unwrapped(configure(root, new("build"), f"-DAIBuild_DIR={PACKAGE}", "-DARGS=1.0;REQUIRED", fails=True))
        self.assertIn(f"This is AIBuild 1.5.0 in {other}. This build already uses AIBuild {VERSION} from {PACKAGE}, and only one can have its "
                      "functions. Let all of it find the same one: set AIBuild_DIR.", text)
        text = configure(root, new("build"), f"-DAIBuild_DIR={PACKAGE}", "-DARGS=1.0;QUIET")
        self.assertEqual([line for line in text.splitlines() if not line.startswith("-- ")], ["found '0'"])

        root = project('find_package(AIBuild REQUIRED)\nadd_subdirectory("${AIBUILD_SOURCE}" aibuild)')
        text = configure(root, new("build"), f"-DAIBuild_DIR={other}", f"-DAIBUILD_SOURCE={SOURCE}", fails=True)
        self.assertIn(f"   AIBuild {VERSION}: {SOURCE}\n     why:   This build already uses AIBuild 1.5.0 from {other}, and only one can have its functions.\n", text)
        self.assertIn("     fix:   Let all of it use one. Where this one is added first, every find_package(AIBuild) finds it.\n", text)

    def test_fetched_only_where_none_is_installed(self):
        root = project(IN_TREE["fetched"].replace('")\n', '" FIND_PACKAGE_ARGS 1.0)\n', 1), 'get_property(from GLOBAL PROPERTY AIBUILD_LOADED_FROM)\nmessage("from ${from}")')
        for where, prefix in ((PACKAGE, PACKAGE), ("", SOURCE / "cmake-modules")):
            self.assertIn(f"from {prefix}\n", configure(root, new("build"), f"-DAIBuild_DIR={where}", f"-DAIBUILD_SOURCE={SOURCE}"))

    def test_the_subdirectory_wins_over_what_is_installed(self):
        root = project('add_subdirectory("${AIBUILD_SOURCE}" aibuild)', FOUND)
        self.assertIn(found("TRUE", "TRUE"), configure(root, new("build"), f"-DAIBuild_DIR={copied('1.5.0')}", f"-DAIBUILD_SOURCE={SOURCE}"))


class InTree(unittest.TestCase):
    """Nothing of AIBuild gets into the project that it is part of, nor the other way."""
    lists = ("cmake_minimum_required(VERSION 3.16)\nproject(parent LANGUAGES C)\nif(AIBUILD_SOURCE)\nendif()\n{}\nenable_testing()\nadd_executable(app app.c)\n"
             "add_test(NAME app COMMAND app)\ninstall(TARGETS app)\n")

    def parent(self, lines):
        root, directory = write(new(), {"CMakeLists.txt": self.lists.format(lines), "app.c": "int main(void) { return 0; }\n"}), new("build")
        text = configure(root, directory, f"-DAIBUILD_SOURCE={SOURCE}")
        return root, directory, re.sub(r" \([0-9.]+s\)", "", text).replace(str(directory), "B")

    def test_cache_tests_targets_and_installed_files_are_the_parent_s(self):
        _, plain, said = self.parent("")
        for way in ("subdirectory", "fetched"):
            with self.subTest(way):
                root, directory, text = self.parent(IN_TREE[way])
                self.assertEqual(text, said)
                new_entries = {name for name in cache(directory).keys() ^ cache(plain).keys() if not name.startswith("FETCHCONTENT_")}
                self.assertEqual(new_entries, set(), "in the cache")
                self.assertIn("Total Tests: 1\n", run(CTEST, "-N", cwd=directory))
                build(directory)
                self.assertIn("ninja: no work to do.", build(directory))
                prefix = new("prefix")
                run(CMAKE, "--install", directory, "--prefix", prefix)
                self.assertEqual(installed(prefix), ["bin/app"])

    def test_the_program_is_built_apart_and_for_this_machine(self):
        toolchain = write(new("toolchain"), {"file.cmake": "set(CMAKE_SYSTEM_NAME Linux)\nset(CMAKE_SYSTEM_PROCESSOR other)\nset(CMAKE_C_COMPILER cc)\n"})
        root, _, _ = self.parent(IN_TREE["subdirectory"])
        directory = new("build")
        configure(root, directory, f"-DAIBUILD_SOURCE={SOURCE}", f"-DCMAKE_TOOLCHAIN_FILE={toolchain}/file.cmake")
        text = build(directory, "--target", "aibuild-gen", "--", "-n", "-v")
        configuring, building = (part.strip() for part in text.split("&& ")[1:3])
        # Configuring it shows that it is a build of its own; building it here would take minutes.
        run("sh", "-c", configuring, environment={"CMAKE_TOOLCHAIN_FILE": "/nonexistent", "CXX": "/nonexistent"})
        inside = cache(directory / "an AIBuild/program")
        self.assertEqual(inside["CMAKE_HOME_DIRECTORY:INTERNAL"], str(SOURCE))
        self.assertNotIn("CMAKE_TOOLCHAIN_FILE", " ".join(inside))
        self.assertIn(f"--build '{directory}/an AIBuild/program' --config Release --target aibuild-gen", building.replace('"', "'"))


class Hygiene(unittest.TestCase):
    def test_what_breaks_in_other_people_s_projects_is_not_in_the_modules(self):
        modules = sorted((SOURCE / "cmake-modules").glob("*.cmake*"))
        self.assertIn("AIBuild.cmake", {path.name for path in modules})
        for path in modules:
            for wrong in ("CMAKE_SOURCE_DIR", "CMAKE_BINARY_DIR", "CMAKE_INSTALL_FULL_"):
                self.assertNotIn(wrong, path.read_text(encoding="utf-8"), path.name)


if __name__ == "__main__":
    unittest.main()
