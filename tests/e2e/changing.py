"""What the tests of a project that changes share: the greeting project, made by a scripted model, and what happens to it."""
import json

from greeting import DESCRIPTION, FILES, answers
from support import Server, Test, aibuild, new, scratch, tree

HEADER, SOURCE, PROGRAM_C, TEST_C = "include/greeting/greeting.h", "src/greeting.c", "programs/greet.c", "tests/greeting_test.c"


def answer(path, text, **more):
    return {"stage": "file", "contains": f"Write {path}.", "times": 0, "text": text, **more}


def edit_plan(root, change):
    path = root / "aibuild.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    change(plan)
    path.write_text(json.dumps(plan, indent=2) + "\n", encoding="utf-8")


def purpose(path, text):
    def change(plan):
        next(file for file in plan["files"] if file["path"] == path)["purpose"] = text
    return change


def identity(root):
    """Inode and time of every file: equal means that nothing was written, not even the same bytes again."""
    return {str(each.relative_to(root)): (each.lstat().st_ino, each.lstat().st_mtime_ns) for each in sorted(root.rglob("*"))}


def without_history(root):
    """The whole project but for what is recorded of what ran, also of what came to nothing."""
    return {path: what for path, what in tree(root).items() if path not in ("build/.aibuild/state.json", "build/.aibuild/hold")}


class Again(Test):
    """Has self.root, and self.generate(), which tells what was asked for."""

    def nothing(self):
        before = identity(self.root)
        ran, asked, _ = self.generate()
        self.passes(ran)
        self.assertEqual(asked, [], f"\n{ran}")
        self.assertIn("nothing to do", ran.err)
        self.assertEqual(identity(self.root), before)


class Generating(Again):
    """A project that a scripted model made."""

    def setUp(self):
        self.root = scratch.new()
        with Server(*answers()) as server:
            self.passes(new(DESCRIPTION, self.root, env=server.environment()))

    def asked_of(self, script, *words, **options):
        """Runs a command against a server with this script: what came of it, what was asked for, and the requests."""
        with Server(*script, *answers()) as server:
            ran = aibuild(*words, "-C", self.root, env=server.environment(**options))
            return ran, server.asked, server.all_requests

    def generate(self, *script, arguments=(), **options):
        return self.asked_of(script, "generate", "--yes", *arguments, **options)

    def change(self, description, *script, arguments=(), **options):
        return self.asked_of(script, "change", description, "--yes", *arguments, **options)

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def lock(self):
        return json.loads(self.text("aibuild.lock.json"))
