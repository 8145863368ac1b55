#!/usr/bin/env python3
"""generate, check and the others in a CMake project that declares files: what its configure run wrote down is enough."""
import hashlib
import json
import os
import socket
import sys
import unittest

from changing import Again, answer, identity
from support import PROGRAM, Server, aibuild, edit, offline, run, scratch, sockets

PROMPT = "A function std::string greet(std::string_view name)."
HEADER = "#pragma once\n\n#include <string>\n#include <string_view>\n\nstd::string greet(std::string_view name);\n"
SOURCE = '#include "greet.hpp"\n\nstd::string greet(std::string_view name) {\n    return "Hello, " + std::string(name) + "!";\n}\n'
ANSWERS = (answer("include/greet.hpp", HEADER), answer("src/greet.cpp", SOURCE))


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def greet(**more):
    """The declaration of a library of two files."""
    return {"declaration": "greet", "function": "aibuild_add_library", "list": "CMakeLists.txt", "target": "greet", "kind": "static-library",
            "outputs": ["src/greet.cpp", "include/greet.hpp"], "include_directories": ["include"], "prompt": PROMPT, "context": [], "validate": [],
            **more}


class Declaring(Again):
    def setUp(self):
        self.root = scratch.new("a project; with ümlauts")
        self.build = scratch.new("build")
        (self.root / "docs").mkdir(parents=True)
        (self.root / "CMakeLists.txt").write_text("# declares\n")
        (self.root / "docs/style.md").write_text("Be brief.\n")
        self.configure(greet())

    def configure(self, *declarations, complete=True, **header):
        """What the functions of AIBuild write when CMake configures."""
        lists = sha((self.root / "CMakeLists.txt").read_text())
        lines = [{"format": 1, "root": str(self.root), "project": "demo", "description": "", "context": [], "languages": ["CXX"], **header}]
        lines += [{"list_sha256": lists, **each} for each in declarations]
        lines += [{"target": "greet", "standard": "20"}] + [{"end": True}] * complete
        self.build.mkdir(exist_ok=True)
        (self.build / "aibuild.declared.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))

    def asked_of(self, script, *words, **options):
        with Server(*script, *ANSWERS) as server:
            ran = aibuild(*words, "--build", self.build, env=server.environment(**options))
            return ran, server.asked, server.all_requests

    def generate(self, *script, arguments=("--yes",), **options):
        return self.asked_of(script, "generate", *arguments, **options)

    def generated(self, *script):
        ran, asked, requests = self.generate(*script)
        self.passes(ran)
        return asked, ["\n".join(message["content"] for message in each["body"]["messages"]) for each in requests]

    def text(self, path):
        return (self.root / path).read_text()

    def entry(self, path):
        return json.loads(self.text("aibuild.lock.json"))["files"][path]

    def drift(self):
        log = scratch.new("strace")
        ran = run(*offline([PROGRAM, "check", "--json", "--build", self.build], log))
        self.assertEqual(sockets(log), [])
        found = {each["path"]: each["what"] for each in json.loads(ran.out)["drift"]}
        self.assertEqual(ran.code, 3 if found else 0, f"\n{ran}")
        return found


class Declared(Declaring):
    def test_missing_files_are_made_once_headers_first(self):
        self.assertEqual(self.drift(), {"include/greet.hpp": "missing", "src/greet.cpp": "missing"})
        asked, said = self.generated()
        self.assertEqual(asked, ["include/greet.hpp", "src/greet.cpp"])
        self.assertEqual((self.text("include/greet.hpp"), self.text("src/greet.cpp")), (HEADER, SOURCE))
        for each in said:
            self.assertIn(PROMPT, each)
            self.assertIn("static-library in C++, by standard 20", each)
            self.assertNotIn("ninja", each)
        self.assertIn(HEADER, said[1])
        self.assertEqual(self.drift(), {})
        for verb in ("check", "verify"):  # CI may have no home
            self.passes(aibuild(verb, "--build", self.build, env={"PATH": os.environ["PATH"]}))
        self.nothing()

    def test_the_index_has_base_and_declaration_of_each_file(self):
        self.generated()
        index = self.text("aibuild.lock.cmake")
        declared = sha(f"aibuild declaration 1\nprompt {sha(PROMPT)}\n")
        self.assertEqual(self.entry("src/greet.cpp")["declared"], declared)
        self.assertIn(f'set_property(GLOBAL PROPERTY "${{AIBUILD_LOCK}}src/greet.cpp" "{sha(SOURCE)}" "{declared}")\n', index)
        self.assertIn('set_property(GLOBAL PROPERTY AIBUILD_LOCK_FORMAT "3")\n', index)
        self.assertIn(f'AIBUILD_LOCK_SHA256 "{sha(self.text("aibuild.lock.json"))}"', index)
        (self.root / "aibuild.lock.cmake").write_text("# broken by a merge\n")
        self.assertEqual(self.drift(), {"aibuild.lock.cmake": "not the index of aibuild.lock.json"})
        ran, asked, _ = self.generate()
        self.passes(ran)
        self.assertEqual((asked, self.text("aibuild.lock.cmake")), ([], index))
        self.nothing()

    def test_what_is_written_is_shown_first_and_refused_without_a_yes(self):
        ran, asked, _ = self.generate(arguments=())
        self.refused(ran, 8, "consent.nobody")
        self.assertEqual(asked, [])
        self.assertFalse((self.root / "src").exists())
        ran, _, _ = self.generate()
        self.passes(ran)
        self.assertIn("--- /dev/null\n+++ src/greet.cpp\n@@ -0,0 +1,5 @@\n+#include \"greet.hpp\"\n", ran.err)

    def test_a_changed_prompt_edits_what_is_there_and_nothing_else(self):
        file = {"declaration": "NEWS", "function": "aibuild_add_file", "list": "CMakeLists.txt", "outputs": ["NEWS"], "prompt": "News."}
        self.configure(greet(), file)
        news = answer("NEWS", "None.\n")
        self.assertEqual(self.generated(news)[0].count("NEWS"), 1)
        edit(self.root / "src/greet.cpp", "#include", "// mine\n#include")
        self.configure(greet(prompt=PROMPT + " Politely."), file)
        self.assertEqual(self.drift(), {path: "stale: its prompt changed" for path in ("src/greet.cpp", "include/greet.hpp")})
        polite = SOURCE.replace("Hello", "Good day")
        asked, said = self.generated(answer("src/greet.cpp", polite))
        self.assertEqual(asked, ["include/greet.hpp", "src/greet.cpp"])
        self.assertIn("Politely.", said[1])
        self.assertIn("is there already, as it is now:\n\n" + SOURCE, said[1])
        self.assertEqual(self.text("src/greet.cpp"), "// mine\n" + polite)
        self.assertEqual(self.drift(), {})
        self.nothing()

    def test_context_is_shown_and_a_change_of_it_is_seen(self):
        self.configure(greet(context=["docs/style.md"]))
        _, said = self.generated()
        self.assertTrue(all("docs/style.md, as it is:\n\nBe brief.\n" in each for each in said))
        declared = sha(f"aibuild declaration 1\nprompt {sha(PROMPT)}\ncontext docs/style.md {sha('Be brief.' + chr(10))}\n")
        self.assertEqual(self.entry("src/greet.cpp")["declared"], declared)
        (self.root / "docs/style.md").write_text("Be exact.\n")
        self.assertEqual(set(self.drift()), {"src/greet.cpp", "include/greet.hpp"})
        asked, _ = self.generated()
        self.assertEqual(asked, ["include/greet.hpp", "src/greet.cpp"])
        self.nothing()

    def test_an_edit_of_a_generated_context_makes_nothing_stale_before_it_is_accepted(self):
        main = {**greet(), "declaration": "app", "target": "app", "kind": "executable", "outputs": ["main.cpp"], "prompt": "Greets.",
                "context": ["include/greet.hpp"]}
        self.configure(greet(), main)
        self.generated(answer("main.cpp", "int main() {}\n"))
        edit(self.root / "include/greet.hpp", "#pragma once", "#pragma once  // mine")
        self.assertEqual(self.drift(), {})
        self.nothing()
        self.passes(aibuild("accept", "include/greet.hpp", "--build", self.build))
        self.assertEqual(set(self.drift()), {"src/greet.cpp", "main.cpp"})
        self.assertEqual(sorted(self.generated(answer("main.cpp", "int main() {}\n"))[0]), ["main.cpp", "src/greet.cpp"])
        self.nothing()

    def test_what_is_taken_over_is_left_alone(self):
        self.generated()
        self.passes(aibuild("own", "src/greet.cpp", "--build", self.build))
        self.assertIn('"${AIBUILD_LOCK}src/greet.cpp" "person")', self.text("aibuild.lock.cmake"))
        self.configure(greet(prompt="Something else."))
        self.assertEqual(set(self.drift()), {"include/greet.hpp"})
        self.assertEqual(self.generated()[0], ["include/greet.hpp"])

    def test_a_file_that_was_there_before_is_its_owners(self):
        (self.root / "src").mkdir()
        (self.root / "src/greet.cpp").write_text("// mine\n")
        self.assertIn("never was", self.drift()["src/greet.cpp"])
        ran, asked, _ = self.generate()
        self.refused(ran, 2, "declared.there", "move it away")
        self.assertEqual((asked, self.text("src/greet.cpp")), ([], "// mine\n"))

    def test_what_another_build_directory_declares_stays(self):
        self.generated()
        self.configure()
        self.nothing()
        self.assertEqual(self.drift(), {})
        (self.root / "src/greet.cpp").unlink()
        ran, asked, _ = self.generate()
        self.passes(ran)
        self.assertIn("src/greet.cpp: gone, and not declared any more", ran.err)
        self.assertEqual(asked, [])
        self.assertEqual(list(json.loads(self.text("aibuild.lock.json"))["files"]), ["include/greet.hpp"])

    def test_of_a_configure_run_that_ended_early_nothing_is_forgotten(self):
        self.generated()
        (self.root / "src/greet.cpp").unlink()
        self.configure(complete=False)
        ran, asked, _ = self.generate()
        self.passes(ran)
        self.assertEqual(asked, [])
        self.assertIn("The last configure run ended early", ran.err)
        self.assertEqual(self.drift(), {str(self.build): "the last configure run ended early: not all that it declares is known"})
        self.assertIn("src/greet.cpp", json.loads(self.text("aibuild.lock.json"))["files"])

    def test_verify_makes_every_byte_again(self):
        self.generated()
        edit(self.root / "src/greet.cpp", "Hello", "Hallo")
        ran = self.passes(aibuild("verify", "--json", "--build", self.build))
        self.assertEqual({each["path"]: each["verdict"] for each in json.loads(ran.out)["files"]},
                         {"include/greet.hpp": "same", "src/greet.cpp": "edited"})
        self.assertIn("-    return \"Hello", aibuild("diff", "--build", self.build).out)

    def test_status_and_explain_know_what_is_declared(self):
        def standing():
            ran = self.passes(aibuild("status", "--json", "--build", self.build))
            return {each["id"]: each["state"] for each in json.loads(ran.out)["tasks"]}
        self.assertEqual(standing(), {"file:src/greet.cpp": "missing", "file:include/greet.hpp": "missing"})
        self.generated()
        self.assertEqual(standing(), {"file:src/greet.cpp": "succeeded", "file:include/greet.hpp": "succeeded"})
        self.configure(greet(prompt="Another."))
        self.assertEqual(standing()["file:src/greet.cpp"], "stale")
        found = json.loads(self.passes(aibuild("explain", "src/greet.cpp", "--json", "--build", self.build)).out)
        self.assertEqual((found["state"], found["why"]), ("stale", ["its prompt changed"]))
        self.assertEqual(found["parts"], [{"part": "prompt", "before": sha(PROMPT), "today": sha("Another.")}])

    def test_another_root_and_a_plan_beside_it_are_refused(self):
        other = scratch.new("other")
        other.mkdir()
        self.refused(aibuild("check", "-C", other, "--build", self.build), 2, "declared.root", str(self.root))
        (self.root / "aibuild.json").write_text("{}")
        self.refused(aibuild("check", "-C", self.root, "--build", self.build), 2, "declared.both", "aibuild_import_plan")
        (self.root / "aibuild.json").unlink()
        self.refused(aibuild("change", "anything", "--build", self.build), 2, "change.declared", "prompt")

    def test_what_was_not_configured_is_refused(self):
        empty = scratch.new("empty")
        empty.mkdir()
        self.refused(aibuild("generate", "--build", empty), 2, "declared.missing", "cmake -S SOURCE -B BUILD")
        (self.root / "CMakeLists.txt").write_text("# declares something else\n")
        self.refused(self.generate()[0], 2, "declared.changed", f"cmake {self.build}")
        declared = self.build / "aibuild.declared.jsonl"
        declared.write_text(declared.read_text().replace('"format": 1', '"format": 2'))
        self.refused(aibuild("check", "--build", self.build), 2, "declared.newer")
        declared.write_text('{"format": 1\n')
        self.assertEqual(aibuild("check", "--build", self.build).code, 2)
        self.configure({**greet(), "outputs": ["../outside"]})
        self.refused(aibuild("check", "--build", self.build), 2, "declared.path", "no . or .. components")
        self.configure(greet(), greet(declaration="again"))
        self.refused(aibuild("check", "--build", self.build), 2, "declared.schema", "declared twice")
        self.configure(greet(context=["docs/gone.md"]))
        self.refused(self.generate()[0], 2, "declared.context", "CONTEXT")
        self.configure({each: value for each, value in greet(prompt_file="docs/gone.md").items() if each != "prompt"})
        self.refused(self.generate()[0], 2, "declared.prompt", "docs/gone.md")

    def test_what_can_be_known_before_is_refused_before_it_is_paid(self):
        (self.root / ".env").write_text("KEY=canary\n")
        (self.root / "binary").write_bytes(b"\xff\xfe\x00")
        (self.root / "notes.md").write_text("-----BEGIN RSA PRIVATE KEY-----\n")
        for context, rule in ((".env", "declared.secret"), ("notes.md", "declared.secret"), ("binary", "declared.context")):
            self.configure(greet(context=[context]))
            ran, asked, _ = self.generate()
            self.refused(ran, 2, rule, "CONTEXT")
            self.assertEqual(asked, [])
        for outputs in (["a", "a/b"], ["README", "readme"], [".github/workflows/a.yml"], ["tools.cmake"]):
            self.configure(greet(outputs=outputs))
            ran, asked, _ = self.generate()
            self.assertEqual(ran.code, 6, f"\n{ran}")
            self.assertIn("error[path.", ran.err)
            self.assertEqual(asked, [])

    def test_what_is_shown_is_told_before(self):
        self.configure(greet(context=["docs/style.md"]))
        self.assertIn("Shown for it: docs/style.md\n", self.passes(aibuild(
            "generate", "--dry-run", "--build", self.build, env=scratch.environment(OPENAI_API_KEY="none", AIBUILD_MODEL="m"))).err)

    def test_a_lock_that_is_lost_or_in_conflict_says_how_it_comes_back(self):
        self.generated()
        lock = self.text("aibuild.lock.json")
        (self.root / "aibuild.lock.json").write_text("{\n<<<<<<< ours\n=======\n>>>>>>> theirs\n" + lock[2:])
        self.refused(aibuild("check", "--build", self.build), 2, "lock.conflict", "both sides", "aibuild.lock.cmake")
        (self.root / "aibuild.lock.json").unlink()
        self.refused(self.generate()[0], 2, "declared.there", "Restore aibuild.lock.json from version control")

    def test_what_was_taken_over_and_removed_comes_back_when_it_is_released(self):
        self.generated()
        self.passes(aibuild("own", "src/greet.cpp", "--build", self.build))
        (self.root / "src/greet.cpp").unlink()
        self.refused(self.generate()[0], 2, "declared.gone", "--release src/greet.cpp")
        self.passes(aibuild("own", "--release", "src/greet.cpp", "--build", self.build))
        self.passes(self.generate()[0])
        self.assertEqual(self.text("src/greet.cpp"), SOURCE)
        self.nothing()

    def test_a_file_that_is_there_can_be_taken_over(self):
        (self.root / "src").mkdir()
        (self.root / "src/greet.cpp").write_text("// mine\n")
        self.passes(aibuild("own", "src/greet.cpp", "--build", self.build))
        self.assertEqual(self.generated()[0], ["include/greet.hpp"])
        self.assertEqual(self.text("src/greet.cpp"), "// mine\n")
        self.assertEqual(self.drift(), {})

    def test_sources_can_be_their_own_build_directory(self):
        self.build = self.root
        self.configure(greet())
        self.generated()
        self.assertEqual(self.text("src/greet.cpp"), SOURCE)
        self.nothing()

    def test_a_moved_tree_says_so(self):
        self.root.rename(self.root.with_name("elsewhere"))
        self.refused(aibuild("check", "--build", self.build), 2, "declared.moved", "where it is now")

    def test_a_list_that_is_no_utf8_says_so(self):
        file = self.build / "aibuild.declared.jsonl"
        file.write_bytes(file.read_bytes().replace(b"A function", b"A f\xfcnction"))
        self.refused(aibuild("generate", "--build", self.build), 2, "declared.utf8", "Save the list as UTF-8")

    def test_a_prompt_from_a_file_is_its_bytes(self):
        prompt = "Say ${this} ]==] \"and\" \\that; $ENV{HOME} @x@ {{purpose}} \r\n\tü\n"
        (self.root / "docs/prompt.md").write_bytes(prompt.encode())
        declaration = greet(prompt_file="docs/prompt.md")
        del declaration["prompt"]
        self.configure(declaration)
        _, said = self.generated()
        self.assertTrue(all(f"What is asked for:\n\n{prompt}" in each for each in said))
        self.assertEqual(self.entry("src/greet.cpp")["declared"], sha(f"aibuild declaration 1\nprompt {sha(prompt)}\n"))
        (self.root / "docs/prompt.md").write_bytes(b"\xff")
        self.refused(self.generate()[0], 2, "declared.prompt", "UTF-8")

    def test_without_a_key_the_planner_says_that_it_cannot(self):
        ran = aibuild("generate", "--yes", "--build", self.build, env=scratch.environment())
        self.refused(ran, 2, "builtin.stage", "OPENAI_API_KEY")
        self.assertFalse((self.root / "aibuild.lock.json").exists())


class Validated(Declaring):
    """VALIDATE: what the command does not accept goes back with what it printed."""

    def check(self, script, *words):
        self.configure(greet(validate=[sys.executable, "-c", script, *(words or ("<FILE>", "<ROOT>"))]))

    def test_a_rejected_answer_goes_back_with_its_diagnostics(self):
        self.check("import sys; text = open(sys.argv[1]).read(); sys.exit(sys.argv[1] + ':1: no good' if 'Bad' in text else 0)")
        bad = {**answer("src/greet.cpp", SOURCE.replace("Hello", "Bad")), "times": 1}
        asked, said = self.generated(bad)
        self.assertEqual(asked, ["include/greet.hpp", "src/greet.cpp", "src/greet.cpp"])
        self.assertIn("src/greet.cpp:1: no good", said[2])
        self.assertNotIn(str(self.build), said[2])
        self.assertEqual(self.text("src/greet.cpp"), SOURCE)
        self.assertEqual(list((self.build / ".aibuild").glob("validate*")), [])
        self.nothing()

    def test_what_never_passes_is_not_taken(self):
        self.check("import sys; sys.exit('never')")
        ran, asked, _ = self.generate()
        self.refused(ran, 7, "answer.validate", "never")
        self.assertFalse((self.root / "include").exists())
        self.assertFalse((self.root / "aibuild.lock.json").exists())

    def test_a_real_compiler_finds_the_header_that_was_answered_before(self):
        self.configure(greet(validate=["c++", "-std=c++20", "-fsyntax-only", "-I<ROOT>/include", "<FILE>"]))
        bad = {**answer("src/greet.cpp", SOURCE.replace("std::string_view name", "int name")), "times": 1}
        _, said = self.generated(bad)
        self.assertEqual(len(said), 3)
        self.assertRegex(said[2], r"src/greet\.cpp:\d+:\d+: error: ")
        self.configure(greet(prompt=PROMPT + " Politely.", validate=["c++", "-std=c++20", "-fsyntax-only", "-I<ROOT>/include", "<FILE>"]))
        self.generated(answer("src/greet.cpp", SOURCE.replace("Hello", "Good day")))

    def test_it_runs_without_key_and_network_and_writes_nowhere_else(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.check("""
import os, pathlib, socket, sys
found = [name for name, value in os.environ.items() if "canary" in value]
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)
    found.append("network")
except OSError:
    pass
try:
    pathlib.Path("written").write_text("x")
    found.append("project")
except OSError:
    pass
assert pathlib.Path("docs/style.md").exists() and pathlib.Path(sys.argv[2]).exists()
sys.exit(" ".join(found) or 0)
""", str(listening.getsockname()[1]), "<FILE>")
            self.passes(self.generate(OPENAI_API_KEY="sk-canary", SOME_TOKEN="canary")[0])

    def test_it_is_run_only_after_a_consent(self):
        self.check("pass")
        with Server(*ANSWERS) as server:
            environment = server.environment()
            ran = aibuild("generate", "--build", self.build, env=environment)
            self.assertNotEqual(ran.code, 0)
            self.passes(aibuild("generate", "--yes", "--build", self.build, env=environment))

    def test_a_program_that_is_not_there_is_told_before_anything_is_asked(self):
        self.configure(greet(validate=["no-such-program", "<FILE>"]))
        ran, asked, _ = self.generate()
        self.refused(ran, 2, "validate.program", "no-such-program")
        self.assertEqual(asked, [])


if __name__ == "__main__":
    unittest.main()
