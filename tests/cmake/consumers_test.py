#!/usr/bin/env python3
"""One project with generated files, adopted/, in each way that AIBuild can come into it, with each generator, where people build things."""
import hashlib
import os
import shutil
import socket
import subprocess
import threading
import unittest

import declaring
from support import BUILD, CMAKE, CTEST, ENVIRONMENT, HERE, PACKAGE, PREFIX, SOURCE, build, configure, installed, new, run, unwrapped, write

WAYS = {
    "installed": (f"-DCMAKE_PREFIX_PATH={PREFIX}",),
    "build directory": (f"-DAIBuild_DIR={BUILD}",),
    **{way: (f"-DWAY={way}", f"-DAIBUILD_SOURCE={SOURCE}") for way in ("subdirectory", "fetched", "override")},
}
PLACE = "größer und schöner"


def contents(root):
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in root.rglob("*") if path.is_file()}


def locked():
    """A copy of the project, its files generated and locked."""
    root = new(PLACE)
    shutil.copytree(HERE / "adopted", root)
    configure(root, root / "build", *WAYS["installed"], "-DMINIMUM=3.25", "-DAIBUILD_MODE=WARN")
    declaring.generate(root, root / "build")
    shutil.rmtree(root / "build")
    return root


class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = locked()
        cls.before = contents(cls.root)

    def tearDown(self):
        self.assertEqual(contents(self.root), self.before, "configuring and building changes nothing in the source tree")

    def use(self, way, generator, minimum, source=None, **more):
        """Configured, built and tested; nothing is to do afterwards."""
        directory = new(f"{PLACE} gebaut")
        text = configure(source or self.root, directory, f"-DMINIMUM={minimum}", *WAYS[way], generator=generator, **more)
        self.assertNotIn("AIBuild", text.replace(str(SOURCE), ""), "nothing to say")
        build(directory, **more)
        text = run(CTEST, "-C", "Debug", cwd=directory, **more)
        self.assertIn("100% tests passed, 0 tests failed out of 1", text)
        again = build(directory, **more)
        self.assertNotIn("Building", again)
        if "Ninja" in generator:
            self.assertIn("ninja: no work to do.", again)
        return directory

    def uses(self, *arguments):
        """Another project that links what this one made."""
        directory = new("user's build")
        configure(HERE / "adopted/user", directory, *arguments)
        build(directory)
        run(directory / "user")

    def test_installed_and_moved_with_two_configurations_at_once(self):
        directory = self.use("installed", "Ninja Multi-Config", "3.16")
        build(directory, "--config", "Release")
        self.assertIn("ninja: no work to do.", build(directory, "--config", "Debug"))
        self.assertIn("ninja: no work to do.", build(directory, "--config", "Release"))

    def test_all_configurations_crossed(self):
        directory = new("build")
        configure(self.root, directory, "-DMINIMUM=3.25", *WAYS["installed"], "-DCMAKE_CONFIGURATION_TYPES=Debug;Release", "-DCMAKE_CROSS_CONFIGS=all",
                  generator="Ninja Multi-Config")
        run("ninja", "-C", directory, "all:all")
        for kind in ("Debug", "Release"):
            self.assertIn("Hello, 5 letters!", run(directory / kind / "hello"))
        self.assertIn("ninja: no work to do.", run("ninja", "-C", directory, "all:all"))

    def test_from_the_build_directory_with_make(self):
        self.use("build directory", "Unix Makefiles", "3.25...4.1")

    def test_as_a_subdirectory_from_behind_a_symbolic_link(self):
        link = new("a link")
        link.symlink_to(self.root)
        directory = self.use("subdirectory", "Ninja", "3.16...3.31", source=link)
        self.uses(f"-Dadopted_DIR={directory}")

    def test_fetched(self):
        directory = self.use("fetched", "Ninja", "3.25")
        prefix = new("prefix")
        run(CMAKE, "--install", directory, "--prefix", prefix)
        files = installed(prefix)
        self.assertEqual([path for path in files if not path.startswith("lib/cmake/adopted/")],
                         ["bin/hello", "include/greet/greet.hpp", "lib/libcounter.a", "lib/libgreet.a"])
        for path in files:
            if path.endswith(".cmake"):
                self.assertNotIn("AIBuild", (prefix / path).read_text())
        moved = new("moved prefix")
        prefix.rename(moved)
        self.uses(f"-DCMAKE_PREFIX_PATH={moved}")

    def test_fetched_in_place_of_find_package_with_make(self):
        self.use("override", "Unix Makefiles", "3.16")


class Cross(unittest.TestCase):
    """Built for another machine, whose files alone are looked at, with a package whose program can't run here."""

    @classmethod
    def setUpClass(cls):
        cls.root = locked()
        cls.prefix = new("prefix")
        shutil.copytree(PREFIX / "share", cls.prefix / "share")
        program = cls.prefix / "bin/aibuild-gen"
        program.parent.mkdir()
        program.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00" + bytes(44))  # for arm64, and nothing in it
        program.chmod(0o755)
        cls.toolchain = write(new(), {"arm.cmake": 'set(CMAKE_SYSTEM_NAME Linux)\nset(CMAKE_SYSTEM_PROCESSOR aarch64)\nset(CMAKE_CXX_COMPILER c++)\n'
                                                   'set(CMAKE_FIND_ROOT_PATH "${CMAKE_CURRENT_LIST_DIR}/sysroot")\nset(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)\n'
                                                   + "".join(f"set(CMAKE_FIND_ROOT_PATH_MODE_{what} ONLY)\n" for what in ("LIBRARY", "INCLUDE", "PACKAGE")),
                                      "sysroot/empty": ""}) / "arm.cmake"

    def cross(self, *arguments, **more):
        directory = new("build")
        return directory, configure(self.root, directory, f"-DCMAKE_TOOLCHAIN_FILE={self.toolchain}", "-DMINIMUM=3.25", *arguments, **more)

    def test_it_is_found_as_the_manual_says(self):
        found = (f"-DAIBuild_DIR={self.prefix}/share/cmake/AIBuild",)
        for arguments in (found, (f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DHOW=NO_CMAKE_FIND_ROOT_PATH"), WAYS["override"]):
            _, text = self.cross(*arguments)
            self.assertNotIn("AIBuild", text)
        _, text = self.cross(f"-DCMAKE_PREFIX_PATH={self.prefix}", fails=True)
        self.assertIn('Could not find a package configuration file provided by "AIBuild"', unwrapped(text))

    def test_the_program_of_this_machine_is_found(self):
        self.cross(f"-DAIBuild_DIR={PACKAGE}", "-DHOW=COMPONENTS;Gen")

    def test_it_builds_and_says_what_it_can_t_do(self):
        directory, _ = self.cross(f"-DAIBuild_DIR={self.prefix}/share/cmake/AIBuild")
        build(directory)
        self.assertIn("ninja: no work to do.", build(directory))
        text = build(directory, "--target", "aibuild-update", fails=True)
        self.assertIn("this build knows no aibuild-gen that runs on this machine", text)


class Places(unittest.TestCase):
    def test_a_semicolon_in_the_path(self):
        """CMake itself can't have one in an include directory, nor in the directory that it builds in."""
        root = write(new("here; there"), {
            "CMakeLists.txt": 'cmake_minimum_required(VERSION 3.25)\nproject(here LANGUAGES CXX)\nfind_package(AIBuild REQUIRED)\n'
                              'aibuild_add_executable(here OUTPUTS src/here.cpp PROMPT_FILE here.md CONTEXT notes.md)\n',
            "here.md": "A program.", "notes.md": "It does nothing.", "src/here.cpp": "int main() {}\n"})
        directory = new("build")
        configure(root, directory, f"-DAIBuild_DIR={PACKAGE}", "-DAIBUILD_MODE=WARN")
        declaring.generate(root, directory)
        configure(root, directory, "-DAIBUILD_MODE=LOCKED")
        build(directory)
        run(directory / "here")


class Offline(unittest.TestCase):
    """A locked project is built without a network, a key or anything else in the environment."""

    def everything(self, *before, environment, targets=("aibuild-check", "aibuild-status")):
        root, directory = shutil.copytree(SOURCE / "examples/cmake-project/after", new()), new("build")
        for command in ((CMAKE, "-G", "Ninja", "-S", root, "-B", directory, f"-DAIBuild_DIR={PACKAGE}"), (CMAKE, "--build", directory),
                        (CTEST, "--test-dir", directory), *((CMAKE, "--build", directory, "--target", target) for target in targets)):
            done = subprocess.run([*before, *map(str, command)], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_nothing_in_the_environment(self):
        self.everything(environment={"PATH": os.environ["PATH"]}, targets=())

    def test_no_network(self):
        no_network = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-net"]
        if not shutil.which("bwrap") or subprocess.run([*no_network, "true"], check=False, capture_output=True).returncode:
            self.skipTest("bwrap doesn't work here")
        self.everything(*no_network, environment=ENVIRONMENT)

    def test_a_model_s_server_gets_no_connection(self):
        connections = []
        with socket.create_server(("127.0.0.1", 0)) as server:
            def accept():
                while True:
                    try:
                        connection, peer = server.accept()
                        connections.append(peer)
                        connection.close()
                    except OSError:
                        return
            thread = threading.Thread(target=accept, daemon=True)
            thread.start()
            url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
            self.everything(environment={**ENVIRONMENT, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "canary", "AIBUILD_API_KEY": "canary"})
            self.assertEqual(connections, [])
            with socket.create_connection(server.getsockname()) as one:  # it does count
                one.recv(1)
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
        self.assertEqual(len(connections), 1)


if __name__ == "__main__":
    unittest.main()
