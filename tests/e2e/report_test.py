#!/usr/bin/env python3
"""`aibuild-gen report` after real builds: what it says is what ninja did and what is on disk, and saying it again writes nothing."""
import hashlib
import json
import pathlib
import unittest

from support import Test, aibuild, edit, ninja, offline, run, scratch, sockets, times, PROGRAM


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class Report(Test):
    def report(self, root, *arguments):
        return json.loads(self.passes(aibuild("report", "-C", root, "--json", "-", *arguments)).out)

    def covering(self, report, file):
        return [report["tests"][n]["name"] for n in report["test_sets"][file["test_set"]]]

    def logged(self, root):
        """Outputs in the order of the log, of its last run: there the ends of commands go up."""
        out, end = [], -1
        for line in (root / "build/.ninja_log").read_text().splitlines()[1:]:
            fields = line.split("\t")
            if int(fields[1]) < end:
                out = []
            end = int(fields[1])
            out.append((fields[3], int(fields[0]), int(fields[1])))
        return out

    def test_four_files_and_again_nothing(self):
        root = self.copy_of_the_project()
        first = self.passes(aibuild("report", "-C", root))
        directory = root / "build" / "report"
        names = ["report.html", "report.json", "report.md", "trace.json"]
        self.assertEqual(first.out.splitlines(), [str(directory / name) for name in names])
        self.assertIn("Succeeded in", first.err)
        self.assertIn("19 tests passed", first.err)
        before = times(root)
        again = self.passes(aibuild("report", "-C", root))
        self.assertEqual(times(root), before)
        self.assertIn("nothing new to write", again.err)
        self.nothing_to_do(root / "build", "all", "test")

    def test_what_ninja_logged(self):
        root = self.copy_of_the_project()
        report = self.report(root)
        ran = {step["output"]: step for step in report["run"]["steps"]}
        self.assertEqual({name: (step["start_ms"], step["end_ms"]) for name, step in ran.items()},
                         {name: (start, end) for name, start, end in self.logged(root)})
        self.assertEqual(report["verdict"]["state"], "succeeded")
        self.assertEqual(report["run"]["known_from"], "ninja-log")
        self.assertIsNone(report["run"]["exit_code"])
        self.assertTrue(any("does not say" in line for line in report["unknown"]))
        self.assertEqual(sum(test["passed"] for test in report["tests"]), 19)
        # The built-in planner asks nobody, and that is said.
        self.assertEqual({each["origin"] for each in report["files"] if each["request"]}, {"builtin"})

    def test_an_edit(self):
        root = self.copy_of_the_project()
        edit(root / "src/word_frequency.cpp", "\n", "\n// edited\n")
        self.assertEqual(self.report(root)["verdict"]["state"], "unfinished")
        edges = self.passes(ninja(root / "build", "all", "test")).edges
        report = self.report(root)
        self.assertEqual(len(report["run"]["steps"]), len(edges))
        self.assertTrue(all(step["before_ms"] is not None for step in report["run"]["steps"]))
        self.assertGreaterEqual(len(report["history"]), 2)
        edited = next(each for each in report["files"] if each["path"] == "src/word_frequency.cpp")
        self.assertEqual((edited["state"], edited["edits"]), ("edited", {"added": 1, "removed": 0}))
        self.assertIn("word-frequency-test", self.covering(report, edited))
        self.assertNotIn("tokenizer-test", self.covering(report, edited))

    def test_a_test_that_fails(self):
        root = self.copy_of_the_project()
        test = root / "tests/report_test.py"
        test.write_text("import sys\nprint('not ok 1 - <b>')\nsys.exit(3)\n")
        self.assertNotEqual(ninja(root / "build", "test").code, 0)
        report = self.report(root)
        self.assertEqual((report["verdict"]["state"], report["verdict"]["text"]), ("failed", "1 test failed"))
        failed = next(each for each in report["tests"] if each["name"] == "report-test")
        self.assertEqual(failed["state"], "failed")
        self.assertIn("3", failed["why"])

    def test_a_recorded_build_has_reasons_and_changes(self):
        root = self.copy_of_the_project()
        # The first one has to do something: what was there before it, nobody wrote down.
        for text in ("once", "twice"):
            edit(root / "src/word_frequency.cpp", "\n", f"\n// edited {text}\n")
            self.passes(aibuild("build", "-C", root, "--sandbox", "off", "all", "test", timeout=120))
        report = self.report(root)
        self.assertEqual(report["run"]["known_from"], "record")
        self.assertEqual(report["run"]["exit_code"], 0)
        compile_step = next(step for step in report["run"]["steps"] if step["output"].endswith("word_frequency.cpp.o"))
        self.assertIn("word_frequency.cpp", compile_step["reason"])
        self.assertIn("src/word_frequency.cpp", [change["path"] for change in report["run"]["changes"]])
        self.assertEqual(report["run"]["id"], 2)
        # The record and the log are of the same runs, which are told once.
        self.assertEqual([run["id"] for run in report["history"]][-2:], [1, 2])
        self.assertEqual([line for line in report["unknown"] if "log" in line], [])

    def test_a_recorded_failure_is_shown(self):
        root = self.copy_of_the_project()
        edit(root / "src/word_frequency.cpp", "\n", "\n#error \"</pre><script>no\"\n")
        self.assertNotEqual(aibuild("build", "-C", root, "--sandbox", "off", "-k", "0", "all", "test", timeout=120).code, 0)
        report = self.report(root)
        self.assertEqual(report["verdict"]["state"], "failed")
        self.assertIn("1 step failed", report["verdict"]["text"])
        failed, = [step for step in report["run"]["steps"] if step["state"] == "failed"]
        self.assertIn("</pre><script>no", failed["printed"])
        page = self.passes(aibuild("report", "-C", root, "--html", "-")).out
        self.assertIn("&lt;/pre&gt;&lt;script&gt;no", page)
        self.assertNotIn("<script", page)
        self.assertIn("</pre><script>no", self.passes(aibuild("report", "-C", root, "--markdown", "-")).out)

    def test_before_anything_was_built(self):
        root = self.made("a C library that counts words, with tests")
        report = self.report(root)
        self.assertEqual(report["verdict"]["state"], "nothing")
        self.assertIsNone(report["run"])
        self.assertTrue(any("ninja has not run" in line for line in report["unknown"]))
        page = self.passes(aibuild("report", "-C", root, "--html", "-")).out
        self.assertIn("Nothing has been built here", page)

    def test_it_opens_no_socket(self):
        root = self.copy_of_the_project()
        log = scratch.new("strace")
        self.passes(run(*offline([PROGRAM, "report", "-C", str(root)], log)))
        self.assertEqual(sockets(log), [])

    def test_the_trace(self):
        root = self.copy_of_the_project()
        trace = json.loads(self.passes(aibuild("report", "-C", root, "--trace", "-")).out)
        slices = [event for event in trace["traceEvents"] if event["ph"] == "X"]
        self.assertEqual({event["args"]["output"] for event in slices}, {name for name, _, _ in self.logged(root)})

    def test_provenance_of_a_program(self):
        root = self.copy_of_the_project()
        name = "bin/word-frequency-cli"
        statement = json.loads(self.passes(aibuild("report", "-C", root, "--provenance", name, "--in-toto", "-")).out)
        self.assertEqual(statement["subject"], [{"name": name, "digest": {"sha256": sha256(root / "build" / name)}}])
        resolved = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
        for each in resolved:
            self.assertEqual(each["digest"]["sha256"], sha256(root / each["name"]), each["name"])
        names = {each["name"] for each in resolved}
        # What it is made from in two languages, and not its tests.
        self.assertLessEqual({"aibuild.json", "src/tokenizer.rs", "src/word_frequency.cpp", "programs/word_frequency_cli.cpp"}, names)
        self.assertFalse([each for each in names if each.startswith("tests/")])
        self.assertTrue([each for each in names if each.startswith(".aibuild/responses/")])
        words = self.passes(aibuild("report", "-C", root, "--provenance", "word-frequency-cli")).out
        self.assertIn(sha256(root / "build" / name), words)
        self.assertIn("by the built-in planner", words)

    def test_no_statement_of_a_stale_program(self):
        root = self.copy_of_the_project()
        edit(root / "src/tokenizer.rs", "\n", "\n// edited\n")
        output = scratch.new("statement.json")
        self.refused(aibuild("report", "-C", root, "--provenance", "bin/word-frequency-cli", "--in-toto", output), 3, "report.stale")
        self.assertFalse(output.exists())

    def test_refusals(self):
        root = self.copy_of_the_project()
        self.refused(aibuild("report", "-C", root, "--provenance", "bin/word-frequency-cil"), 2, "report.artefact", "bin/word-frequency-cli")
        self.refused(aibuild("report", "-C", scratch.path), 2, "plan.missing")
        self.refused(aibuild("report", "-C", root, "--html", "/proc/no/report.html"), 1, "disk.write")
        self.refused(aibuild("report", "-C", root, "--in-toto", "-"), 2, "usage")

    def test_a_name_that_means_harm(self):
        root = scratch.new()
        (root / "src").mkdir(parents=True)
        name = "src/a<script>alert('1')&\"$x\u202e.c"
        (root / name).write_text("int main(void) { return 0; }\n")
        (root / "aibuild.json").write_text(json.dumps({"format": 1, "project": {"name": "p"}, "targets": [
            {"name": "tool", "kind": "executable", "language": "c", "sources": [name]}]}))
        self.passes(aibuild("emit", "-C", root))
        self.passes(ninja(root / "build"))
        page = self.passes(aibuild("report", "-C", root, "--html", "-")).out
        self.assertNotIn("<script", page)
        self.assertNotIn("\u202e", page)
        self.assertIn("a&lt;script&gt;alert(&#39;1&#39;)&amp;&quot;$x\\u202e.c", page)
        self.assertIn(name, [each["path"] for each in self.report(root)["files"]])


class WithoutAPlan(Test):
    """Build directories that AIBuild did not write: what ninja and CTest recorded is reported, listed and explained all the same."""

    FILES = {"CMakeLists.txt": "cmake_minimum_required(VERSION 3.20)\nproject(greeter VERSION 1.2 LANGUAGES C)\nenable_testing()\n"
                               "add_library(greet STATIC greet.c)\nadd_executable(hello hello.c)\ntarget_link_libraries(hello PRIVATE greet)\n"
                               "add_executable(unit unit.c)\ntarget_link_libraries(unit PRIVATE greet)\n"
                               "add_test(NAME greets COMMAND unit)\nadd_test(NAME refuses COMMAND unit no)\n"
                               "add_custom_target(always ALL COMMAND ${CMAKE_COMMAND} -E true)\n",
             "greet.h": "const char *greet(void);\n",
             "greet.c": "#include \"greet.h\"\nconst char *greet(void) { return \"hello\"; }\n",
             "hello.c": "#include <stdio.h>\n#include \"greet.h\"\nint main(void) { return puts(greet()) < 0; }\n",
             "unit.c": "#include \"greet.h\"\nint main(int count, char **words) { (void)words; return greet()[0] != 'h' || count > 1; }\n"}

    def sources(self, files=None):
        root = scratch.new("sources")
        root.mkdir()
        for name, text in (files or self.FILES).items():
            (root / name).write_text(text)
        return root

    def report(self, build, *arguments):
        return json.loads(self.passes(aibuild("report", "--build", build, "--json", "-", *arguments, cwd=scratch.path)).out)

    def tasks(self, build):
        status = json.loads(self.passes(aibuild("status", "--build", build, "--json", cwd=scratch.path)).out)
        return {task["id"]: task for task in status["tasks"]}

    def test_of_cmake_outside_of_the_sources(self):
        root, build = self.sources(), scratch.new("out")
        self.passes(run("cmake", "-S", root, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug"))
        before = self.report(build)
        self.assertEqual(before["verdict"]["text"], "Nothing has been built here")
        self.assertEqual(self.tasks(build)["step:hello"]["state"], "pending")
        self.assertIn("because it was never built", self.passes(aibuild("explain", "hello", "--build", build)).out)
        self.passes(ninja(build))
        run("ctest", cwd=build)
        report = self.report(build)
        self.assertEqual({name: report["project"][name] for name in ("name", "version", "configuration", "build")},
                         {"name": "greeter", "version": "1.2", "configuration": "Debug", "build": str(build)})
        self.assertEqual(report["verdict"], {"state": "failed", "text": "1 test failed"})
        self.assertEqual({each["name"]: (each["kind"], each["language"], each["uses"]) for each in report["targets"]},
                         {"greet": ("static-library", "c", []), "hello": ("executable", "c", ["greet"]), "unit": ("test", "c", ["greet"])})
        steps = {each["output"]: each for each in report["run"]["steps"]}
        self.assertEqual(len(report["history"]), 1)
        self.assertEqual(steps["hello"]["target"], "hello")
        self.assertIn("libgreet.a", [report["run"]["steps"][n]["output"] for n in steps["hello"]["after"]])
        self.assertIn(report["run"]["critical_path"][-1]["output"], {"hello", "unit", "CMakeFiles/always"})
        self.assertEqual({each["name"]: each["state"] for each in report["tests"]}, {"greets": "passed", "refuses": "failed"})
        files = {each["path"]: each for each in report["files"]}
        self.assertEqual(set(files), set(self.FILES))
        self.assertEqual([report["tests"][n]["name"] for n in report["test_sets"][files["greet.h"]["test_set"]]], ["greets", "refuses"])
        self.assertEqual(files["greet.h"]["sha256"], sha256(root / "greet.h"))
        self.assertEqual(report["stale"], [])
        before = times(build)
        self.assertEqual({name: each["state"] for name, each in self.tasks(build).items() if name.startswith("test:")},
                         {"test:greets": "succeeded", "test:refuses": "failed"})
        self.assertEqual({each["state"] for name, each in self.tasks(build).items() if name.startswith("step:")}, {"succeeded"})
        self.assertEqual(times(build), before)
        # An edit makes stale what reads it, and the tests of it.
        edit(root / "greet.h", "greet", "greet")
        report = self.report(build)
        self.assertIn({"step": "Building C object CMakeFiles/greet.dir/greet.c.o", "why": "greet.h is newer"}, report["stale"])
        self.assertEqual({each["state"] for each in report["tests"]}, {"stale"})
        tasks = self.tasks(build)
        self.assertEqual((tasks["step:hello"]["state"], tasks["test:greets"]["state"]), ("stale", "stale"))
        explained = self.passes(aibuild("explain", "test:refuses", "--build", build)).out
        self.assertIn("it failed in the last run of ctest", explained)
        self.assertIn("greet.h is newer", explained)
        # Nothing of it makes ninja run anything, and the files come once.
        first = self.passes(aibuild("report", "--build", build, "--format", "html,trace", "-o", build / "pages", cwd=scratch.path))
        self.assertEqual(first.out.splitlines(), [str(build / "pages/report.html"), str(build / "pages/trace.json")])
        self.assertNotIn("the plan", (build / "pages/report.html").read_text().split("<footer>")[1])
        again = self.passes(aibuild("report", "--build", build, "--format", "html,trace", "-o", build / "pages", cwd=scratch.path))
        self.assertIn("nothing new to write", again.err)
        self.assertEqual(len(self.passes(ninja(build)).edges), 7)

    def test_a_recorded_build_tells_what_had_changed(self):
        root = self.sources()
        build = root / "build"
        self.passes(run("cmake", "-S", root, "-B", build, "-G", "Ninja"))
        for text in ("hi", "hullo"):
            self.passes(aibuild("build", "-C", root, "--sandbox", "off"))
            edit(root / "greet.c", "return", f"/* {text} */ return")
        self.passes(aibuild("build", "-C", root, "--sandbox", "off"))
        report = self.report(build)
        self.assertEqual((report["run"]["known_from"], report["run"]["id"]), ("record", 3))
        self.assertEqual([change["path"] for change in report["run"]["changes"]], ["greet.c"])
        reasons = {each["output"]: each["reason"] for each in report["run"]["steps"]}
        self.assertEqual(reasons["CMakeFiles/greet.dir/greet.c.o"], "greet.c had changed")
        self.assertEqual(reasons["hello"], "libgreet.a was made")
        self.assertEqual(report["project"]["build"], "build")
        # So does explain: back to the file that started it, with both hashes.
        explained = json.loads(self.passes(aibuild("explain", "hello", "--build", build, "--json")).out)
        self.assertEqual((explained["id"], explained["state"]), ("target:hello", "up to date"))
        link = next(each for each in explained["of"] if each["id"] == "step:hello")["rebuilt"]
        self.assertEqual([each["reason"] for each in link["chain"]],
                         ["libgreet.a was made", "CMakeFiles/greet.dir/greet.c.o was made", "greet.c had changed"])
        self.assertEqual((link["started_by"]["path"], link["started_by"]["after"]), ("greet.c", sha256(root / "greet.c")))
        # A failure that a run recorded stands until it is mended.
        edit(root / "hello.c", "return", "retrun")
        self.assertNotEqual(aibuild("build", "-C", root, "--sandbox", "off").code, 0)
        tasks = self.tasks(build)
        self.assertEqual(tasks["step:CMakeFiles/hello.dir/hello.c.o"]["state"], "failed")
        self.assertIn("retrun", tasks["step:CMakeFiles/hello.dir/hello.c.o"]["output"])
        edit(root / "hello.c", "retrun", "return")
        self.passes(ninja(build))
        self.assertEqual({each["state"] for name, each in self.tasks(build).items() if name.startswith("step:")}, {"succeeded"})
        report = self.report(build)
        # The same from the project's directory.
        self.assertEqual(json.loads(self.passes(aibuild("report", "--json", "-", cwd=root)).out), report)

    def test_of_ninja_alone(self):
        root = self.sources({"build.ninja": "builddir = records\nrule copy\n  command = cp $in $out\n  description = COPY $out\n"
                                            "build b: copy a\nbuild c: copy b\n", "a": "a\n"})
        self.passes(ninja(root))
        report = self.report(root)
        self.assertEqual([(each["what"], each["after"]) for each in report["run"]["steps"]], [("COPY b", []), ("COPY c", [0])])
        self.assertEqual(report["project"]["name"], "sources")
        self.assertEqual([each["path"] for each in report["files"]], ["a"])

    def test_of_another_generator(self):
        root, build = self.sources(), scratch.new("out")
        self.passes(run("cmake", "-S", root, "-B", build, "-G", "Unix Makefiles"))
        report = self.report(build)
        self.assertIsNone(report["run"])
        self.assertIn("nobody recorded", report["verdict"]["text"])
        self.assertTrue(any("Unix Makefiles keeps no records" in line for line in report["unknown"]), report["unknown"])
        self.assertEqual({each["state"] for each in report["tests"]}, {"pending"})

    def test_refusals(self):
        self.refused(aibuild("report", "--build", scratch.path), 2, "plan.missing", "no build directory")
        self.refused(aibuild("report", "--build", scratch.path, "--format", "pdf"), 2, "usage", "pdf")
        root = self.sources({"build.ninja": "build a: nobody\n"})
        self.refused(aibuild("report", "--build", root), 2, "ninja.syntax", "build.ninja:1")
        self.refused(aibuild("status", "-C", scratch.path), 2, "plan.missing")
        root = self.sources({"build.ninja": "rule copy\n  command = cp $in $out\nbuild copied: copy a\n", "a": "a\n"})
        self.refused(aibuild("explain", "coppied", "--build", root), 2, "explain.unknown", "Did you mean copied?")


if __name__ == "__main__":
    unittest.main(verbosity=2)
