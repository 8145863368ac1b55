#!/usr/bin/env python3
"""A CMake project adopts AIBuild: what its people see from the first configure to a plain project, and what a hostile one gets."""
import json
import os
import pathlib
import re
import shlex
import time
import unittest

from changing import answer, identity
from declared_test import ANSWERS, HEADER, PROMPT, SOURCE, sha
from support import PROGRAM, Server, Test, aibuild, edit, run, scratch
from terminal import Person

TREE = os.path.dirname(PROGRAM)  # AIBuild's build directory is a place that find_package knows
SOURCES = pathlib.Path(__file__).resolve().parents[2]
LISTS = f"""cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES CXX)
find_package(AIBuild 1.0 REQUIRED)
aibuild_add_library(greet STATIC
  OUTPUTS src/greet.cpp include/greet.hpp
  PROMPT  "{PROMPT}")
add_executable(demo main.cpp)
target_link_libraries(demo PRIVATE greet)
"""
MAIN = '#include <greet.hpp>\n#include <iostream>\n\nint main() { std::cout << greet("you") << "\\n"; }\n'


class Adopting(Test):
    def setUp(self):
        self.root = scratch.new("our demo")
        self.root.mkdir()
        self.build = self.root / "build"
        (self.root / "CMakeLists.txt").write_text(LISTS)
        (self.root / "main.cpp").write_text(MAIN)

    def cmake(self, *arguments, env=None):
        return run("cmake", "-G", "Ninja", "-S", self.root, "-B", self.build, f"-DAIBuild_DIR={TREE}", *arguments,
                   env=env or scratch.environment())

    def make(self, *arguments, env=None):
        return run("cmake", "--build", self.build, *arguments, env=env or scratch.environment())

    def fix(self, ran):
        """The command that the configure run's error ends in."""
        self.assertEqual(ran.code, 1, f"\n{ran}")
        found = set(re.findall(r"^     fix:   (.* generate --build .*)$", ran.err, re.M))
        self.assertEqual(len(found), 1, f"\n{ran}")
        return shlex.split(found.pop())

    def adopted(self, *script):
        with Server(*script, *ANSWERS) as server:
            self.passes(run(*self.fix(self.cmake()), "--yes", env=server.environment()))
            self.passes(self.cmake())
            return ["\n".join(message["content"] for message in each["body"]["messages"]) for each in server.all_requests]


class FromTheFirstConfigure(Adopting):
    def test_the_error_names_the_command_that_makes_it_a_plain_project(self):
        self.adopted()
        self.passes(self.make())
        self.assertEqual(run(self.build / "demo", env=scratch.environment()).out, "Hello, you!\n")
        graph = (self.build / "build.ninja").read_text()
        self.assertNotIn("CUSTOM_COMMAND", "".join(line for line in graph.splitlines(True) if "greet" in line))
        self.assertIn("no work to do", self.make().out)

        # No key, no program, no network: a server that must never be asked tells.
        with Server(*ANSWERS) as server:
            without = scratch.environment(OPENAI_BASE_URL=server.url, OPENAI_API_KEY="none")
            again = scratch.new("again")
            self.passes(run("cmake", "-G", "Ninja", "-S", self.root, "-B", again, f"-DAIBuild_DIR={TREE}", env=without))
            for target in ("all", "aibuild-check", "aibuild-status", "aibuild-report"):
                self.passes(run("cmake", "--build", again, "--target", target, env=without))
            self.assertEqual(server.all_requests, [])

    def test_cmake_and_the_program_agree_about_what_is_declared(self):
        (self.root / "docs").mkdir()
        (self.root / "docs/a b.md").write_text("Shown.\n")
        (self.root / "prompt.md").write_bytes("ünd ; ]==] ${HOME}\r\n".encode())
        edit(self.root / "CMakeLists.txt", "add_executable(demo", """aibuild_add_file(NEWS
  PROMPT_FILE prompt.md CONTEXT "docs/a b.md" greet)
set_target_properties(greet PROPERTIES CXX_STANDARD 23 OUTPUT_NAME greeting)
aibuild_add_library(old OBJECT EXCLUDE_FROM_ALL OUTPUTS old.cpp PROMPT "Old.")
target_compile_features(old PUBLIC cxx_std_17)
add_executable(demo""")
        said = self.adopted(answer("NEWS", "None.\n"), answer("old.cpp", "int old;\n"))
        self.assertEqual(len(said), 4)
        self.assertTrue(all("by standard 23" in each for each in said if "greet.cpp" in each and "NEWS" not in each))  # set after the call
        self.assertIn("by standard 17", next(each for each in said if "Write old.cpp." in each))
        lock = json.loads((self.root / "aibuild.lock.json").read_text())["files"]
        prompt = sha("ünd ; ]==] ${HOME}\r\n")
        self.assertEqual(lock["NEWS"]["declared"], sha(f"aibuild declaration 1\nprompt {prompt}\ncontext docs/a b.md {sha('Shown.' + chr(10))}\n"
                                                       f"context include/greet.hpp {sha(HEADER)}\n"))
        self.assertIn("ünd ; ]==] ${HOME}\r\n", next(each for each in said if "Write NEWS." in each))
        self.passes(self.make())
        self.assertTrue((self.build / "libgreeting.a").exists())
        self.passes(self.make("--target", "aibuild-check"))

    def test_a_changed_prompt_is_an_error_and_update_makes_it_good(self):
        self.adopted()
        self.passes(self.make())
        edit(self.root / "src/greet.cpp", "#include", "// ours\n#include")
        edit(self.root / "CMakeLists.txt", "name).", "name). Politely.")
        ran = self.make()
        self.assertNotEqual(ran.code, 0)
        self.assertIn("Its prompt changed.", ran.out + ran.err)
        ran = self.passes(self.cmake("-DAIBUILD_MODE=WARN"))
        self.assertEqual(ran.err.count("Its prompt changed."), 1)
        self.assertIn("-- AIBuild: src/greet.cpp was edited since it was generated", ran.out)
        with Server(answer("src/greet.cpp", SOURCE.replace("Hello", "Good day")), *ANSWERS) as server:
            person = Person("cmake", "--build", self.build, "--target", "aibuild-update",
                            **{name: str(value) for name, value in server.environment().items()})
            for question in ("Make them", "Write this?"):
                person.sees(question)
                person.types("y\n")
            ran = person.ends()
            self.assertEqual(ran.code, 0, f"\n{ran}")
            self.assertIn('+    return "Good day, "', ran.err)
        self.passes(self.cmake("-DAIBUILD_MODE=LOCKED"))
        self.passes(self.make())
        self.assertTrue((self.root / "src/greet.cpp").read_text().startswith("// ours\n"))
        self.assertEqual(run(self.build / "demo", env=scratch.environment()).out, "Good day, you!\n")

    def test_a_build_made_before_its_sources_is_made_again_with_them(self):
        self.passes(self.cmake("-DAIBUILD_MODE=WARN"))
        self.assertIn("src/greet.cpp is not generated yet", self.make().out)
        with Server(*ANSWERS) as server:
            self.passes(aibuild("generate", "--yes", "--build", self.build, env=server.environment()))
        self.passes(self.make())
        self.assertEqual(run(self.build / "demo", env=scratch.environment()).out, "Hello, you!\n")
        edit(self.root / "src/greet.cpp", "#include", "// ours\n#include")
        self.make("--target", "clean")
        self.passes(self.make("--clean-first"))
        self.assertTrue((self.root / "src/greet.cpp").read_text().startswith("// ours\n"))

    def test_a_repair_of_a_generated_file_is_its_base_from_then_on(self):
        self.adopted({**answer("src/greet.cpp", SOURCE.replace("std::string(name)", "name")), "times": 1})
        fixed = ({"stage": "plan", "times": 0, "text": json.dumps({"cause": "A view can't be added.", "files": [
            {"path": "src/greet.cpp", "change": "Make a string of it."}]})}, answer("src/greet.cpp", SOURCE))
        with Server(*fixed) as server:
            # CMake runs again in the sandbox, and finds AIBuild where its cache says; not the sources, which its build directory leads to.
            visible = server.environment(AIBUILD_SANDBOX_READ=SOURCES / "cmake-modules")
            self.passes(aibuild("build", "--fix", "--yes", "-C", self.root, env=visible))
        self.assertEqual((self.root / "src/greet.cpp").read_text(), SOURCE)
        self.passes(aibuild("check", "--build", self.build))
        ran = self.passes(self.cmake())
        self.assertNotIn("edited", ran.out)
        self.assertIn("nothing to do", self.passes(aibuild("generate", "--build", self.build)).err)
        self.passes(aibuild("verify", "--build", self.build))

    def test_what_is_declined_leaves_all_as_it_was(self):
        self.cmake()
        before = identity(self.root)
        with Server(*ANSWERS) as server:
            person = Person(PROGRAM, "generate", "--build", self.build, **{name: str(value) for name, value in server.environment().items()})
            person.sees("Make them")
            person.types("y\n")
            person.sees("Write this?")
            person.types("n\n")
            self.assertEqual(person.ends().code, 8)
            self.assertEqual({path: each for path, each in identity(self.root).items() if not path.startswith(("build", ".aibuild"))},
                             {path: each for path, each in before.items() if not path.startswith(("build", ".aibuild"))})
            # It was paid, and is not paid again.
            asked = len(server.all_requests)
            self.passes(run(PROGRAM, "generate", "--yes", "--build", self.build, env=server.environment()))
            self.assertEqual(len(server.all_requests), asked)


class Validating(Adopting):
    def test_ctrl_c_ends_a_check_that_hangs(self):
        edit(self.root / "CMakeLists.txt", f'"{PROMPT}"', f'"{PROMPT}"\n  VALIDATE sh -c "sleep 1000" <FILE>')
        self.cmake()
        with Server(*ANSWERS) as server:
            person = Person(PROGRAM, "generate", "--yes", "--build", self.build, **{name: str(value) for name, value in server.environment().items()})
            while not (self.build / ".aibuild/validate/include/greet.hpp").exists():
                person.read(0.1)
            begin = time.monotonic()
            person.types("\x03")
            ran = person.ends()
            self.assertEqual(ran.code, 130, f"\n{ran}")
            self.assertLess(time.monotonic() - begin, 25)  # of the 120 that it may take
            self.assertFalse((self.root / "include").exists())
            self.assertFalse((self.build / ".aibuild/validate").exists())


class Hostile(Adopting):
    def test_a_project_cannot_say_where_the_key_goes(self):
        with Server(*ANSWERS) as good, Server(*ANSWERS) as evil:
            for settings in ({"base_url": evil.url}, {"providers": {"openai": {"base_url": evil.url}}}, {"key_command": ["touch", "stolen"]}):
                (self.root / ".aibuild").mkdir(exist_ok=True)
                (self.root / ".aibuild/settings.json").write_text(json.dumps(settings))
                (self.root / "aibuild.settings.json").write_text(json.dumps(settings))
                edit(self.root / "CMakeLists.txt", "find_package", f'set(OPENAI_BASE_URL "{evil.url}")\nset(ENV{{OPENAI_BASE_URL}} "{evil.url}")\n'
                                                                   f"find_package")
                self.cmake("-DAIBUILD_MODE=WARN", f"-DOPENAI_BASE_URL={evil.url}")
                self.make("--target", "aibuild-update", env=good.environment(OPENAI_API_KEY="sk-canary", AIBUILD_YES="1"))
                run(PROGRAM, "generate", "--yes", "--build", self.build, env=good.environment(OPENAI_API_KEY="sk-canary"))
            self.assertEqual(evil.all_requests, [])
            self.assertEqual(len(good.all_requests), 2)
            self.assertFalse((self.root / "stolen").exists())

    def test_a_key_never_goes_through_cmake(self):
        ran = self.cmake("-DOPENAI_API_KEY=sk-canary")
        self.assertEqual(ran.code, 1)
        self.assertIn("OPENAI_API_KEY", ran.err)
        self.assertNotIn("sk-canary", ran.err + ran.out)

    def test_a_file_outside_is_never_shown_to_a_model(self):
        secret = scratch.new("secret")
        secret.write_text("canary")
        edit(self.root / "CMakeLists.txt", "name).\"", f'name)."\n  CONTEXT "{secret}"')
        ran = self.cmake()
        self.assertEqual(ran.code, 1)
        edit(self.root / "CMakeLists.txt", str(secret), "link.md")
        (self.root / "link.md").symlink_to(secret)
        self.cmake()
        with Server(*ANSWERS) as server:
            self.assertNotEqual(aibuild("generate", "--yes", "--build", self.build, env=server.environment()).code, 0)
            self.assertEqual(server.all_requests, [])


if __name__ == "__main__":
    unittest.main()
