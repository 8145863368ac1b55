#!/usr/bin/env python3
"""Plans and texts of a model that means harm, or is badly confused: each is refused before a byte is written, and shown so that it does
nothing to a terminal either.
"""
import copy
import json
import unittest

from greeting import DESCRIPTION, PLAN, answers
from support import Server, Test, new, scratch, tree

PATHS = ["../escape.c", "src/../../escape.c", "/etc/cron.d/escape", "//server/share", "./src/x.c", "src//x.c", "src/x.c/", "~/x.c/..", "..",
         ".git/hooks/post-checkout", ".GIT/config", "src/.git/hooks/pre-commit", ".gitmodules", ".github/workflows/ci.yml", "CMakeLists.txt",
         "src/cmakelists.TXT", "cmake/evil.cmake", "build/build.ninja", "rules.ninja", "Makefile", ".vscode/tasks.json", "AGENTS.md",
         ".aibuild/responses/x.json", "aibuild.json", "aibuild.lock.json", ".cargo/config.toml", ".bashrc", "src/a\nb.c", "src/a\tb.c",
         "src/a\rb.c", "src/a\u0000b.c", "src/a\u001b[2Jb.c", "src/a\u202eb.c", "src/a\u00adb.c", "src/a b.c", "src/$(touch x).c", "src/`id`.c", "src/a;b.c",
         "src/a|b.c", "src/a'b.c", "src/a\"b.c", "src/a\\b.c", "src/a:b.c", "src/a$b.c", "src/a#b.c", "-o/evil.c", "src/-o", "src/con.c", "src/dot.",
         "a/" * 40 + "x.c", "src/" + "x" * 300 + ".c", ""]

NAMES = ["../evil", "a\nb", "a b", "a;b", "$(id)", "a/b", "-rf", "test", "all", "build.ninja", "Install", "a\u202eb", "a\u0000", "x" * 500, "é", ""]

DEFINES = [("X;touch /tmp/x", "1"), ("X", "1; touch x"), ("X", "$(id)"), ("X", "`id`"), ("X", '"'), ("X", "a b"), ("X", "1\n2"), ("X", "$in"), ("1X", "1"),
           ("X Y", ""), ("", "1"), ("X", "$<1:y>"), ("X", "${HOME}"), ("X", "a\\b")]


def target(plan, name="greeting"):
    return next(each for each in plan["targets"] if each["name"] == name)


class HostilePlans(Test):
    def rejected(self, *plans, said=(), names=None):
        """Each of the plans, which are values or texts, is refused before a file is asked for, and leaves nothing. It is asked for once more,
        with what is wrong; that the answer is the same again is the end of it."""
        texts = [given if isinstance(given, str) else json.dumps(given) for given in plans]
        script = [{"stage": "plan", "contains": f"hostile plan {number} of", "text": text, "chunk": 100_000, "times": 0}
                  for number, text in enumerate(texts)]
        with Server(*script) as server:
            env = server.environment()
            for number, text in enumerate(texts):
                with self.subTest(names[number] if names else number):
                    root = scratch.new()
                    before = len(server.requests)
                    ran = new(f"hostile plan {number} of many", root, env=env)
                    self.assertEqual([each["stage"] for each in server.requests[before:]], ["plan", "plan"], f"\n{ran}")
                    self.assertEqual(ran.code, 7, f"\n{ran}")
                    block = self.refused(ran, 7, ran.err.split("error[")[1].split("]")[0], *said)
                    self.assertEqual(tree(root.parent), {})
                    for control in block:
                        self.assertTrue(control == "\n" or (control >= " " and control not in "\x7f\u202e"), repr(block))
                    answer, complaint = server.requests[-1]["body"]["messages"][-2:]
                    self.assertEqual(answer, {"role": "assistant", "content": text})
                    self.assertIn(f"rule:  {ran.err.split('error[')[1].split(']')[0]}\n", complaint["content"])

    def changed(self, how):
        plan = copy.deepcopy(PLAN)
        how(plan)
        return plan

    def test_paths(self):
        # Each in one of the places that a path can have.
        def listed(plan, path):
            plan["files"].append({"path": path, "purpose": "harm"})

        def compiled(plan, path):
            target(plan)["sources"].append(path)
            listed(plan, path)

        def searched(plan, path):
            target(plan)["include_directories"].append(path)

        places = (listed, compiled, searched)
        plans = [self.changed(lambda plan: places[number % 3](plan, path)) for number, path in enumerate(PATHS)]
        self.rejected(*plans, names=[f"{path!r} {places[number % 3].__name__}" for number, path in enumerate(PATHS)])

    def test_names(self):
        def named(name):
            def how(plan):
                target(plan)["name"] = name
                for each in plan["targets"][1:]:
                    each["uses"] = [name if used == "greeting" else used for used in each["uses"]]
            return how
        self.rejected(*[self.changed(named(name)) for name in NAMES])
        self.rejected(*[self.changed(lambda plan: plan["project"].update(name=name)) for name in ("a\nb", "$(id)", "a b", "")])

    def test_defines(self):
        self.rejected(*[self.changed(lambda plan: target(plan)["settings"].update(defines=[{"name": name, "value": value}]))
                        for name, value in DEFINES])

    def test_packages(self):
        self.rejected(*[self.changed(lambda plan: plan.update(packages=[{"name": "p", "pkg_config": module}]))
                        for module in ("--variable=prefix x", "a;b", "../x", "$(id)", "zlib >= 1")])

    def test_shapes(self):
        self.rejected(
            json.dumps(PLAN)[:-1] + ', "files": []}',  # a key twice
            json.dumps(PLAN).replace('"name": "greet"', '"name": "greet", "name": "greet"'),
            self.changed(lambda plan: plan.update(commands=["rm -rf /"])),
            self.changed(lambda plan: target(plan).update(flags=["-fplugin=evil.so"])),
            self.changed(lambda plan: target(plan)["settings"].update(flags=["-fplugin=evil.so"])),
            self.changed(lambda plan: target(plan).update(uses=["greeting"])),
            self.changed(lambda plan: target(plan).update(uses=["nobody"])),
            self.changed(lambda plan: target(plan).update(uses=["greet"])),
            self.changed(lambda plan: target(plan).update(language="brainfuck")),
            self.changed(lambda plan: target(plan).update(kind="service")),
            self.changed(lambda plan: target(plan)["settings"].update(standard="11; rm -rf /")),
            self.changed(lambda plan: target(plan).update(sources=[])),
            self.changed(lambda plan: target(plan).update(sources=["src/greeting.txt"])),
            self.changed(lambda plan: target(plan).update(data=["README.md"])),
            self.changed(lambda plan: plan.update(targets=plan["targets"] * 2)),
            self.changed(lambda plan: plan.update(format=2)),
        )

    def test_a_circle(self):
        def circle(plan):
            other = copy.deepcopy(target(plan))
            other.update(name="other", uses=["greeting"], sources=["src/other.c"], headers=[])
            target(plan)["uses"] = ["other"]
            plan["targets"].append(other)
            plan["files"].append({"path": "src/other.c", "purpose": "none"})
        self.rejected(self.changed(circle), said=["greeting -> other -> greeting"])

    def test_two_targets_with_one_output(self):
        def another(name):
            def how(plan):
                plan["targets"].append({"name": name, "kind": "test", "language": "c", "sources": ["tests/greeting_test.c"]})
            return how
        # What runs of tests leave is beside the tests.
        self.rejected(self.changed(another("passed")), self.changed(another("greeting-test.passed")), said=["plan.output"])

    def test_files_that_collide(self):
        self.rejected(
            self.changed(lambda plan: plan["files"].append({"path": "README.md", "purpose": "twice"})),
            self.changed(lambda plan: plan["files"].append({"path": "readme.MD", "purpose": "one file where case doesn't count"})),
            self.changed(lambda plan: plan["files"].append({"path": "README.md/x", "purpose": "a file and a directory"})),
            said=["answer.plan"])

    def test_a_file_that_the_plan_needs_and_does_not_list(self):
        self.rejected(self.changed(lambda plan: plan["files"].pop(2)), said=["src/greeting.c"])

    def test_a_rejected_plan_is_asked_for_again(self):
        for what, how in (("plan.path", lambda plan: plan["files"].append({"path": "../x", "purpose": "harm"})),
                          ("plan.language", lambda plan: target(plan).update(language="brainfuck")),
                          ("path.collision", lambda plan: plan["files"].append({"path": "readme.md", "purpose": "one file on some disks"}))):
            with self.subTest(what):
                bad = {**answers()[0], "text": json.dumps(self.changed(how)), "times": 1}
                with Server(bad, *answers()) as server:
                    ran = self.passes(new(DESCRIPTION, scratch.new(), env=server.environment()))
                    self.assertRegex(ran.err, rf"(?m)^plan asked again: answer\.plan: .*\({what}\)$")
                    self.assertEqual(server.asked.count("plan"), 2)
                # In another run too: what was rejected to the end is not kept.
                with Server({**bad, "times": 2}, *answers()) as server:
                    env = server.environment()
                    self.refused(new(DESCRIPTION, scratch.new(), env=env), 7, "answer.plan", what)
                    self.assertEqual(server.asked.count("plan"), 2)
                    self.passes(new(DESCRIPTION, scratch.new(), env=env))
                    self.assertEqual(server.asked.count("plan"), 3)

    def test_descriptions_that_reach_the_terminal_are_made_visible(self):
        plan = self.changed(lambda each: each["project"].update(description="A tool.\u001b[2J\u202e\u0007 Nothing else."))
        script = answers(plan)
        with Server(*script) as server:
            ran = new(DESCRIPTION, scratch.new(), env=server.environment())
        for control in "\x1b\u202e\x07":
            self.assertNotIn(control, ran.err)

    def test_texts(self):
        for what, text in {"bidirectional override": "int a; /* \u202e } */\n", "isolate": "int a; /* \u2066 */\n", "NUL": "int a;\x00\n",
                           "escape": "int a; /* \x1b[2J */\n", "nothing": "", "blanks": " \n\n",
                           "several blocks": "```c\nint a;\n```\nand\n```c\nint b;\n```\n"}.items():
            with self.subTest(what):
                script = answers()
                for answer in script:
                    if answer.get("contains") == "Write src/greeting.c.":
                        answer["text"] = text
                with Server(*script) as server:
                    root = scratch.new()
                    ran = new(DESCRIPTION, root, env=server.environment())
                self.refused(ran, 5 if text == "" else 7, ran.err.split("error[")[1].split("]")[0])
                self.assertEqual(tree(root.parent), {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
