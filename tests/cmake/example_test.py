#!/usr/bin/env python3
"""examples/cmake-project: both projects as they are committed, without a key; and what its README says can be tried."""
import json
import shutil
import unittest

from support import CTEST, PACKAGE, PROGRAM, SOURCE, build, configure, new, run

EXAMPLE = SOURCE / "examples" / "cmake-project"
LINE = '127.0.0.1 - ann [10/Oct/2025:13:55:37 +0000] "GET /\\"a\\" HTTP/1.1" 404 209\n'


def copied(which):
    return shutil.copytree(EXAMPLE / which, new("a log, gezählt"))


def built(root, tests):
    configure(root, root / "build", f"-DAIBuild_DIR={PACKAGE}")
    build(root / "build")
    said = run(CTEST, cwd=root / "build")
    assert f"tests passed, 0 tests failed out of {tests}" in said, said


def offline(*words, root, **more):
    """aibuild-gen without network and key: it is a mistake in this test if it needs one."""
    return run("unshare", "--net", "--map-root-user", PROGRAM, *words, "--build", root / "build", **more)


class Example(unittest.TestCase):
    def test_before(self):
        built(copied("before"), 1)

    def test_after_builds_without_a_key_and_all_is_what_the_lock_says(self):
        root = copied("after")
        built(root, 2)
        said = run("sh", "-c", f"printf '%s' '{LINE}' | '{root}/build/logstat'")
        self.assertEqual(said, "404 1 209\n")
        offline("check", root=root)
        verdicts = json.loads(offline("verify", "--json", root=root).split("All of it")[0])
        self.assertEqual({each["verdict"] for each in verdicts["files"]}, {"same"})
        self.assertEqual(len(verdicts["files"]), 4)
        self.assertIn("nothing to do", offline("generate", root=root))

    def test_what_its_readme_says_to_try(self):
        root = copied("after")
        source = root / "src/log_line.cpp"
        text = source.read_text(encoding="utf-8")
        source.write_text("// ours\n" + text, encoding="utf-8")
        said = configure(root, root / "build", f"-DAIBuild_DIR={PACKAGE}")
        self.assertEqual(said.count("-- AIBuild:"), 1)
        self.assertIn("-- AIBuild: src/log_line.cpp was edited since it was generated\n", said)

        source.unlink()
        said = configure(root, root / "build", fails=True)
        self.assertIn("src/log_line.cpp is missing.", said)
        said = offline("generate", "--yes", root=root)
        self.assertIn("src/log_line.cpp: written", said)
        self.assertEqual(source.read_text(encoding="utf-8"), text)

        prompt = root / "prompts/log_line.md"
        prompt.write_text(prompt.read_text(encoding="utf-8") + "\nIt is fast.\n", encoding="utf-8")
        said = configure(root, root / "build", fails=True)
        self.assertIn("Its prompt or what it is shown changed.", said)
        self.assertRegex(said, r"fix:   \S.*generate --build ")
        prompt.write_bytes((EXAMPLE / "after/prompts/log_line.md").read_bytes())
        self.assertNotIn("AIBuild", configure(root, root / "build"))


if __name__ == "__main__":
    unittest.main()
