#!/usr/bin/env python3
"""Language files that are broken, ambiguous or unsafe: each is refused with exactly these words, and nothing is written."""
import json
import os
import pathlib
import shutil
import unittest

from support import Test, aibuild, scratch, tree

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "own-language"
LUA = ".aibuild/languages/lua.json"

# What is changed in the example's lua.json, and the error, with PLACE for where it stands.
BROKEN = {
    "not JSON": ('"name": "lua",', '"name": "lua"', """\
error[json.syntax]: PLACE:4
  why:   This is not JSON: syntax error.
  fix:   Correct the syntax at this line."""),
    "a key twice": ('"title": "Lua",', '"title": "Lua", "title": "Lua 5",', """\
error[json.duplicate]: PLACE:4 (/title)
  why:   The object has this key twice; readers would disagree about which one counts.
  fix:   Remove one of the two."""),
    "another type": ('"sources": [".lua"]', '"sources": ".lua"', """\
error[language.schema]: PLACE:5 (/sources)
  why:   This must be of type array, and is ".lua".
  fix:   Write a value of type array."""),
    "an unknown key": ('"sources":', '"source":', """\
error[language.schema]: PLACE:5 (/source)
  why:   There is no key "source" here.
  fix:   Did you mean "sources"?"""),
    "something missing": ('"uses": ["lua"],', "", """\
error[language.schema]: PLACE:1
  why:   The key "uses" is missing.
  fix:   Add "uses"."""),
    "a newer format": ('"format": 1', '"format": 2', """\
error[language.newer]: PLACE:2 (/format)
  why:   The language file has format 2; this AIBuild knows up to 1.
  fix:   Use a newer AIBuild."""),
    "no kind": ('"library": [{', '"module": [{', """\
error[language.kind]: PLACE:12 (/products/module)
  why:   This is no kind of target.
  fix:   Use executable, static-library, shared-library, interface-library, library or test."""),
    "a control character": ('"--run={lua}"', '"--run=\\u0001{lua}"', """\
error[language.text]: PLACE:18 (/products/executable/0/commands/0/4)
  why:   It has a control character, U+0001.
  fix:   Take it away. What needs one, a script can do."""),
    "a line in a command": ('"--run={lua}"', '"--run=\\n{lua}"', """\
error[language.text]: PLACE:18 (/products/executable/0/commands/0/4)
  why:   It has a control character, U+000A.
  fix:   Take it away. What needs one, a script can do."""),
    "a name that is none": ('"name": "lua"', '"name": "../lua"', """\
error[language.name]: PLACE:3 (/name)
  why:   "../lua" can't be the name of a language.
  fix:   Use lower-case letters, digits and + # . _ -, 32 at most; `title` is what people read."""),
    "a name of a file of cmake/": ('"name": "lua"', '"name": "tests"', """\
error[language.name]: PLACE:3 (/name)
  why:   "tests" is a file of the project's cmake/ already.
  fix:   Choose another name."""),
    "a name that is taken": ('"name": "lua"', '"name": "python"', """\
error[language.duplicate]: PLACE:3 (/name)
  why:   "python" is a name of Python already (built in).
  fix:   Take another name, or add "replaces": "python" to take its place."""),
    "an alias that is taken": ('"title": "Lua",', '"title": "Lua", "aliases": ["cpp"],', """\
error[language.duplicate]: PLACE:4 (/aliases/0)
  why:   "cpp" is a name of C++ already (built in).
  fix:   Take another name, or add "replaces": "c++" to take its place."""),
    "an extension that is taken": ('[".lua"]', '[".lua", ".py"]', """\
error[language.ambiguous]: PLACE:5 (/sources/1)
  why:   Sources that end in .py are Python already (built in), and nothing could decide between the two.
  fix:   Take another extension, or add "replaces": "python" to take its place."""),
    "an extension twice": ('[".lua"]', '[".lua", ".lua"]', """\
error[language.extension]: PLACE:5 (/sources/1)
  why:   ".lua" is here twice.
  fix:   Take one away."""),
    "an extension without a dot": ('[".lua"]', '["lua"]', """\
error[language.extension]: PLACE:5 (/sources/0)
  why:   "lua" can't be how sources end.
  fix:   Write it with its dot: ".lua"."""),
    "the place of nobody": ('"title": "Lua",', '"title": "Lua", "replaces": "pyhton",', """\
error[language.replaces]: PLACE:4 (/replaces)
  why:   There is no language "pyhton" whose place it could take.
  fix:   Did you mean "python"?"""),
    "another tool of one name": ('"tools": {', '"tools": {"ar": {"commands": ["luar"], "version": []},', """\
error[language.tool]: PLACE:6 (/tools/ar)
  why:   The tool ar of Ada is another one (built in), and a project can have both languages.
  fix:   Give this one a name of its own."""),
    "a tool called like a placeholder": ('"luac": {"commands"', '"out": {"commands"', """\
error[language.tool]: PLACE:8 (/tools/out)
  why:   "out" can't be the name of a tool: placeholders would mean something else.
  fix:   Call it like its program."""),
    "a tool beside the plan": ('["luac5.4", "luac"]', '["./luac"]', """\
error[language.tool]: PLACE:8 (/tools/luac/commands/0)
  why:   "./luac" would be another program in every directory.
  fix:   Name a program that is on PATH, or one by its absolute path; a script goes into `helpers`."""),
    "a package that is more than one": ('{"debian": "lua5.4"}},', '{"debian": "lua5.4; reboot"}},', """\
error[language.tool]: PLACE:7 (/tools/lua/packages/debian)
  why:   "lua5.4; reboot" is no name of a package.
  fix:   Name one package, as the distribution calls it."""),
    "a variable that is none": ('"environment": "LUA"', '"environment": "LUA=1"', """\
error[language.tool]: PLACE:7 (/tools/lua/environment)
  why:   "LUA=1" is no name of a variable.
  fix:   Use A-Z, 0-9 and _, like LUA."""),
    "a script above": ('"helpers": ["lua-bundle.sh"]', '"helpers": ["../lua-bundle.sh"]', """\
error[language.helper]: PLACE:10 (/helpers/0)
  why:   "../lua-bundle.sh" can't be the name of a script.
  fix:   Name a POSIX sh script that stands beside the language file: NAME.sh, without a directory, in lower-case letters, digits and . _ -"""),
    "a script that isn't there": ('"helpers": ["lua-bundle.sh"]', '"helpers": ["lua-bundle.sh", "more.sh"]', """\
error[language.helper]: PLACE:10 (/helpers/1)
  why:   more.sh does not stand beside the file, and is no script of AIBuild's own.
  fix:   Put it there."""),
    "a script of another kind": ('"helpers": ["lua-bundle.sh"]', '"helpers": ["lua-bundle.lua"]', """\
error[language.helper]: PLACE:10 (/helpers/0)
  why:   "lua-bundle.lua" can't be the name of a script.
  fix:   Name a POSIX sh script that stands beside the language file: NAME.sh, without a directory, in lower-case letters, digits and . _ -"""),
    "a script that isn't listed": ('"helpers": ["lua-bundle.sh"],', "", """\
error[language.helper]: PLACE:14 (/products/library/0/commands/0/1)
  why:   `helpers` doesn't list "lua-bundle.sh".
  fix:   Add it there."""),
    "a command that is no tool": ('[["sh", "{helper:lua-bundle.sh}", "{luac}", "{out}", "{root}"', '[["curl", "-o", "{out}"', """\
error[language.command]: PLACE:14 (/products/library/0/commands/0/0)
  why:   A command can't begin with "curl".
  fix:   Begin it with `{TOOL}`, `sh {helper:FILE}` or `rm -f {out}`: programs are listed in `tools`, where they are looked for and probed, and more than one command is a script's work."""),
    "a shell with a line": ('[["sh", "{helper:lua-bundle.sh}", "{luac}", "{out}", "{root}"', '[["sh", "-c", "echo {out}"', """\
error[language.command]: PLACE:14 (/products/library/0/commands/0/0)
  why:   A command can't begin with "sh -c".
  fix:   Begin it with `{TOOL}`, `sh {helper:FILE}` or `rm -f {out}`: programs are listed in `tools`, where they are looked for and probed, and more than one command is a script's work."""),
    "a removal of something else": ('[["sh", "{helper:lua-bundle.sh}", "{luac}", "{out}", "{root}"', '[["rm", "-f", "{out}/../../x"', """\
error[language.command]: PLACE:14 (/products/library/0/commands/0/0)
  why:   A command can't begin with "rm -f".
  fix:   Begin it with `{TOOL}`, `sh {helper:FILE}` or `rm -f {out}`: programs are listed in `tools`, where they are looked for and probed, and more than one command is a script's work."""),
    "a run that is no tool": ('"run": ["{program}"]', '"run": ["bash", "{program}"]', """\
error[language.command]: PLACE:27 (/run/0)
  why:   A command can't begin with "bash".
  fix:   Begin it with `{program}`, `{TOOL}` or `sh {helper:FILE}`, after `env NAME=VALUE` where needed: programs are listed in `tools`, where they are looked for and probed, and more than one command is a script's work."""),
    "a placeholder that isn't there": ('"{root}", "{sources}", "--"]]', '"{rooot}", "{sources}", "--"]]', """\
error[language.template]: PLACE:14 (/products/library/0/commands/0/4)
  why:   There is no placeholder {rooot} here.
  fix:   ninja-gen/languages/README.md lists those that there are, and where."""),
    "a brace that isn't closed": ('"{root}", "{sources}", "--"]]', '"{root", "{sources}", "--"]]', """\
error[language.template]: PLACE:14 (/products/library/0/commands/0/4)
  why:   A brace is not closed in "{root".
  fix:   Close it."""),
    "an output above": ('"output": "bin/{name}"', '"output": "../{name}"', """\
error[language.output]: PLACE:17 (/products/executable/0/output)
  why:   "../{name}" leaves the build directory, or is AIBuild's own file there.
  fix:   Put it into bin/, lib/, tests/ or obj/{target}/, like "bin/{name}"."""),
    "an output anywhere": ('"output": "bin/{name}"', '"output": "/tmp/{name}"', """\
error[language.output]: PLACE:17 (/products/executable/0/output)
  why:   "/tmp/{name}" leaves the build directory, or is AIBuild's own file there.
  fix:   Put it into bin/, lib/, tests/ or obj/{target}/, like "bin/{name}"."""),
    "an output among AIBuild's files": ('"output": "bin/{name}"', '"output": ".aibuild/{name}"', """\
error[language.output]: PLACE:17 (/products/executable/0/output)
  why:   ".aibuild/{name}" leaves the build directory, or is AIBuild's own file there.
  fix:   Put it into bin/, lib/, tests/ or obj/{target}/, like "bin/{name}"."""),
    "an output of the build file": ('"output": "bin/{name}"', '"output": "build.ninja.{name}"', """\
error[language.output]: PLACE:17 (/products/executable/0/output)
  why:   "build.ninja.{name}" leaves the build directory, or is AIBuild's own file there.
  fix:   Put it into bin/, lib/, tests/ or obj/{target}/, like "bin/{name}"."""),
    "one output for all": ('"output": "bin/{name}"', '"output": "bin/program"', """\
error[language.output]: PLACE:17 (/products/executable/0/output)
  why:   "bin/program" would be one file for all targets.
  fix:   Put {name} into it."""),
    "an output of a source": ('"output": "bin/{name}"', '"output": "bin/{name}/{source}"', """\
error[language.template]: PLACE:17 (/products/executable/0/output)
  why:   There is no placeholder {source} here.
  fix:   ninja-gen/languages/README.md lists those that there are, and where."""),
    "no regular expression": ('"run":', '"counted": "ok (", "run":', """\
error[language.counted]: PLACE:27 (/counted)
  why:   "ok (" is no extended regular expression: Unmatched ( or \\(.
  fix:   Try it with grep -E."""),
}


class BadLanguages(Test):
    def setUp(self):
        self.env = scratch.environment(XDG_STATE_HOME=scratch.new("state"), XDG_CONFIG_HOME=scratch.new("config"))
        self.root = scratch.new()
        shutil.copytree(EXAMPLE, self.root)
        self.text = (self.root / LUA).read_text(encoding="utf-8")

    def refusals(self, place, file):
        for name, (old, new, expected) in BROKEN.items():
            with self.subTest(name):
                self.assertIn(old, self.text)
                file.write_text(self.text.replace(old, new, 1), encoding="utf-8")
                before = tree(self.root)
                for verb in (["emit", "--yes"], ["status"]):
                    ran = aibuild(*verb, "-C", self.root, env=self.env)
                    self.assertEqual((ran.code, ran.out, ran.err), (2, "", expected.replace("PLACE", place) + "\n"), f"\n{ran}")
                self.assertEqual(tree(self.root), before)

    def test_a_projects_own(self):
        self.refusals(LUA, self.root / LUA)

    def test_a_persons_own(self):
        config = pathlib.Path(self.env["XDG_CONFIG_HOME"]) / "aibuild/languages"
        config.parent.mkdir(parents=True)
        shutil.move(self.root / ".aibuild/languages", config)
        self.refusals(str(config / "lua.json"), config / "lua.json")

    def test_two_files(self):
        other = self.root / ".aibuild/languages/lua2.json"
        for old, new, expected in (
            ('"x"', '"x"', """\
error[language.duplicate]: .aibuild/languages/lua2.json:3 (/name)
  why:   "lua" is a name of Lua already (.aibuild/languages/lua.json).
  fix:   Take another name, or add "replaces": "lua" to take its place."""),
            ('"name": "lua"', '"name": "lua2", "aliases": ["l", "lua"]', """\
error[language.duplicate]: .aibuild/languages/lua2.json:3 (/aliases/1)
  why:   "lua" is a name of Lua already (.aibuild/languages/lua.json).
  fix:   Take another name, or add "replaces": "lua" to take its place."""),
            ('"name": "lua"', '"name": "lua2"', """\
error[language.ambiguous]: .aibuild/languages/lua2.json:5 (/sources/0)
  why:   Sources that end in .lua are Lua already (.aibuild/languages/lua.json), and nothing could decide between the two.
  fix:   Take another extension, or add "replaces": "lua" to take its place."""),
        ):
            other.write_text(self.text.replace(old, new, 1), encoding="utf-8")
            before = tree(self.root)
            ran = aibuild("emit", "--yes", "-C", self.root, env=self.env)
            self.assertEqual((ran.code, ran.out, ran.err), (2, "", expected + "\n"), f"\n{ran}")
            self.assertEqual(tree(self.root), before)

    def test_files_that_are_none(self):
        file = self.root / LUA
        for make, rule, code in ((lambda: file.symlink_to("/etc/hostname"), "path.symlink", 6), (lambda: os.mkfifo(file), "path.type", 6),
                                 (lambda: file.write_text(" " * 2_000_000), "language.file", 2), (lambda: file.write_bytes(b"\xff\x00"), "json.syntax", 2)):
            with self.subTest(rule):
                file.unlink()
                make()
                before = tree(self.root)
                self.refused(aibuild("emit", "--yes", "-C", self.root, env=self.env), code, rule, LUA)
                self.assertEqual(tree(self.root), before)

    def test_a_taken_place_is_said(self):
        """What `replaces` is for: a project's own way of building a language that AIBuild knows."""
        (self.root / LUA).write_text(self.text.replace('"name": "lua"', '"name": "python", "replaces": "python"', 1).replace('".lua"', '".py", ".lua"', 1))
        plan = json.loads((self.root / "aibuild.json").read_text())
        for target in plan["targets"]:
            target["language"] = "python"
        (self.root / "aibuild.json").write_text(json.dumps(plan))
        self.refused(aibuild("emit", "-C", self.root, env=self.env), 8, "consent.missing", '"replaces": "python"')
        self.passes(aibuild("emit", "--yes", "-C", self.root, env=self.env))


if __name__ == "__main__":
    unittest.main(verbosity=2)
