#!/usr/bin/env python3
"""After a change, ninja runs what depends on it and nothing else; a second run does nothing. Edits of aibuild.json reach the build files by
plain ninja, with no model and no network.
"""
import json
import unittest

from support import Test, aibuild, edit, ninja, offline, run, scratch, sockets, touch, tree


TOKENIZER = ["RUSTC lib/libtokenizer.a", "RUSTC obj/tokenizer/libtokenizer.rlib"]
LIBRARY = ["AR lib/libword-frequency.a", "CXX obj/word-frequency/src/word_frequency.cpp.o"]
PROGRAM_OBJECT = "CXX obj/word-frequency-cli/programs/word_frequency_cli.cpp.o"
PROGRAM_LINK = "LINK bin/word-frequency-cli"
LIBRARY_TEST_OBJECT = "CXX obj/word-frequency-test/tests/word_frequency_test.cpp.o"
LIBRARY_TEST = ["LINK tests/word-frequency-test", "TEST word-frequency-test"]
TOKENIZER_TEST = "RUSTC tests/tokenizer-test"
PROGRAM_TESTS = ["TEST report-test", "TEST word-frequency-cli-test"]
COUNT = "TESTS tests/passed"


class RebuildSets(Test):
    """Of the README's project: what each kind of change makes ninja do."""

    def setUp(self):
        self.root = self.copy_of_the_project()
        self.build = self.root / "build"
        self.nothing_to_do(self.build, "test", "all")

    def check(self, build, test):
        """`build` are the edges that plain ninja runs, `test` those that `ninja test` runs after it."""
        self.assertEqual(self.passes(ninja(self.build)).edges, sorted(build))
        self.nothing_to_do(self.build)
        self.assertEqual(self.passes(ninja(self.build, "test")).edges, sorted(test))
        self.nothing_to_do(self.build, "test", "all")

    def test_a_c_plus_plus_source(self):
        edit(self.root / "src/word_frequency.cpp", "#include", "// edited\n#include")
        self.check([*LIBRARY, PROGRAM_LINK], [*LIBRARY_TEST, *PROGRAM_TESTS, COUNT])

    def test_a_source_that_is_touched_and_not_changed(self):
        touch(self.root / "programs/word_frequency_cli.cpp")
        self.check([PROGRAM_OBJECT, PROGRAM_LINK], [*PROGRAM_TESTS, COUNT])

    def test_a_header_of_the_library(self):
        edit(self.root / "include/word_frequency/word_frequency.hpp", "#pragma once", "#pragma once  // edited")
        self.check([*LIBRARY, PROGRAM_OBJECT, PROGRAM_LINK], [LIBRARY_TEST_OBJECT, *LIBRARY_TEST, *PROGRAM_TESTS, COUNT])

    def test_a_header_between_languages(self):
        # Only the library includes it; Rust doesn't read it.
        edit(self.root / "include/tokenizer/tokenizer.h", "#include", "// edited\n#include")
        self.check([*LIBRARY, PROGRAM_LINK], [*LIBRARY_TEST, *PROGRAM_TESTS, COUNT])

    def test_a_rust_source(self):
        edit(self.root / "src/tokenizer.rs", "*start >= length", "*start > length")
        # The crate's own test has no use for what C calls, so that its program stays the same.
        self.check([*TOKENIZER, PROGRAM_LINK], [TOKENIZER_TEST, *LIBRARY_TEST, *PROGRAM_TESTS, COUNT])

    def test_a_rust_source_that_says_the_same(self):
        # Archive and program would be the same: they are left as they are. The crate knows the lines of its source.
        edit(self.root / "src/tokenizer.rs", "", "// edited\n")
        self.check(TOKENIZER, [TOKENIZER_TEST])

    def test_a_rust_module_that_the_crate_root_finds_by_itself(self):
        # No plan lists it: rustc's own depfile knows.
        edit(self.root / "src/tokenizer.rs", "pub fn", "mod more;\npub use more::more;\npub fn")
        (self.root / "src/more.rs").write_text("pub fn more() -> u32 {\n    7\n}\n")
        self.passes(ninja(self.build, "all", "test"))
        edit(self.root / "src/more.rs", "7", "8")
        self.check(TOKENIZER, [TOKENIZER_TEST])  # nobody calls it

    def test_a_python_module(self):
        edit(self.root / "programs/report.py", '"""', '"""Edited. ')
        self.check(["ZIP bin/report"], ["TEST report-test", COUNT])

    def test_data_of_tests(self):
        touch(self.root / "tests/data/sample.txt")
        self.check([], [*PROGRAM_TESTS, COUNT])

    def test_a_test(self):
        edit(self.root / "tests/word_frequency_test.cpp", "#include", "// edited\n#include")
        self.check([], [LIBRARY_TEST_OBJECT, *LIBRARY_TEST, COUNT])

    def test_a_test_in_python(self):
        edit(self.root / "tests/report_test.py", "import", "# edited\nimport")
        self.check([], ["TEST report-test", COUNT])

    def test_a_file_that_nothing_is_made_from(self):
        edit(self.root / "README.md", "", "# edited\n")
        touch(self.root / "CMakeLists.txt")
        self.check([], [])

    def test_a_product_that_was_deleted(self):
        (self.build / "bin/word-frequency-cli").unlink()
        self.check([PROGRAM_LINK], [*PROGRAM_TESTS, COUNT])

    def test_a_failure_is_tried_again_and_only_that(self):
        edit(self.root / "tests/word_frequency_test.cpp", "int main", "#error broken\nint main")
        self.assertEqual(ninja(self.build, "test").code, 1)
        edit(self.root / "tests/word_frequency_test.cpp", "#error broken\n", "")
        self.check([], [LIBRARY_TEST_OBJECT, *LIBRARY_TEST, COUNT])


class EditsOfThePlan(Test):
    def setUp(self):
        self.root = self.copy_of_the_project()
        self.build = self.root / "build"
        self.log = self.root.parent / "strace.log"

    def change(self, how):
        plan = json.loads((self.root / "aibuild.json").read_text(encoding="utf-8"))
        how(plan, {target["name"]: target for target in plan["targets"]})
        (self.root / "aibuild.json").write_text(json.dumps(plan, indent=2), encoding="utf-8")
        touch(self.root / "aibuild.json")

    def ninja_offline(self, *arguments):
        """What ninja and all that it starts do opens no socket, even where there is a server to ask and a key for it."""
        ran = self.passes(run(*offline(["ninja", "-C", self.build, *arguments], self.log),
                              env=scratch.environment(OPENAI_API_KEY="sk-never", OPENAI_BASE_URL="http://127.0.0.1:9/v1",
                                                      ASAN_OPTIONS="detect_leaks=0")))
        self.assertEqual(sockets(self.log), [])
        return ran

    def test_another_source(self):
        (self.root / "src/more.cpp").write_text("int more();\nint more() { return 1; }\n")
        self.change(lambda plan, targets: targets["word-frequency"]["sources"].append("src/more.cpp"))
        ran = self.ninja_offline()
        self.assertEqual(ran.edges, sorted(["EMIT build.ninja", "CXX obj/word-frequency/src/more.cpp.o", "AR lib/libword-frequency.a",
                                            PROGRAM_LINK]))
        self.nothing_to_do(self.build)
        self.assertEqual(self.passes(ninja(self.build, "test")).edges, sorted([*LIBRARY_TEST, *PROGRAM_TESTS, COUNT]))
        self.assertIn("src/more.cpp", (self.root / "CMakeLists.txt").read_text())
        self.nothing_to_do(self.build, "test", "all")

    def test_a_define(self):
        self.change(lambda plan, targets: targets["word-frequency-cli"].update(settings={"defines": [{"name": "EDITED", "value": "1"}]}))
        self.assertEqual(self.ninja_offline().edges, sorted(["EMIT build.ninja", PROGRAM_OBJECT, PROGRAM_LINK]))
        self.assertIn("-DEDITED=1", self.passes(ninja(self.build, "-t", "commands", "word-frequency-cli")).out)
        self.nothing_to_do(self.build)

    def test_a_target_less(self):
        def remove(plan, targets):
            plan["targets"] = [target for name, target in targets.items() if name not in ("report", "report-test")]

        self.change(remove)
        self.assertEqual(self.ninja_offline("all", "test").edges, ["EMIT build.ninja", COUNT])
        self.assertNotEqual(ninja(self.build, "report").code, 0)
        # What only Python needed goes with it: it was AIBuild's, and nobody had edited it.
        self.assertEqual(list((self.root / "cmake").glob("python*")), [])
        self.assertNotIn("cmake/python", (self.root / "aibuild.lock.json").read_text())
        self.nothing_to_do(self.build, "test", "all")

    def test_an_edited_file_stays_when_nothing_needs_it(self):
        edit(self.root / "cmake/python.cmake", "\n", "\n# mine\n")

        def remove(plan, targets):
            plan["targets"] = [target for name, target in targets.items() if name not in ("report", "report-test")]

        self.change(remove)
        ran = self.passes(aibuild("emit", "-C", self.root))
        self.assertIn("cmake/python.cmake: kept", ran.err)
        self.assertIn("# mine", (self.root / "cmake/python.cmake").read_text())
        self.assertFalse((self.root / "cmake/python-zip.sh").exists())

    def test_another_target(self):
        (self.root / "programs/extra.c").write_text("int main(void) { return 0; }\n")
        self.change(lambda plan, targets: plan["targets"].append(
            {"name": "extra", "kind": "executable", "language": "c", "sources": ["programs/extra.c"]}))
        self.assertEqual(self.ninja_offline().edges,
                         ["CC obj/extra/programs/extra.c.o", "EMIT build.ninja", "LINK bin/extra"])
        self.nothing_to_do(self.build)

    def test_a_touch_makes_no_byte_different(self):
        before = tree(self.root, but=["build"])
        ninja_file = (self.build / "build.ninja").read_bytes()
        touch(self.root / "aibuild.json")
        self.assertEqual(self.ninja_offline().edges, ["EMIT build.ninja"])
        self.nothing_to_do(self.build, "test", "all")
        self.assertEqual(tree(self.root, but=["build"]), before)
        self.assertEqual((self.build / "build.ninja").read_bytes(), ninja_file)

    def test_a_mistake_stops_ninja_and_leaves_the_build_files(self):
        before = tree(self.root, but=["build", "aibuild.json"])
        ninja_file = (self.build / "build.ninja").read_bytes()
        self.change(lambda plan, targets: targets["word-frequency-cli"].update(uses=["word-frequency", "tokenizr"]))
        ran = ninja(self.build)
        self.assertEqual(ran.code, 1)
        self.assertRegex(ran.out, r"error\[plan.unknown-use\]: aibuild.json:\d+ \(/targets/2/uses/1\)")
        self.assertIn("Did you mean tokenizer?", ran.out)
        self.assertEqual((self.build / "build.ninja").read_bytes(), ninja_file)
        self.assertEqual(tree(self.root, but=["build", "aibuild.json"]), before)
        self.change(lambda plan, targets: targets["word-frequency-cli"].update(uses=["word-frequency"]))
        self.passes(ninja(self.build))
        self.nothing_to_do(self.build)

    def test_emit_by_hand_is_seen_by_ninja(self):
        self.change(lambda plan, targets: targets["word-frequency-cli"].update(settings={"defines": [{"name": "EDITED"}]}))
        self.passes(aibuild("emit", "-C", self.root))
        self.assertEqual(self.passes(ninja(self.build)).edges, sorted([PROGRAM_OBJECT, PROGRAM_LINK]))
        self.nothing_to_do(self.build)

    def test_both_configurations_follow(self):
        debug = self.root.parent / "debug"
        self.passes(aibuild("emit", "-C", self.root, "--config", "debug", "-o", debug))
        self.passes(ninja(debug))
        self.change(lambda plan, targets: targets["word-frequency-cli"].update(settings={"defines": [{"name": "EDITED"}]}))
        for build in (self.build, debug):
            self.assertEqual(self.passes(ninja(build)).edges, sorted(["EMIT build.ninja", PROGRAM_OBJECT, PROGRAM_LINK]))
            self.nothing_to_do(build)
        self.assertIn(" -g ", self.passes(ninja(debug, "-t", "commands", "word-frequency-cli")).out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
