#!/usr/bin/env python3
"""The laws of the design that hold so far, each tried on a whole project: Law1 is "a normal build is offline", and so on."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from greeting import DESCRIPTION, FILES, PLAN, answers, plan
from support import PROGRAM, README, Server, Test, aibuild, edit, new, ninja, offline, run, scratch, sockets, times, touch, tree


class Law1(Test):
    """A normal build is offline, and needs no key."""

    def setUp(self):
        self.root = self.copy_of_the_project()
        self.out = self.root.parent / "out"

    def commands(self):
        edit(self.root / "src/word_frequency.cpp", "#include", "// edited\n#include")
        touch(self.root / "aibuild.json")
        return [["ninja", "-C", self.root / "build", "all", "test"],
                [PROGRAM, "emit", "-C", self.root, "-o", self.root.parent / "debug", "--config", "debug"],
                [PROGRAM, "status", "-C", self.root],
                ["cmake", "-S", self.root, "-B", self.out, "-G", "Ninja"],
                ["cmake", "--build", self.out],
                ["ctest", "--test-dir", self.out]]

    def test_no_socket_is_opened_even_where_there_is_a_server_and_a_key(self):
        log = self.root.parent / "strace"
        env = scratch.environment(OPENAI_API_KEY="sk-1", OPENAI_BASE_URL="http://127.0.0.1:9/v1", AIBUILD_MODEL="m",
                                  ASAN_OPTIONS="detect_leaks=0")
        for argv in self.commands():
            with self.subTest(" ".join(map(str, argv))):
                self.passes(run(*offline(argv, log), env=env))
                self.assertEqual(sockets(log), [])

    def test_where_there_is_no_network_at_all(self):
        for argv in self.commands():
            with self.subTest(" ".join(map(str, argv))):
                self.passes(run("bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--unshare-net", *argv))

    def test_asking_a_model_does_open_one(self):
        # The other tests of this law can fail.
        log = self.root.parent / "strace"
        with Server(*answers()) as server:
            self.passes(run(*offline([PROGRAM, "new", DESCRIPTION, "-C", scratch.new(), "--yes"], log),
                            env=server.environment(ASAN_OPTIONS="detect_leaks=0")))
        self.assertNotEqual(sockets(log), [])

    def test_the_built_in_planner_asks_nobody(self):
        log = self.root.parent / "strace"
        self.passes(run(*offline([PROGRAM, "new", "a tool in C", "-C", scratch.new(), "--yes"], log),
                        env=scratch.environment(XDG_CACHE_HOME=self.root.parent / "cache", ASAN_OPTIONS="detect_leaks=0")))
        self.assertEqual(sockets(log), [])


class Law2(Test):
    """Model text is data: none of it reaches a command line or a build file, except names from a closed alphabet."""

    def build_files(self, root):
        return [root / "CMakeLists.txt", root / "CMakePresets.json", *(root / "cmake").iterdir(), *(root / "build").glob("*.ninja*"),
                *(each for each in (root / "build/.aibuild").iterdir() if each.suffix == ".sh"), root / "build/compile_commands.json",
                root / "aibuild.lock.cmake"]

    def test_prose_stays_in_the_plan(self):
        canary = "CANARY\"'; touch pwned $(touch pwned) `touch pwned` ${CANARY} $<0:CANARY> ]==] \\ %CANARY% |& # \n\\\n"
        given = plan(project={"name": "greeting", "version": "0.2.0", "description": canary},
                     files=[{**each, "purpose": canary} for each in PLAN["files"]],
                     targets=[{**each, "interface": canary} for each in PLAN["targets"]])
        with Server(*answers(given)) as server:
            root = self.made(DESCRIPTION, env=server.environment())
        self.assertIn("CANARY", (root / "aibuild.json").read_text())
        files = self.build_files(root)
        self.assertGreater(len(files), 8)
        for each in files:
            self.assertNotIn("CANARY", each.read_text(encoding="utf-8"), each)
        self.passes(ninja(root / "build", "all", "test"))
        self.passes(run("cmake", "-S", root, "-B", root.parent / "out", "-G", "Ninja"))
        self.passes(run("cmake", "--build", root.parent / "out"))
        self.assertEqual([*root.parent.rglob("pwned")], [])

    def test_a_description_stays_in_the_lock(self):
        root = self.made("a tool in C; $(touch pwned) `touch pwned` ${CANARY}")
        for each in self.build_files(root):
            self.assertNotIn("CANARY", each.read_text(encoding="utf-8"), each)
        self.passes(ninja(root / "build", "all", "test"))
        self.assertEqual([*root.parent.rglob("pwned")], [])

    def test_a_directory_of_any_name(self):
        # Names of directories are people's own, and never commands.
        for name in ("with space", "it's $HOME (1) & more", "#hash @at %percent $x", "semi;colon `tick` \"quote\"", "ünïcode ✓", "-C"):
            with self.subTest(name):
                root = self.copy_of_the_project(name)
                edit(root / "src/word_frequency.cpp", "#include", "// edited\n#include")
                touch(root / "aibuild.json")
                edges = self.passes(ninja(root / "build", "all", "test")).edges
                self.assertIn("EMIT build.ninja", edges)
                self.assertIn("LINK bin/word-frequency-cli", edges)
                self.nothing_to_do(root / "build", "all", "test")
                # From outside, every depfile names the directory, and Ninja can't read all names there.
                elsewhere = root.parent / f"build of {name}"
                ran = aibuild("emit", "-C", root, "-o", elsewhere)
                if set(name) & set("&;\"'"):
                    self.refused(ran, 2, "emit.build-directory")
                    self.assertFalse(elsewhere.exists())
                    continue
                self.passes(ran)
                self.passes(ninja(elsewhere, "bin/word-frequency-cli"))
                self.nothing_to_do(elsewhere, "bin/word-frequency-cli")


class Law3(Test):
    """Writes stay beneath the root, resolved by the kernel."""

    def setUp(self):
        self.root = self.copy_of_the_project()
        self.elsewhere = self.root.parent / "elsewhere"
        self.elsewhere.mkdir()

    def emit_refused(self):
        edit(self.root / "aibuild.json", '"report"', '"reports"')
        edit(self.root / "aibuild.json", '"word-frequency-cli", "report"', '"word-frequency-cli", "reports"')
        before = tree(self.root.parent)
        ran = aibuild("emit", "-C", self.root, "-o", self.root.parent / "debug")
        self.assertNotEqual(ran.code, 0, f"\n{ran}")
        self.refused(ran, ran.code, "path.symlink")
        after = tree(self.root.parent)
        for path in after.keys() - before.keys():
            self.assertTrue(path.startswith("debug"), path)
        self.assertEqual({path: what for path, what in after.items() if path in before}, before)

    def test_a_directory_that_is_a_link(self):
        shutil.move(self.root / "cmake", self.elsewhere / "cmake")
        (self.root / "cmake").symlink_to("../elsewhere/cmake")
        self.emit_refused()

    def test_a_file_that_is_a_link(self):
        shutil.move(self.root / "cmake/python.cmake", self.elsewhere / "python.cmake")
        (self.root / "cmake/python.cmake").symlink_to("../../elsewhere/python.cmake")
        self.emit_refused()

    def test_aibuilds_own_directory_is_a_link(self):
        shutil.move(self.root / ".aibuild", self.elsewhere / "own")
        (self.root / ".aibuild").symlink_to("../elsewhere/own")
        self.emit_refused()


class Law4(Test):
    """A person's edit is never lost."""

    def setUp(self):
        self.root = self.copy_of_the_project()
        (self.root / "src/more.cpp").write_text("int more();\nint more() { return 1; }\n")

    def add_source(self):
        edit(self.root / "aibuild.json", '"src/word_frequency.cpp"', '"src/word_frequency.cpp", "src/more.cpp"')

    def test_an_edited_build_file_is_merged(self):
        with open(self.root / "CMakeLists.txt", "a", encoding="utf-8") as file:
            file.write("\n# Mine.\nmessage(STATUS \"my line ran\")\n")
        self.add_source()
        self.passes(ninja(self.root / "build", "all", "test"))
        text = (self.root / "CMakeLists.txt").read_text()
        self.assertIn("my line ran", text)
        self.assertIn("src/more.cpp", text)
        self.assertEqual([*self.root.glob("*.aibuild-new")], [])
        configured = self.passes(run("cmake", "-S", self.root, "-B", self.root.parent / "out", "-G", "Ninja"))
        self.assertIn("my line ran", configured.out)
        before = times(self.root)
        self.assertIn("nothing to do", self.passes(aibuild("emit", "-C", self.root)).err)
        self.assertEqual(times(self.root), before)

    def test_the_same_lines_go_beside(self):
        edit(self.root / "CMakeLists.txt", "src/word_frequency.cpp", "src/./word_frequency.cpp")
        mine = (self.root / "CMakeLists.txt").read_text()
        self.add_source()
        ran = self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual((self.root / "CMakeLists.txt").read_text(), mine)
        self.assertIn("src/more.cpp", (self.root / "CMakeLists.txt.aibuild-new").read_text())
        self.assertIn("CMakeLists.txt.aibuild-new", ran.err)

    def test_without_a_base_it_goes_beside(self):
        with open(self.root / "CMakeLists.txt", "a", encoding="utf-8") as file:
            file.write("# Mine.\n")
        mine = (self.root / "CMakeLists.txt").read_text()
        shutil.rmtree(self.root / ".aibuild/base")
        self.add_source()
        self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual((self.root / "CMakeLists.txt").read_text(), mine)
        self.assertIn("src/more.cpp", (self.root / "CMakeLists.txt.aibuild-new").read_text())

    def test_a_file_of_the_persons_own_is_kept(self):
        shutil.rmtree(self.root / ".aibuild")
        for lock in self.root.glob("aibuild.lock.*"):
            lock.unlink()
        (self.root / "CMakeLists.txt").write_text("# All mine.\n")
        self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual((self.root / "CMakeLists.txt").read_text(), "# All mine.\n")

    def test_sources_are_never_written_by_emission(self):
        edit(self.root / "src/word_frequency.cpp", "#include", "// mine\n#include")
        before = tree(self.root / "src")
        self.add_source()
        self.passes(ninja(self.root / "build"))
        self.assertEqual(tree(self.root / "src"), before)


class Law5(Test):
    """Only evidence is success."""

    def setUp(self):
        with Server(*answers()) as server:
            self.root = self.made(DESCRIPTION, env=server.environment())
        self.passes(ninja(self.root / "build"))

    def both_fail(self, text, said):
        (self.root / "tests/greeting_test.c").write_text(text)
        ran = ninja(self.root / "build", "test")
        self.assertEqual(ran.code, 1, f"\n{ran}")
        self.assertIn(said, ran.out)
        self.assertNotIn("passed in", ran.out)
        again = ninja(self.root / "build", "test")
        self.assertEqual(again.code, 1, "a failure is not remembered as done")
        out = self.root.parent / "out"
        self.passes(run("cmake", "-S", self.root, "-B", out, "-G", "Ninja"))
        self.passes(run("cmake", "--build", out))
        self.assertNotEqual(run("ctest", "--test-dir", out).code, 0)

    def test_an_exit_code_counts_more_than_words(self):
        self.both_fail('#include <stdio.h>\nint main(void) { puts("1..1\\nok 1 - all is well"); return 3; }\n', "exit code 3")

    def test_a_crash(self):
        self.both_fail('#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts("ok 1"); fflush(stdout); abort(); }\n', "exit code 134")

    def test_no_test_is_no_pass(self):
        (self.root / "tests/greeting_test.c").write_text('#include <stdio.h>\nint main(void) { puts("1..0"); return 0; }\n')
        ran = ninja(self.root / "build", "test")
        self.assertEqual(ran.code, 1, f"\n{ran}")
        self.assertIn("it ran no test", ran.out)

    def test_a_wrong_program_fails_its_test(self):
        edit(self.root / "src/greeting.c", "Hello", "Hullo")
        ran = ninja(self.root / "build", "test")
        self.assertEqual(ran.code, 1)
        self.assertIn("not ok 1 - a known answer", ran.out)
        edit(self.root / "src/greeting.c", "Hullo", "Hello")
        self.assertIn("2 tests passed in 1 program", self.passes(ninja(self.root / "build", "test")).out)


class Law6(Test):
    """A paid answer is stored before it is used; a kill loses at most the calls in flight."""

    def test_killed_while_files_are_written(self):
        script = answers()
        slow = [{**answer, "fault": "silence", "times": 1} if "tests/" in answer.get("contains", "") else answer for answer in script]
        with Server(*slow, *script) as server:
            root, env = scratch.new(), server.environment()
            process = subprocess.Popen([PROGRAM, "new", DESCRIPTION, "-C", str(root), "--yes"], env=env, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 30
            while "tests/greeting_test.c" not in server.asked and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(0.5)  # until all is there that does not wait for it
            process.send_signal(signal.SIGKILL)
            self.assertEqual(process.wait(), -signal.SIGKILL)
            asked = server.asked
            self.assertEqual(sorted(asked), sorted(["brief", "plan", "README.md", "include/greeting/greeting.h", "tests/greeting_test.c"]))
            self.assertIsNone(tree(root))
            self.passes(new(DESCRIPTION, root, env=env))
            # What was in flight, and what waited for it.
            self.assertEqual(sorted(server.asked[len(asked):]), ["programs/greet.c", "src/greeting.c", "tests/greeting_test.c"])

    def test_what_is_committed_with_the_project_is_all_of_it(self):
        with Server(*answers()) as server:
            root = self.made(DESCRIPTION, env=server.environment())
        stored = [json.loads(each.read_text()) for each in (root / ".aibuild/responses").rglob("*.json")]
        self.assertEqual(len(stored), 2 + len(FILES))  # the brief and the plan too
        texts = {response["response"]["text"] for response in stored}
        for text in FILES.values():
            self.assertIn(text, texts)


class Law7(Test):
    """Same inputs, same bytes: no time, place or machine in what is committed."""

    def test_two_projects_at_two_places_and_times(self):
        one = self.made(README, env=scratch.environment(XDG_CACHE_HOME=scratch.new("cache"), TZ="Asia/Tokyo"))
        time.sleep(1.1)
        other = scratch.new("another name")
        self.passes(run(PROGRAM, "new", README, "-C", ".", "--yes", "-j", "1", cwd=self.directory(other),
                        env=scratch.environment(XDG_CACHE_HOME=scratch.new("cache"), TZ="America/Lima", LC_ALL="C", USER="somebody", HOSTNAME="x")))
        first, second = tree(one, but=["build"]), tree(other, but=["build"])
        self.assertGreater(len(first), 40)
        self.assertEqual(first, second)
        for name in ("build.ninja", "build.ninja.d", ".gitignore", ".aibuild/emit.json"):
            self.assertEqual((one / "build" / name).read_bytes(), (other / "build" / name).read_bytes())

    @staticmethod
    def directory(path):
        path.mkdir()
        return path

    def test_no_path_of_this_machine_is_committed(self):
        root = self.copy_of_the_project()
        for each in root.rglob("*"):
            if each.is_file() and "build" not in each.relative_to(root).parts[:1]:
                text = each.read_text(encoding="utf-8")
                for path in (str(scratch.path), os.environ["AIBUILD_E2E"], str(pathlib.Path(PROGRAM).parent), str(pathlib.Path(PROGRAM))):
                    self.assertNotIn(path, text, each)

    def test_emission_does_not_depend_on_what_was_there(self):
        root = self.copy_of_the_project()
        before = tree(root, but=["build"])
        ninja_file = (root / "build/build.ninja").read_bytes()
        shutil.rmtree(root / "build")
        shutil.rmtree(root / "cmake")
        (root / "CMakeLists.txt").unlink()
        self.passes(aibuild("emit", "-C", root))
        self.assertEqual(tree(root, but=["build"]), before)
        self.assertEqual((root / "build/build.ninja").read_bytes(), ninja_file)


class Law8(Test):
    """Doing it again does nothing."""

    def test_every_command_twice(self):
        with Server(*answers()) as server:
            root, env = scratch.new(), server.environment()
            self.passes(new(DESCRIPTION, root, env=env))
            asked = len(server.all_requests)
            before = times(root)
            again = self.passes(new(DESCRIPTION, root, env=env))
            self.assertIn("nothing to do", again.err)
            self.assertEqual(len(server.all_requests), asked)
        self.assertEqual(times(root), before)
        for _ in range(2):
            self.assertIn("nothing to do", self.passes(aibuild("emit", "-C", root)).err)
            self.assertEqual(times(root), before)
        self.passes(ninja(root / "build", "all", "test"))
        built = times(root)
        self.nothing_to_do(root / "build", "all", "test")
        self.passes(aibuild("emit", "-C", root))
        self.nothing_to_do(root / "build", "all", "test")
        self.assertEqual({path: when for path, when in times(root).items() if "/.ninja" not in path},
                         {path: when for path, when in built.items() if "/.ninja" not in path})
        # Nor in another way of saying the same.
        self.passes(run(PROGRAM, "emit", cwd=root))
        self.passes(run(PROGRAM, "emit", "-C", root / "build" / "..", "-o", root / "build", "--config", "release"))
        self.assertEqual({path: when for path, when in times(root).items() if "/.ninja" not in path},
                         {path: when for path, when in built.items() if "/.ninja" not in path})

    def test_cmake_twice(self):
        root = self.copy_of_the_project()
        out = root.parent / "out"
        self.passes(run("cmake", "-S", root, "-B", out, "-G", "Ninja"))
        self.passes(run("cmake", "--build", out))
        self.assertIn("no work to do", self.passes(run("cmake", "--build", out)).out)
        self.passes(run("ctest", "--test-dir", out))
        self.assertIn("no work to do", self.passes(run("cmake", "--build", out)).out)
        self.assertEqual(tree(root), tree(pathlib.Path(os.environ["AIBUILD_E2E"]) / "project"))  # nothing was written into the sources


class Law9(Test):
    """No lock-in: the project builds where AIBuild never was."""

    def test_after_aibuild_is_gone(self):
        home = scratch.new("installed")
        home.mkdir()
        program = shutil.copy(PROGRAM, home)
        root = scratch.new()
        self.passes(run(program, "new", README, "-C", root, "--yes"))
        self.passes(ninja(root / "build"))
        os.unlink(program)
        edit(root / "programs/word_frequency_cli.cpp", "#include", "// edited\n#include")
        self.assertEqual(len(self.passes(ninja(root / "build")).edges), 2)
        self.passes(ninja(root / "build", "test"))
        touch(root / "aibuild.json")
        ran = self.passes(ninja(root / "build"))
        self.assertIn("the last build files stay in force", ran.out)
        self.nothing_to_do(root / "build", "all", "test")
        edit(root / "src/tokenizer.rs", "pub fn", "// edited\npub fn")
        self.passes(ninja(root / "build", "all", "test"))

    def test_no_step_runs_an_aibuild_program(self):
        root = self.copy_of_the_project()
        for line in self.passes(ninja(root / "build", "-t", "commands", "all", "test")).out.splitlines():
            if "emit" not in line:
                self.assertNotIn(PROGRAM, line)

    def test_where_it_never_was(self):
        source = self.copy_of_the_project()
        root = scratch.new("theirs")
        shutil.copytree(source, root, ignore=shutil.ignore_patterns("build", ".aibuild", "aibuild.*"))
        shutil.rmtree(source)
        self.assertEqual([*root.rglob("*aibuild*")], [])
        out = root.parent / "out"
        log = root.parent / "strace"
        for argv in (["cmake", "-S", root, "-B", out, "-G", "Ninja"], ["cmake", "--build", out], ["ctest", "--test-dir", out],
                     ["cmake", "--install", out, "--prefix", root.parent / "prefix"]):
            self.passes(run("strace", "-f", "-qq", "-o", log, "-e", "trace=execve", *argv))
            self.assertNotIn("aibuild-gen", log.read_text(encoding="utf-8"))
        counted = self.passes(run(root.parent / "prefix/bin/word-frequency-cli", root / "README.md"))
        self.assertGreater(len(counted.out.splitlines()), 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
