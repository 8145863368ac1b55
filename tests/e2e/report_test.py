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
        self.assertIn("word-frequency-test", edited["tests"])
        self.assertNotIn("tokenizer-test", edited["tests"])

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
