#!/usr/bin/env python3
"""What is declared: how it arrives, what is said about how it stands, and what it leaves alone."""
import os
import re
import shutil
import time
import unittest

import declaring
from support import CMAKE, PACKAGE, SOURCE, build, configure, new, run, write

HEAD = "cmake_minimum_required(VERSION 3.16)\nproject(tiny NONE)\nfind_package(AIBuild 1.0 REQUIRED)\n"


def project(text, files=None, head=HEAD):
    return write(new(), {"CMakeLists.txt": head + text, **(files or {})})


def configured(root, *arguments, **more):
    return configure(root, root / "build", f"-DAIBuild_DIR={PACKAGE}", *arguments, **more)


def generated(root, *arguments, **more):
    """A project whose outputs and lock are there."""
    configured(root, "-DAIBUILD_MODE=WARN", *arguments)
    entries = declaring.generate(root, root / "build", **more)
    return entries


def said(text):
    """What AIBuild said, without where: [(kind, place, why, fix)], and the status lines."""
    found = re.findall(r"^CMake (Error|Warning) at [^\n]*\n   (\S[^\n]*)\n     why:   ([^\n]*)\n     fix:   ([^\n]*)\n", text, re.MULTILINE)
    status = re.findall(r"^-- (AIBuild: .*)$", text, re.MULTILINE)
    others = len(re.findall(r"^CMake (?:Error|Warning|Deprecation)", text, re.MULTILINE)) - len(found)
    if others:
        raise AssertionError(f"something else is wrong:\n{text}")
    return found, status


def fix(root):
    word = f"'{PROGRAM_OF_PACKAGE}'" if " " in PROGRAM_OF_PACKAGE else PROGRAM_OF_PACKAGE
    return f"{word} generate --build {root / 'build'}"


PROGRAM_OF_PACKAGE = "aibuild-gen" if shutil.which("aibuild-gen") else str(PACKAGE.parents[2] / "bin" / "aibuild-gen")

BRACKETS = [
    "one;two; three", "a \\; b \\\\; c", "[[not closed", "closed ]] and [ [ ]", "]==]", "]=====]", "${HOME} ${CMAKE_CURRENT_LIST_DIR} $ENV{HOME}",
    "@HOME@ @x@ ${${x}}", 'say "hello" and \'hello\' and \\"', "$<CONFIG> $<1:x> $<", "line\nline\n\n\tend\n", "ends in \\", "#[[ no comment ]]",
    "# no comment", "über ümläute 日本語 🐝", "true", "OFF", "0", "NOTFOUND", "x-NOTFOUND", "HELLO", "OUTPIT", "%s %d\\n", "<FILE>",
    ") message(FATAL_ERROR oops", "\"\"\"", "`ls` $(ls) ; rm -rf x", "[", "]", ";", "a[b;c", "a]b;c", "{\"json\": \"\\u0041\"}",
]
MADE = {  # what no list file can have in it: CMake reads a carriage return before a line's end as none
    "string(CONCAT text [[carriage]] \"\\r\\n\" [[return]] \"\\r\")": "carriage\r\nreturn\r",
    f"string(ASCII {' '.join(map(str, range(1, 32)))} text)": "".join(map(chr, range(1, 32))),
    "file(READ big.txt text)": "1 MiB \x7f" + ("x;[${y}]\"\\\n" * (1 << 17))[: (1 << 20) - 7],
}


class Prompts(unittest.TestCase):
    def test_they_arrive_byte_for_byte(self):
        lines, expected = ["set(x y)\n"], []
        for number, prompt in enumerate(BRACKETS):  # both ways in which arguments are read
            expected += [prompt, prompt]
            lines.append(f"aibuild_add_file(out/{number} PROMPT [======[{prompt}]======])\n"
                         f"aibuild_add_library(lib{number} INTERFACE OUTPUTS lib/{number}.h PROMPT [======[{prompt}]======])\n")
        expected += MADE.values()
        for number, command in enumerate(MADE, len(BRACKETS)):
            lines.append(f'{command}\naibuild_add_file(out/{number} PROMPT "${{text}}")\n')
        root = project("".join(lines), {"big.txt": MADE["file(READ big.txt text)"]})
        configured(root, "-DAIBUILD_MODE=WARN")
        arrived = [record["prompt"] for record in declaring.records(root / "build")[1:-1]]
        self.assertEqual(len(arrived), len(expected))
        for one, other in zip(arrived, expected):
            self.assertEqual(one.encode(), other.encode())
        # And the hash that CMake made of each is that of the same bytes.
        declaring.generate(root, root / "build")
        self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED")), ([], []))

    def test_a_file_is_named_and_its_bytes_are_hashed(self):
        root = project("aibuild_add_file(a.txt PROMPT_FILE \"pro mpts/a;b [c.md\")\n")
        file = root / "pro mpts/a;b [c.md"
        file.parent.mkdir()
        file.write_bytes(b"\xff\xfe not UTF-8\r\n")
        generated(root)
        self.assertEqual(declaring.declarations(root / "build")["a.txt"]["prompt_file"], "pro mpts/a;b [c.md")
        self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED")), ([], []))
        time.sleep(0.01)
        file.write_bytes(b"other")
        self.assertIn("Its prompt changed.", build(root / "build", fails=True))  # the build sees it: CMake runs again

    def test_a_list_in_one_argument_however_long(self):
        for separator, why in ((";", "and CMake takes ; [ and $< in a source's name for its own."), ("\\n", "A path in OUTPUTS has a line break in it.")):
            root = project(f'string(REPEAT "a/b.h{separator}" 20000 many)\naibuild_add_library(many INTERFACE OUTPUTS "${{many}}x.h" PROMPT "a text")\n')
            self.assertIn(why, configured(root, fails=True))

    def test_paths_with_anything_in_them(self):
        names = ["a b.txt", "a;b.txt", "a[b.txt", "a]b.txt", "ü/日本.txt", "$x ${y}.txt", "a'b.txt", "(a).txt", "#a.txt", "@a@.txt", "-a.txt"]
        root = project("".join(f"aibuild_add_file([=[{name}]=] PROMPT p CONTEXT [=[docs/{name}]=] VALIDATE [=[{name}]=] <FILE> [=[;]=])\n"
                               for name in names), {f"docs/{name}": name for name in names})
        generated(root)
        for name, (key, record) in zip(names, declaring.declarations(root / "build").items()):
            self.assertEqual((key, record["outputs"], record["context"], record["validate"]),
                             (name, [name], [f"docs/{name}"], [name, "<FILE>", ";"]))
        self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED")), ([], []))


class Records(unittest.TestCase):
    """BUILD/aibuild.declared.jsonl, whole."""

    def test_what_aibuild_gen_reads(self):
        root = project("""
aibuild_project(DESCRIPTION "A tool; for bees." CONTEXT docs/style.md)
aibuild_add_library(api INTERFACE OUTPUTS api/include/api.h api/notes.md PROMPT "The API.")
add_subdirectory(lib)
aibuild_add_file(README.md PROMPT "How to use it." CONTEXT api docs/style.md lib)
""", {"docs/style.md": "Short.\n", "lib/CMakeLists.txt": """
aibuild_add_library(lib STATIC EXCLUDE_FROM_ALL OUTPUTS lib.c ../lib/lib.h PROMPT_FILE ../docs/style.md CONTEXT api)
aibuild_add_executable(app WIN32 OUTPUTS app.c PROMPT p VALIDATE cc -c <FILE>)
aibuild_add_library(plugin MODULE OUTPUTS plugin.c PROMPT p)
aibuild_add_library(objects OBJECT OUTPUTS objects.c PROMPT p)
aibuild_target_sources(app PRIVATE OUTPUTS more.c inc/more.h PROMPT p)
set_target_properties(app PROPERTIES C_STANDARD 17)
set_target_properties(plugin PROPERTIES CXX_STANDARD 23 C_STANDARD 11)
"""}, head=HEAD.replace("tiny NONE", "tiny C"))
        configured(root, "-DAIBUILD_MODE=WARN")
        top, below = ({"list": name, "list_sha256": declaring.sha256((root / name).read_bytes())} for name in ("CMakeLists.txt", "lib/CMakeLists.txt"))
        self.assertEqual(declaring.records(root / "build"), [
            {"format": 1, "root": str(root), "project": "tiny", "description": "A tool; for bees.", "context": ["docs/style.md"], "languages": ["C"]},
            {"declaration": "api", "function": "aibuild_add_library", **top, "target": "api", "kind": "interface-library",
             "outputs": ["api/include/api.h", "api/notes.md"], "include_directories": ["api/include"], "prompt": "The API."},
            {"declaration": "lib", "function": "aibuild_add_library", **below, "target": "lib", "kind": "static-library",
             "outputs": ["lib/lib.c", "lib/lib.h"], "include_directories": ["lib"], "prompt_file": "docs/style.md", "context": ["api/include/api.h"]},
            {"declaration": "app", "function": "aibuild_add_executable", **below, "target": "app", "kind": "executable", "outputs": ["lib/app.c"],
             "prompt": "p", "validate": ["cc", "-c", "<FILE>"]},
            {"declaration": "plugin", "function": "aibuild_add_library", **below, "target": "plugin", "kind": "shared-library",
             "outputs": ["lib/plugin.c"], "prompt": "p"},
            {"declaration": "objects", "function": "aibuild_add_library", **below, "target": "objects", "kind": "static-library",
             "outputs": ["lib/objects.c"], "prompt": "p"},
            {"declaration": "app/lib/more.c", "function": "aibuild_target_sources", **below, "target": "app", "kind": "executable",
             "outputs": ["lib/more.c", "lib/inc/more.h"], "include_directories": ["lib/inc"], "prompt": "p"},
            {"declaration": "README.md", "function": "aibuild_add_file", **top, "outputs": ["README.md"], "prompt": "How to use it.",
             "context": ["api/include/api.h", "docs/style.md", "lib/lib.h"]},
            {"target": "app", "standard": "17"},
            {"target": "plugin", "standard": "23"},
            {"end": True}])
        declaring.generate(root, root / "build")
        self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED")), ([], []))

    def test_an_error_later_loses_none(self):
        root = project('aibuild_add_file(a PROMPT p)\nmessage(FATAL_ERROR "later")\n')
        configured(root, fails=True)
        self.assertEqual([list(record)[0] for record in declaring.records(root / "build")], ["format", "declaration"])

    def test_projects_below_are_on_their_own(self):
        root = project("aibuild_add_file(a PROMPT p)\nadd_subdirectory(below)\nadd_subdirectory(plain)\naibuild_add_file(z PROMPT p CONTEXT below/b)\n",
                       {"below/CMakeLists.txt": HEAD.replace("tiny", "lower") + "aibuild_add_file(b PROMPT p)\n",
                        "plain/CMakeLists.txt": "aibuild_add_file(c PROMPT p)\n", "below/b": "there"})
        configured(root, "-DAIBUILD_MODE=WARN")
        self.assertEqual(list(declaring.declarations(root / "build")), ["a", "plain/c", "z"])
        self.assertEqual(list(declaring.declarations(root / "build/below")), ["b"])
        self.assertEqual(declaring.records(root / "build/below")[0]["root"], str(root / "below"))
        declaring.generate(root, root / "build")
        declaring.generate(root / "below", root / "build/below")
        self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED")), ([], []))


class States(unittest.TestCase):
    """Each way in which an output can stand, in each mode."""

    TEXT = """
aibuild_add_file(plain.md PROMPT "plain${MORE}")
aibuild_add_file(shown.md PROMPT "shown" CONTEXT style.md plain.md)
"""

    def setUp(self):
        self.root = project(self.TEXT, {"style.md": "Short.\n"})
        self.entries = generated(self.root)

    def say(self, mode, *arguments):
        return said(configured(self.root, f"-DAIBUILD_MODE={mode}", *arguments, fails=self.fails.get(mode, False)))

    def stand(self, why, place, how, fixed=None, frozen=False, arguments=(), status=()):
        """LOCKED says it as an error, WARN as a warning, FROZEN only where a file is missing."""
        self.fails = {"LOCKED": why is not None, "FROZEN": frozen}
        message = [] if why is None else [(place, why, fixed or fix(self.root))]
        with self.subTest(how):
            self.assertEqual(self.say("LOCKED", *arguments), ([("Error", *each) for each in message], list(status)))
            self.assertEqual(self.say("WARN", *arguments), ([("Warning", *each) for each in message], list(status)))
            self.assertEqual(self.say("FROZEN", *arguments), ([("Error", *each) for each in message] if frozen else [], []))

    def lock(self, **changes):
        entries = {**self.entries}
        for path, entry in changes.items():
            entries[path.replace("_", ".")] = entry
        declaring.write_lock(self.root, {path: entry for path, entry in entries.items() if entry})

    def test_as_generated(self):
        self.stand(None, "", "locked")

    def test_missing(self):
        (self.root / "shown.md").unlink()
        self.stand("shown.md is missing.", "aibuild_add_file: shown.md", "missing", frozen=True)

    def test_the_prompt_changed(self):
        self.stand("Its prompt changed.", "aibuild_add_file: plain.md", "prompt", arguments=["-DMORE= and more"])

    def test_what_is_shown_changed(self):
        (self.root / "style.md").write_text("Long.\n")
        self.stand("Its prompt or what it is shown changed.", "aibuild_add_file: shown.md", "context")

    def test_edited(self):
        """Of what is shown too: it counts as it was generated."""
        (self.root / "plain.md").write_text("mine\n")
        self.fails = {}
        for mode in ("LOCKED", "WARN"):
            self.assertEqual(self.say(mode), ([], ["AIBuild: plain.md was edited since it was generated"]))
        self.assertEqual(self.say("FROZEN"), ([], []))
        text = configured(self.root, "--log-context", "-DAIBUILD_MODE=LOCKED")
        self.assertIn("-- [AIBuild.add_file] AIBuild: plain.md was edited since it was generated", text)

    def test_taken_over(self):
        """It is shown as it is now, so what it is shown to is stale once it is edited."""
        self.lock(plain_md=("person",))
        (self.root / "plain.md").write_text("mine\n")
        self.stand("Its prompt or what it is shown changed.", "aibuild_add_file: shown.md", "taken over", arguments=["-DMORE= and more"])

    def test_not_in_the_lock(self):
        self.lock(shown_md=None)
        self.stand("shown.md was not generated: it is there, and the lock knows nothing of it.", "aibuild_add_file: shown.md", "not generated",
                   fixed="Move it away, or take it out of OUTPUTS.")

    def test_not_declared_when_it_was_generated(self):
        self.lock(shown_md=self.entries["shown.md"][:1])
        self.stand("Its prompt or what it is shown changed.", "aibuild_add_file: shown.md", "undeclared")

    def test_no_lock_at_all(self):
        for name in ("aibuild.lock.json", "aibuild.lock.cmake", "plain.md", "shown.md"):
            (self.root / name).unlink()
        found, _ = said(configured(self.root, "-DAIBUILD_MODE=LOCKED", fails=True))
        self.assertEqual(found, [("Error", f"aibuild_add_file: {name}", f"{name} is missing.", fix(self.root)) for name in ("plain.md", "shown.md")])

    def test_several_files_are_one_message(self):
        root = project("aibuild_add_library(a INTERFACE OUTPUTS a.h b.h c.h d.h PROMPT p)\n")
        configured(root, "-DAIBUILD_MODE=WARN")
        write(root, {"d.h": ""})
        self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED", fails=True))[0], [
            ("Error", "aibuild_add_library: a", "a.h, b.h and c.h are missing.", fix(root)),
            ("Error", "aibuild_add_library: a", "d.h was not generated: it is there, and the lock knows nothing of it.",
             "Move it away, or take it out of OUTPUTS.")])


class Locks(unittest.TestCase):
    """A lock that is broken, newer or another's is refused, with the command that mends it; no line of it is ever run."""

    def setUp(self):
        self.root = project('aibuild_add_file(a.md PROMPT p)\naibuild_add_file(b.md PROMPT p)\n')
        generated(self.root)
        self.lock, self.index = self.root / "aibuild.lock.json", self.root / "aibuild.lock.cmake"

    def refused(self, place, why, fixed=None):
        """Once, however much is declared; under FROZEN nobody looks."""
        message = (f"aibuild_add_file: {place}", why, fixed or fix(self.root))
        self.assertEqual(said(configured(self.root, "-DAIBUILD_MODE=LOCKED", fails=True)), ([("Error", *message)], []))
        self.assertEqual(said(configured(self.root, "-DAIBUILD_MODE=WARN")), ([("Warning", *message)], []))
        self.assertEqual(said(configured(self.root, "-DAIBUILD_MODE=FROZEN")), ([], []))

    def test_no_index(self):
        self.index.unlink()
        self.refused(self.index, f"It is missing, and {self.lock} is there.")

    def test_no_lock(self):
        self.lock.unlink()
        self.refused(self.lock, f"It is missing, and {self.index} is there.")

    def test_another_lock(self):
        self.lock.write_text(self.lock.read_text() + "\n")
        self.refused(self.lock, f"It is not the lock that {self.index} was written from.")

    def test_a_newer_lock(self):
        self.index.write_text(self.index.read_text().replace('FORMAT "3"', 'FORMAT "4"'))
        self.refused(self.index, f"This lock has format 4, and the AIBuild in {PACKAGE} knows formats up to 3.",
                     "Let find_package find the AIBuild that wrote it, or a newer one.")

    def test_anything_else_in_it(self):
        whole = self.index.read_text()
        last = whole.rindex("set_property")
        for text, line in ((whole[:last] + "<<<<<<< HEAD\n" + whole[last:], "<<<<<<< HEAD"),
                           (whole + 'message(FATAL_ERROR "run")\n', 'message(FATAL_ERROR "run")'),
                           (whole + 'set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}a\\" ")\nmessage(" "FATAL_ERROR run")\n', 'message(" "FATAL_ERROR run")'),
                           (whole + 'set_property(GLOBAL PROPERTY "RULE_LAUNCH_COMPILE" "evil")\n', 'set_property(GLOBAL PROPERTY "RULE_LAUNCH_COMPILE" "evil")'),
                           (whole + 'set_property(GLOBAL PROPERTY AIBUILD_PROGRAM "evil")\n', 'set_property(GLOBAL PROPERTY AIBUILD_PROGRAM "evil")'),
                           (whole + 'set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}a" "$ENV{HOME}")\n',
                            'set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}a" "$ENV{HOME}")'),
                           (whole + 'set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}$ENV{HOME}" "d")\n',
                            'set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}$ENV{HOME}" "d")'),
                           (whole + 'set_property(TARGET "a" PROPERTY "b" "c")\n', 'set_property(TARGET "a" PROPERTY "b" "c")'),
                           (whole[:last] + whole[last:-3], whole[last:-3])):
            with self.subTest(line=line):
                self.index.write_text(text)
                self.refused(self.index, f"It is no index of a lock: it says '{line[:60]}'.")
        self.index.write_text(whole + 'set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}a\\"b \\$c \\\\" "d")\n')
        self.assertEqual(said(configured(self.root, "-DAIBUILD_MODE=LOCKED")), ([], []))

    def test_it_says_nothing(self):
        self.index.write_text("")
        self.refused(self.lock, f"It is not the lock that {self.index} was written from.")


class Missing(unittest.TestCase):
    """In mode WARN CMake makes a build although sources are missing."""

    def test_a_build_says_so_and_clean_removes_nothing_of_a_person(self):
        root = project("aibuild_add_library(l STATIC OUTPUTS src/l.c include/l.h PROMPT p)\naibuild_target_sources(l PRIVATE OUTPUTS more.c PROMPT p)\n",
                       head=HEAD.replace("tiny NONE", "tiny C"))
        configured(root, "-DAIBUILD_MODE=WARN")
        self.assertIn("src/l.c is not generated yet: ", build(root / "build", fails=True))
        write(root, {"src/l.c": "int l(void);\nint l(void) { return 0; }\n// mine\n", "include/l.h": "", "more.c": "int more;\n"})
        build(root / "build", "--target", "clean")
        configured(root)
        build(root / "build", "--clean-first")
        self.assertIn("// mine", (root / "src/l.c").read_text())
        self.assertNotIn("CUSTOM_COMMAND", "".join(line for line in (root / "build/build.ninja").read_text().splitlines(True) if "l.c" in line))

    def test_a_directory_outside_of_the_project_is_refused(self):
        root = project("add_subdirectory(../outside outside)\n")
        write(root.parent, {"outside/CMakeLists.txt": "aibuild_add_file(a.txt PROMPT p)\n"})
        self.assertIn(f"{root.parent}/outside is not in the project that this call belongs to: {root}.",
                      re.sub(r"\s+", " ", configured(root, fails=True)))

    def test_what_is_evaluated_belongs_to_its_list(self):
        root = project('cmake_language(EVAL CODE "aibuild_add_file(a.txt PROMPT p)")\n')
        configured(root, "-DAIBUILD_MODE=WARN")
        self.assertEqual([each["list"] for each in declaring.records(root / "build") if "declaration" in each], ["CMakeLists.txt"])


class Watching(unittest.TestCase):
    """A build configures again when what was compared changes, and not when an output does."""

    def test_what_configures_again(self):
        root = project("add_custom_target(nothing)\naibuild_add_file(a.md PROMPT_FILE prompt.md CONTEXT style.md)\n",
                       {"prompt.md": "A file.\n", "style.md": "Short.\n"})
        entries = generated(root)
        configured(root, "-DAIBUILD_MODE=LOCKED")
        self.assertNotIn("Configuring", build(root / "build"))

        def changed(path, text):
            time.sleep(0.02)
            (root / path).write_text(text)

        changed("a.md", "edited\n")
        self.assertNotIn("Configuring", build(root / "build"))
        for path in ("prompt.md", "style.md"):
            before = (root / path).read_text()
            changed(path, "other\n")
            self.assertIn("aibuild_add_file: a.md", build(root / "build", fails=True))
            changed(path, before)
            self.assertIn("-- AIBuild: a.md was edited since it was generated", build(root / "build"))
        time.sleep(0.02)
        changed("aibuild.lock.json", "{}\n")
        self.assertIn("It is not the lock", build(root / "build", fails=True))
        declaring.write_lock(root, entries, lock="{}\n")
        self.assertIn("Configuring", build(root / "build"))
        self.assertNotIn("Configuring", build(root / "build"))

    def test_the_first_update_configures_again(self):
        """Where there is no lock yet, there is none to watch."""
        root = project("add_custom_target(nothing)\naibuild_add_file(a.md PROMPT p)\n")
        generated(root)
        self.assertNotIn("Configuring", build(root / "build"))
        time.sleep(0.02)
        os.utime(root / "build/aibuild.updated")  # as aibuild-gen does after it has generated something
        self.assertIn("Configuring", build(root / "build"))
        self.assertNotIn("Configuring", build(root / "build"))


class LeftAlone(unittest.TestCase):
    def test_variables_and_policies_of_the_caller(self):
        """Nothing comes of the calls but what they are for, for callers older and newer than AIBuild; and what the caller and the cache
        have under the names that the functions use is not taken for theirs."""
        names = sorted(set(re.findall(r"\b(?:set|get_property)\((\w+) |foreach\((\w+) |IN_LIST (\w+)", "".join(
            path.read_text() for path in (SOURCE / "cmake-modules").glob("AIBuild*.cmake")))))
        names = sorted({name for group in names for name in group if name and not name.startswith(("CMAKE_", "AIBUILD_", "aibuild_", "arg_", "first_", "last_"))})
        self.assertGreater(len(names), 50)
        poison = "".join(f'set({name} "poison{i};p" CACHE STRING "")\n' for i, name in enumerate(names)) + "".join(
            f'set({name} "poison")\n' for name in names[::2])
        calls = """
aibuild_project(CONTEXT style.md)
aibuild_add_library(one INTERFACE OUTPUTS include/one.h PROMPT "one")
aibuild_target_sources(one INTERFACE OUTPUTS two.h PROMPT_FILE style.md)
aibuild_add_file(three.md PROMPT "three" CONTEXT one VALIDATE cat <FILE>)
aibuild_add_report(three-report FORMATS HTML)
"""
        for version in ("3.16", "3.25", "3.16...3.31"):
            for poisoned in (False, True):
                with self.subTest(version=version, poisoned=poisoned):
                    root = project((poison if poisoned else "") + """
get_cmake_property(before VARIABLES)
foreach(policy 0054 0057 0118 0121 0140)
  cmake_policy(GET CMP${policy} before_${policy})
endforeach()
get_cmake_property(before_cache CACHE_VARIABLES)
""" + calls + """
get_cmake_property(after VARIABLES)
get_cmake_property(after_cache CACHE_VARIABLES)
list(REMOVE_ITEM after ${before} before before_cache policy before_0054 before_0057 before_0118 before_0121 before_0140)
list(REMOVE_ITEM after_cache ${before_cache})
message("left: [${after}] [${after_cache}]")
foreach(policy 0054 0057 0118 0121 0140)
  cmake_policy(GET CMP${policy} after_${policy})
  if(NOT "${before_${policy}}" STREQUAL "${after_${policy}}")
    message("changed: CMP${policy}")
  endif()
endforeach()
""", {"style.md": "Short.\n"}, head=HEAD.replace("3.16", version))
                    text = configured(root, "-DAIBUILD_MODE=WARN")
                    self.assertIn("left: [] []\n", text)
                    self.assertNotIn("changed:", text)
                    self.assertEqual(list(declaring.declarations(root / "build")), ["one", "one/two.h", "three.md"])
                    declaring.generate(root, root / "build")
                    self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED")), ([], []))

    def test_nothing_counts_on_being_at_the_top(self):
        for path in (SOURCE / "cmake-modules").glob("*.cmake*"):
            self.assertNotRegex(path.read_text(), r"CMAKE_(SOURCE|BINARY)_DIR\b|CMAKE_INSTALL_FULL_", path)

    def test_functions_are_of_this_package(self):
        """Public ones are documented, everything else has the private prefix."""
        for path in (SOURCE / "cmake-modules").glob("AIBuild*.cmake"):
            text = path.read_text()
            for name in re.findall(r"^\s*(?:function|macro)\((\w+)", text, re.MULTILINE):
                self.assertTrue(name.startswith("_aibuild_") or f"[.md: {name}\n" in text, f"{path}: {name}")


class Targets(unittest.TestCase):
    """They are what add_library and add_executable make."""

    def test_they_are_ordinary(self):
        root = project("""
set(CMAKE_C_STANDARD 11)
aibuild_add_library(greet OUTPUTS src/greet.c include/greet.h PROMPT p)
add_library(my::greet ALIAS greet)
set_target_properties(greet PROPERTIES OUTPUT_NAME hello C_STANDARD 99)
add_subdirectory(app)
aibuild_add_library(part INTERFACE OUTPUTS part.h PROMPT p)
aibuild_target_sources(part INTERFACE OUTPUTS part.c PROMPT p)
target_link_libraries(app PRIVATE part)
install(TARGETS greet part EXPORT tiny)
install(EXPORT tiny NAMESPACE tiny:: DESTINATION lib/cmake)
export(EXPORT tiny FILE tiny.cmake)
file(GENERATE OUTPUT includes.txt CONTENT "$<JOIN:$<TARGET_PROPERTY:greet,INTERFACE_INCLUDE_DIRECTORIES>,,>")
""", {"app/CMakeLists.txt": "aibuild_add_executable(app OUTPUTS app.c PROMPT p CONTEXT greet)\ntarget_link_libraries(app PRIVATE my::greet)\n",
            "src/greet.c": '#include "greet.h"\nint greet(void) { return 0; }\n', "include/greet.h": "int greet(void);\n",
            "app/app.c": '#include "greet.h"\n#include "part.h"\nint main(void) { return greet() + part(); }\n',
            "part.h": "int part(void);\n", "part.c": "int part(void) { return 0; }\n"}, head=HEAD.replace("tiny NONE", "tiny C"))
        generated(root)
        self.assertEqual(said(configured(root, "-DAIBUILD_MODE=LOCKED")), ([], []))
        build(root / "build")
        run(root / "build/app/app")
        self.assertTrue((root / "build/libhello.a").exists())
        self.assertEqual((root / "build/includes.txt").read_text(), str(root / "include"))
        self.assertEqual([record["standard"] for record in declaring.records(root / "build") if "standard" in record], ["99", "11"])
        run(CMAKE, "--install", root / "build", "--prefix", root / "prefix")
        for path in (root / "prefix/lib/cmake").glob("*"):
            self.assertNotIn(str(root), path.read_text())
        self.assertNotIn("aibuild", build(root / "build", "--verbose").lower().replace(str(root), ""))

    def test_a_root_with_a_semicolon_in_its_name(self):
        root = write(new("a;b > [c] ü"), {"CMakeLists.txt": HEAD.replace("tiny NONE", "tiny C") + """
aibuild_add_library(greet STATIC OUTPUTS src/greet.c include/greet.h PROMPT p)
aibuild_add_executable(app OUTPUTS app.c PROMPT p CONTEXT greet)
target_link_libraries(app PRIVATE greet)
""", "src/greet.c": '#include "greet.h"\nint greet(void) { return 0; }\n', "include/greet.h": "int greet(void);\n",
                                       "app.c": '#include "greet.h"\nint main(void) { return greet(); }\n'})
        where = new("build")  # CMake itself can't try a compiler in a directory with a semicolon
        configure(root, where, f"-DAIBuild_DIR={PACKAGE}", "-DAIBUILD_MODE=WARN")
        declaring.generate(root, where)
        self.assertEqual(said(configure(root, where, "-DAIBUILD_MODE=LOCKED")), ([], []))
        build(where)
        run(where / "app")


class Programs(unittest.TestCase):
    """The targets that run aibuild-gen, for every project of the build."""

    def test_what_they_run(self):
        root = project("aibuild_add_file(a PROMPT p)\nadd_subdirectory(below)\naibuild_add_report(whole OUTPUT_DIR out)\n"
                       "aibuild_add_report(some FORMATS MARKDOWN JSON)\n",
                       {"below/CMakeLists.txt": HEAD.replace("tiny", "lower") + "aibuild_add_file(b PROMPT p)\n",
                        "a": "", "below/b": "", "tool.sh": '#!/bin/sh\necho "ran: $*"\n'})
        (root / "tool.sh").chmod(0o755)
        file = root / "CMakeLists.txt"
        file.write_text(file.read_text().replace(HEAD, HEAD + f'set_property(GLOBAL PROPERTY AIBUILD_PROGRAM "{root}/tool.sh")\n'))
        configured(root, "-DAIBUILD_MODE=FROZEN")
        top = root / "build"
        for target, expected in {"aibuild-update": [f"generate --build {top}", f"generate --build {top}/below"],
                                 "aibuild-check": [f"check --build {top}", f"check --build {top}/below"],
                                 "aibuild-status": [f"status --build {top}", f"status --build {top}/below"],
                                 "aibuild-report": [f"report --build {top}"],
                                 "whole": [f"report --build {top} -o {top}/out"],
                                 "some": [f"report --build {top} --markdown {top}/report/report.md --json {top}/report/report.json"]}.items():
            with self.subTest(target):
                self.assertEqual(re.findall("^ran: (.*)$", build(top, "--target", target), re.MULTILINE), expected)
        self.assertNotIn("ran:", build(top))  # none of them is in ALL

    def test_without_a_program(self):
        prefix = new("prefix") / "share/cmake/AIBuild"
        shutil.copytree(PACKAGE, prefix)
        root = project("aibuild_add_file(a PROMPT p)\n", {"a": ""})
        configure(root, root / "build", f"-DAIBuild_DIR={prefix}", "-DAIBUILD_MODE=FROZEN")
        for target in ("update", "check", "status", "report"):
            self.assertIn(f"aibuild-{target}: this build knows no aibuild-gen that runs on this machine. Install AIBuild for it, and configure again.",
                          build(root / "build", "--target", f"aibuild-{target}", fails=True))


if __name__ == "__main__":
    unittest.main()
