#!/usr/bin/env python3
"""Custom steps: the project in examples/generated-code with ninja and with CMake, arguments that mean harm, and the person's consent."""
import json
import pathlib
import shutil
import stat
import unittest

from greeting import FILES, PLAN
from support import Server, Test, aibuild, edit, new, ninja, run, scratch, times, touch, tree

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "generated-code"
ALL = ["AR lib/libunits.a", "CC obj/units/gen/table/units_table.c.o", "CC obj/units/src/units.c.o", "CXX obj/embed/tools/embed.cpp.o",
       "CXX obj/metres/src/metres.cpp.o", "LINK bin/embed", "LINK bin/metres", "STEP gen/table/units_table.h", "STEP gen/usage/usage.h"]
TEST = ["CXX obj/units-test/tests/units_test.cpp.o", "LINK tests/units-test", "TEST units-test", "TESTS tests/passed"]
# Every argument that a shell, ninja, make or CMake could take for something else.
HOSTILE = ["", " ", "a b", "$HOME", "${out}", "$out", "$$", "$(touch x)", "`touch x`", "it's", '"quoted"', "\\", "a\\nb", "\\\\", ";", "a;b", "|", "||", "&&", "&",
           ">", "<", "2>&1", "*", "?", "[a]", "~", "#", "a#b", "!", "%", "%PATH%", "$<CONFIG>", "a$<1:b>", "\\$<1:b>", "${CMAKE_COMMAND}", "@CMAKE_COMMAND@", "$ENV{HOME}", "COMMAND",
           "VERBATIM", "DEPENDS", "OUTPUT", "ARGS", "WORKING_DIRECTORY", "-n", "--", "-", "=", "A=b", ":", "^", "süß", "\u202e", "{in}", "}", "{{", "(", ")", "[[", "]]", "[=[",
           "'", "''", '"', "\\\"", "$'x'", "a,b", "/", "\\;", ";;", "a;;b", ";a"]


class Case(Test):
    def setUp(self):
        self.state = scratch.new("state")
        self.env = scratch.environment(XDG_STATE_HOME=self.state)

    def example(self):
        root = scratch.new()
        shutil.copytree(EXAMPLE, root)
        return root

    def emit(self, root, *arguments, **more):
        return aibuild("emit", "-C", root, *arguments, env={**self.env, **more})

    def ninja(self, root, *arguments):
        return ninja(root / "build", *arguments, env=self.env)

    def built(self, root=None):
        root = root or self.example()
        self.passes(self.emit(root, "--yes"))
        self.passes(self.ninja(root, "all", "test"))
        return root

    def project(self, steps, **files):
        """A plan whose only target is a C program that reads the header of each step."""
        root = scratch.new()
        root.mkdir()
        names = [step["name"] for step in steps]
        plan = {"format": 1, "project": {"name": "p"}, "steps": steps,
                "targets": [{"name": "prog", "kind": "executable", "language": "c", "sources": ["main.c"], "generated": names}]}
        (root / "aibuild.json").write_text(json.dumps(plan, indent=1), encoding="utf-8")
        (root / "main.c").write_text("".join(f'#include "{name}.h"\n' for name in names) + "int main(void) { return 0; }\n", encoding="utf-8")
        for name, text in files.items():
            (root / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return root


class WithNinja(Case):
    def test_from_scratch_in_any_order(self):
        root = self.example()
        self.passes(self.emit(root, "--yes"))
        for jobs in ("-j1", "-j8"):
            self.passes(self.ninja(root, "-t", "clean"))
            self.assertEqual(self.passes(self.ninja(root, jobs)).edges, ALL)
            self.assertEqual(self.passes(self.ninja(root, jobs, "test")).edges, TEST)
            self.assertIn("No missing dependencies on generated files found.", self.passes(self.ninja(root, "-t", "missingdeps")).out)
            self.assertIn("no work to do", self.passes(self.ninja(root, "all", "test")).out)
            shutil.rmtree(root / "build/gen")
        self.assertEqual(self.passes(self.ninja(root, "table", "usage")).edges, ["STEP gen/table/units_table.h", "STEP gen/usage/usage.h"])
        self.passes(self.ninja(root))
        self.assertEqual(self.passes(run(root / "build/bin/metres", "3", "mile", env=self.env)).out, "4828.03\n")
        self.assertEqual(run(root / "build/bin/metres", env=self.env).err, (root / "data/usage.txt").read_text())
        self.assertEqual((root / "build/tests/units-test.passed").read_text().split()[0], "5")
        # Each object alone, too: what it includes is made before it.
        for made in ("obj/metres/src/metres.cpp.o", "obj/units/src/units.c.o", "obj/units-test/tests/units_test.cpp.o"):
            self.passes(self.ninja(root, "-t", "clean"))
            self.passes(self.ninja(root, made))

    def test_only_what_changed_is_made_again(self):
        root = self.built()
        touch(root / "data/units.txt")
        self.assertEqual(self.passes(self.ninja(root, "all", "test")).edges, ["STEP gen/table/units_table.h"], "an unchanged table stops there")
        self.assertIn("no work to do", self.passes(self.ninja(root, "all", "test")).out)
        edit(root / "data/metric.txt", "1000.0", "1000.5")  # only the depfile tells of it, and the header stays the same
        self.assertEqual(self.passes(self.ninja(root)).edges, ["AR lib/libunits.a", "CC obj/units/gen/table/units_table.c.o", "LINK bin/metres",
                                                              "STEP gen/table/units_table.h"])
        edit(root / "data/metric.txt", "metre 1.0", "metre 1.0\nyard 0.9144")
        self.assertEqual(self.passes(self.ninja(root)).edges, ["AR lib/libunits.a", "CC obj/units/gen/table/units_table.c.o", "CC obj/units/src/units.c.o",
                                                              "LINK bin/metres", "STEP gen/table/units_table.h"])
        edit(root / "data/usage.txt", "easy", "hard")
        self.assertEqual(self.passes(self.ninja(root)).edges, ["CXX obj/metres/src/metres.cpp.o", "LINK bin/metres", "STEP gen/usage/usage.h"])
        edit(root / "tools/embed.cpp", "// embed", "// Embed")
        self.assertIn("STEP gen/usage/usage.h", self.passes(self.ninja(root)).edges)
        self.assertIn("no work to do", self.passes(self.ninja(root)).out)
        (root / "build/gen/table/units_table.c").unlink()
        stale = json.loads(self.passes(aibuild("status", "-C", root, "--json", env=self.env)).out)["tasks"]
        self.assertIn("step:gen/table/units_table.h", [task["id"] for task in stale])
        self.assertIn("STEP gen/table/units_table.h", self.passes(self.ninja(root)).edges)

    def test_status_knows_steps(self):
        root = self.built()
        tasks = {task["id"]: task["state"] for task in json.loads(self.passes(aibuild("status", "-C", root, "--json", env=self.env)).out)["tasks"]}
        self.assertEqual(tasks["step:gen/table/units_table.h"], "succeeded")
        self.assertEqual(set(tasks.values()), {"succeeded"})


class WithCMake(Case):
    def test_both_generators(self):
        root = self.example()
        self.passes(self.emit(root, "--yes"))
        for generator in ("Ninja", "Unix Makefiles"):
            with self.subTest(generator):
                out = root / "build" / generator
                env = self.env
                self.passes(run("cmake", "-S", root, "-B", out, "-G", generator, "-DCMAKE_INSTALL_PREFIX=" + str(root / "build/inst"), env=env))
                self.passes(run("cmake", "--build", out, "-j8", env=env, timeout=300))
                self.passes(run("ctest", "--test-dir", out, "--no-tests=error", env=env))
                header = out / "gen/usage/usage.h"
                before = header.stat().st_mtime_ns
                self.passes(run("cmake", "--build", out, "-j8", env=env))
                self.assertEqual(header.stat().st_mtime_ns, before)
                text = (root / "data/metric.txt").read_text()
                edit(root / "data/metric.txt", "metre 1.0", "metre 1.0\nyard 0.9144")
                self.passes(run("cmake", "--build", out, "-j8", env=env))
                self.assertEqual(run(out / "bin/metres", "2", "yard", env=env).out, "1.8288\n")
                (root / "data/metric.txt").write_text(text)
                if generator == "Ninja":
                    self.assertIn("No missing dependencies", run("ninja", "-C", out, "-t", "missingdeps", env=env).out)

    def test_a_generated_header_is_installed(self):
        root = self.example()
        edit(root / "aibuild.json", '"headers": ["src/units.h"]', '"headers": ["src/units.h", "gen/table/units_table.h"]')
        self.passes(self.emit(root, "--yes"))
        out, prefix = root / "build/cmake", root / "build/inst"
        self.passes(run("cmake", "-S", root, "-B", out, "-G", "Ninja", f"-DCMAKE_INSTALL_PREFIX={prefix}", env=self.env))
        self.passes(run("cmake", "--build", out, "-t", "install", env=self.env, timeout=300))
        self.assertEqual({path.name for path in (prefix / "include").rglob("*") if path.is_file()}, {"units.h", "units_table.h"})

    def test_a_generator_in_another_language_and_data_of_a_test_that_is_not_built(self):
        root = scratch.new()
        root.mkdir()
        (root / "aibuild.json").write_text(json.dumps({
            "format": 1, "project": {"name": "mix"},
            "steps": [{"name": "seven", "command": ["{target:maker}", "{out}"], "outputs": ["gen/seven/seven.h", "gen/seven/seven.c"]},
                      {"name": "expected", "command": ["sh", "-c", 'echo 7 >"$0"', "{out}"], "outputs": ["gen/expected/expected.txt"]}],
            "targets": [{"name": "maker", "kind": "executable", "language": "rust", "sources": ["maker.rs"]},
                        {"name": "lib", "kind": "static-library", "language": "c", "sources": [], "generated": ["seven"]},
                        {"name": "prog", "kind": "executable", "language": "c", "sources": ["main.c"], "uses": ["lib"]},
                        {"name": "check", "kind": "test", "language": "python", "sources": ["check.py"], "uses": ["prog"],
                         "data": ["gen/expected/expected.txt"]}]}, indent=1))
        (root / "maker.rs").write_text(
            'fn main() {\n    let out: Vec<String> = std::env::args().collect();\n    std::fs::write(&out[1], "int seven(void);\\n").unwrap();\n'
            '    std::fs::write(&out[2], "#include \\"seven.h\\"\\nint seven(void) { return 7; }\\n").unwrap();\n}\n')
        (root / "main.c").write_text('#include <stdio.h>\n#include "seven.h"\nint main(void) { return printf("%d\\n", seven()) < 0; }\n')
        (root / "check.py").write_text("import subprocess, sys\nout = subprocess.run([sys.argv[1]], stdout=subprocess.PIPE, text=True).stdout\n"
                                       "sys.exit(out != open(sys.argv[2]).read())\n")
        self.passes(self.emit(root, "--yes"))
        self.passes(self.ninja(root, "-j8", "all", "test"))
        self.assertIn("No missing dependencies", self.ninja(root, "-t", "missingdeps").out)
        self.assertIn("no work to do", self.passes(self.ninja(root, "all", "test")).out)
        for generator in ("Ninja", "Unix Makefiles", "Ninja Multi-Config"):
            out = root / "build" / generator
            self.passes(run("cmake", "-S", root, "-B", out, "-G", generator, env=self.env))
            built = self.passes(run("cmake", "--build", out, "-j8", env=self.env))
            self.assertEqual(built.out.count("STEP gen/seven/seven.h"), 1)
            self.passes(run("ctest", "--test-dir", out, "-C", "Debug", "--no-tests=error", env=self.env))


class HostileArguments(Case):
    SCRIPT = "import json, sys\njson.dump(sys.argv[2:], open(sys.argv[1] + '.json', 'w'))\nopen(sys.argv[1], 'w').write('')\n"

    def test_they_arrive_byte_for_byte(self):
        root = self.project([{"name": "h", "command": ["python3", "{in:0}", "{out:0}", *[word.replace("{", "{{") for word in HOSTILE]],
                               "inputs": ["a b$.py"], "outputs": ["gen/h/h.h"]}])
        (root / "a b$.py").write_text(self.SCRIPT)
        self.passes(self.emit(root, "--yes"))
        self.passes(self.ninja(root))
        self.assertEqual(json.loads((root / "build/gen/h/h.h.json").read_text()), HOSTILE)
        for generator in ("Ninja", "Unix Makefiles"):
            out = root / "build" / generator
            self.passes(run("cmake", "-S", root, "-B", out, "-G", generator, env=self.env))
            self.passes(run("cmake", "--build", out, env=self.env))
            self.assertEqual(json.loads((out / "gen/h/h.h.json").read_text()), HOSTILE, generator)
        self.assertFalse(list(root.rglob("x")))

    def test_control_characters_are_refused(self):
        for word in ("a\nb", "a\tb", "\x01", "\x1b[2J", "a\u0000b"):
            with self.subTest(repr(word)):
                root = self.project([{"name": "h", "command": ["python3", word], "outputs": ["gen/h/h.h"]}])
                before = tree(root)
                self.refused(self.emit(root, "--yes"), 2, "plan.command", "/steps/0/command/1")
                self.assertEqual(tree(root), before)

    def test_a_missing_program(self):
        root = self.project([{"name": "h", "command": ["no-such-generator"], "outputs": ["gen/h/h.h"]}])
        before = tree(root)
        self.refused(self.emit(root, "--yes"), 1, "toolchain.missing", "aibuild.json:", "/steps/0/command/0", "no-such-generator is not on PATH")
        self.assertEqual(tree(root), before)


class ConsentTo(Case):
    def test_nothing_runs_before_a_person_agreed(self):
        root = self.example()
        before = tree(root)
        block = self.refused(self.emit(root), 8, "consent.missing", "the step table, from aibuild.json:", "tools/make_table.py:", 'put(source, ',
                             "the step usage", '"{target:embed}"', f"aibuild-gen emit -C {root} --yes")
        self.assertNotIn("foot 0.3048", block)
        self.assertEqual(tree(root), before)
        self.assertFalse(self.state.exists())

    def test_data_asks_nothing_and_scripts_ask_again(self):
        root = self.built()
        edit(root / "data/units.txt", "foot 0.3048", "foot 0.305")
        self.passes(self.ninja(root, "all"))
        self.passes(self.emit(root))
        edit(root / "tools/make_table.py", "#pragma once", "#pragma once  // made")
        build_files = times(root / "build")
        refused = self.ninja(root)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("error[consent.missing]", refused.out)
        self.assertIn("aibuild-gen emit -C ", refused.out)
        self.assertEqual({name: when for name, when in times(root / "build").items() if ".ninja_" not in name},
                         {name: when for name, when in build_files.items() if ".ninja_" not in name})
        self.refused(self.emit(root), 8, "consent.missing", "the step table")
        self.assertNotIn("the step usage", self.emit(root).err)
        self.passes(self.emit(root, "--yes"))
        self.assertIn("STEP gen/table/units_table.h", self.passes(self.ninja(root)).edges)
        self.passes(self.emit(root))

    def test_a_withdrawn_consent_is_needed_again(self):
        root = self.built()
        self.passes(self.emit(root))
        shutil.rmtree(self.state)
        self.refused(self.emit(root), 8, "consent.missing", "the step table")

    def test_what_counts_as_run(self):
        def asked(command, inputs, **files):
            root = self.project([{"name": "h", "command": command, "inputs": inputs, "outputs": ["gen/h/h.h"]}], **files)
            return self.refused(self.emit(root), 8, "consent.missing")
        data = dict(a__txt="DATA", b__py="MODULE", c__py="SCRIPT")
        said = asked(["env", "python3.11" if shutil.which("python3.11") else "python3", "-B", "{in:2}", "{in:0}", "{out}"], ["a.txt", "b.py", "c.py"], **data)
        self.assertTrue("SCRIPT" in said and "MODULE" in said and "DATA" not in said, said)
        self.assertNotIn("DATA", asked(["cp", "{in:0}", "{out:0}"], ["a.txt"], **data))
        self.assertIn("SCRIPT", asked(["python3", "{source_dir}/c.py", "{out}"], [], **data))
        self.assertIn("SCRIPT", asked(["python3", "../c.py", "{out}"], [], **data))
        self.assertIn("SCRIPT", asked(["python3", "--file={source_dir}/c.py", "{out}"], [], **data))
        self.assertIn("HASHBANG", asked(["cp", "{in:0}", "{out:0}"], ["tool"], tool="#!/bin/sh\nHASHBANG"))
        self.assertIn("\\x1b[2J", asked(["sh", "{in:0}"], ["x.sh"], x__sh="echo \x1b[2J\n"))
        root = self.project([{"name": "h", "command": ["sh", "{in:0}"], "inputs": ["gone.sh"], "outputs": ["gen/h/h.h"]}])
        self.refused(self.emit(root, "--yes"), 2, "plan.script", "/steps/0/inputs/0", "gone.sh")

    def proposal(self, **changes):
        plan = json.loads(json.dumps(PLAN))
        plan["steps"] = [{"name": "table", "command": ["sh", "{in:0}", "{out:0}"], "inputs": ["tools/make.sh"], "outputs": ["gen/table/table.h"], **changes}]
        plan["targets"][0]["generated"] = ["table"]
        plan["files"].append({"path": "tools/make.sh", "purpose": "Writes the table."})
        return [{"stage": "plan", "times": 0, "text": json.dumps(plan)},
                *[{"stage": "file", "contains": f"Write {path}.", "times": 0, "text": text}
                  for path, text in {**FILES, "tools/make.sh": "echo '#define TABLE 1' >\"$1\"\n"}.items()]]

    def test_new_shows_what_a_model_proposes(self):
        root = scratch.new()
        with Server(*self.proposal()) as server:
            env = server.environment(XDG_STATE_HOME=self.state)
            self.refused(aibuild("new", "a table", "-C", root, env=env), 8, "consent.nobody")
            said = self.passes(new("a table", root, env=env))
        self.assertIn("  table          runs sh '{in:0}' '{out:0}'", said.err)
        self.assertIn("the step table, from aibuild.json:", said.err)
        self.assertIn("echo '#define TABLE 1'", said.err)
        self.assertEqual({stat.S_IMODE(path.stat().st_mode) for path in (self.state / "aibuild/consent").iterdir()}, {0o600})
        self.passes(self.ninja(root, "all", "test"))
        self.passes(self.emit(root))

    def test_new_refuses_what_a_model_may_not_propose(self):
        for changes, rule in (({"inputs": ["tools/make.sh", "../../etc/passwd"]}, "answer.plan"), ({"inputs": ["tools/make.sh", ".git/config"]}, "answer.path"),
                              ({"inputs": ["tools/make.sh", "other.txt"]}, "answer.files"), ({"outputs": ["bin/greet"]}, "answer.plan"),
                              ({"command": ["./tools/make.sh"]}, "answer.plan"), ({"command": ["sh", "a\nb"]}, "answer.plan"),
                              ({"outputs": []}, "answer.plan")):
            with self.subTest(changes), Server(*self.proposal(**changes)) as server:
                root = scratch.new()
                self.refused(new("a table", root, env=server.environment(XDG_STATE_HOME=self.state)), 7, rule)
                self.assertFalse(root.exists())
        self.assertFalse((self.state / "aibuild/consent").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
